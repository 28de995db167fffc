/**
 * Works in the format of Crossref's REST API, alone or in lists, and of its yearly data files. It is mostly CSL, with lists where CSL has
 * texts. https://api.crossref.org
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { authorsOf, dateOf, firstText, withoutHeading } from "./csl-values.ts";
import { asObject, type JsonObject, numberField, objectField, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { paperOf } from "./record.ts";

const name = "crossref-json";

const places = ["message.items", "message", "items"];

export const crossrefJsonFormat: Format = {
  name,
  description: "JSON of Crossref's REST API and data files: a work, a list of works, or a work a line",
  mediaTypes: ["application/vnd.crossref.api-message+json"],
  recognize(head) {
    const around = firstRecordIn(head);
    if (around !== undefined && ("message-type" in around || "message-version" in around)) return 1;
    const record = firstRecordIn(head, places);
    if (record === undefined || typeof record.DOI !== "string" || typeof record.title === "string") return 0;
    const isTheirs = ["indexed", "deposited", "member", "prefix", "reference-count", "is-referenced-by-count"].some(
      (field) => field in record,
    );
    return isTheirs || Array.isArray(record.title) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, places, paperOfWork),
};

/** Throws `RecordFault`. */
function paperOfWork(value: unknown): NewPaper {
  const work = asObject(value);
  const authors = authorsOf(work.author);
  const doi = textField(work, "DOI");
  return paperOf(
    {
      ids: [doi === undefined || doi === "" ? undefined : `DOI:${doi}`],
      title: titleOf(work),
      abstract: withoutHeading(firstText(work, "abstract")),
      authors: authors.length === 0 ? authorsOf(work.editor) : authors,
      published: dateOf(work.issued, work.published, work["published-online"], work["published-print"], work.posted, work.created),
      venue: [
        firstText(work, "container-title"),
        textField(objectField(work, "event") ?? {}, "name"),
        textField(objectsField(work, "institution")[0] ?? objectField(work, "institution") ?? {}, "name"),
      ].find((venue) => venue !== undefined && venue !== ""),
      categories: Array.isArray(work.subject) ? work.subject.filter((subject) => typeof subject === "string") : [],
      url: textField(objectField(objectField(work, "resource") ?? {}, "primary") ?? {}, "URL") ?? textField(work, "URL"),
      pdfUrl: objectsField(work, "link")
        .filter((link) => link["content-type"] === "application/pdf")
        .flatMap((link) => textField(link, "URL") ?? [])[0],
      language: textField(work, "language"),
      citations: numberField(work, "is-referenced-by-count"),
      status: statusOf(work, doi),
    },
    name,
  );
}

/** The title with the subtitle, which Crossref keeps in a separate field. */
function titleOf(work: JsonObject): string | undefined {
  const title = firstText(work, "title");
  const subtitle = firstText(work, "subtitle");
  if (title === undefined || subtitle === undefined || subtitle === "" || title.toLowerCase().includes(subtitle.toLowerCase()))
    return title;
  return `${title.trimEnd().replace(/:$/, "").trimEnd()}: ${subtitle}`;
}

/**
 * A notice names the work that it retracts (`update-to`); the work itself names its retraction (`updated-by`, or a relation). A work with
 * `update-to` is itself the retracted one only if it names its own DOI.
 */
function statusOf(work: JsonObject, doi: string | undefined): NewPaper["status"] {
  const onItself = objectsField(work, "update-to").filter(
    (update) => typeof update.DOI === "string" && update.DOI.toLowerCase() === doi?.toLowerCase(),
  );
  const types = [...objectsField(work, "updated-by"), ...onItself].map((update) => textField(update, "type")?.toLowerCase() ?? "");
  const relations = Object.keys(objectField(work, "relation") ?? {});
  if (types.includes("retraction") || relations.includes("is-retracted-by")) return "retracted";
  return types.some((type) => type === "withdrawal" || type === "removal") || relations.includes("is-withdrawn-by")
    ? "withdrawn"
    : undefined;
}
