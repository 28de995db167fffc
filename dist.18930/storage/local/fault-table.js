/** What went wrong in the background, in SQLite. */
import { keptFaults } from "../../core/upkeep.js";
export class FaultTable {
    db;
    select;
    fold;
    insert;
    trim;
    constructor(db) {
        this.db = db;
        // Of equal ones the first and the last are kept.
        this.select = db.prepare(`SELECT at, work, code, detail, (SELECT MIN(e.at) FROM faults e WHERE e.rowid < f.rowid AND e.work = f.work AND e.code = f.code
       AND e.detail = f.detail) AS since FROM faults f
       WHERE NOT EXISTS (SELECT 1 FROM faults l WHERE l.rowid > f.rowid AND l.work = f.work AND l.code = f.code AND l.detail = f.detail)
       ORDER BY rowid DESC`);
        this.fold = db.prepare(`DELETE FROM faults WHERE work = @work AND code = @code AND detail = @detail
       AND rowid > (SELECT MIN(rowid) FROM faults WHERE work = @work AND code = @code AND detail = @detail)`);
        this.insert = db.prepare("INSERT INTO faults (at, work, code, detail) VALUES (@at, @work, @code, @detail)");
        this.trim = db.prepare("DELETE FROM faults WHERE rowid NOT IN (SELECT rowid FROM faults ORDER BY rowid DESC LIMIT ?)");
    }
    add({ at, work, code, detail }) {
        this.db
            .transaction(() => {
            this.fold.run({ work, code, detail });
            this.insert.run({ at, work, code, detail });
            this.trim.run(keptFaults);
        })
            .immediate();
    }
    all() {
        return this.select.all().map(({ since, ...fault }) => (since === null ? fault : { ...fault, since }));
    }
}
//# sourceMappingURL=fault-table.js.map