/** Lines of arXiv's metadata snapshot (arxiv-metadata-oai-snapshot.json, as on Kaggle). Ids are kept as strings. */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { normalizeText } from "../core/text.ts";
import { asObject, type JsonObject, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { authorOf, paperOf, RecordFault, readDate } from "./record.ts";

const name = "arxiv";

export const arxivKaggleFormat: Format = {
  name: "arxiv-kaggle",
  description: "JSON Lines of arXiv's metadata snapshot, as on Kaggle",
  recognize(head) {
    const record = firstRecordIn(head);
    return record !== undefined &&
      "id" in record &&
      "title" in record &&
      ("authors_parsed" in record || ("versions" in record && "update_date" in record))
      ? 1
      : 0;
  },
  read: (input) => readJsonPapers(input, [], paperOfLine),
};

function paperOfLine(value: unknown): NewPaper {
  const record = asObject(value);
  if (typeof record.id === "number")
    throw new RecordFault("id", `the arXiv id ${record.id} is a number: its zeros are lost, it has to be a text`);
  const id = textField(record, "id");
  const versions = objectsField(record, "versions");
  const doi = textField(record, "doi")?.trim().split(/\s+/)[0];
  const comments = textField(record, "comments") ?? "";
  const [first] = versions;
  return paperOf(
    {
      ids: [id === undefined ? undefined : `arXiv:${id}`, doi === undefined || doi === "" ? undefined : `DOI:${doi}`],
      title: textField(record, "title"),
      abstract: textField(record, "abstract"),
      authors: authorsOf(record),
      // The date of the first version is the date of publication; `update_date` is when the record last changed.
      published: first === undefined ? undefined : readDate(first.created, "versions"),
      updated: readDate(versions.at(-1)?.created ?? record.update_date, "versions"),
      venue: textField(record, "journal-ref"),
      categories: (textField(record, "categories") ?? "").split(/\s+/),
      url: id === undefined ? undefined : `https://arxiv.org/abs/${id}`,
      pdfUrl: id === undefined ? undefined : `https://arxiv.org/pdf/${id}`,
      version: versions.length > 0 ? versions.length : undefined,
      status: /\bwithdrawn\b/i.test(comments) ? "withdrawn" : undefined,
    },
    name,
  );
}

function authorsOf(record: JsonObject): Author[] {
  const parsed = record.authors_parsed;
  if (!Array.isArray(parsed)) return (textField(record, "authors") ?? "").split(/,| and /).map((author) => authorOf(author.trim()));
  return parsed.flatMap((parts: unknown) => {
    if (!Array.isArray(parts)) return [];
    const [family = "", given = "", suffix = ""] = parts.map((part) => (typeof part === "string" ? normalizeText(part) : ""));
    const shown = [given, family, suffix].filter((part) => part !== "").join(" ");
    if (shown === "") return [];
    return given === "" ? [{ name: shown }] : [{ name: shown, family, given }];
  });
}
