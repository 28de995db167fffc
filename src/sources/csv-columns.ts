/** Which column of a table holds what: headers as Zotero, Scopus, the Web of Science, IEEE Xplore, PubMed and people write them. */

import { isOwnTable, withFormulas } from "../core/export/csv.ts";

/** The fields of a table, each with its possible headers, best first, in lower case and without spaces and punctuation. */
const headers = [
  ["title", "title articletitle documenttitle papertitle primarytitle itemtitle worktitle ti name"],
  ["abstract", "abstract abstractnote abstracttext abstracts ab summary description"],
  ["authors", "authorfullnames af authors author authornames authorlist creators creator au"],
  ["date", "publicationdate publisheddate datepublished published coverdate date issuedate pubdate onlinedate"],
  ["year", "publicationyear year pubyear yearpublished py"],
  ["updated", "updated updateddate dateupdated lastupdated"],
  [
    "venue",
    "journal journaltitle journalname sourcetitle publicationtitle venue conference conferencename conferencetitle booktitle journalbook publicationname containertitle source so",
  ],
  ["doi", "doi itemdoi digitalobjectidentifier articledoi doilink doiurl di"],
  ["arxiv", "arxiv arxivid arxivnumber arxivurl eprint"],
  ["pmid", "pmid pubmedid pm"],
  ["pmcid", "pmcid pmc"],
  ["accession", "utuniquewosid uniquewosid ut accessionnumber"],
  ["id", "id paperid itemid openalexid openalex"],
  ["url", "url link weburl paperurl articleurl absurl paperlink webpage"],
  ["pdf", "pdf pdfurl pdflink openaccesspdf fulltextpdf"],
  ["code", "code codeurl codelink github githuburl repository repo"],
  ["keywords", "authorkeywords keywords keyword manualtags tags de"],
  ["categories", "categories category primarycategory subjects subjectareas fieldsofstudy researchareas wc"],
  ["citations", "citedby citations citationcount timescitedalldatabases timescitedwoscore timescited articlecitationcount"],
  ["language", "language lang"],
] as const;

export type CsvField = (typeof headers)[number][0];

/** Fields that combine all their columns; the others use the best column that is not empty. */
const united: ReadonlySet<CsvField> = new Set(["keywords"]);

const fieldOfHeader = new Map<string, { readonly field: CsvField; readonly rank: number }>(
  headers.flatMap(([field, names]) => names.split(" ").map((header, rank) => [header, { field, rank }] as const)),
);

/** More columns than any table has. */
const mostColumns = 1_000;
const longestCell = 200;

export class CsvColumns {
  /** The headers as written. */
  readonly headers: readonly string[];
  readonly #isOwn: boolean;
  readonly #columns = new Map<CsvField, { column: number; rank: number }[]>();

  constructor(cells: readonly string[]) {
    this.headers = cells.slice(0, mostColumns).map((cell) => cell.slice(0, longestCell).trim());
    this.#isOwn = isOwnTable(this.headers);
    for (const [column, header] of this.headers.entries()) {
      const known = fieldOfHeader.get(header.toLowerCase().replace(/[^a-z0-9]+/g, ""));
      if (known === undefined) continue;
      const columns = this.#columns.get(known.field) ?? [];
      columns.push({ column, rank: known.rank });
      this.#columns.set(
        known.field,
        columns.sort((a, b) => a.rank - b.rank),
      );
    }
  }

  /** How many kinds of fields were recognised. */
  get known(): number {
    return this.#columns.size;
  }

  has(field: CsvField): boolean {
    return this.#columns.has(field);
  }

  /** The header of the field's best column, for reports. */
  headerOf(field: CsvField): string | undefined {
    const [best] = this.#columns.get(field) ?? [];
    return best === undefined ? undefined : this.headers[best.column];
  }

  /** Whether titles come from a column `name`, which may name anything. */
  get hasNamesOnly(): boolean {
    return this.headerOf("title")?.toLowerCase() === "name";
  }

  /** The value of a field in a row, without the marks that protect against formulas; undefined if it is empty. */
  text(cells: readonly string[], field: CsvField): string | undefined {
    const texts = (this.#columns.get(field) ?? [])
      .map(({ column }) => this.#cell(cells[column] ?? ""))
      .filter((text) => !isNothing.test(text));
    return united.has(field) && texts.length > 1 ? texts.join(";") : texts[0];
  }

  #cell(text: string): string {
    const cell = text.trim();
    return this.#isOwn ? withFormulas(cell) : cell;
  }
}

/** What programs write for a missing value. */
const isNothing = /^(?:|nan|null|none|n\/a|na|-)$/i;

/** The delimiter that gives a header the most recognised fields, and among equals the most columns. */
export function delimiterOfHeader(line: string): string {
  const [best = ","] = [",", "\t", ";", "|"]
    .map((delimiter) => {
      const columns = new CsvColumns(headerCells(line, delimiter));
      return { delimiter, score: columns.known * mostColumns + columns.headers.length };
    })
    .sort((a, b) => b.score - a.score)
    .map(({ delimiter }) => delimiter);
  return best;
}

/** The cells of a header, assuming that no quoted cell contains the delimiter. */
export function headerCells(line: string, delimiter: string): string[] {
  return line.split(delimiter, mostColumns).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}
