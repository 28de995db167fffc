/** Whether a database that came from elsewhere is made as Paperkin makes one: its checksums only say that nobody changed it since. */
import Database from "better-sqlite3";
import { migrations } from "./migrations.js";
/** To be asked before anything is written to it. @returns what does not belong there, undefined where nothing is. */
export function foreignPart(db) {
    // One of them could refuse, change or double in silence what is stored.
    const part = db
        .prepare("SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
        .get();
    return part === undefined ? undefined : `its database has a ${part.type} ${JSON.stringify(part.name)}, which Paperkin makes none of`;
}
/** @param db of the newest schema. @returns the first table that is not as it should be, undefined where there is none. */
export function foreignTable(db) {
    const made = new Database(":memory:");
    try {
        for (const migration of migrations)
            made.exec(migration);
        const names = made.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
        const wrong = names.find((name) => columnsOf(db, name) !== columnsOf(made, name));
        return wrong === undefined ? undefined : `its database has no table ${wrong} as Paperkin makes it`;
    }
    finally {
        made.close();
    }
}
/** Generated columns among them. */
function columnsOf(db, table) {
    return JSON.stringify(db.pragma(`table_xinfo(${table})`));
}
//# sourceMappingURL=restored-schema.js.map