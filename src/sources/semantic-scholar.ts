/** Lines as Semantic Scholar gives papers: its API's objects (`paperId`), and its datasets' (`corpusid`). */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, listField, numberField, objectField, objectsField, textField } from "./fields.ts";
import { firstObject, readPaperLines } from "./json-lines.ts";
import { authorOf, paperOf, readDate } from "./record.ts";

const name = "semantic-scholar";

export const semanticScholarFormat: Format = {
  name,
  description: "JSON Lines of Semantic Scholar papers, from its API or its datasets",
  recognize(head) {
    const record = firstObject(head);
    if (record === undefined || !("title" in record)) return 0;
    if ("corpusid" in record || "externalIds" in record || "externalids" in record || "s2FieldsOfStudy" in record) return 1;
    return typeof record.paperId === "string" && /^[0-9a-f]{40}$/.test(record.paperId) ? 1 : 0;
  },
  read: (input) => readPaperLines(input, paperOfLine),
};

/** Names of external ids, as the API and the datasets spell them, to our prefixes. */
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

function paperOfLine(value: unknown): NewPaper {
  const record = asObject(value);
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
