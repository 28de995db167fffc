export class ChangeCounter {
    db;
    raise;
    read;
    current;
    constructor(db) {
        this.db = db;
        this.raise = db.prepare("UPDATE counter SET change = change + 1 RETURNING change").pluck();
        this.read = db.prepare("SELECT change FROM counter").pluck();
    }
    /** Runs `work` in one transaction that holds the write lock from its beginning. */
    transact(work) {
        try {
            return this.db.transaction(work).immediate();
        }
        finally {
            this.current = undefined;
        }
    }
    /** The number of the transaction that is open: raised when it is first asked for, then the same. */
    next() {
        if (!this.db.inTransaction)
            throw new TypeError("a change needs a transaction");
        this.current ??= this.raise.get() ?? 0;
        return this.current;
    }
    last() {
        return this.read.get() ?? 0;
    }
}
//# sourceMappingURL=change-counter.js.map