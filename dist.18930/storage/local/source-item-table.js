export class SourceItemTable {
    db;
    now;
    put;
    mark;
    selectDeleted;
    delete;
    constructor(db, now) {
        this.db = db;
        this.now = now;
        this.put = db.prepare("INSERT OR REPLACE INTO source_items (item, key, id, deleted) VALUES (?, ?, ?, NULL)");
        this.mark = db.prepare("UPDATE source_items SET deleted = ? WHERE item = ? AND deleted IS NULL AND id IN (SELECT id FROM paper_ids)");
        this.selectDeleted = db.prepare(`SELECT item, key, id, deleted FROM source_items s WHERE deleted IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM source_items other WHERE other.key = s.key AND other.deleted IS NULL) ORDER BY item`);
        this.delete = db.prepare("DELETE FROM source_items WHERE item = ?");
    }
    /** One transaction. */
    keep(items) {
        this.db
            .transaction(() => {
            for (const { item, key, id } of items)
                this.put.run(item, key, id);
        })
            .immediate();
    }
    /** One transaction. @returns how many were there. */
    markDeleted(items) {
        const at = this.now().toISOString();
        return this.db.transaction(() => items.reduce((count, item) => count + this.mark.run(at, item).changes, 0)).immediate();
    }
    deleted() {
        return this.selectDeleted.all();
    }
    /** One transaction. */
    forget(items) {
        this.db
            .transaction(() => {
            for (const item of items)
                this.delete.run(item);
        })
            .immediate();
    }
}
//# sourceMappingURL=source-item-table.js.map