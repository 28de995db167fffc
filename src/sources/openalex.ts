/**
 * OpenAlex works: answers of its API, complete or one work per line. Abstracts are stored as an inverted index: each word with its
 * positions.
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, type JsonObject, numberField, objectField, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { authorOf, orcidIn, paperOf, RecordFault, readDate } from "./record.ts";

const name = "openalex";

const places = ["results"];

export const openAlexFormat: Format = {
  name,
  description: "OpenAlex: answers of its API (JSON), and works a line",
  recognize(head) {
    const record = firstRecordIn(head, places);
    if (record === undefined) return 0;
    // A list without works.
    if (Array.isArray(record.results) && "meta" in record && "group_by" in record) return 1;
    if ("abstract_inverted_index" in record || ("authorships" in record && "id" in record)) return 1;
    return typeof record.id === "string" && /^https?:\/\/openalex\.org\/W\d+$/.test(record.id) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, places, paperOfWork),
};

/** More words than any abstract has. */
const mostWords = 20_000;

/** Throws `RecordFault`. */
function paperOfWork(value: unknown): NewPaper {
  const record = asObject(value);
  const ids = objectField(record, "ids") ?? {};
  const location = objectField(record, "primary_location") ?? {};
  const landing = textField(location, "landing_page_url");
  const [pmid, mag] = [textField(ids, "pmid"), textField(ids, "mag")];
  const openAccess = objectField(record, "open_access") ?? {};
  return paperOf(
    {
      ids: [
        textField(record, "id"),
        textField(record, "doi"),
        textField(ids, "doi"),
        pmid !== undefined && /^\d+$/.test(pmid) ? `PMID:${pmid}` : pmid,
        textField(ids, "pmcid"),
        mag !== undefined && /^\d+$/.test(mag) ? `MAG:${mag}` : undefined,
        arxivAddress(textField(ids, "arxiv")),
        arxivAddress(landing),
      ],
      title: textField(record, "title") ?? textField(record, "display_name"),
      abstract: textOfInvertedIndex(record),
      authors: objectsField(record, "authorships").map((authorship) => {
        const author = objectField(authorship, "author") ?? {};
        const orcid = orcidIn(textField(author, "orcid"));
        return {
          ...authorOf(textField(author, "display_name") ?? textField(authorship, "raw_author_name") ?? ""),
          ...(orcid === undefined ? {} : { orcid }),
        };
      }),
      published: readDate(record.publication_date ?? record.publication_year, "publication_date"),
      venue: textField(objectField(location, "source") ?? {}, "display_name"),
      categories: [textField(objectField(record, "primary_topic") ?? {}, "display_name")].flatMap((topic) => topic ?? []),
      keywords: objectsField(record, "keywords").flatMap(
        (keyword) => textField(keyword, "display_name") ?? textField(keyword, "keyword") ?? [],
      ),
      url: landing,
      pdfUrl: textField(location, "pdf_url") ?? textField(openAccess, "oa_url"),
      language: textField(record, "language"),
      citations: numberField(record, "cited_by_count"),
      status: record.is_retracted === true ? "retracted" : undefined,
    },
    name,
  );
}

/** A landing page counts as an id only if it names an arXiv paper. */
function arxivAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:\/\/arxiv\.org\//.test(address) ? address : undefined;
}

function textOfInvertedIndex(record: JsonObject): string | undefined {
  const index = objectField(record, "abstract_inverted_index");
  if (index === undefined) return undefined;
  const words: [number, string][] = [];
  for (const [word, positions] of Object.entries(index)) {
    if (!Array.isArray(positions))
      throw new RecordFault("abstract_inverted_index", `the positions of “${word.slice(0, 40)}” are not a list`);
    for (const position of positions) if (typeof position === "number") words.push([position, word]);
    if (words.length > mostWords) throw new RecordFault("abstract_inverted_index", `it has more than ${mostWords} words`);
  }
  return words
    .sort(([a], [b]) => a - b)
    .map(([, word]) => word)
    .join(" ");
}
