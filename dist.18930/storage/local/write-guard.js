/**
 * Ends writing through a connection for good when the disk did not confirm what was to be synced. The kernel forgets
 * such pages: a later sync succeeds without them, and whoever goes on acknowledges what may not be on the disk. The same
 * where the file at its path is another one, or gone: what is written to the one that is open, nobody finds again. And where
 * a newer Paperkin has brought the library up to date meanwhile: what is written in the old way is wrong in the new one.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { AppError } from "../../core/errors.js";
import { migrations } from "./migrations.js";
export class WriteGuard {
    db;
    cause;
    file;
    /** SQLite keeps the log beside the file that a link leads to, and as it is for as long as anybody has the library open. */
    logPath;
    log;
    constructor(db) {
        this.db = db;
        this.file = fileAt(db.name);
        this.logPath = `${this.file === undefined ? db.name : realpathSync(db.name)}-wal`;
        this.log = fileAt(this.logPath);
        this.watchStatements();
        this.watchTransactions();
    }
    /** Why nothing is written any more; undefined while it is. */
    get stopped() {
        this.lookAtFile();
        return this.cause;
    }
    /** Looks at what went wrong with a file of the library. @returns what to throw in its place. */
    judge(thrown) {
        if (isSyncFailure(thrown)) {
            this.stop(`The disk did not confirm that it keeps what was written (${codeOf(thrown)}), so nothing more is written; reading goes on.`, "Look at the disk, start the server again, and run `paperkin verify`. Nothing that was acknowledged before is lost.", thrown);
        }
        return this.cause !== undefined && (isSyncFailure(thrown) || codeOf(thrown).startsWith("SQLITE_READONLY")) ? this.cause : thrown;
    }
    stop(message, mend, cause) {
        if (this.cause !== undefined)
            return;
        this.cause = new AppError("storage_failed", message, { mend, cause });
        // Every way of writing ends here, also those that nobody thought of.
        this.db.pragma("query_only = ON");
    }
    lookAtFile() {
        if (this.cause !== undefined || this.file === undefined)
            return;
        if (fileAt(this.db.name) === this.file) {
            this.lookAtLog();
            this.lookAtVersion();
            return;
        }
        this.stop(`The library's file ${this.db.name} was moved, removed or replaced, so nothing more is written; reading goes on.`, "Stop this program, put back the library that is meant, and start again. What was written before is in the file that was moved.");
    }
    lookAtLog() {
        if (this.log === undefined || fileAt(this.logPath) === this.log)
            return;
        this.stop(`The library's log ${this.logPath} was moved, removed or replaced, so nothing more is written; reading goes on.`, "Let no other program open the library, and end this one as usual (not by kill -9): it then writes what the log held into the library. Then start again, and run `paperkin verify`.");
    }
    lookAtVersion() {
        const version = this.version();
        if (version <= migrations.length)
            return;
        this.stop(`A newer version of Paperkin has brought the library up to date (schema ${version}; this one knows schemas up to ${migrations.length}), so nothing more is written; reading goes on.`, "Stop this program, and start the newer version.");
    }
    /** 0 where nothing can be read: whoever writes meets that too. */
    version() {
        try {
            return Number(this.db.pragma("user_version", { simple: true }));
        }
        catch {
            return 0;
        }
    }
    /** Throws `storage_failed` before something is written that nobody would find again. */
    checkFile() {
        this.lookAtFile();
        if (this.cause !== undefined)
            throw this.cause;
    }
    watched(run) {
        return (...args) => {
            try {
                return run(...args);
            }
            catch (thrown) {
                throw this.judge(thrown);
            }
        };
    }
    watchStatements() {
        const { db } = this;
        const prepare = db.prepare.bind(db);
        const watching = (sql) => {
            const statement = prepare(sql);
            const run = this.watched(statement.run.bind(statement));
            statement.run = (...args) => {
                if (!db.inTransaction)
                    this.checkFile();
                return run(...args);
            };
            statement.get = this.watched(statement.get.bind(statement));
            statement.all = this.watched(statement.all.bind(statement));
            return statement;
        };
        Object.assign(db, { prepare: watching });
    }
    watchTransactions() {
        const { db } = this;
        const transaction = db.transaction.bind(db);
        const watching = (work) => {
            const made = transaction(work);
            const ways = { default: made.default, deferred: made.deferred, immediate: made.immediate, exclusive: made.exclusive };
            const checked = (run) => {
                const watched = this.watched(run);
                return (...args) => {
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
/** @returns which file stands at a path; undefined where none does. */
export function fileAt(path) {
    return existsSync(path) ? statSync(path, { bigint: true }).ino : undefined;
}
/** Writing that fails is refused and rolled back whole; after a failed sync nobody knows what stands on the disk. */
function isSyncFailure(thrown) {
    const code = codeOf(thrown);
    if (code === "SQLITE_IOERR_FSYNC" || code === "SQLITE_IOERR_DIR_FSYNC")
        return true;
    return code === "EIO" && thrown instanceof Error && "syscall" in thrown && thrown.syscall === "fsync";
}
function codeOf(thrown) {
    return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}
//# sourceMappingURL=write-guard.js.map