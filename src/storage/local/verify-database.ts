/**
 * What SQLite finds wrong with its own file. Indexes follow from the tables, which alone hold primary data: if the tables are intact, the
 * indexes are rebuilt.
 */
import { toAppError } from "../../core/errors.ts";
import { ifReadable, isDamage, mendOfTables, type Sqlite } from "./database.ts";
import { type Checked, found, mostExamples, ok } from "./verify-check.ts";

/** In the words of SQLite. */
export interface DatabaseFaults {
  /** Faults of what cannot be rebuilt; if there are any, this lists all faults of tables. */
  readonly tables: readonly string[];
  /** Faults of derived tables, one for each table. */
  readonly derived: ReadonlyMap<string, string>;
  readonly indexes: readonly string[];
}

/** The table, if SQLite names it. */
interface TableFault {
  readonly table: string | undefined;
  readonly detail: string;
}

export const noFaults: DatabaseFaults = { tables: [], derived: new Map(), indexes: [] };

/** Tables that follow from papers' records, or from these and a model; and those whose content may be lost. */
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

/** The limit of faults that SQLite lists: with a lower one, a table's fault might be omitted. */
const mostFaults = 1_000_000;

/** Harmless by itself: it only wastes space. */
export const unusedPage = /^Page \d+: never used$/;

export const mendOfIndexes = "The tables are intact, and `paperkin verify --repair` rebuilds the indexes.";
export const mendOfDerived =
  "All data in these tables is derived from the others, which are intact: `paperkin verify --repair` rebuilds them, and the next import or a running server embeds what is missing then.";

export function faultsOfDatabase(db: Sqlite): DatabaseFaults {
  try {
    // If a whole index is torn, `integrity_check` fails; `quick_check`, which compares no indexes, can still list the damaged pages.
    const faults = listedFaults(db, "integrity_check") ?? listedFaults(db, "quick_check");
    const { tables, indexes } = faults === undefined ? { tables: tornTables(db), indexes: [] } : toldOf(db, faults);
    if (faults !== undefined || tables.length > 0) return divided(tables, indexes);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // The damage may be in the schema table itself.
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

/** @returns undefined if the check itself fails because of damage. */
export function listedFaults(db: Sqlite, check: "integrity_check" | "quick_check"): string[] | undefined {
  return ifReadable(() => listedRows(db, `${check}(${mostFaults})`), undefined);
}

function listedRows(db: Sqlite, check: string): string[] {
  const rows = db.prepare<[], string>(`PRAGMA ${check}`).pluck().all();
  return rows.flatMap((row) => row.split("\n")).filter((fault) => fault !== "ok" && !fault.startsWith("*** in database"));
}

/** If damage to one table prevents checking the whole database, finds which table it is. */
function tornTables(db: Sqlite): TableFault[] {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return names.flatMap((name) => {
    const torn: TableFault = { table: name, detail: `table ${name} cannot be read whole` };
    try {
      // Reads all values, including those on overflow pages, in the table's own order, for which no index is read.
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
      // The table could be read, so the damage is in one of its indexes.
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
  // A WITHOUT ROWID table is stored like an index, but it is a table.
  const tableRoots = db.prepare<[], { name: string; rootpage: number }>("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'");
  const tableByRoot = new Map(tableRoots.all().map(({ name, rootpage }) => [rootpage, name]));
  const [tables, ofIndexes]: [TableFault[], string[]] = [[], []];
  /** Whether each index's own pages are intact. */
  const damaged = new Map<Index, boolean>();
  for (const fault of faults) {
    const root = /^Tree (\d+) /.exec(fault)?.[1];
    const name = /^(?:row \d+ (?:missing from|values differ from)|wrong # of entries in|non-unique entry in) index (.+)$/.exec(fault)?.[1];
    const index = root === undefined ? byName.get(name ?? "") : byRoot.get(Number(root));
    if (index !== undefined) {
      damaged.set(index, root === undefined && damaged.get(index) !== false);
      ofIndexes.push(fault);
      // Pages that a damaged index does not reference any more. A table that lost pages has fewer rows than its indexes.
    } else if (unusedPage.test(fault)) ofIndexes.push(fault);
    else {
      const table = tableByRoot.get(Number(root));
      tables.push({ table, detail: table === undefined ? fault : `table ${table}: ${fault}` });
    }
  }
  for (const [index, isSound] of damaged) {
    const lost = isSound && !index.isPartial ? entriesWithoutRow(db, index) : 0;
    const { name, table } = index;
    if (lost > 0) tables.push({ table, detail: `${lost} rows that index ${name} refers to are missing from table ${table}` });
  }
  return { tables, indexes: ofIndexes };
}

/** How many entries an index has more than its table has rows: rows that were lost. */
function entriesWithoutRow(db: Sqlite, { name, table }: Index): number {
  const count = (how: string) => db.prepare<[], number>(`SELECT COUNT(*) FROM "${table}" ${how}`).pluck().get() ?? 0;
  return count(`INDEXED BY "${name}"`) - count("NOT INDEXED");
}

export function checkDatabase({ tables }: DatabaseFaults): Checked {
  if (tables.length === 0) return ok("SQLite finds no fault in the tables that cannot be rebuilt");
  return { state: "damaged", detail: `${tables.slice(0, mostExamples).join("; ")}. ${mendOfTables}` };
}

/** @param repair rebuilds the tables; undefined if they are only checked. Throws its errors, except for damage. */
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

/** @param repair rebuilds the indexes; undefined if they are only checked. */
export function checkIndexes({ indexes }: DatabaseFaults, repair?: () => void): Checked {
  if (indexes.length === 0) return ok("they agree with their tables");
  if (repair === undefined) return { state: "damaged", detail: `${found(indexes, "", false).detail}. ${mendOfIndexes}` };
  repair();
  return found(indexes, "", true);
}
