/**
 * Leases for work that one process at a time does (writing checkpoints, embedding the backlog). The database records the holder with the
 * name of a file next to it that the holder keeps locked. The system releases the lock when the process ends, however it ends, so a killed
 * process never blocks. This also works for a process in another container, whose process id means nothing here.
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
  /** The name of the locked file; in rows of earlier versions of Paperkin, only a unique text. */
  readonly token: string;
}

const markName = /^claim-[0-9a-f-]{36}\.lock$/;

export class Lease {
  /** Leases of this process, with the connections that keep their files locked. */
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

  /** @returns whether this process holds the lease now. */
  take(): boolean {
    // Read first, since the transaction waits for other writers.
    if (this.isElsewhere(this.select.get(this.work))) return false;
    try {
      return this.db.transaction(() => this.takeAlone()).immediate();
    } catch (error) {
      // A lease that was not recorded is not held.
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

  /** Whether this object holds the lease. */
  get isHeld(): boolean {
    return Lease.held.has(this.token);
  }

  private isElsewhere(holder: Holder | undefined): boolean {
    return holder !== undefined && holder.token !== this.token && isHeld(holder, this.db);
  }

  /** Never throws, even if the library is closed. If the row cannot be deleted, the lease is released all the same. */
  release(): void {
    const mark = Lease.held.get(this.token);
    if (mark === undefined) return;
    Lease.held.delete(this.token);
    mark.close();
    rmSync(mark.name, { force: true });
    try {
      this.drop.run(this.work, this.token);
    } catch {
      // A full disk, or a closed library. The next process takes over the row, since nobody has its file locked.
    }
  }

  /**
   * Removes the lock files of killed processes. No other process can be between locking its file and recording it, since both are one
   * transaction. A file that is locked though not recorded belongs to another library, whose database is a link to this folder. Files that
   * cannot be removed do no harm.
   */
  private removeLeftOvers(dead: Holder | undefined): void {
    const folder = folderOf(this.db);
    const known = new Set(this.selectTokens.all());
    if (dead !== undefined) known.delete(dead.token);
    // Our own row may be gone.
    if (this.isHeld) known.add(this.token);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!markName.test(name) || known.has(name) || isLocked(path)) continue;
      try {
        rmSync(path, { force: true });
      } catch {
        // It belongs to another user in a folder with the sticky bit, or it is not a file.
      }
    }
  }

  /** Whether this process holds a row's lease. A copy of a library has the rows of the original, so the path is compared too. */
  static isHeldHere(db: Sqlite, token: string): boolean {
    return Lease.held.get(token)?.name === markPath(db, token);
  }
}

/** The leases of living processes. */
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

/** Records the progress of this process in a lease that it holds. */
export function reportWork(db: Sqlite, work: string, progress: WorkProgress): void {
  const mine = db.prepare<[string], string>("SELECT token FROM leases WHERE work = ?").pluck().get(work);
  if (mine === undefined || !Lease.isHeldHere(db, mine)) return;
  db.prepare("UPDATE leases SET progress = ? WHERE work = ? AND token = ?").run(JSON.stringify(progress), work, mine);
}

/** The folder of the database's link target, where SQLite also keeps the log. */
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
    // EPERM: the process exists and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  // A process id that was reused since is not the holder.
  return startOfProcess(pid) === start;
}

/** The clock tick at which a process started, if the system reports it (Linux); otherwise empty. */
function startOfProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Clock ticks per second in what Linux reports. */
const ticksPerSecond = 100;

/** When a process started, computed from its clock tick. */
function sinceOf(start: string): { since?: string } {
  try {
    const booted = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    if (start === "" || booted === undefined) return {};
    return { since: new Date(1_000 * (Number(booted) + Math.floor(Number(start) / ticksPerSecond))).toISOString() };
  } catch {
    return {};
  }
}
