/** Queries that consist of a venue and a year: `NeurIPS 2019`, `SIGIR '10`. */
import { foldWords } from "./text.ts";

export interface VenueAndYear {
  /** Folded names that the venue has had. */
  readonly venues: readonly string[];
  readonly year: number;
}

/** Characters of such a query, and words of its venue. A longer text is something else, and would take time to match. */
const longest = 200;
const mostWords = 8;
/** A conference under both of its names. */
const renamed = new Map([
  ["neurips", "nips"],
  ["nips", "neurips"],
]);

/** Undefined if the text is something else. */
export function venueAndYearOf(text: string): VenueAndYear | undefined {
  if (text.length > longest) return undefined;
  const { before, after, first, last, short } =
    /^(?:(?<first>(?:19|20)\d\d)\s+(?<after>\D+)|(?<before>\D*\p{L}\D*?)(?:[\s-](?<last>(?:19|20)\d\d)|\s*['’](?<short>\d\d)))$/u.exec(text)
      ?.groups ?? {};
  const venue = foldWords(before ?? after ?? "");
  const year = Number(first ?? last ?? (Number(short) < 50 ? `20${short}` : `19${short}`));
  if (venue === "" || Number.isNaN(year) || venue.split(" ").length > mostWords) return undefined;
  const other = renamed.get(venue);
  return { venues: other === undefined ? [venue] : [venue, other], year };
}

/**
 * Whether a paper's venue has the wanted name, alone or with the year (`NIPS 2019`, `WWW '12 Companion`, `emnlp, ijcnlp`), rather than
 * one that merely begins with the same words. If the venue contains no year, the caller compares the paper's.
 */
export function isOfVenueAndYear(venue: string, { venues, year }: VenueAndYear): boolean {
  const parts = venue.split(/[,;(]/).map(foldWords);
  const years = [String(year), String(year % 100).padStart(2, "0")];
  return venues.some((wanted) => parts.some((part) => part === wanted || years.some((one) => `${part} `.startsWith(`${wanted} ${one} `))));
}
