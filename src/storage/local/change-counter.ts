/** The change counter, which every modifying transaction increments. A reader that follows it has seen everything up to its number. */
import type { Sqlite } from "./database.ts";

export class ChangeCounter {
  private readonly raise;
  private readonly read;
  private current: number | undefined;

  constructor(private readonly db: Sqlite) {
    this.raise = db.prepare<[], number>("UPDATE counter SET change = change + 1 RETURNING change").pluck();
    this.read = db.prepare<[], number>("SELECT change FROM counter").pluck();
  }

  /** Runs `work` in one transaction that takes the write lock at its beginning. */
  transact<T>(work: () => T): T {
    try {
      return this.db.transaction(work).immediate();
    } finally {
      this.current = undefined;
    }
  }

  /** The number of the current transaction: incremented at the first call, then the same. */
  next(): number {
    if (!this.db.inTransaction) throw new TypeError("a change needs a transaction");
    this.current ??= this.raise.get() ?? 0;
    return this.current;
  }

  last(): number {
    return this.read.get() ?? 0;
  }
}
