/**
 * Completions of what is being typed: which titles and names match, and how well. Every storage implementation ranks suggestions by this.
 */
import type { FacetValue } from "./facets.ts";
import { firstDay } from "./filters.ts";
import type { Label } from "./label-set.ts";
import { dateOf, type Paper } from "./paper.ts";
import { foldWords, withPlainLetters } from "./text.ts";

/** Characters of input; beyond that nobody waits for a suggestion. */
export const longestTyped = 200;
/** Characters of a title or a name that are compared. */
const longestKey = 300;

export const suggestedNames = ["authors", "venues", "categories", "sources"] as const;
export type SuggestedName = (typeof suggestedNames)[number];
export type SuggestedKind = "titles" | SuggestedName;

/** Completions, best first within each kind. */
export interface Suggested extends Readonly<Record<SuggestedName, readonly FacetValue[]>> {
  readonly titles: readonly Label[];
  /** False while some papers have not been read yet. */
  readonly complete: boolean;
}

export interface Suggestions {
  /**
   * Titles and names that match what is typed: at most `limit` of each requested kind, ordered by fit, then by standing (titles) or
   * number of papers (names), then by `paperId` or folded name. Names that differ only by case, accents and punctuation are one, spelt as
   * in most papers. Never waits: it answers with what is loaded.
   */
  suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested>;
}

/** The comparable form of a title or a name. Empty if there are no words. */
export function suggestKey(text: string): string {
  return withPlainLetters(foldWords(text.slice(0, longestKey)));
}

/** The comparable form of what is typed: the last word is complete once something follows it. Empty if the input is too long. */
export function typedKey(typed: string): string {
  if (typed.length > longestTyped) return "";
  const folded = withPlainLetters(foldWords(typed));
  return folded !== "" && !/[\p{L}\p{N}\p{M}]$/u.test(typed) ? `${folded} ` : folded;
}

/** The words of a {@link typedKey}, each treated as a prefix; only the last one may be complete. */
export function typedWords(typed: string): string[] {
  return [...new Set(typed.match(/[^ ]+ ?$|[^ ]+/g))];
}

/**
 * How well a {@link typedKey} fits a {@link suggestKey}, lower is better. 0: it is the whole key. 1: it is a prefix. 2: it matches from
 * another word on. 3: each typed word is a prefix of one of its words. Undefined if it does not fit.
 */
export function fitOf(key: string, typed: string): 0 | 1 | 2 | 3 | undefined {
  if (typed === "" || key === "") return undefined;
  if (isAllOf(key, typed)) return 0;
  if (key.startsWith(typed)) return 1;
  if (` ${key} `.includes(` ${typed}`)) return 2;
  return holdsWords(key, typedWords(typed)) ? 3 : undefined;
}

export function isAllOf(key: string, typed: string): boolean {
  return typed === key || (typed.length === key.length + 1 && typed === `${key} `);
}

/** @param words of {@link typedWords}. */
export function holdsWords(key: string, words: readonly string[]): boolean {
  const spaced = ` ${key} `;
  return words.every((word) => spaced.includes(` ${word}`));
}

/** A name may be typed from any of its words: their order does not matter. */
export function fitOfName(key: string, typed: string): 0 | 1 | 3 | undefined {
  const fit = fitOf(key, typed);
  return fit === 2 ? 1 : fit;
}

/** The names of one paper that are suggested, each once. */
export function namesOf(paper: Pick<Paper, "authors" | "venue" | "categories" | "sources">): Record<SuggestedName, readonly string[]> {
  return {
    authors: [...new Set(paper.authors.map(({ name }) => name))],
    venues: paper.venue === undefined ? [] : [paper.venue],
    categories: [...new Set(paper.categories)],
    sources: [...new Set(paper.sources)],
  };
}

/** The maximum of votes that counts, so that votes and a day fit into one exact number. */
const mostVotes = 50_000_000;

/** The order of titles that fit equally well, more is better: votes, then the day. */
export function standingOf(paper: Pick<Paper, "votes" | "published" | "listed" | "updated">): number {
  const day = Number(firstDay(dateOf(paper) ?? "0000").replaceAll("-", ""));
  return Math.min(paper.votes ?? 0, mostVotes) * 1e8 + day;
}
