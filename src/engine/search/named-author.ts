/** Which of a paper's authors a query names: lists show the first few, and that one may be further down. */
import { termsOf } from "../../core/analysis.ts";
import { citedName, familyFirstKeys, nameKey, wantedNameKeys } from "../../core/author-names.ts";
import type { Filters } from "../../core/filters.ts";
import type { Author } from "../../core/paper.ts";
import type { ParsedQuery } from "../../core/query.ts";
import { nameMatcher } from "../../core/wanted-names.ts";

/** Whether a name, given by its key, matches; undefined if no name was asked for. */
export type AskedAuthors = ((key: string) => boolean) | undefined;

/** The authors that conditions name, and the query if it is an author's name. */
export function authorsAskedFor({ filters, alternatives, text }: ParsedQuery, more: Filters, isAuthor: boolean): AskedAuthors {
  const either = alternatives.flat().flatMap((one) => ("filters" in one && !one.negated ? [one.filters] : []));
  const { name } = citedName(text);
  const names = [filters, more, ...either].flatMap(({ authors = [] }) => authors);
  const wanted = [...names.flatMap(wantedNameKeys), ...(isAuthor ? [...wantedNameKeys(name), ...familyFirstKeys(name)] : [])];
  return wanted.length === 0 ? undefined : nameMatcher(wanted);
}

/**
 * The first author that a condition names, else the first whose name contains most of the query's words. @param terms that authors of the
 * paper contain.
 */
export function namedAuthor(authors: readonly Author[], wanted: AskedAuthors, terms: ReadonlySet<string>): string | undefined {
  if (wanted !== undefined) {
    const asked = authors.find(({ name }) => wanted(nameKey(name)));
    if (asked !== undefined) return asked.name;
  }
  if (terms.size === 0) return undefined;
  let best: { name: string; held: number } | undefined;
  for (const { name } of authors) {
    const held = new Set(termsOf(name).filter((term) => terms.has(term))).size;
    if (held > (best?.held ?? 0)) best = { name, held };
  }
  return best?.name;
}

/** The names that a list shows: the first ones, the one that was asked for if it is further down, and how many are left. */
export function shownAuthors(authors: readonly Author[], most: number, named?: string): { first: string[]; named?: string; left: number } {
  const first = authors.slice(0, most).map(({ name }) => name);
  const isHidden = named !== undefined && !first.includes(named);
  return { first, ...(isHidden ? { named } : {}), left: authors.length - first.length - (isHidden ? 1 : 0) };
}
