/** Reads the papers that a damaged database can still provide: all that are not on torn pages themselves. */
import type { Label } from "../../core/label-set.ts";
import type { KnownLabels, RescuedPapers, StoredPaper, UnreadPaper } from "../../core/paper-store.ts";
import { ifReadable, type Sqlite } from "./database.ts";
import type { PaperTable } from "./paper-table.ts";

/** Reads papers one by one, regardless of damage between them. */
export function rescuePapers(db: Sqlite, table: PaperTable, labels: readonly Label[]): RescuedPapers {
  const papers: StoredPaper[] = [];
  const unread: UnreadPaper[] = [];
  for (const label of labels) {
    const found = readOne(table, label);
    if (found !== undefined) papers.push(found);
    else if (!wasRemoved(db, label)) unread.push({ label, id: nameOf(db, label) });
  }
  return { papers, unread };
}

/**
 * Collects labels from all indexes of the papers table, each of which may be torn in a different place, and from the table itself.
 * `isWhole` says that one of these could be read completely, so that there are no other labels.
 */
export function knownLabels(db: Sqlite): KnownLabels {
  const known = new Set<Label>();
  const indexes = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'papers'").pluck().all();
  let isWhole = false;
  for (const index of indexes) {
    const isRead = asFarAsReadable(() => {
      const rows = db.prepare<[], Label>(`SELECT label FROM papers INDEXED BY "${index}"`).pluck();
      for (const label of rows.iterate()) known.add(label);
    });
    isWhole ||= isRead;
  }
  if (walk(db, 1, lastLabel(db, known), known)) isWhole = true;
  return { labels: [...known].sort((a, b) => a - b), isWhole };
}

function readOne(table: PaperTable, label: Label): StoredPaper | undefined {
  // The reason for a damaged record is of no use here.
  return ifReadable(() => table.readable(label, () => undefined), undefined);
}

/** An index may still list a paper that was removed in the meantime. */
function wasRemoved(db: Sqlite, label: Label): boolean {
  return ifReadable(() => db.prepare<[number]>("SELECT 1 FROM removed WHERE label = ?").get(label) !== undefined, false);
}

function nameOf(db: Sqlite, label: Label): string | undefined {
  const select = () => db.prepare<[number], string | null>("SELECT min(id) FROM paper_ids WHERE label = ?").pluck().get(label);
  return ifReadable(select, undefined) ?? undefined;
}

function lastLabel(db: Sqlite, known: ReadonlySet<Label>): Label {
  const last = [...known].reduce((most, label) => Math.max(most, label), 0);
  if (last > 0) return last;
  const select = () => db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'papers'").pluck().get();
  return ifReadable(select, undefined) ?? 0;
}

/** Adds the labels of a range, which is bisected if it cannot be read. @returns whether all of it could be read. */
function walk(db: Sqlite, first: Label, last: Label, known: Set<Label>): boolean {
  if (last < first) return true;
  const select = db.prepare<[number, number], Label>("SELECT label FROM papers NOT INDEXED WHERE label BETWEEN ? AND ?").pluck();
  const halve = (from: Label, to: Label): boolean => {
    const isRead = asFarAsReadable(() => {
      for (const label of select.all(from, to)) known.add(label);
    });
    if (isRead) return true;
    if (from === to) return false;
    const middle = Math.floor((from + to) / 2);
    halve(from, middle);
    halve(middle + 1, to);
    return false;
  };
  return halve(first, last);
}

/** @returns whether `read` was completed. Throws errors other than damage. */
function asFarAsReadable(read: () => void): boolean {
  return ifReadable(() => {
    read();
    return true;
  }, false);
}
