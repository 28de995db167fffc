/**
 * Stops all writing through a connection permanently if a sync fails: the kernel forgets such pages, a later sync succeeds without them,
 * and the program would acknowledge writes that may not be on disk. It also stops if the file at the path was replaced or removed, since
 * nobody would find what is written to the open one, and if a newer Paperkin has migrated the library meanwhile, since writes in the old
 * format would be wrong.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import type Database from "better-sqlite3";
import { AppError, codeOf } from "../../core/errors.ts";
import { migrations } from "./migrations.ts";

type Sqlite = Database.Database;

export class WriteGuard {
  private cause: AppError | undefined;
  private readonly file: bigint | undefined;
  /** SQLite keeps the log next to the target of a link, and does not replace it while any process has the library open. */
  private readonly logPath: string;
  private readonly log: bigint | undefined;

  constructor(private readonly db: Sqlite) {
    this.file = fileAt(db.name);
    this.logPath = `${this.file === undefined ? db.name : realpathSync(db.name)}-wal`;
    this.log = fileAt(this.logPath);
    this.watchStatements();
    this.watchTransactions();
  }

  /** Why writing has stopped; undefined if it has not. */
  get stopped(): AppError | undefined {
    this.lookAtFile();
    return this.cause;
  }

  /** Inspects an error from a file of the library. @returns the error to throw instead. */
  judge(thrown: unknown): unknown {
    if (isSyncFailure(thrown)) {
      this.stop(
        `A sync to disk failed (${codeOf(thrown)}), so nothing more is written; reading goes on.`,
        "Check the disk, start the server again, and run `paperkin verify`. Nothing that was acknowledged before is lost.",
        thrown,
      );
    }
    return this.cause !== undefined && (isSyncFailure(thrown) || codeOf(thrown).startsWith("SQLITE_READONLY")) ? this.cause : thrown;
  }

  private stop(message: string, mend: string, cause?: unknown): void {
    if (this.cause !== undefined) return;
    this.cause = new AppError("storage_failed", message, { mend, cause });
    // Also stops writes that do not go through the methods wrapped here.
    this.db.pragma("query_only = ON");
  }

  private lookAtFile(): void {
    if (this.cause !== undefined || this.file === undefined) return;
    if (fileAt(this.db.name) === this.file) {
      this.lookAtLog();
      this.lookAtVersion();
      return;
    }
    this.stop(
      `The library's file ${this.db.name} was moved, removed or replaced, so nothing more is written; reading goes on.`,
      "Stop this program, put the right library back, and start again. What was written before is in the file that was moved.",
    );
  }

  private lookAtLog(): void {
    if (this.log === undefined || fileAt(this.logPath) === this.log) return;
    this.stop(
      `The library's log ${this.logPath} was moved, removed or replaced, so nothing more is written; reading goes on.`,
      "Let no other program open the library, and end this one as usual (not by kill -9): it then writes what the log held into the library. Then start again, and run `paperkin verify`.",
    );
  }

  private lookAtVersion(): void {
    const version = this.version();
    if (version <= migrations.length) return;
    this.stop(
      `A newer version of Paperkin has brought the library up to date (schema ${version}; this one knows schemas up to ${migrations.length}), so nothing more is written; reading goes on.`,
      "Stop this program, and start the newer version.",
    );
  }

  /** 0 if the version cannot be read; a write would meet the same error. */
  private version(): number {
    try {
      return Number(this.db.pragma("user_version", { simple: true }));
    } catch {
      return 0;
    }
  }

  /** Throws `storage_failed` before a write that would be lost. */
  private checkFile(): void {
    this.lookAtFile();
    if (this.cause !== undefined) throw this.cause;
  }

  private watched<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        return run(...args);
      } catch (thrown) {
        throw this.judge(thrown);
      }
    };
  }

  private watchStatements(): void {
    const { db } = this;
    const prepare = db.prepare.bind(db);
    const watching = (sql: string) => {
      const statement = prepare<unknown[]>(sql);
      const run = this.watched(statement.run.bind(statement));
      statement.run = (...args) => {
        if (!db.inTransaction) this.checkFile();
        return run(...args);
      };
      statement.get = this.watched(statement.get.bind(statement));
      statement.all = this.watched(statement.all.bind(statement));
      return statement;
    };
    Object.assign(db, { prepare: watching });
  }

  private watchTransactions(): void {
    const { db } = this;
    const transaction = db.transaction.bind(db);
    const watching = (work: (...args: unknown[]) => unknown) => {
      const made = transaction(work);
      const ways = { default: made.default, deferred: made.deferred, immediate: made.immediate, exclusive: made.exclusive };
      const checked = (run: (...args: unknown[]) => unknown) => {
        const watched = this.watched(run);
        return (...args: unknown[]) => {
          this.checkFile();
          return watched(...args);
        };
      };
      const all = Object.entries(ways).map(([name, run]) => [name, checked(run)]);
      return Object.assign(checked(made), Object.fromEntries(all));
    };
    Object.assign(db, { transaction: watching });
  }
}

/** @returns the inode of the file at a path; undefined if there is none. */
export function fileAt(path: string): bigint | undefined {
  return existsSync(path) ? statSync(path, { bigint: true }).ino : undefined;
}

/** Only a failed sync: a failed write is reported and rolled back completely, but after a failed sync nobody knows what is on disk. */
function isSyncFailure(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (code === "SQLITE_IOERR_FSYNC" || code === "SQLITE_IOERR_DIR_FSYNC") return true;
  return code === "EIO" && thrown instanceof Error && "syscall" in thrown && thrown.syscall === "fsync";
}
