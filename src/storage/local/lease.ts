/**
 * Work that one process at a time does (writing checkpoints, embedding the backlog). The holder stands in the
 * database; it is alive while a process with its number and its start time is, so that a killed one never blocks.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClaimedWork, WorkProgress } from "../../core/upkeep.ts";
import type { Sqlite } from "./database.ts";

interface Holder {
  readonly pid: number;
  readonly process_start: string;
  readonly token: string;
}

export class Lease {
  /** Those that this process has. Its number alone does not tell: on a full disk a row stays behind that was given up. */
  private static readonly held = new Set<string>();

  private readonly token = randomUUID();
  private readonly select;
  private readonly put;
  private readonly drop;

  constructor(
    private readonly db: Sqlite,
    private readonly work: string,
  ) {
    this.select = db.prepare<[string], Holder>("SELECT pid, process_start, token FROM leases WHERE work = ?");
    this.put = db.prepare("INSERT OR REPLACE INTO leases (work, pid, process_start, token, progress) VALUES (?, ?, ?, ?, NULL)");
    this.drop = db.prepare("DELETE FROM leases WHERE work = ? AND token = ?");
  }

  /** @returns whether this process has the work now. */
  take(): boolean {
    // Reading first: the transaction waits for whoever writes.
    if (this.isElsewhere(this.select.get(this.work))) return false;
    return this.db
      .transaction(() => {
        const holder = this.select.get(this.work);
        if (holder?.token === this.token) return true;
        if (this.isElsewhere(holder)) return false;
        this.put.run(this.work, process.pid, startOfProcess(process.pid), this.token);
        Lease.held.add(this.token);
        return true;
      })
      .immediate();
  }

  /** Whether this one has it. */
  get isHeld(): boolean {
    return Lease.held.has(this.token);
  }

  private isElsewhere(holder: Holder | undefined): boolean {
    return holder !== undefined && holder.token !== this.token && isHeld(holder);
  }

  /** Never throws: whoever was refused the last word has given it up all the same. */
  release(): void {
    if (!Lease.held.delete(this.token)) return;
    try {
      this.drop.run(this.work, this.token);
    } catch {
      // A full disk. The row is taken over by the next one, here or in another process once this one has ended.
    }
  }

  /** Whether a row's holder is at it still. */
  static isHeldHere(token: string): boolean {
    return Lease.held.has(token);
  }
}

/** What living processes hold. */
export function claimedWork(db: Sqlite): ClaimedWork[] {
  return db
    .prepare<[], { work: string; pid: number; process_start: string; token: string; progress: string | null }>(
      "SELECT work, pid, process_start, token, progress FROM leases ORDER BY work",
    )
    .all()
    .filter(isHeld)
    .map(({ work, pid, process_start, progress }) => ({
      work,
      pid,
      ...sinceOf(process_start),
      ...(progress === null ? {} : { progress: JSON.parse(progress) as WorkProgress }),
    }));
}

/** Writes down how far this process has come with what it holds. */
export function reportWork(db: Sqlite, work: string, progress: WorkProgress): void {
  db.prepare("UPDATE leases SET progress = ? WHERE work = ? AND pid = ?").run(JSON.stringify(progress), work, process.pid);
}

function isHeld({ pid, process_start, token }: Holder): boolean {
  if (pid === process.pid && process_start === startOfProcess(pid)) return Lease.isHeldHere(token);
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
