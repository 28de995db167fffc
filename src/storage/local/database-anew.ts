/**
 * Rebuilds the parts of a database that follow from other tables: its indexes, and derived tables. All of it is one transaction, so that
 * the database is unchanged or complete if the process is killed.
 */
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../../core/errors.ts";
import { ChangeCounter } from "./change-counter.ts";
import { ifReadable, isDamage, mendOfTables, type Sqlite } from "./database.ts";
import { PaperTable } from "./paper-table.ts";
import { agrees, checksumOfBytes } from "./row-checksum.ts";
import { listedFaults, unusedPage } from "./verify-database.ts";

type Row = Readonly<Record<string, unknown>>;

interface RowKey {
  readonly generation: number;
  readonly label: number;
}

/** How to recognise intact rows of tables that only cost time to fill. The backlog restores the others. */
const keptRows: Readonly<Record<string, (row: Row) => boolean>> = {
  embeddings: ({ vector, checksum, content_hash: hash, change }) =>
    isStored(vector, checksum) && typeof hash === "string" && typeof change === "number",
  sentence_embeddings: ({ vectors, checksum }) => isStored(vectors, checksum),
};

/** @param onStep called before each step. */
export type OnStep = (step: string) => void;

/**
 * Gives each index and each table an empty B-tree and fills it (`REINDEX` alone would first walk the damaged B-trees). Pages that are no
 * longer referenced are freed afterwards. Throws `storage_full` before it begins, and `library_damaged`, changing nothing, if damage would
 * remain.
 * @param tables which of the tables that `verify-database.ts` lists as derived.
 */
export function makeAnew(db: Sqlite, tables: readonly string[], onStep: OnStep = () => undefined): void {
  requireRoom(db);
  db.unsafeMode(true);
  try {
    db.transaction(() => {
      onStep("replacing damaged tables and indexes by empty ones");
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
        throw new AppError("library_damaged", `The derived tables and indexes of the database ${db.name} cannot be rebuilt: ${left[0]}.`, {
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

/** The rebuild writes at most the size of the database twice: to the write-ahead log, and then to the database itself. So does `VACUUM`. */
function requireRoom(db: Sqlite): void {
  if (db.memory) return;
  const { bavail, bsize } = statfsSync(dirname(db.name));
  const [free, needed] = [bavail * bsize, 2 * statSync(db.name).size];
  if (free >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new AppError(
    "storage_full",
    `Rebuilding parts of the database ${db.name} needs ${megabytes(needed)} next to it, and ${megabytes(free)} are free.`,
    { mend: "Free some space there, or copy the library's folder to another disk and repair it there (--data). Nothing was changed." },
  );
}

/** @returns the name of the new table. */
function emptyTableLike(db: Sqlite, table: string): string {
  const like = `mending_${table}`;
  const sql = db.prepare<[string], string>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table) ?? "";
  db.exec(sql.replace(new RegExp(`^CREATE TABLE "?${table}"?`), `CREATE TABLE "${like}"`));
  return like;
}

/**
 * Copies rows one by one, so that a torn page costs only its own rows. Reads through a second connection: once SQLite meets damage in a
 * transaction, it writes nothing more in it.
 * @returns keys of rows that may exist and cannot be read.
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
        const row = ifReadable(() => select.get(generation, label), "damaged" as const);
        if (row === "damaged") unread.push({ generation, label });
        else if (row?.generation === generation && row.label === label && isKept(row)) insert.run(row);
      }
    }
    return unread;
  } finally {
    beside.close();
  }
}

/** A paper and its sentences are embedded together, so the paper's own vector is deleted to have its sentences embedded again. */
function embedAnew(db: Sqlite, papers: readonly RowKey[]): void {
  const remove = db.prepare("DELETE FROM embeddings WHERE generation = @generation AND label = @label");
  for (const paper of papers) remove.run(paper);
}

function isStored(bytes: unknown, checksum: unknown): boolean {
  return Buffer.isBuffer(bytes) && (checksum === null || typeof checksum === "number") && agrees(checksum, checksumOfBytes(bytes));
}

/** Gives tables and indexes the B-trees of the new ones, whose schema entries are removed. The old B-trees become unreferenced pages. */
function giveTrees(db: Sqlite, moves: readonly (readonly [type: string, name: string, from: string])[]): void {
  db.pragma("writable_schema = ON");
  const move = db.prepare(
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = ?) WHERE type = ? AND name = ?",
  );
  for (const [type, name, from] of moves) move.run(from, type, name);
  db.prepare("DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'mending'").run();
  db.prepare("DELETE FROM sqlite_schema WHERE tbl_name GLOB 'mending_*'").run();
  // Reloads the schema with the empty B-trees.
  db.pragma("writable_schema = RESET");
  db.exec("DROP TABLE mending");
}

/** Throws `library_damaged` if a record does not match its checksum, since nothing else knows its ids. */
function indexPapers(db: Sqlite): void {
  try {
    new PaperTable(db, new ChangeCounter(db), () => new Date()).indexAll();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new AppError(
      "library_damaged",
      `Ids and categories cannot be rebuilt: ${error instanceof Error ? error.message : String(error)}`,
      {
        mend: mendOfTables,
        cause: error,
      },
    );
  }
}
