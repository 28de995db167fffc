/**
 * Work that one process at a time does (writing checkpoints, embedding the backlog). The holder stands in the
 * database; it is alive while a process with its number and its start time is, so that a killed one never blocks.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClaimedWork, WorkProgress } from "../../core/storage.ts";
import type { Sqlite } from "./database.ts";

export class Lease {
  private readonly token = randomUUID();
  private readonly select;
  private readonly put;
  private readonly drop;

  constructor(
    private readonly db: Sqlite,
    private readonly work: string,
  ) {
    this.select = db.prepare<[string], { pid: number; process_start: string; token: string }>(
      "SELECT pid, process_start, token FROM leases WHERE work = ?",
    );
    this.put = db.prepare("INSERT OR REPLACE INTO leases (work, pid, process_start, token, progress) VALUES (?, ?, ?, ?, NULL)");
    this.drop = db.prepare("DELETE FROM leases WHERE work = ? AND token = ?");
  }

  /** @returns whether this process has the work now. */
  take(): boolean {
    return this.db
      .transaction(() => {
        const holder = this.select.get(this.work);
        if (holder?.token === this.token) return true;
        if (holder !== undefined && isAlive(holder.pid, holder.process_start)) return false;
        this.put.run(this.work, process.pid, startOfProcess(process.pid), this.token);
        return true;
      })
      .immediate();
  }

  release(): void {
    this.drop.run(this.work, this.token);
  }
}

/** What living processes hold. */
export function claimedWork(db: Sqlite): ClaimedWork[] {
  return db
    .prepare<[], { work: string; pid: number; process_start: string; progress: string | null }>(
      "SELECT work, pid, process_start, progress FROM leases ORDER BY work",
    )
    .all()
    .filter((holder) => isAlive(holder.pid, holder.process_start))
    .map(({ work, pid, progress }) => (progress === null ? { work, pid } : { work, pid, progress: JSON.parse(progress) as WorkProgress }));
}

/** Writes down how far this process has come with what it holds. */
export function reportWork(db: Sqlite, work: string, progress: WorkProgress): void {
  db.prepare("UPDATE leases SET progress = ? WHERE work = ? AND pid = ?").run(JSON.stringify(progress), work, process.pid);
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
