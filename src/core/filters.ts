/**
 * Conditions that a paper must meet to be in an answer. Every storage implementation evaluates them; this file defines them, with the
 * predicate that the implementations are tested against.
 */
import { z } from "zod";
import { isNameWanted, nameKey, wantedNameKeys } from "./author-names.ts";
import { dateOf, type Paper, partialDateSchema, yearOf } from "./paper.ts";
import { foldWords, lowerLatin } from "./text.ts";

const textList = z.array(z.string().min(1)).max(100);

const count = z.number().int().nonnegative();

export const filtersSchema = z.strictObject({
  /** First day that counts, inclusive. `2024` and `2024-03` mean their first day. */
  from: partialDateSchema.optional(),
  /** Last day that counts, inclusive. `2024` and `2024-03` mean their last day. */
  to: partialDateSchema.optional(),
  /** As `from` and `to`, for one of the three dates. */
  publishedFrom: partialDateSchema.optional(),
  publishedTo: partialDateSchema.optional(),
  updatedFrom: partialDateSchema.optional(),
  updatedTo: partialDateSchema.optional(),
  listedFrom: partialDateSchema.optional(),
  listedTo: partialDateSchema.optional(),
  yearFrom: z.number().int().optional(),
  yearTo: z.number().int().optional(),
  /** Any of these; matched without case against the beginnings of the venue's words: `neurips` finds `NeurIPS 2017`. */
  venues: textList.optional(),
  /** Any of these; `cs.CL`, or a prefix `cs.*`; without case. */
  categories: textList.optional(),
  /** Any of these: the names of the sources that brought the paper. */
  sources: textList.optional(),
  /** Any of these; matched without case and accents against a part of an author's name, or the name in another form: `Lovelace, A.` */
  authors: textList.optional(),
  /** Words that must all stand in the title. */
  title: textList.optional(),
  /** Has a link to code. */
  hasCode: z.boolean().optional(),
  hasAbstract: z.boolean().optional(),
  /** Has a link to its PDF. */
  hasPdf: z.boolean().optional(),
  /** A paper without a count never has enough. */
  minVotes: count.optional(),
  minCitations: count.optional(),
  /** Any of these, without case; `en` also matches `en-GB`. A paper that names no language matches none. */
  languages: textList.optional(),
  /** Withdrawn and retracted papers are left out where false. */
  withdrawn: z.boolean().optional(),
});
export type Filters = z.infer<typeof filtersSchema>;

/** Several sets of conditions (the caller's, the query's own); a paper must meet all of them. */
export type Conditions = readonly Filters[];

/** True if no condition is set. */
export function isUnfiltered(filters: Filters): boolean {
  return Object.values(filters).every((value) => value === undefined || (Array.isArray(value) && value.length === 0));
}

/** The comparable form of a date's first and last day: `2024-03` → `2024-03-01` … `2024-03-31`. */
export function firstDay(date: string): string {
  return date.length === 4 ? `${date}-01-01` : date.length === 7 ? `${date}-01` : date;
}
export function lastDay(date: string): string {
  return date.length === 4 ? `${date}-12-31` : date.length === 7 ? `${date}-31` : date;
}

/** Whether `a b` occurs in `x a b y`, on word boundaries. An empty text occurs in everything. */
function hasWords(haystack: string, needle: string): boolean {
  return needle === "" || ` ${haystack} `.includes(` ${needle} `);
}

function hasWordPrefix(haystack: string, needle: string): boolean {
  return ` ${haystack}`.includes(` ${needle}`);
}

/** Venues match on the beginnings of words, so that `neurips` and `neur` both find `NeurIPS 2017`. */
function venueMatches(venue: string, wanted: string): boolean {
  const folded = foldWords(wanted);
  return folded !== "" && hasWordPrefix(foldWords(venue), folded);
}

function categoryMatches(category: string, wanted: string): boolean {
  const [a, b] = [category.toLowerCase(), wanted.toLowerCase()];
  if (b.endsWith("*")) return a.startsWith(b.slice(0, -1));
  return a === b;
}

function authorMatches(author: string, wanted: string): boolean {
  const key = nameKey(author);
  return wantedNameKeys(wanted).some((one) => isNameWanted(key, one));
}

/** `en` is `EN` and `en-GB`, not `eng`. */
function languageMatches(language: string, wanted: string): boolean {
  const [a, b] = [language.toLowerCase(), wanted.toLowerCase()];
  return a === b || a.startsWith(`${b}-`);
}

/** The three dates of a paper, each with the conditions on it. */
export const datedFilters = [
  { date: "published", from: "publishedFrom", to: "publishedTo" },
  { date: "updated", from: "updatedFrom", to: "updatedTo" },
  { date: "listed", from: "listedFrom", to: "listedTo" },
] as const;

/** The case of A to Z does not matter, as in SQLite's own comparison without case. */
function sourceMatches(own: string, wanted: string): boolean {
  return lowerLatin(own) === lowerLatin(wanted);
}

function isBetween(date: string | undefined, from: string | undefined, to: string | undefined): boolean {
  if (from !== undefined && (date === undefined || lastDay(date) < firstDay(from))) return false;
  return to === undefined || (date !== undefined && firstDay(date) <= lastDay(to));
}

/**
 * A paper with a coarse date (`2024`) matches if any of its days is in the range; a paper without a date never matches a condition on
 * dates.
 */
export function matchesFilters(paper: Paper, filters: Filters): boolean {
  if (!isBetween(dateOf(paper), filters.from, filters.to)) return false;
  if (!datedFilters.every(({ date, from, to }) => isBetween(paper[date], filters[from], filters[to]))) return false;
  const year = yearOf(paper);
  if (filters.yearFrom !== undefined && (year === undefined || year < filters.yearFrom)) return false;
  if (filters.yearTo !== undefined && (year === undefined || year > filters.yearTo)) return false;
  if (isSet(filters.venues) && !filters.venues.some((wanted) => venueMatches(paper.venue ?? "", wanted))) return false;
  if (isSet(filters.categories) && !filters.categories.some((wanted) => paper.categories.some((own) => categoryMatches(own, wanted))))
    return false;
  if (isSet(filters.sources) && !filters.sources.some((wanted) => paper.sources.some((own) => sourceMatches(own, wanted)))) return false;
  if (isSet(filters.authors) && !filters.authors.some((wanted) => paper.authors.some((own) => authorMatches(own.name, wanted))))
    return false;
  if (isSet(filters.title) && !filters.title.every((wanted) => hasWords(foldWords(paper.title), foldWords(wanted)))) return false;
  if (filters.hasCode !== undefined && (paper.codeUrl !== undefined) !== filters.hasCode) return false;
  if (filters.hasAbstract !== undefined && (paper.abstract !== "") !== filters.hasAbstract) return false;
  if (filters.hasPdf !== undefined && (paper.pdfUrl !== undefined) !== filters.hasPdf) return false;
  if (filters.minVotes !== undefined && (paper.votes ?? -1) < filters.minVotes) return false;
  if (filters.minCitations !== undefined && (paper.citations ?? -1) < filters.minCitations) return false;
  if (isSet(filters.languages) && !filters.languages.some((wanted) => languageMatches(paper.language ?? "", wanted))) return false;
  if (filters.withdrawn === false && paper.status !== undefined) return false;
  return true;
}

export function isSet<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
