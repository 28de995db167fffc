/** Libraries of earlier versions. */
import { renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { migrations } from "../../../src/storage/local/migrations.ts";

/** Copies a database's content into one of an earlier version, as far as that has room for it. */
export function makeEarlier(path: string, version: number): void {
  const db = new Database(`${path}.earlier`);
  for (const sql of migrations.slice(0, version)) db.exec(sql);
  db.prepare("ATTACH ? AS later").run(path);
  const tablesOf = (schema: string) =>
    db.prepare<[], string>(`SELECT name FROM ${schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).pluck().all();
  const kept = new Set(tablesOf("later"));
  const tables = tablesOf("main").filter((table) => kept.has(table));
  for (const table of tables) {
    const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`).pluck().all().join(", ");
    db.exec(`INSERT OR REPLACE INTO main.${table} (${columns}) SELECT ${columns} FROM later.${table}`);
  }
  db.pragma(`user_version = ${version}`);
  db.exec("DETACH later");
  db.close();
  for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
  renameSync(`${path}.earlier`, path);
}
