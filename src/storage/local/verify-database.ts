/**
 * What SQLite finds of its own file. Its indexes follow from its tables, which alone hold what matters: where these are sound, the
 * indexes are made anew.
 */
import { AppError } from "../../core/errors.ts";
import { isDamage, mendOfTables, type Sqlite } from "./database.ts";
import { type Checked, found, mostExamples, ok } from "./verify-check.ts";

/** In SQLite's own words. */
export interface DatabaseFaults {
  /** Of what cannot be made anew. */
  readonly tables: readonly string[];
  readonly indexes: readonly string[];
}

interface Index {
  readonly name: string;
  readonly table: string;
  readonly rootpage: number;
  readonly isPartial: 0 | 1;
}

/** Faults that SQLite lists: with fewer, what it leaves out could be a table's. */
const mostFaults = 1_000_000;

/** Harmless by itself: room that is lost. */
const unusedPage = /^Page \d+: never used$/;

export const mendOfIndexes = "The tables are sound, and `paperkin verify --repair` makes the indexes anew.";

export function faultsOfDatabase(db: Sqlite): DatabaseFaults {
  try {
    // Where a whole index is torn, SQLite compares nothing; it can still say which pages are.
    const faults = listed(db, "integrity_check") ?? listed(db, "quick_check");
    if (faults !== undefined) return divided(db, faults);
    const tables = tornTables(db);
    if (tables.length > 0) return { tables, indexes: [] };
  } catch (error) {
    if (!isDamage(error)) throw error;
    // What is damaged may be what it would look the others up in.
    return { tables: [`it cannot even be checked (${error instanceof Error ? error.message : String(error)})`], indexes: [] };
  }
  return { tables: ["it cannot even be checked"], indexes: [] };
}

/** @returns undefined where the check itself fails on the way. */
function listed(db: Sqlite, check: "integrity_check" | "quick_check"): string[] | undefined {
  try {
    const rows = db.prepare<[], string>(`PRAGMA ${check}(${mostFaults})`).pluck().all();
    return rows.flatMap((row) => row.split("\n")).filter((fault) => fault !== "ok" && !fault.startsWith("*** in database"));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}

/** Where one table keeps all from being checked: which it is. */
function tornTables(db: Sqlite): string[] {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return names.flatMap((name) => {
    try {
      db.prepare(`SELECT count(*) FROM (SELECT * FROM "${name}" NOT INDEXED)`).get();
      const rows = db.prepare<[], string>(`PRAGMA quick_check("${name}")`).pluck().all();
      return rows.length === 1 && rows[0] === "ok" ? [] : [`table ${name} cannot be read whole`];
    } catch (error) {
      if (!isDamage(error)) throw error;
      return [`table ${name} cannot be read whole`];
    }
  });
}

function divided(db: Sqlite, faults: readonly string[]): DatabaseFaults {
  const indexes = db
    .prepare<[], Index>(
      "SELECT name, tbl_name AS 'table', rootpage, sql LIKE '% WHERE %' AS isPartial FROM sqlite_schema WHERE type = 'index'",
    )
    .all();
  const byName = new Map(indexes.map((index) => [index.name, index]));
  const byRoot = new Map(indexes.map((index) => [index.rootpage, index]));
  // One without rowids is a tree of its own kind, and a table all the same.
  const tableRoots = db.prepare<[], { name: string; rootpage: number }>("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'");
  const tableByRoot = new Map(tableRoots.all().map(({ name, rootpage }) => [rootpage, name]));
  const [tables, ofIndexes]: [string[], string[]] = [[], []];
  /** Whether their own pages are as they should be. */
  const damaged = new Map<Index, boolean>();
  for (const fault of faults) {
    const root = /^Tree (\d+) /.exec(fault)?.[1];
    const name = /^(?:row \d+ (?:missing from|values differ from)|wrong # of entries in|non-unique entry in) index (.+)$/.exec(fault)?.[1];
    const index = root === undefined ? byName.get(name ?? "") : byRoot.get(Number(root));
    if (index !== undefined) {
      damaged.set(index, root === undefined && damaged.get(index) !== false);
      ofIndexes.push(fault);
      // Pages that a damaged index leads to no longer. A table that lost some has fewer rows than its indexes know.
    } else if (unusedPage.test(fault)) ofIndexes.push(fault);
    else {
      const table = tableByRoot.get(Number(root));
      tables.push(table === undefined ? fault : `table ${table}: ${fault}`);
    }
  }
  for (const [index, isSound] of damaged) {
    const lost = isSound && !index.isPartial ? entriesWithoutRow(db, index) : 0;
    if (lost > 0) tables.push(`${lost} rows that index ${index.name} knows are missing from table ${index.table}`);
  }
  return { tables, indexes: ofIndexes };
}

/** What an index has more than its table: rows that were lost there. */
function entriesWithoutRow(db: Sqlite, { name, table }: Index): number {
  const count = (how: string) => db.prepare<[], number>(`SELECT COUNT(*) FROM "${table}" ${how}`).pluck().get() ?? 0;
  return count(`INDEXED BY "${name}"`) - count("NOT INDEXED");
}

export function checkDatabase({ tables }: DatabaseFaults): Checked {
  if (tables.length === 0) return ok("SQLite finds no fault in its tables");
  return { state: "damaged", detail: `${tables.slice(0, mostExamples).join("; ")}. ${mendOfTables}` };
}

export function checkIndexes(db: Sqlite, { indexes }: DatabaseFaults, repair: boolean): Checked {
  if (indexes.length === 0) return ok("they agree with their tables");
  if (repair) {
    makeIndexesAnew(db);
    return found(indexes, "", true);
  }
  return { state: "damaged", detail: `${found(indexes, "", false).detail}. ${mendOfIndexes}` };
}

/**
 * Makes all indexes from their tables, in a transaction. `REINDEX` alone would first walk through the damaged ones: each is given an
 * empty tree instead, and what nothing leads to any more goes afterwards. Throws `library_damaged`, and changes nothing, where that
 * mends not all of it.
 */
export function makeIndexesAnew(db: Sqlite): void {
  db.unsafeMode(true);
  try {
    db.transaction(() => {
      const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index'").pluck().all();
      db.exec("CREATE TABLE mending (value)");
      for (const at of names.keys()) db.exec(`CREATE INDEX mending_${at} ON mending (value)`);
      db.pragma("writable_schema = ON");
      const move = db.prepare(
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = ?) WHERE type = 'index' AND name = ?",
      );
      for (const [at, name] of names.entries()) move.run(`mending_${at}`, name);
      db.prepare("DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'mending'").run();
      // Read anew, with the empty trees.
      db.pragma("writable_schema = RESET");
      db.exec("DROP TABLE mending");
      db.exec("REINDEX");
      const left = (listed(db, "integrity_check") ?? ["they cannot even be checked"]).filter((fault) => !unusedPage.test(fault));
      if (left.length > 0)
        throw new AppError("library_damaged", `The indexes in the database ${db.name} cannot be made anew: ${left[0]}.`, {
          mend: "Restore a backup.",
        });
    }).immediate();
  } finally {
    db.pragma("writable_schema = RESET");
    db.unsafeMode(false);
  }
  db.prepare("VACUUM").run();
}
