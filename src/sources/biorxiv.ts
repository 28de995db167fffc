/** Preprints in the format of the API of bioRxiv and medRxiv: one record per version. https://api.biorxiv.org */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, type JsonObject, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { authorOf, paperOf, RecordFault, readDate } from "./record.ts";

const places = ["collection"];

export const biorxivFormat: Format = {
  name: "biorxiv",
  description: "JSON of the API of bioRxiv and medRxiv: details of preprints",
  recognize(head) {
    const record = firstRecordIn(head, places);
    if (record === undefined) return 0;
    if (Array.isArray(record.collection) && Array.isArray(record.messages)) return 1;
    return "doi" in record && "server" in record && ("jatsxml" in record || "author_corresponding" in record) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, places, paperOfDetail),
};

/** Throws `RecordFault`. */
function paperOfDetail(value: unknown): NewPaper | undefined {
  const record = asObject(value);
  // A day without preprints.
  if ("messages" in record && !("doi" in record)) return undefined;
  const server = (textField(record, "server") ?? "").toLowerCase();
  if (server !== "biorxiv" && server !== "medrxiv") throw new RecordFault("server", `“${server}” is neither bioRxiv nor medRxiv`);
  const doi = filled(record, "doi");
  const version = filled(record, "version");
  const page = doi === undefined ? undefined : `https://www.${server}.org/content/${doi}${version === undefined ? "" : `v${version}`}`;
  const published = filled(record, "published");
  return paperOf(
    {
      ids: [doi, published].map((id) => (id === undefined ? undefined : `DOI:${id}`)),
      title: textField(record, "title"),
      abstract: textField(record, "abstract"),
      authors: (textField(record, "authors") ?? "").split(";").map(authorOf),
      // Later versions carry their own dates, which are not the date of first publication.
      ...(Number(version ?? 1) === 1
        ? { published: readDate(filled(record, "date"), "date") }
        : { updated: readDate(filled(record, "date"), "date") }),
      categories: [filled(record, "category")].flatMap((category) => category ?? []),
      url: page,
      pdfUrl: page === undefined ? undefined : `${page}.full.pdf`,
      version: Number(version) || undefined,
      status: /withdrawn/i.test(textField(record, "type") ?? "") ? "withdrawn" : undefined,
    },
    server,
  );
}

/** The text of a field; the API writes `NA` if there is none. */
function filled(record: JsonObject, field: string): string | undefined {
  const text = textField(record, field)?.trim();
  return text === "" || text === "NA" ? undefined : text;
}
