/**
 * Makes anew what follows from other tables of a database, in one transaction: its indexes, and tables that are derived. Whenever it
 * is killed, the database is as it was or whole.
 */
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../../core/errors.ts";
import { ChangeCounter } from "./change-counter.ts";
import { isDamage, mendOfTables, type Sqlite } from "./database.ts";
import { PaperTable } from "./paper-table.ts";
import { agrees, checksumOfBytes } from "./row-checksum.ts";
import { listedFaults, unusedPage } from "./verify-database.ts";

type Row = Readonly<Record<string, unknown>>;

interface RowKey {
  readonly generation: number;
  readonly label: number;
}

/** Which rows of a table that only costs time to fill are those that were stored; the backlog brings the others. */
const keptRows: Readonly<Record<string, (row: Row) => boolean>> = {
  embeddings: ({ vector, checksum, content_hash: hash, change }) =>
    isStored(vector, checksum) && typeof hash === "string" && typeof change === "number",
  sentence_embeddings: ({ vectors, checksum }) => isStored(vectors, checksum),
};

/** @param onStep told before each step. */
export type OnStep = (step: string) => void;

/**
 * Each index is given an empty tree and filled (`REINDEX` alone would first walk through the damaged ones), and so is each of the
 * tables; what nothing leads to any more goes afterwards. Throws `library_damaged`, and changes nothing, where that mends not all of it,
 * and `storage_full` before it begins.
 * @param tables of those that `verify-database.ts` calls derived.
 */
export function makeAnew(db: Sqlite, tables: readonly string[], onStep: OnStep = () => undefined): void {
  requireRoom(db);
  db.unsafeMode(true);
  try {
    db.transaction(() => {
      onStep("giving damaged tables and indexes an empty place");
      const indexes = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index'").pluck().all();
      const moved = tables.map((name) => [name, emptyTableLike(db, name)] as const);
      db.exec("CREATE TABLE mending (value)");
      for (const at of indexes.keys()) db.exec(`CREATE INDEX mending_${at} ON mending (value)`);
      const unread = moved.flatMap(([name, like]) => keepRows(db, name, like, onStep));
      giveTrees(db, [
        ...moved.map(([name, like]) => ["table", name, like] as const),
        ...indexes.map((name, at) => ["index", name, `mending_${at}`] as const),
      ]);
      onStep("making the database's indexes");
      db.exec("REINDEX");
      if (tables.includes("sentence_embeddings")) embedAnew(db, unread);
      if (tables.some((name) => name.startsWith("paper_"))) {
        onStep("writing ids, categories and sources of all papers");
        indexPapers(db);
      }
      onStep("checking the database");
      const left = (listedFaults(db, "integrity_check") ?? ["they cannot even be checked"]).filter((fault) => !unusedPage.test(fault));
      if (left.length > 0)
        throw new AppError("library_damaged", `What is derived in the database ${db.name} cannot be made anew: ${left[0]}.`, {
          mend: "Restore a backup.",
        });
    }).immediate();
  } finally {
    db.pragma("writable_schema = RESET");
    db.unsafeMode(false);
  }
  onStep("taking lost pages out of the database");
  db.prepare("VACUUM").run();
}

/** What is written stands in the log and then in the database, as large as all of it at most; so does what `VACUUM` writes. */
function requireRoom(db: Sqlite): void {
  if (db.memory) return;
  const { bavail, bsize } = statfsSync(dirname(db.name));
  const [free, needed] = [bavail * bsize, 2 * statSync(db.name).size];
  if (free >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new AppError(
    "storage_full",
    `To make parts of the database ${db.name} anew takes ${megabytes(needed)} beside it, and ${megabytes(free)} are free.`,
    { mend: "Free some space there, or copy the library's folder to another disk and mend it there (--data). Nothing was changed." },
  );
}

/** @returns its name. */
function emptyTableLike(db: Sqlite, table: string): string {
  const like = `mending_${table}`;
  const sql = db.prepare<[string], string>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table) ?? "";
  db.exec(sql.replace(new RegExp(`^CREATE TABLE "?${table}"?`), `CREATE TABLE "${like}"`));
  return like;
}

/**
 * One by one: a row on a torn page costs that row alone. Read beside the transaction, in which SQLite writes nothing more once it has met
 * damage. @returns those that may be there and cannot be read.
 */
function keepRows(db: Sqlite, table: string, into: string, onStep: OnStep): RowKey[] {
  const isKept = keptRows[table];
  if (isKept === undefined) return [];
  onStep(`keeping what can be read of ${table}`);
  const columns = db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table);
  const insert = db.prepare(`INSERT INTO "${into}" (${columns.join(", ")}) VALUES (${columns.map((column) => `@${column}`).join(", ")})`);
  const labels = db.prepare<[], number>("SELECT label FROM papers NOT INDEXED").pluck().all();
  const generations = db.prepare<[], number>("SELECT id FROM generations NOT INDEXED").pluck().all();
  const unread: RowKey[] = [];
  const beside = new Database(db.name, { readonly: true });
  try {
    const select = beside.prepare<[number, number], Row>(`SELECT * FROM "${table}" WHERE generation = ? AND label = ?`);
    for (const generation of generations) {
      for (const label of labels) {
        const row = readable(() => select.get(generation, label));
        if (row === "damaged") unread.push({ generation, label });
        else if (row?.generation === generation && row.label === label && isKept(row)) insert.run(row);
      }
    }
    return unread;
  } finally {
    beside.close();
  }
}

/** What is embedded is embedded with its sentences: those of a paper come again with its own vector. */
function embedAnew(db: Sqlite, papers: readonly RowKey[]): void {
  const remove = db.prepare("DELETE FROM embeddings WHERE generation = @generation AND label = @label");
  for (const paper of papers) remove.run(paper);
}

function readable<T>(read: () => T): T | "damaged" {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return "damaged";
  }
}

function isStored(bytes: unknown, checksum: unknown): boolean {
  return Buffer.isBuffer(bytes) && (checksum === null || typeof checksum === "number") && agrees(checksum, checksumOfBytes(bytes));
}

/** Those of others, which go. What led to the trees that were there leads nowhere now. */
function giveTrees(db: Sqlite, moves: readonly (readonly [type: string, name: string, from: string])[]): void {
  db.pragma("writable_schema = ON");
  const move = db.prepare(
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = ?) WHERE type = ? AND name = ?",
  );
  for (const [type, name, from] of moves) move.run(from, type, name);
  db.prepare("DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'mending'").run();
  db.prepare("DELETE FROM sqlite_schema WHERE tbl_name GLOB 'mending_*'").run();
  // Read anew, with the empty trees.
  db.pragma("writable_schema = RESET");
  db.exec("DROP TABLE mending");
}

/** Throws `library_damaged` where a record is not the one that was stored: nothing else knows what its ids are. */
function indexPapers(db: Sqlite): void {
  try {
    new PaperTable(db, new ChangeCounter(db), () => new Date()).indexAll();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new AppError(
      "library_damaged",
      `Ids and categories cannot be made anew: ${error instanceof Error ? error.message : String(error)}`,
      {
        mend: mendOfTables,
        cause: error,
      },
    );
  }
}
