/** The row of a paper in SQLite: its record, and the columns derived from it. */
import { AppError } from "../../core/errors.ts";
import { firstDay, lastDay } from "../../core/filters.ts";
import { dateOf, listingDateOf, type Paper, yearOf } from "../../core/paper.ts";
import { keysOf } from "../../core/paper-keys.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { agrees, checksumOfText } from "./row-checksum.ts";

export interface PaperRow {
  label: number;
  paper_id: string;
  record: string;
  content_hash: string;
  checksum: number | null;
}

/** The columns that filters compare, as `core/filters.ts` defines them. @param keys those of the paper. */
export function columnsOf(paper: Paper, record: string, keys = keysOf(paper)) {
  const date = dateOf(paper);
  return {
    record,
    checksum: checksumOfText(record),
    contentHash: keys.contentHash,
    titleKey: keys.title,
    mainTitleKey: keys.mainTitle,
    firstDay: date === undefined ? null : firstDay(date),
    lastDay: date === undefined ? null : lastDay(date),
    listingDate: listingDateOf(paper) ?? null,
    year: yearOf(paper) ?? null,
    venueKey: keys.venue,
    authorsKey: keys.authors,
    hasCode: paper.codeUrl === undefined ? 0 : 1,
    withdrawn: paper.status === undefined ? 0 : 1,
    published: paper.published ?? null,
    updated: paper.updated ?? null,
    listed: paper.listed ?? null,
    hasAbstract: paper.abstract === "" ? 0 : 1,
    hasPdf: paper.pdfUrl === undefined ? 0 : 1,
    votes: paper.votes ?? null,
    citations: paper.citations ?? null,
    language: paper.language?.toLowerCase() ?? null,
  };
}

/** Throws `library_damaged`. */
export function storedPaper(row: PaperRow): StoredPaper {
  return {
    label: row.label,
    paper: readRecord<Paper>(row.record, row.checksum, row.paper_id),
    contentHash: row.content_hash,
  };
}

/**
 * As {@link storedPaper}, but undefined for a record that does not match its checksum (`verify` names it), so that the others need not wait
 * for it.
 * @param onDamage is called with what is wrong.
 */
export function readablePaper(row: PaperRow, onDamage?: (error: AppError) => void): StoredPaper | undefined {
  try {
    return storedPaper(row);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "library_damaged") throw error;
    onDamage?.(error);
    return undefined;
  }
}

const mendPaper = "Import this paper again from where it came, restore the library from a backup, or remove the paper.";

/** Throws `library_damaged`. */
export function readRecord<T>(record: string, checksum: number | null, whose: string, mend = mendPaper): T {
  let cause: unknown;
  try {
    if (agrees(checksum, checksumOfText(record))) return JSON.parse(record) as T;
  } catch (error) {
    cause = error;
  }
  throw new AppError("library_damaged", `The record of ${whose} is damaged: it cannot be read, or does not match its checksum.`, {
    mend,
    cause,
  });
}
