/**
 * Descriptions of the fields of papers, conditions and interests for the OpenAPI document. They are not in the schemas of core/, which is
 * independent of OpenAPI.
 */
import type { z } from "@hono/zod-openapi";
import type { Filters } from "../core/filters.ts";
import type { Interest } from "../core/interest.ts";
import type { Paper } from "../core/paper.ts";

export const paperTexts: Readonly<Record<keyof Paper, string>> = {
  paperId: "Stable: `arXiv:1706.03762`, `DOI:10.1145/…`, or a source's own id.",
  ids: "Every id of the paper, `paperId` among them, sorted.",
  title: "Mathematics is TeX between dollar signs.",
  abstract: "Empty if no source has one. Mathematics is TeX between dollar signs.",
  authors: "In the order of the paper.",
  published: "First publication: YYYY, YYYY-MM or YYYY-MM-DD.",
  updated: "Last change of the text at its source.",
  listed: "The day on which a listing (a daily page, a feed) brought it.",
  venue: "The journal, conference or repository.",
  categories: "As named by the sources: `cs.CL`, `Computer Science`.",
  keywords: "As assigned by authors and indexers.",
  url: "The paper's web page.",
  pdfUrl: "Where its PDF is.",
  codeUrl: "Where its code is.",
  language: "BCP 47, if a source names it.",
  votes: "Votes at the source, if it counts them.",
  comments: "The number of comments at the source.",
  citations: "The number of citations according to a source.",
  status: "Absent unless it was withdrawn or retracted.",
  version: "The version at the source, if it numbers versions (arXiv).",
  sources: "The sources that brought it, sorted: `arxiv`, `semantic-scholar`, ….",
};

export const filterTexts: Readonly<Record<keyof Filters, string>> = {
  from: "Papers from this day on: YYYY, YYYY-MM or YYYY-MM-DD. The date is that of publication, else of listing, else of the last change.",
  to: "Papers up to this day.",
  publishedFrom: "Published on this day or later.",
  publishedTo: "Published on this day or earlier.",
  updatedFrom: "Changed at its source on this day or later.",
  updatedTo: "Changed at its source on this day or earlier.",
  listedFrom: "Brought by a listing on this day or later.",
  listedTo: "Brought by a listing on this day or earlier.",
  yearFrom: "Of this year or later.",
  yearTo: "Of this year or earlier.",
  venues: "Any of these; without case, as a part of the venue's words: `neurips` finds `NeurIPS 2017`.",
  categories: "Any of these: `cs.CL`, or a prefix `cs.*`; without case.",
  sources: "Any of these names of sources.",
  authors: "Any of these; without case and accents, as a part of an author's name.",
  title: "Words that must all occur in the title.",
  hasCode: "Has a link to code.",
  hasAbstract: "Has an abstract.",
  hasPdf: "Has a link to its PDF.",
  minVotes: "Has this many votes at its source, or more.",
  minCitations: "Has this many citations, or more.",
  languages: "Any of these: `en` is `en-GB` too. Papers without a language never match.",
  withdrawn: "If false, withdrawn and retracted papers are left out.",
};

export const interestTexts: Readonly<Partial<Record<keyof Interest, string>>> = {
  words: "What is wanted, in words; may be empty.",
  positives: "The `paperId`s of example papers.",
  negatives: "The `paperId`s of papers that it is not about.",
  filters: "A pick meets all of these.",
  excludedWords: "No pick contains any of these.",
  weight: "Its share of the picks, relative to other interests.",
  topic: "The topic that it follows, whose words it has adopted.",
  keptWhole: "The number of examples it had when its owner declined to split it.",
  created: "ISO 8601 in UTC.",
};

/** Adds a description to each field of a schema. */
export function withTexts<Shape extends z.ZodRawShape>(shape: Shape, texts: Readonly<Partial<Record<keyof Shape, string>>>): Shape {
  const described = Object.entries(shape).map(([name, field]) => {
    const text = texts[name];
    return [name, text === undefined ? field : (field as z.ZodType).describe(text)];
  });
  return Object.fromEntries(described) as Shape;
}
