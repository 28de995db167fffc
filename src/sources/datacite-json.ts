/**
 * DOIs in the format of DataCite's REST API, alone or in lists, or only their attributes. arXiv's papers are among them.
 * https://support.datacite.org/docs/api, https://schema.datacite.org
 */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { normalizeText } from "../core/text.ts";
import { asObject, type JsonObject, objectField, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthor } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { orcidIn, paperOf } from "./record.ts";

const name = "datacite-json";

const places = ["data"];

export const dataciteJsonFormat: Format = {
  name,
  description: "JSON of DataCite's REST API: a DOI, a list of DOIs, or a DOI a line",
  mediaTypes: ["application/vnd.datacite.datacite+json"],
  recognize(head) {
    const record = firstRecordIn(head, places);
    if (record === undefined) return 0;
    if (record.type === "dois" && objectField(record, "attributes") !== undefined) return 1;
    const attributes = objectField(record, "attributes") ?? record;
    return Array.isArray(attributes.titles) && (Array.isArray(attributes.creators) || "doi" in attributes) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, places, paperOfDoi),
};

/** Dates of publication, best first. */
const publishingDates = ["Issued", "Available", "Submitted", "Created"];

/** Throws `RecordFault`. */
function paperOfDoi(value: unknown): NewPaper {
  const record = asObject(value);
  const attributes = objectField(record, "attributes") ?? record;
  const dates = objectsField(attributes, "dates");
  const url = textField(attributes, "url");
  return paperOf(
    {
      ids: [doiOf(textField(attributes, "doi") ?? textField(record, "id") ?? textField(attributes, "id"))],
      title: textOfFirst(attributes, "titles", "title", "titleType", undefined),
      abstract: textOfFirst(attributes, "descriptions", "description", "descriptionType", "Abstract"),
      authors: objectsField(attributes, "creators").map(authorOfCreator),
      published: publishedOf(dates, textField(attributes, "publicationYear")),
      updated: dateOfType(dates, "Updated"),
      venue: textField(objectField(attributes, "container") ?? {}, "title") ?? publisherOf(attributes),
      keywords: objectsField(attributes, "subjects").flatMap((subject) => textField(subject, "subject") ?? []),
      url,
      language: languageTag(textField(attributes, "language")),
      citations: typeof attributes.citationCount === "number" ? attributes.citationCount : undefined,
    },
    name,
  );
}

function doiOf(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : /^(?:doi:|https?:)/i.test(text) ? text : `DOI:${text}`;
}

/** The text of this type, or the first without a type, among several languages and kinds. */
function textOfFirst(attributes: JsonObject, list: string, field: string, typeField: string, type: string | undefined): string | undefined {
  const texts = objectsField(attributes, list).filter((text) => (textField(text, field) ?? "").trim() !== "");
  const chosen = texts.find((text) => (text[typeField] ?? undefined) === type) ?? texts.find((text) => (text[typeField] ?? "") === "");
  return chosen === undefined ? (type === undefined ? textField(texts[0] ?? {}, field) : undefined) : textField(chosen, field);
}

function authorOfCreator(creator: JsonObject): Author {
  const part = (field: string) => normalizeText(textField(creator, field) ?? "");
  const [given, family, shown] = [part("givenName"), part("familyName"), part("name")];
  const orcid = objectsField(creator, "nameIdentifiers")
    .map((identifier) => orcidIn(textField(identifier, "nameIdentifier")))
    .find((found) => found !== undefined);
  const author: Author =
    given !== "" && family !== ""
      ? { name: `${given} ${family}`, family, given }
      : // The name of an organisation may contain commas.
        creator.nameType === "Organizational"
        ? { name: shown }
        : listedAuthor(shown || family || given);
  return orcid === undefined ? author : { ...author, orcid };
}

/** The best of the dates, unless another one in the same year is more precise. */
function publishedOf(dates: readonly JsonObject[], year: string | undefined): string | undefined {
  const found = [...publishingDates.map((type) => dateOfType(dates, type)), readLooseDate(year)].filter((date) => date !== undefined);
  const [first] = found;
  return found.filter((date) => first !== undefined && date.startsWith(first.slice(0, 4))).sort((a, b) => b.length - a.length)[0];
}

function dateOfType(dates: readonly JsonObject[], type: string): string | undefined {
  const found = dates.find((date) => date.dateType === type);
  return found === undefined ? undefined : readLooseDate(textField(found, "date")?.split("/")[0]);
}

/** The publisher is a string, or, since 2024, an object. */
function publisherOf(attributes: JsonObject): string | undefined {
  const publisher = objectField(attributes, "publisher");
  return publisher === undefined ? textField(attributes, "publisher") : textField(publisher, "name");
}
