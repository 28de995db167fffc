/**
 * Terms of the word index for names: words of a paper's venue, and its authors. They are separate from the same words in a text: many
 * papers share a venue or an author, which is not what they are about.
 */
import { termsOf } from "./analysis.ts";
import { initialAndFamily, nameKey } from "./author-names.ts";
import type { Paper } from "./paper.ts";

const ofVenue = "venue:";
const ofAuthor = "author:";

/** A term as a venue says it. */
export function venueTerm(term: string): string {
  return ofVenue + term;
}

/** The term under which papers of all authors with the same initial and family name are found. @param key of {@link initialAndFamily}. */
export function authorTerm(key: string): string {
  return ofAuthor + key;
}

export function isNameTerm(term: string): boolean {
  return term.startsWith(ofVenue) || term.startsWith(ofAuthor);
}

/** One for each time that they are said. */
export function nameTermsOf({ venue = "", authors }: Pick<Paper, "venue" | "authors">): string[] {
  const called = authors.flatMap(({ name }) => initialAndFamily(nameKey(name)) ?? []);
  return [...termsOf(venue).map(venueTerm), ...called.map(authorTerm)];
}
