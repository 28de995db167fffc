/**
 * Papers in the format of Hugging Face's API: the answer for a day of Daily Papers, in which each paper is wrapped, and papers alone.
 * https://huggingface.co/docs/hub/api
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, type JsonObject, listField, numberField, objectField, objectsField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { authorOf, paperOf, readDate } from "./record.ts";

const name = "hf-daily";

export const hfDailyFormat: Format = {
  name,
  description: "JSON of Hugging Face's Daily Papers API: a day's list, or papers by themselves",
  recognize(head) {
    const record = firstRecordIn(head);
    if (record === undefined) return 0;
    const paper = objectField(record, "paper");
    if (paper !== undefined) return "id" in paper && (isTheirs(paper) || "numComments" in record || "submittedBy" in record) ? 1 : 0;
    return "id" in record && isTheirs(record) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, [], paperOfAnswer),
};

/** Whether it has fields that occur only in papers of this API, in its old or new answers. */
function isTheirs(paper: JsonObject): boolean {
  return "upvotes" in paper || "discussionId" in paper || "submittedOnDailyAt" in paper || ("summary" in paper && "publishedAt" in paper);
}

/** Throws `RecordFault`. */
function paperOfAnswer(value: unknown): NewPaper {
  const outer = asObject(value);
  const wrapped = objectField(outer, "paper");
  const paper = wrapped ?? outer;
  const id = textField(paper, "id") ?? "";
  return paperOf(
    {
      ids: [id === "" ? undefined : /^(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?$/i.test(id) ? `arXiv:${id}` : id],
      title: textField(paper, "title") ?? textField(outer, "title"),
      abstract: textField(paper, "summary") ?? textField(outer, "summary"),
      authors: objectsField(paper, "authors").map((author) => authorOf(textField(author, "name") ?? "")),
      published: readDate(paper.publishedAt, "publishedAt"),
      listed: readDate((wrapped === undefined ? undefined : outer.publishedAt) ?? paper.submittedOnDailyAt, "publishedAt"),
      keywords: listField(paper, "ai_keywords"),
      codeUrl: textField(paper, "githubRepo") ?? textField(outer, "githubRepo"),
      votes: numberField(paper, "upvotes"),
      comments: numberField(outer, "numComments") ?? numberField(paper, "numComments"),
      status: (paper.withdrawnAt ?? undefined) === undefined ? undefined : "withdrawn",
    },
    name,
  );
}
