/** A table for spreadsheets. */
import { dateOf, type Paper } from "../paper.ts";
import { collapseSpace } from "../text.ts";
import type { ExportFormat } from "./format.ts";
import { idIn } from "./work.ts";

type Cell = string | number | undefined;

/** Several values of one cell are divided by semicolons. */
const columns: readonly (readonly [header: string, cell: (paper: Paper) => Cell])[] = [
  ["id", ({ paperId }) => paperId],
  ["title", ({ title }) => title],
  ["authors", ({ authors }) => listed(authors.map(({ name }) => name))],
  ["date", dateOf],
  ["venue", ({ venue }) => venue],
  ["doi", (paper) => idIn(paper, "DOI")],
  ["arxiv", (paper) => idIn(paper, "arXiv")],
  ["pmid", (paper) => idIn(paper, "PMID")],
  ["url", ({ url }) => url],
  ["pdf_url", ({ pdfUrl }) => pdfUrl],
  ["code_url", ({ codeUrl }) => codeUrl],
  ["keywords", ({ keywords }) => listed(keywords)],
  ["categories", ({ categories }) => listed(categories)],
  ["language", ({ language }) => language],
  ["votes", ({ votes }) => votes],
  ["citations", ({ citations }) => citations],
  ["status", ({ status }) => status],
  ["abstract", ({ abstract }) => abstract],
];

export const csvExport: ExportFormat = {
  name: "csv",
  label: "CSV",
  extension: "csv",
  mediaType: "text/csv",
  begin: () => ({
    // Spreadsheets take a file without the mark for one of their own country's encoding.
    head: `\ufeff${rowOf(columns.map(([header]) => header))}`,
    between: "",
    tail: "",
    of: (paper) => rowOf(columns.map(([, cell]) => cell(paper))),
  }),
};

function rowOf(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === "string" ? quoted(cell) : (cell ?? ""))).join(",")}\r\n`;
}

function quoted(raw: string): string {
  const cell = withoutFormulas(collapseSpace(raw));
  return /[",;\n\r]|^\s/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * A title could send others' cells away: a mark before what a spreadsheet takes for a formula makes it text. Where lists have semicolons between their
 * values, as in much of Europe, a spreadsheet divides cells at them too, and inside quotation marks that are not at the beginning of a cell.
 */
function withoutFormulas(text: string): string {
  return text.replace(/(^|;)(?=[\s"']*[=+\-@＝＋－＠])/g, "$1'");
}

/** What a cell said before it was written with marks. Only for tables that are written here: elsewhere a title may begin so. */
export function withFormulas(cell: string): string {
  return cell.replace(/(^|;)'(?=[\s"']*[=+\-@＝＋－＠])/g, "$1");
}

/** Whether a table is one that was written here, by its headers. */
export function isOwnTable(headers: readonly string[]): boolean {
  return headers.length === columns.length && columns.every(([header], at) => header === headers[at]);
}

function listed(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(";", ",")).join("; ");
}
