/** What a query asks for by name: one paper, by its id or title, the papers of an author, or those of a venue in a year. */

import { termOf, termsOf } from "../../core/analysis.ts";
import {
  anyInitialAndFamily,
  type CitedName,
  citedName,
  familyFirstKeys,
  familyNameKeys,
  initialAndFamily,
  isAsSpecific,
  matchesName,
  nameKey,
  wholeNameKeys,
} from "../../core/author-names.ts";
import type { Filters } from "../../core/filters.ts";
import { type Label, type LabelSet, labelSetOf, selectLabels } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { authorTerm, venueTerm } from "../../core/name-terms.ts";
import type { ParsedQuery } from "../../core/query.ts";
import { evenly } from "../../core/ranking/top.ts";
import { foldWords } from "../../core/text.ts";
import { isOfVenueAndYear, venueAndYearOf } from "../../core/venue-year.ts";
import { papersInTurns } from "../papers.ts";

export interface AskedByName {
  readonly by: "id" | "title" | "author" | "venue" | undefined;
  /** The author's or venue's papers, newest first; for an author, those that name the author only by initials come last. */
  readonly labels: readonly Label[];
}

/** The newest papers with the same initial and family name, or of a venue in a year, that are read to find the ones that are meant. */
const mostOfOneName = 1_000;
/** Papers that are read to see whether a word is more than a name. */
const mostSampled = 100;

/**
 * @param within the papers that meet the conditions. An author's and a venue's papers must be among them; a paper's id or title is found
 * in any case.
 * @param isProse whether the query is the description of a subject, and so not the name of an author or a venue.
 */
export async function askedByName(
  library: Library,
  parsed: ParsedQuery,
  within: LabelSet | undefined,
  isProse: boolean,
): Promise<AskedByName> {
  if (parsed.id !== undefined) {
    const [label] = await library.resolve([parsed.id.id]);
    return label === undefined ? { labels: [], by: undefined } : { labels: [label], by: "id" };
  }
  const { text } = parsed;
  if (text === "") return { labels: [], by: undefined };
  const titled = await library.findByTitle(text);
  if (titled.length > 0) return { labels: titled, by: "title" };
  if (isProse) return { labels: [], by: undefined };
  const published = await papersOfVenue(library, text, within);
  if (published.length > 0) return { labels: published, by: "venue" };
  const cited = citedName(text);
  const written = [...(await papersByAuthor(library, cited, within)), ...(await papersByFamily(library, cited, within))];
  return { labels: written, by: written.length > 0 ? "author" : undefined };
}

/** Empty unless the text is exactly one author's name. */
async function papersByAuthor(library: Library, { name, year }: CitedName, within: LabelSet | undefined): Promise<Label[]> {
  const wanted = wholeNameKeys(name);
  if (wanted.length === 0) return [];
  const turned = familyFirstKeys(name);
  const terms = new Set([...wanted, ...turned].flatMap((key) => initialAndFamily(key) ?? []).map(authorTerm));
  const alike = await library.holdingAny([...terms]);
  const [sure, otherOrder, perhaps]: [Label[], Label[], Label[]] = [[], [], []];
  for await (const { label, paper } of papersInTurns(library, await newestOf(library, alike, within, year))) {
    const keys = paper.authors.map((author) => nameKey(author.name));
    const called = wanted.flatMap((one) => keys.filter((key) => matchesName(key, one)).map((key) => ({ key, one })));
    if (called.some(({ key, one }) => isAsSpecific(key, one))) sure.push(label);
    else if (turned.some((one) => keys.some((key) => matchesName(key, one) && isAsSpecific(key, one)))) otherOrder.push(label);
    else if (called.length > 0) perhaps.push(label);
  }
  return sure.length + otherOrder.length === 0 ? [] : [...sure, ...otherOrder, ...perhaps];
}

/** Empty unless the text is exactly a family name, and no more papers use it as a word than are by somebody called that. */
async function papersByFamily(library: Library, { name, hasOthers, year }: CitedName, within: LabelSet | undefined): Promise<Label[]> {
  const wanted = familyNameKeys(name);
  const term = termOf(name);
  if (wanted.length === 0 || term === undefined) return [];
  const written = await library.holdingAny(wanted.flatMap(anyInitialAndFamily).map(authorTerm));
  if (written.size === 0) return [];
  if (!hasOthers)
    return written.size <= (await papersSaying(library, name, term, written)) ? [] : await newestOf(library, written, within, year);
  const [first, others]: [Label[], Label[]] = [[], []];
  for await (const { label, paper } of papersInTurns(library, await newestOf(library, written, within, year))) {
    const family =
      nameKey(paper.authors[0]?.name ?? "")
        .split(" ")
        .at(-1) ?? "";
    (wanted.includes(family) ? first : others).push(label);
  }
  return [...first, ...others];
}

/**
 * Roughly how many papers contain a word itself, not other words of the same stem (“Manning”, “man”), or are of a venue called that.
 * Papers by somebody called that are not counted.
 */
async function papersSaying(library: Library, word: string, term: string, beside: LabelSet): Promise<number> {
  const venue = (await library.holding([venueTerm(term)])).size;
  const others = [...(await library.holding([term])).labels()].filter((label) => !beside.has(label));
  if (venue + others.length < beside.size) return venue + others.length;
  const sample = evenly(others, mostSampled);
  const wanted = ` ${foldWords(word)} `;
  let saying = 0;
  for await (const { paper } of papersInTurns(library, sample)) {
    if (` ${foldWords(`${paper.title} ${paper.abstract}`)} `.includes(wanted)) saying++;
  }
  return venue + (sample.length === 0 ? 0 : (saying / sample.length) * others.length);
}

/** Empty unless the text is exactly a venue and a year. */
async function papersOfVenue(library: Library, text: string, within: LabelSet | undefined): Promise<Label[]> {
  const wanted = venueAndYearOf(text);
  if (wanted === undefined) return [];
  const { year } = wanted;
  const venues: string[] = [];
  for (const venue of wanted.venues) if (await isInVenues(library, venue)) venues.push(venue);
  if (venues.length === 0) return [];
  const inYear: Filters = { venues, yearFrom: year, yearTo: year };
  const namedSo: Filters = { venues: venues.map((venue) => `${venue} ${year}`) };
  const found = new Set<Label>();
  for (const filters of [inYear, namedSo]) {
    for (const label of (await library.matching([filters]))?.labels() ?? []) found.add(label);
  }
  const published: Label[] = [];
  for await (const { label, paper } of papersInTurns(library, await newestOf(library, labelSetOf(found), within))) {
    if (isOfVenueAndYear(paper.venue ?? "", wanted)) published.push(label);
  }
  return published;
}

/** Uses the word index: filters on venues read all papers, and most queries that end with a year do not name a venue. */
async function isInVenues(library: Library, venue: string): Promise<boolean> {
  const terms = termsOf(venue).map(venueTerm);
  return terms.length > 0 && (await library.holding(terms)).size > 0;
}

/** @param year of publication; any year if undefined. */
async function newestOf(library: Library, set: LabelSet, within: LabelSet | undefined, year?: number): Promise<Label[]> {
  if (set.size === 0) return [];
  const ofYear = year === undefined ? undefined : await library.matching([{ yearFrom: year, yearTo: year }]);
  const limits = [within, ofYear].filter((limit) => limit !== undefined);
  const among = limits.length === 0 ? set : selectLabels(set.labels(), (label) => limits.every((limit) => limit.has(label)));
  return await library.newest(among, { limit: mostOfOneName, offset: 0 });
}
