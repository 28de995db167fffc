export class FetchPositionTable {
    select;
    put;
    delete;
    constructor(db) {
        this.select = db.prepare("SELECT position FROM fetch_positions WHERE key = ?").pluck();
        this.put = db.prepare("INSERT OR REPLACE INTO fetch_positions (key, position, updated) VALUES (?, ?, ?)");
        this.delete = db.prepare("DELETE FROM fetch_positions WHERE key = ?");
    }
    get(key) {
        return this.select.get(key);
    }
    set(key, position) {
        if (position === undefined)
            this.delete.run(key);
        else
            this.put.run(key, position, new Date().toISOString());
    }
}
//# sourceMappingURL=fetch-position-table.js.map