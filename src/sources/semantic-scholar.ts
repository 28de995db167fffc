/**
 * Papers in Semantic Scholar's formats: answers of its API (`paperId`), complete or one paper per line, and the lines of its datasets
 * (`corpusid`).
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, type JsonObject, listField, numberField, objectField, objectsField, textField } from "./fields.ts";
import { firstRecordIn, holdsOnlyNull } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { authorOf, paperOf, RecordFault, readDate } from "./record.ts";

const name = "semantic-scholar";

/** The members that hold the papers in answers: of searches and citations, of recommendations, of an author. */
const places = ["data", "recommendedPapers", "papers"];

export const semanticScholarFormat: Format = {
  name,
  description: "Semantic Scholar: answers of its API (JSON), papers a line, and lines of its datasets",
  recognize(head) {
    // A batch in which no id is known.
    if (holdsOnlyNull(head)) return 0.5;
    const record = firstRecordIn(head, places);
    if (record === undefined) return 0;
    if (isEmptyAnswer(record)) return "recommendedPapers" in record ? 1 : 0.6;
    const paper = innerPaper(record) ?? record;
    if (typeof paper.paperId === "string" && /^[0-9a-f]{40}$/.test(paper.paperId)) return 1;
    return "title" in paper && ["corpusid", "corpusId", "externalIds", "externalids", "s2FieldsOfStudy"].some((field) => field in paper)
      ? 1
      : 0;
  },
  read: (input) => readJsonPapers(input, places, paperOfRecord),
};

/** `{"total": 0, "offset": 0}`, with or without an empty list. */
function isEmptyAnswer(record: JsonObject): boolean {
  const [list] = places.map((place) => record[place]).filter((value) => value !== undefined);
  if (Array.isArray(list)) return list.length === 0 && !("title" in record || "authorId" in record);
  return record.total === 0 && !("paperId" in record || "title" in record);
}

/** Citations, references and snippets wrap the paper. */
function innerPaper(record: JsonObject): JsonObject | undefined {
  return objectField(record, "citedPaper") ?? objectField(record, "citingPaper") ?? objectField(record, "paper");
}

/** Our prefixes for the names of external ids, as the API and the datasets spell them. */
const prefixOfExternal = new Map([
  ["arxiv", "arXiv"],
  ["doi", "DOI"],
  ["acl", "ACL"],
  ["pubmed", "PMID"],
  ["pubmedcentral", "PMCID"],
  ["dblp", "DBLP"],
  ["mag", "MAG"],
  ["corpusid", "CorpusId"],
]);

/** Throws `RecordFault`. */
function paperOfRecord(value: unknown): NewPaper | undefined {
  // The entry of a batch for an unknown id.
  if (value === null) throw new RecordFault(undefined, "it is unknown to the source");
  const outer = asObject(value);
  if (isEmptyAnswer(outer)) return undefined;
  if (outer.citedPaper === null || outer.citingPaper === null) throw new RecordFault(undefined, "it is unknown to the source");
  const record = innerPaper(outer) ?? outer;
  if (typeof record.error === "string" && !("title" in record)) throw new RecordFault(undefined, `the source answered: ${record.error}`);
  const external = objectField(record, "externalIds") ?? objectField(record, "externalids") ?? {};
  const externalIds = Object.keys(external).flatMap((key) => {
    const prefix = prefixOfExternal.get(key.toLowerCase());
    const id = textField(external, key);
    return prefix === undefined || id === undefined ? [] : [`${prefix}:${id}`];
  });
  const sha = textField(record, "paperId");
  const corpusId = textField(record, "corpusId") ?? textField(record, "corpusid");
  const journal = objectField(record, "journal");
  return paperOf(
    {
      ids: [...externalIds, sha === undefined ? undefined : `S2:${sha}`, corpusId === undefined ? undefined : `CorpusId:${corpusId}`],
      title: textField(record, "title"),
      abstract: textField(record, "abstract"),
      authors: objectsField(record, "authors").map((author) => authorOf(textField(author, "name") ?? "")),
      published: readDate(record.publicationDate ?? record.publicationdate ?? record.year, "publicationDate"),
      venue: [textField(record, "venue"), journal === undefined ? undefined : textField(journal, "name")].find(
        (venue) => venue !== undefined && venue !== "",
      ),
      categories: Array.isArray(record.fieldsOfStudy)
        ? listField(record, "fieldsOfStudy")
        : [...objectsField(record, "s2FieldsOfStudy"), ...objectsField(record, "s2fieldsofstudy")].flatMap(
            (field) => textField(field, "category") ?? [],
          ),
      url: textField(record, "url"),
      pdfUrl: textField(objectField(record, "openAccessPdf") ?? {}, "url"),
      citations: numberField(record, "citationCount") ?? numberField(record, "citationcount"),
    },
    name,
  );
}
