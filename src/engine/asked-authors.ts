/** Which authors a search asks for: lists show them, however many others a paper names before them. */
import { isCalled, isNameWanted, nameKey, wantedNameKeys, wholeNameKeys } from "../core/author-names.ts";
import type { Paper } from "../core/paper.ts";
import { parseQuery } from "../core/query.ts";
import type { Hit } from "./hits.ts";

/** Whether the author of a hit who has this name is one that was asked for, by a condition or by a query that is a name. */
export type IsAskedAuthor = (hit: Pick<Hit, "exact">, name: string) => boolean;

/** @param authors the condition that stands beside the query. */
export function askedAuthors(query: string, authors: readonly string[] = []): IsAskedAuthor {
  const { filters, text } = parseQuery(query);
  const conditions = [...(filters.authors ?? []), ...authors].flatMap(wantedNameKeys);
  const whole = wholeNameKeys(text);
  return ({ exact }, name) => {
    if (conditions.length === 0 && exact !== "author") return false;
    const key = nameKey(name);
    return conditions.some((wanted) => isNameWanted(key, wanted)) || (exact === "author" && whole.some((wanted) => isCalled(key, wanted)));
  };
}

export interface ShownAuthor {
  readonly name: string;
  readonly asked: boolean;
  /** What stands before it: nothing, a comma, or a comma and dots where others are left out. */
  readonly before: string;
}

/** The first authors of a paper, and as many of those that are asked for; `more` are left out behind them. */
export function authorsToShow(
  { authors }: Pick<Paper, "authors">,
  first: number,
  isAsked: (name: string) => boolean = () => false,
): { shown: ShownAuthor[]; more: number } {
  const places = authors
    .map(({ name }, at) => ({ name, at, asked: isAsked(name) }))
    .filter(({ at, asked }) => at < first || asked)
    .slice(0, 2 * first);
  const shown = places.map(({ name, at, asked }, place) => {
    const before = place === 0 ? "" : places[place - 1]?.at === at - 1 ? ", " : ", … ";
    return { name, asked, before };
  });
  return { shown, more: authors.length - shown.length };
}
