/**
 * What a beginning that somebody types may become: which titles and names it fits, and how well. Every storage
 * implementation suggests what is best by this.
 */
import type { FacetValue } from "./facets.ts";
import { firstDay } from "./filters.ts";
import type { Label } from "./label-set.ts";
import { dateOf, type Paper } from "./paper.ts";
import { foldWords, withPlainLetters } from "./text.ts";

/** Characters that can be typed; nobody waits for a suggestion behind more. */
export const longestTyped = 200;
/** Characters of a title or a name that are compared. */
const longestKey = 300;

export const suggestedNames = ["authors", "venues", "categories", "sources"] as const;
export type SuggestedName = (typeof suggestedNames)[number];
export type SuggestedKind = "titles" | SuggestedName;

/** What a beginning may become, best first in each kind. */
export interface Suggested extends Readonly<Record<SuggestedName, readonly FacetValue[]>> {
  readonly titles: readonly Label[];
  /** False while not every paper has been looked at. */
  readonly complete: boolean;
}

export interface Suggestions {
  /**
   * Titles and names that what is typed fits: at most `limit` of each kind that is asked for, by how they fit, then by
   * standing (titles) or number of papers (names), then by `paperId` or folded name. Names that differ by case, accents
   * and punctuation alone are one, spelt as in most papers. Never waits: what is there answers.
   */
  suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested>;
}

/** The comparable form of a title or a name. Empty where there are no words. */
export function suggestKey(text: string): string {
  return withPlainLetters(foldWords(text.slice(0, longestKey)));
}

/** The comparable form of what is typed: its last word is whole once something stands behind it. Empty for too much of it. */
export function typedKey(typed: string): string {
  if (typed.length > longestTyped) return "";
  const folded = withPlainLetters(foldWords(typed));
  return folded !== "" && !/[\p{L}\p{N}\p{M}]$/u.test(typed) ? `${folded} ` : folded;
}

/** The words of a {@link typedKey}, each as it begins another one; the last alone may be whole. */
export function typedWords(typed: string): string[] {
  return [...new Set(typed.match(/[^ ]+ ?$|[^ ]+/g))];
}

/**
 * How a {@link typedKey} fits a {@link suggestKey}, less is better: 0 it is all of it, 1 its beginning, 2 it begins with
 * another of its words, 3 each typed word begins one of its words; undefined where it does not.
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

/** A name is typed from any of its words: which of them comes first says nothing. */
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

/** Votes that count, so that they and a day are one exact number. */
const mostVotes = 50_000_000;

/** By what titles that fit alike are ordered, more is better: votes, then the day. */
export function standingOf(paper: Pick<Paper, "votes" | "published" | "listed" | "updated">): number {
  const day = Number(firstDay(dateOf(paper) ?? "0000").replaceAll("-", ""));
  return Math.min(paper.votes ?? 0, mostVotes) * 1e8 + day;
}
