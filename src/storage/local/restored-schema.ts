/** Checks that a database from elsewhere has the schema that Paperkin creates: its checksums only show that nobody changed it since. */
import Database from "better-sqlite3";
import type { Sqlite } from "./database.ts";
import { migrations } from "./migrations.ts";

/** To be called before anything is written to it. @returns a part that does not belong there; undefined if there is none. */
export function foreignPart(db: Sqlite): string | undefined {
  // A trigger or view could silently refuse, change or duplicate what is stored.
  const part = db
    .prepare<[], { type: string; name: string }>("SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
    .get();
  return part === undefined ? undefined : `its database has a ${part.type} ${JSON.stringify(part.name)}, and Paperkin creates none`;
}

/** @param db of the newest schema. @returns the first table that differs from its definition; undefined if there is none. */
export function foreignTable(db: Sqlite): string | undefined {
  const made = new Database(":memory:");
  try {
    for (const migration of migrations) made.exec(migration);
    const names = made.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    const wrong = names.find((name) => columnsOf(db, name) !== columnsOf(made, name));
    return wrong === undefined ? undefined : `its database has no table ${wrong} with the columns that Paperkin creates`;
  } finally {
    made.close();
  }
}

/** Including generated columns. */
function columnsOf(db: Sqlite, table: string): string {
  return JSON.stringify(db.pragma(`table_xinfo(${table})`));
}
