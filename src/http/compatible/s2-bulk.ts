/** Semantic Scholar's search in bulk: a query with operators, and papers in a fixed order. */
import { AppError } from "../../core/errors.ts";
import { compareText } from "../../core/order.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import { s2IdOf } from "./s2-paper.ts";

/**
 * The query in Paperkin's own language: each word and phrase has to be in the paper, `|` joins alternatives, a minus excludes. Brackets,
 * prefixes (`neuro*`) and distances (`~3`) have no equal there, and are left out.
 */
export function readBulkQuery(text: string): string {
  return [...text.matchAll(/(\|)|(-)?(?:"([^"]*)"|([^\s"()|+]+))/g)]
    .flatMap(([, or, minus = "", phrase, word = ""]) => {
      if (or !== undefined) return ["OR"];
      const wanted = (phrase ?? word.replace(/~\d*$|\*$/g, "")).trim();
      return wanted === "" ? [] : [`${minus}"${wanted}"`];
    })
    .join(" ");
}

const keys = {
  paperId: s2IdOf,
  // Of digits of equal number, so that texts are in the order of numbers.
  citationCount: ({ citations = 0 }: Paper) => String(citations).padStart(12, "0"),
  publicationDate: (paper: Paper) => dateOf(paper) ?? "",
} as const;

/** @param sort `paperId`, `publicationDate` or `citationCount`, with `:asc` or `:desc` behind. Throws `invalid_request`. */
export function bulkOrder(sort = "paperId:asc"): (a: Paper, b: Paper) => number {
  const [, name = "", direction = "asc"] = /^(paperId|publicationDate|citationCount)(?::(asc|desc))?$/.exec(sort) ?? [];
  const keyOf = Object.entries(keys).find(([key]) => key === name)?.[1];
  if (keyOf === undefined) throw new AppError("invalid_request", `Unacceptable query params: [sort=${sort.slice(0, 100)}]`);
  const sign = direction === "asc" ? 1 : -1;
  return (a, b) => sign * compareText(keyOf(a), keyOf(b)) || compareText(a.paperId, b.paperId);
}
