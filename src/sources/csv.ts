/** Tables of papers: CSV, TSV and other delimiters, with the headers of common exports or those that people choose. */
import { AppError } from "../core/errors.ts";
import type { NewPaper } from "../core/paper.ts";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { addressIn, idsOf, pdfAmong } from "./bibliographic.ts";
import { CsvColumns, delimiterOfHeader, headerCells } from "./csv-columns.ts";
import { type CsvRow, readCsvRows } from "./csv-rows.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthors, listedWords } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOrRefusal } from "./paper-or-refusal.ts";
import { paperOf, RecordFault } from "./record.ts";
import { tooLongReason } from "./text-blocks.ts";

const name = "csv";

export const csvFormat: Format = {
  name,
  description: "tables with a header (CSV, TSV, semicolons), as Zotero, Scopus, Web of Science, IEEE Xplore and spreadsheets export them",
  mediaTypes: ["text/csv", "text/tab-separated-values"],
  recognize(head) {
    const line = headerLine(head);
    if (/^[[{<@%#]/.test(line)) return 0;
    const columns = new CsvColumns(headerCells(line, delimiterOfHeader(line)));
    // A line of a log may contain the names of columns among much else.
    const isProse = columns.headers.some((header) => header.length > 60 || header.includes("://"));
    if (!columns.has("title") || columns.headers.length < 2 || isProse) return 0;
    if (columns.hasNamesOnly) return columns.known > 2 ? 0.6 : 0;
    return columns.known > 1 ? 0.9 : 0.5;
  },
  read: readTable,
};

/** The first line may be one for Excel that declares the delimiter; then the header is the second. */
function headerLine(head: string): string {
  const [first = "", second = ""] = head.replace(/^[\ufeff\s]+/, "").split("\n", 2);
  return /^sep=.\r?$/.test(first) ? second : first;
}

/** Throws `unsupported_format` for a table without a column of titles. @param head the beginning of the table. */
export function checkTitles(head: string, file: string): void {
  const line = headerLine(head);
  columnsOf(headerCells(line, delimiterOfHeader(line)), file);
}

async function* readTable(input: SourceInput): AsyncIterable<SourceRecord> {
  let columns: CsvColumns | undefined;
  for await (const row of readCsvRows(input.bytes, delimiterOfHeader)) {
    if (columns === undefined) columns = columnsOf(row.cells, input.name);
    else if (!isEmpty(row) && !isHeader(row, columns)) yield recordOf(row, columns, input.name);
  }
}

/** Throws `unsupported_format` if no column has titles. */
function columnsOf(cells: readonly string[], file: string): CsvColumns {
  const columns = new CsvColumns(cells);
  if (columns.has("title")) return columns;
  const seen = columns.headers.slice(0, 20).map((header) => `“${header.slice(0, 40)}”`);
  throw new AppError("unsupported_format", `The table ${file} has no column of titles. Its first line says ${seen.join(", ")}.`, {
    mend: "Call the column “title”; “abstract”, “authors”, “year”, “venue”, “doi” and “url” are read too.",
  });
}

function isEmpty(row: CsvRow): boolean {
  return row.cells.every((cell) => cell.trim() === "");
}

/** Concatenated tables repeat the header in the middle. */
function isHeader(row: CsvRow, columns: CsvColumns): boolean {
  return row.cells.length === columns.headers.length && row.cells.every((cell, at) => cell.trim() === columns.headers[at]);
}

function recordOf(row: CsvRow, columns: CsvColumns, file: string): SourceRecord {
  return paperOrRefusal({ file, line: row.line }, row.cells.slice(0, 20).join(" | "), () => {
    if (row.isTooLong) throw new RecordFault(undefined, tooLongReason);
    checkLength(row, columns);
    return paperOfRow(row.cells, columns);
  });
}

/**
 * Missing cells at the end count as empty. The cells may have shifted if there are too many, only one, or too few with stray quotation
 * marks.
 */
function checkLength({ cells, isDoubtful }: CsvRow, { headers }: CsvColumns): void {
  const surplus = cells.slice(headers.length).some((cell) => cell.trim() !== "");
  const isShort = cells.length < headers.length && (isDoubtful || cells.length < 2);
  if (!surplus && !isShort) return;
  const marks = isDoubtful ? ", and quotation marks that are not in pairs" : "";
  throw new RecordFault(undefined, `the row has ${cells.length} cells${marks}, the header ${headers.length}`);
}

/** Throws `RecordFault`. */
function paperOfRow(cells: readonly string[], columns: CsvColumns): NewPaper {
  const text = (field: Parameters<CsvColumns["text"]>[1]) => columns.text(cells, field);
  const [url, pdf, code] = [addressIn(text("url")), addressIn(text("pdf")), addressIn(text("code"))];
  return paperOf(
    {
      ids: idsOf({
        doi: text("doi"),
        arxiv: text("arxiv"),
        pmid: text("pmid"),
        pmcid: text("pmcid"),
        accession: [text("accession") ?? ""],
        others: [text("id"), text("accession"), url, pdf],
      }),
      nameless: true,
      title: text("title"),
      abstract: abstractOf(text("abstract")),
      authors: listedAuthors(text("authors") ?? ""),
      published: publishedOf(text("date"), text("year")),
      updated: readLooseDate(text("updated")),
      venue: text("venue"),
      categories: categoriesOf(text("categories") ?? ""),
      keywords: listedWords(text("keywords") ?? ""),
      url,
      pdfUrl: pdf ?? pdfAmong([url]),
      codeUrl: code,
      citations: numberIn(text("citations")),
      language: languageTag(text("language")),
    },
    name,
  );
}

/** The Web of Science has the year in one column and `JUN 14` in another. */
function publishedOf(date: string | undefined, year: string | undefined): string | undefined {
  const exact = readLooseDate(date);
  return exact !== undefined && exact.length > 4 ? exact : (readLooseDate(year, date) ?? exact);
}

/** Scopus writes out that there is no abstract. */
function abstractOf(text: string | undefined): string | undefined {
  return text !== undefined && /^\[no abstract available\]$/i.test(text) ? undefined : text;
}

/** arXiv separates its categories by spaces, all others use punctuation. */
function categoriesOf(text: string): string[] {
  if (text.length > 1_000) return listedWords(text);
  return /^[a-z-]+(?:\.[A-Za-z-]+)?(?: [a-z-]+(?:\.[A-Za-z-]+)?)*$/.test(text) && text.includes(".") ? text.split(" ") : listedWords(text);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(?:\.0+)?$/.test(text) ? Number.parseInt(text, 10) : undefined;
}
