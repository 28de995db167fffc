/** What single records said of papers, in SQLite, and what they may not claim since a paper was split. */
import { readRecord } from "./paper-row.js";
import { checksumOfText } from "./row-checksum.js";
export class ContributionTable {
    select;
    insert;
    deleteAll;
    selectForbidden;
    insertForbidden;
    deleteForbidden;
    constructor(db) {
        this.select = db.prepare("SELECT key, record, checksum FROM contributions WHERE label = ? ORDER BY key");
        this.insert = db.prepare("INSERT OR REPLACE INTO contributions (label, key, record, checksum) VALUES (?, ?, ?, ?)");
        this.deleteAll = db.prepare("DELETE FROM contributions WHERE label = ?");
        this.selectForbidden = db.prepare("SELECT id FROM kept_apart WHERE key = ?").pluck();
        this.insertForbidden = db.prepare("INSERT OR IGNORE INTO kept_apart (key, id) VALUES (?, ?)");
        this.deleteForbidden = db.prepare("DELETE FROM kept_apart WHERE key = ?");
    }
    /** By key. @param readPaper gives what they make together; of a single record nothing else is kept. */
    of(label, readPaper) {
        return this.select.all(label).map(({ key, record, checksum }) => {
            if (record !== null)
                return { key, paper: readRecord(record, checksum, `paper ${label}`) };
            const { paperId: _, ...said } = readPaper() ?? {};
            return { key, paper: said };
        });
    }
    /** The one record of a new paper. */
    putFirst(label, key) {
        this.insert.run(label, key, null, null);
    }
    /** In the place of those before. */
    put(label, contributions) {
        this.deleteAll.run(label);
        for (const [key, paper] of contributions) {
            const record = contributions.size === 1 ? null : JSON.stringify(paper);
            this.insert.run(label, key, record, record === null ? null : checksumOfText(record));
        }
    }
    /** What a record may not claim. */
    forbiddenTo(key) {
        return new Set(this.selectForbidden.all(key));
    }
    forbid(key, ids) {
        for (const id of ids)
            this.insertForbidden.run(key, id);
    }
    permitAll(key) {
        this.deleteForbidden.run(key);
    }
}
//# sourceMappingURL=contribution-table.js.map