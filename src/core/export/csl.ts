/** CSL JSON: what Zotero, Pandoc and citation processors read. */
import { type Author, dateOf, type Paper } from "../paper.ts";
import type { ExportFormat } from "./format.ts";
import { idIn, partsOf, venueNameOf, type WorkType, workTypeOf } from "./work.ts";

/** https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types */
const types: Readonly<Record<WorkType, string>> = { article: "article-journal", conference: "paper-conference", preprint: "article" };

export const cslExport: ExportFormat = {
  name: "csl",
  label: "CSL JSON",
  extension: "json",
  mediaType: "application/vnd.citationstyles.csl+json",
  begin: () => ({ head: "[", between: ",", tail: "\n]\n", of: (paper) => `\n${JSON.stringify(itemOf(paper))}` }),
};

/** What is undefined is left out of the JSON. */
function itemOf(paper: Paper): object {
  const type = workTypeOf(paper);
  const arxiv = idIn(paper, "arXiv");
  const venue = venueNameOf(paper);
  const isPreprint = type === "preprint";
  return {
    id: paper.paperId,
    type: types[type],
    title: paper.title,
    author: paper.authors.length === 0 ? undefined : paper.authors.map(nameOf),
    issued: issuedOf(dateOf(paper)),
    // Who has published it, where it appeared in nothing.
    ...(isPreprint ? { publisher: venue } : { "container-title": venue }),
    number: isPreprint && arxiv !== undefined ? `arXiv:${arxiv}` : undefined,
    abstract: paper.abstract === "" ? undefined : paper.abstract,
    categories: paper.categories.length === 0 ? undefined : paper.categories,
    keyword: paper.keywords.length === 0 ? undefined : paper.keywords.join(", "),
    language: paper.language,
    DOI: idIn(paper, "DOI"),
    PMID: idIn(paper, "PMID"),
    PMCID: idIn(paper, "PMCID"),
    URL: paper.url,
    // Where Zotero has ids for which CSL has no variable.
    note: arxiv === undefined ? undefined : `arXiv: ${arxiv}`,
  };
}

function nameOf(author: Author): object {
  return partsOf(author) ?? { literal: author.name };
}

function issuedOf(date: string | undefined): object | undefined {
  return date === undefined ? undefined : { "date-parts": [date.split("-").map(Number)] };
}
