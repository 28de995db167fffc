/**
 * What SQLite finds of its own file. Its indexes follow from its tables, which alone hold what matters: where these are sound, the
 * indexes are made anew.
 */
import { toAppError } from "../../core/errors.ts";
import { isDamage, mendOfTables, type Sqlite } from "./database.ts";
import { type Checked, found, mostExamples, ok } from "./verify-check.ts";

/** In SQLite's own words. */
export interface DatabaseFaults {
  /** Of what cannot be made anew; with these, whatever is wrong with tables. */
  readonly tables: readonly string[];
  /** Of tables that follow from others, one fault for each. */
  readonly derived: ReadonlyMap<string, string>;
  readonly indexes: readonly string[];
}

/** Of a table, where SQLite says which. */
interface TableFault {
  readonly table: string | undefined;
  readonly detail: string;
}

export const noFaults: DatabaseFaults = { tables: [], derived: new Map(), indexes: [] };

/** Tables that follow from papers' records, or from these and a model; and those that may be empty. */
const derivedTables: ReadonlySet<string> = new Set([
  "paper_ids",
  "paper_categories",
  "paper_sources",
  "embeddings",
  "sentence_embeddings",
  "faults",
  "leases",
]);

interface Index {
  readonly name: string;
  readonly table: string;
  readonly rootpage: number;
  readonly isPartial: 0 | 1;
}

/** Faults that SQLite lists: with fewer, what it leaves out could be a table's. */
const mostFaults = 1_000_000;

/** Harmless by itself: room that is lost. */
export const unusedPage = /^Page \d+: never used$/;

export const mendOfIndexes = "The tables are sound, and `paperkin verify --repair` makes the indexes anew.";
export const mendOfDerived =
  "All that is in these tables follows from the others, which are sound: `paperkin verify --repair` makes them anew, and the next import or a running server embeds what waits then.";

export function faultsOfDatabase(db: Sqlite): DatabaseFaults {
  try {
    // Where a whole index is torn, SQLite compares nothing; it can still say which pages are.
    const faults = listedFaults(db, "integrity_check") ?? listedFaults(db, "quick_check");
    const { tables, indexes } = faults === undefined ? { tables: tornTables(db), indexes: [] } : toldOf(db, faults);
    if (faults !== undefined || tables.length > 0) return divided(tables, indexes);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // What is damaged may be what it would look the others up in.
    return { ...noFaults, tables: [`it cannot even be checked (${error instanceof Error ? error.message : String(error)})`] };
  }
  return { ...noFaults, tables: ["it cannot even be checked"] };
}

function divided(faults: readonly TableFault[], indexes: readonly string[]): DatabaseFaults {
  const derived = new Map<string, string>();
  for (const { table, detail } of faults) {
    if (table === undefined || !derivedTables.has(table)) return { ...noFaults, tables: faults.map((fault) => fault.detail), indexes };
    if (!derived.has(table)) derived.set(table, detail);
  }
  return { tables: [], derived, indexes };
}

/** @returns undefined where the check itself fails on the way. */
export function listedFaults(db: Sqlite, check: "integrity_check" | "quick_check"): string[] | undefined {
  try {
    return listedRows(db, `${check}(${mostFaults})`);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}

function listedRows(db: Sqlite, check: string): string[] {
  const rows = db.prepare<[], string>(`PRAGMA ${check}`).pluck().all();
  return rows.flatMap((row) => row.split("\n")).filter((fault) => fault !== "ok" && !fault.startsWith("*** in database"));
}

/** Where one table keeps all from being checked: which it is. */
function tornTables(db: Sqlite): TableFault[] {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return names.flatMap((name) => {
    const torn: TableFault = { table: name, detail: `table ${name} cannot be read whole` };
    try {
      // With all values, of which some stand on pages of their own; in its own order, for which no index is read.
      for (const _ of db
        .prepare(`SELECT * FROM "${name}" NOT INDEXED ORDER BY ${ownOrder(db, name)}`)
        .raw()
        .iterate());
    } catch (error) {
      if (!isDamage(error)) throw error;
      return [torn];
    }
    try {
      const faults = listedRows(db, `quick_check("${name}")`);
      return toldOf(db, faults).tables.length > 0 ? [torn] : [];
    } catch (error) {
      if (!isDamage(error)) throw error;
      // An index of it, since it could be read.
      return [];
    }
  });
}

function ownOrder(db: Sqlite, table: string): string {
  const keys = db.prepare<[string], string>(
    "SELECT c.name FROM pragma_table_list(?) t, pragma_table_info(t.name) c WHERE t.wr = 1 AND c.pk > 0 ORDER BY c.pk",
  );
  return keys.pluck().all(table).join(", ") || "rowid";
}

function toldOf(db: Sqlite, faults: readonly string[]): { tables: readonly TableFault[]; indexes: readonly string[] } {
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
  const [tables, ofIndexes]: [TableFault[], string[]] = [[], []];
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
      tables.push({ table, detail: table === undefined ? fault : `table ${table}: ${fault}` });
    }
  }
  for (const [index, isSound] of damaged) {
    const lost = isSound && !index.isPartial ? entriesWithoutRow(db, index) : 0;
    const { name, table } = index;
    if (lost > 0) tables.push({ table, detail: `${lost} rows that index ${name} knows are missing from table ${table}` });
  }
  return { tables, indexes: ofIndexes };
}

/** What an index has more than its table: rows that were lost there. */
function entriesWithoutRow(db: Sqlite, { name, table }: Index): number {
  const count = (how: string) => db.prepare<[], number>(`SELECT COUNT(*) FROM "${table}" ${how}`).pluck().get() ?? 0;
  return count(`INDEXED BY "${name}"`) - count("NOT INDEXED");
}

export function checkDatabase({ tables }: DatabaseFaults): Checked {
  if (tables.length === 0) return ok("SQLite finds no fault in the tables that nothing else tells of");
  return { state: "damaged", detail: `${tables.slice(0, mostExamples).join("; ")}. ${mendOfTables}` };
}

/** @param repair what makes the tables anew; undefined where they are only looked at. Throws what it does, but for `library_damaged`. */
export function checkDerived({ derived }: DatabaseFaults, repair?: (tables: readonly string[]) => void): Checked {
  const details = [...derived.values()];
  if (details.length === 0) return ok("SQLite finds no fault in them");
  if (repair === undefined) return { state: "damaged", detail: `${found(details, "", false).detail}. ${mendOfDerived}` };
  try {
    repair([...derived.keys()]);
    return found(details, "", true);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { state: "damaged", detail: `${found(details, "", false).detail}. ${toAppError(error).explanation}` };
  }
}

/** @param repair what makes them anew; undefined where they are only looked at. */
export function checkIndexes({ indexes }: DatabaseFaults, repair?: () => void): Checked {
  if (indexes.length === 0) return ok("they agree with their tables");
  if (repair === undefined) return { state: "damaged", detail: `${found(indexes, "", false).detail}. ${mendOfIndexes}` };
  repair();
  return found(indexes, "", true);
}
