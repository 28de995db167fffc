/** Semantic Scholar's search in bulk: a query with operators, and papers in a fixed order. */
import { AppError } from "../../core/errors.ts";
import { compareText } from "../../core/order.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import { Brackets } from "./brackets.ts";
import { s2IdOf } from "./s2-paper.ts";

/**
 * The query in Paperkin's own language, in which words have to be demanded: each word and phrase has to be in the paper, `|` joins
 * alternatives, a minus excludes, also all of a bracket. Other brackets, prefixes (`neuro*`) and distances (`~3`) have no equal there, and
 * are left out.
 */
export function readBulkQuery(text: string): string {
  const brackets = new Brackets();
  return [...text.matchAll(/(\|)|(-?\()|(\))|(-)?(?:"([^"]*)"|([^\s"()|+]+))/g)]
    .flatMap(([, or, opening, closing, minus, phrase, word = ""]) => {
      if (opening !== undefined) brackets.open(opening !== "(");
      if (closing !== undefined) brackets.close();
      if (or !== undefined) return brackets.isUnwanted ? [] : ["OR"];
      const wanted = (phrase ?? word.replace(/~\d*$|\*$/g, "")).trim();
      return wanted === "" ? [] : [`${minus !== undefined || brackets.isUnwanted ? "-" : ""}"${wanted}"`];
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
