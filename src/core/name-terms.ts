/**
 * Terms of the word index that are names: words of a paper's venue, and its authors. Apart from the same words in a text: many
 * papers share a venue or an author, and these are not what they are about.
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

/** What papers of an author are found by, and of all with the same initial and family name. @param key of {@link initialAndFamily}. */
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
