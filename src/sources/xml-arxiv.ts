/** What all records of arXiv have in common, however they were obtained. */
import type { NewPaper } from "../core/paper.ts";

/** The name of arXiv's own records among a paper's sources. */
export const arxivSource = "arxiv";

/** @param id with or without a version, in any spelling without spaces. */
export function arxivAddresses(id: string | undefined): { url: string | undefined; pdfUrl: string | undefined } {
  const bare = id
    ?.trim()
    .replace(/^https?:\/\/[^/]*\/(?:abs|pdf)\//i, "")
    .replace(/^(?:oai:)?arxiv(?:\.org)?:/i, "")
    .replace(/v\d+$/, "");
  if (bare === undefined || bare === "") return { url: undefined, pdfUrl: undefined };
  return { url: `https://arxiv.org/abs/${bare}`, pdfUrl: `https://arxiv.org/pdf/${bare}` };
}

/** Authors who withdraw a paper say so in its comments. */
export function statusOfComment(comment: string | undefined): NewPaper["status"] {
  return comment !== undefined && /\bwithdrawn\b/i.test(comment) ? "withdrawn" : undefined;
}
