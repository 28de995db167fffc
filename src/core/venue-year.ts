/** A venue and a year as the whole of a query: `NeurIPS 2019`, `SIGIR '10`. */
import { foldWords } from "./text.ts";

export interface VenueAndYear {
  /** Folded names that the venue has had. */
  readonly venues: readonly string[];
  readonly year: number;
}

/** Characters, and words of a venue, that somebody types; more are none, and would take their time. */
const longest = 200;
const mostWords = 8;
/** A conference under both of its names. */
const renamed = new Map([
  ["neurips", "nips"],
  ["nips", "neurips"],
]);

/** Undefined where the text is something else. */
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
 * Whether the name of a paper's venue is the wanted one, alone or with the year (`NIPS 2019`, `WWW '12 Companion`, `emnlp, ijcnlp`), and
 * not one that merely begins with the same words. The year of a paper whose venue has none is for whoever asks to compare.
 */
export function isOfVenueAndYear(venue: string, { venues, year }: VenueAndYear): boolean {
  const parts = venue.split(/[,;(]/).map(foldWords);
  const years = [String(year), String(year % 100).padStart(2, "0")];
  return venues.some((wanted) => parts.some((part) => part === wanted || years.some((one) => `${part} `.startsWith(`${wanted} ${one} `))));
}
