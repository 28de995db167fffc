/** Converts one CSL item, from JSON or YAML, to a paper. */
import type { NewPaper } from "../core/paper.ts";
import { idsOf, pdfAmong } from "./bibliographic.ts";
import { authorsOf, dateOf, firstText, withoutHeading } from "./csl-values.ts";
import { idsInNote } from "./extra-field.ts";
import { asObject, type JsonObject, textField } from "./fields.ts";
import { languageTag } from "./language-tag.ts";
import { listedWords } from "./listed-text.ts";
import { paperOf } from "./record.ts";

/** The fields that name the creators: a film has a director in place of authors, a collection has editors. */
const makers = ["author", "director", "composer", "editor", "contributor"];

/** Throws `RecordFault`. */
export function paperOfCslItem(value: unknown, source: string): NewPaper {
  const item = asObject(value);
  const inNote = idsInNote(firstText(item, "note"));
  const url = firstText(item, "URL");
  const cited = item["is-referenced-by-count"];
  return paperOf(
    {
      ids: idsOf({
        doi: firstText(item, "DOI") ?? inNote.doi,
        pmid: firstText(item, "PMID") ?? inNote.pmid,
        pmcid: firstText(item, "PMCID") ?? inNote.pmcid,
        arxiv: inNote.arxiv,
        others: [url, ...["number", "archive_location", "id"].map((field) => withScheme(textOf(item, field)))],
      }),
      nameless: true,
      title: firstText(item, "title"),
      abstract: withoutHeading(firstText(item, "abstract")),
      authors: makers.map((role) => authorsOf(item[role])).find((people) => people.length > 0) ?? [],
      published: dateOf(item.issued, item.published, item["published-online"], item["published-print"], item["event-date"]),
      venue: venueOf(item),
      categories: textsOf(item.categories),
      keywords: Array.isArray(item.keyword) ? textsOf(item.keyword) : listedWords(textField(item, "keyword") ?? ""),
      url,
      pdfUrl: pdfAmong([url]),
      language: languageTag(firstText(item, "language")),
      citations: typeof cited === "number" ? cited : undefined,
    },
    source,
  );
}

/** A field that is used only if it is a string. */
function textOf(item: JsonObject, field: string): string | undefined {
  const value = item[field];
  return typeof value === "string" ? value : undefined;
}

/** A bare number is not an id unless it names its scheme. */
function withScheme(text: string | undefined): string | undefined {
  return text !== undefined && /[:/]/.test(text) ? text : undefined;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

/** Where the work appeared; for a preprint that is its publisher. */
function venueOf(item: JsonObject): string | undefined {
  const named = [firstText(item, "container-title"), textOf(item, "event-title"), textOf(item, "event")];
  return [...named, item.type === "article" ? textOf(item, "publisher") : undefined].find((venue) => venue !== undefined && venue !== "");
}
