/**
 * Work that one process at a time does (writing checkpoints, embedding the backlog). The holder stands in the database, with
 * the name of a file beside it that it keeps locked: the system lets go of that when the process ends, however it does, so that
 * a killed one never blocks. A process in another container, whose number says nothing here, is seen in the same way.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type Database from "better-sqlite3";
import type { ClaimedWork, WorkProgress } from "../../core/upkeep.ts";
import type { Sqlite } from "./database.ts";
import { isLocked, lockFile } from "./file-lock.ts";

interface Holder {
  readonly pid: number;
  readonly process_start: string;
  /** The name of the file that is locked; of earlier versions of Paperkin nothing but unique. */
  readonly token: string;
}

const markName = /^claim-[0-9a-f-]{36}\.lock$/;

export class Lease {
  /** Those that this process has, with what keeps their files locked. */
  private static readonly held = new Map<string, Database.Database>();

  private readonly token = `claim-${randomUUID()}.lock`;
  private readonly select;
  private readonly selectTokens;
  private readonly put;
  private readonly drop;

  constructor(
    private readonly db: Sqlite,
    private readonly work: string,
  ) {
    this.select = db.prepare<[string], Holder>("SELECT pid, process_start, token FROM leases WHERE work = ?");
    this.selectTokens = db.prepare<[], string>("SELECT token FROM leases").pluck();
    this.put = db.prepare("INSERT OR REPLACE INTO leases (work, pid, process_start, token, progress) VALUES (?, ?, ?, ?, NULL)");
    this.drop = db.prepare("DELETE FROM leases WHERE work = ? AND token = ?");
  }

  /** @returns whether this process has the work now. */
  take(): boolean {
    // Reading first: the transaction waits for whoever writes.
    if (this.isElsewhere(this.select.get(this.work))) return false;
    try {
      return this.db.transaction(() => this.takeAlone()).immediate();
    } catch (error) {
      // What was not written down is not held.
      this.release();
      throw error;
    }
  }

  private takeAlone(): boolean {
    const holder = this.select.get(this.work);
    if (this.isHeld && holder?.token === this.token) return true;
    if (this.isElsewhere(holder)) return false;
    this.removeLeftOvers(holder);
    if (!this.isHeld) Lease.held.set(this.token, lockFile(markPath(this.db, this.token)));
    this.put.run(this.work, process.pid, startOfProcess(process.pid), this.token);
    return true;
  }

  /** Whether this one has it. */
  get isHeld(): boolean {
    return Lease.held.has(this.token);
  }

  private isElsewhere(holder: Holder | undefined): boolean {
    return holder !== undefined && holder.token !== this.token && isHeld(holder, this.db);
  }

  /** Never throws, also once the library is closed: whoever was refused the last word has given it up all the same. */
  release(): void {
    const mark = Lease.held.get(this.token);
    if (mark === undefined) return;
    Lease.held.delete(this.token);
    mark.close();
    rmSync(mark.name, { force: true });
    try {
      this.drop.run(this.work, this.token);
    } catch {
      // A full disk, or a library that is closed. The row is taken over by the next one, since nobody has its file.
    }
  }

  /**
   * Removes the lock files of processes that were killed. No other process is between locking its file and writing it down, which is
   * one transaction. What is still locked belongs to another library whose database is a link to this folder; what cannot be removed
   * is in nobody's way.
   */
  private removeLeftOvers(dead: Holder | undefined): void {
    const folder = folderOf(this.db);
    const known = new Set(this.selectTokens.all());
    if (dead !== undefined) known.delete(dead.token);
    // Of a row that is gone.
    if (this.isHeld) known.add(this.token);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!markName.test(name) || known.has(name) || isLocked(path)) continue;
      try {
        rmSync(path, { force: true });
      } catch {
        // Another user's, in a folder where each removes only what is theirs; or no file at all.
      }
    }
  }

  /** Whether the holder of a row is this process; a copy of a library has the rows of the one that it was made of. */
  static isHeldHere(db: Sqlite, token: string): boolean {
    return Lease.held.get(token)?.name === markPath(db, token);
  }
}

/** What living processes hold. */
export function claimedWork(db: Sqlite): ClaimedWork[] {
  return db
    .prepare<[], { work: string; pid: number; process_start: string; token: string; progress: string | null }>(
      "SELECT work, pid, process_start, token, progress FROM leases ORDER BY work",
    )
    .all()
    .filter((holder) => isHeld(holder, db))
    .map(({ work, pid, process_start, progress }) => ({
      work,
      pid,
      ...(isAlive(pid, process_start) ? {} : { elsewhere: true as const }),
      ...sinceOf(process_start),
      ...(progress === null ? {} : { progress: JSON.parse(progress) as WorkProgress }),
    }));
}

/** Writes down how far this process has come with what it holds. */
export function reportWork(db: Sqlite, work: string, progress: WorkProgress): void {
  const mine = db.prepare<[string], string>("SELECT token FROM leases WHERE work = ?").pluck().get(work);
  if (mine === undefined || !Lease.isHeldHere(db, mine)) return;
  db.prepare("UPDATE leases SET progress = ? WHERE work = ? AND token = ?").run(JSON.stringify(progress), work, mine);
}

/** Where SQLite keeps the log too. */
function folderOf(db: Sqlite): string {
  return dirname(existsSync(db.name) ? realpathSync(db.name) : db.name);
}

function markPath(db: Sqlite, token: string): string {
  return join(folderOf(db), token);
}

function isHeld({ pid, process_start, token }: Holder, db: Sqlite): boolean {
  if (Lease.isHeldHere(db, token)) return true;
  if (markName.test(token)) return isLocked(markPath(db, token));
  return isAlive(pid, process_start);
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  // A number that was given to another process since is not the holder.
  return startOfProcess(pid) === start;
}

/** Where the system tells (Linux), the tick at which a process started; else empty. */
function startOfProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Of a second, in what the system tells (Linux). */
const ticksPerSecond = 100;

/** When a process started, from its tick. */
function sinceOf(start: string): { since?: string } {
  try {
    const booted = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    if (start === "" || booted === undefined) return {};
    return { since: new Date(1_000 * (Number(booted) + Math.floor(Number(start) / ticksPerSecond))).toISOString() };
  } catch {
    return {};
  }
}
