/**
 * Paperkin's own JSON format: one paper per line, or a list of them, as docs/formats.md describes it. Only `title` and an id (`id`, `ids`,
 * `arxiv` or `doi`) are required. The output of the API and of `--json` for a paper, a hit or a list of them is valid too.
 */
import type { Author, NewPaper } from "../core/paper.ts";
import { paperStatuses } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { normalizeText } from "../core/text.ts";
import { asObject, isObject, type JsonObject, listField, numberField, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { languageTag } from "./language-tag.ts";
import { authorOf, paperOf, RecordFault, readDate } from "./record.ts";

const name = "paperkin";

/** The members that hold papers in answers of the API. */
const places = ["papers", "hits"];

export const paperkinFormat: Format = {
  name,
  description: "Paperkin's own form in JSON, one a line or a list: id, title, abstract, authors, date, venue, categories, …",
  recognize(head) {
    // A program that sends new papers may have none to send.
    if (/^[\s\ufeff]*\[\s*\]\s*$/.test(head)) return 0.1;
    const record = firstRecordIn(head, places);
    // Any object may be meant as a paper: what it lacks is then reported record by record.
    return record === undefined ? 0 : "title" in record || isHit(record) ? 0.5 : 0.1;
  },
  read: (input) => readJsonPapers(input, places, paperOfRecord),
};

/** Throws `RecordFault`. */
export function paperOfRecord(value: unknown): NewPaper {
  const outer = asObject(value);
  const record = isHit(outer) ? asObject(outer.paper) : outer;
  const arxiv = textField(record, "arxiv");
  const doi = textField(record, "doi");
  const [source = name] = [textField(record, "source"), ...listField(record, "sources")].filter(
    (text) => text !== undefined && text !== "",
  );
  return paperOf(
    {
      ids: [
        textField(record, "paperId"),
        textField(record, "id"),
        textField(record, "_id"),
        ...listField(record, "ids"),
        arxiv === undefined || arxiv === "" ? undefined : prefixed("arXiv:", arxiv),
        doi === undefined || doi === "" ? undefined : prefixed("DOI:", doi),
      ],
      title: textField(record, "title"),
      abstract: textField(record, "abstract") ?? textField(record, "text"),
      authors: authorsOf(record),
      published: readDate(record.published ?? record.date ?? record.year, record.published === undefined ? "date" : "published"),
      updated: readDate(record.updated, "updated"),
      listed: readDate(record.listed, "listed"),
      venue: textField(record, "venue"),
      categories: listField(record, "categories"),
      keywords: listField(record, "keywords"),
      url: textField(record, "url"),
      pdfUrl: textField(record, "pdfUrl"),
      codeUrl: textField(record, "codeUrl"),
      language: languageTag(textField(record, "language")) ?? textField(record, "language"),
      votes: numberField(record, "votes"),
      comments: numberField(record, "comments"),
      citations: numberField(record, "citations"),
      status: statusOf(record),
      version: numberField(record, "version"),
    },
    source,
  );
}

/** A paper with its score and more, as in answers to searches. */
function isHit(record: JsonObject): boolean {
  return isObject(record.paper) && "paperId" in record.paper;
}

function prefixed(prefix: string, id: string): string {
  return /^https?:/i.test(id) || id.toLowerCase().startsWith(prefix.toLowerCase()) ? id : prefix + id;
}

function authorsOf(record: JsonObject): Author[] {
  const value = record.authors;
  if (Array.isArray(value) && value.some((item) => typeof item === "object")) {
    return objectsField(record, "authors").map((author) => {
      const part = (field: string) => normalizeText(textField(author, field) ?? "") || undefined;
      const [given, family, orcid] = [part("given"), part("family"), part("orcid")];
      const shown = textField(author, "name") ?? [given, family].filter((part) => part !== undefined).join(" ");
      return {
        ...authorOf(shown),
        ...(family === undefined ? {} : { family }),
        ...(given === undefined ? {} : { given }),
        ...(orcid === undefined ? {} : { orcid }),
      };
    });
  }
  return listField(record, "authors").map(authorOf);
}

/** Other values of `status` (a conference's "Poster") do not concern retraction or withdrawal. */
function statusOf(record: JsonObject): NewPaper["status"] {
  const value = record.status;
  if (value !== undefined && value !== null && typeof value !== "string") throw new RecordFault("status", "it should be a text");
  return paperStatuses.find((status) => status === value);
}
