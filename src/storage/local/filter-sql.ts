/** `core/filters.ts` as SQL over the columns that the papers table derives from each record. */
import { hasGivenAndFamilyName, isNameWanted, wantedNameKeys } from "../../core/author-names.ts";
import { type Conditions, datedFilters, type Filters, firstDay, isSet, lastDay } from "../../core/filters.ts";
import { authorSeparator } from "../../core/paper-keys.ts";
import { foldWords } from "../../core/text.ts";
import { beginningWithAny, nameMatcher } from "../../core/wanted-names.ts";
import type { Sqlite } from "./database.ts";

interface SqlCondition {
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/** Expressions for `FROM` and `WHERE`. */
export interface SqlSelection extends SqlCondition {
  readonly from: string;
}

/** The papers that meet all conditions, from a covering index with all columns of the conditions, `label` and `listing_date`. */
export function sqlOfConditions(conditions: Conditions): SqlSelection {
  const parts = conditions.flatMap(sqlOfFilters);
  if (parts.length === 0) return { from: "papers", where: "TRUE", parameters: [] };
  const index = conditions.some(asksForText) ? "papers_names" : "papers_filters";
  return {
    // By itself, SQLite would choose an index for some of the conditions, and then fetch the row of each paper.
    from: `papers INDEXED BY ${index}`,
    where: parts.map((part) => `(${part.where})`).join(" AND "),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** Whether the conditions need titles or names, which make an index long. Other conditions have a shorter index of their own. */
function asksForText({ venues, authors, title }: Filters): boolean {
  return isSet(venues) || isSet(authors) || isSet(title);
}

/** All names of sources, each found with one index seek: there are few names, and many papers of each. */
const sourceNames = `WITH RECURSIVE names (name) AS (
  SELECT min(source) FROM paper_sources
  UNION ALL SELECT (SELECT min(source) FROM paper_sources WHERE source > name) FROM names WHERE name IS NOT NULL
) SELECT name FROM names WHERE name IS NOT NULL`;

function sqlOfFilters(filters: Filters): SqlCondition[] {
  const parts: SqlCondition[] = [];
  const add = (where: string, ...parameters: (string | number)[]) => parts.push({ where, parameters });
  if (filters.from !== undefined) add("last_day >= ?", firstDay(filters.from));
  if (filters.to !== undefined) add("first_day <= ?", lastDay(filters.to));
  if (filters.yearFrom !== undefined) add("year >= ?", filters.yearFrom);
  if (filters.yearTo !== undefined) add("year <= ?", filters.yearTo);
  if (isSet(filters.venues)) parts.push(venueIsAny(filters.venues));
  if (isSet(filters.categories)) parts.push(categoryIsAny(filters.categories));
  if (isSet(filters.sources)) {
    const marks = filters.sources.map(() => "?").join(", ");
    add(
      `+label IN (SELECT label FROM paper_sources WHERE source IN (${sourceNames} AND name COLLATE NOCASE IN (${marks})))`,
      ...filters.sources,
    );
  }
  if (isSet(filters.authors)) parts.push(authorIsAny(filters.authors));
  for (const words of new Set(filters.title?.map(foldWords))) parts.push(inTitle(words));
  if (filters.hasCode !== undefined) add("has_code = ?", filters.hasCode ? 1 : 0);
  for (const { date, from, to } of datedFilters) {
    const [first, last] = [filters[from], filters[to]];
    // The stored text shows the precision of the date; missing parts are appended.
    if (first !== undefined) add(`${date} || substr('-12-31', length(${date}) - 3) >= ?`, firstDay(first));
    if (last !== undefined) add(`${date} || substr('-01-01', length(${date}) - 3) <= ?`, lastDay(last));
  }
  if (filters.hasAbstract !== undefined) add("has_abstract = ?", filters.hasAbstract ? 1 : 0);
  if (filters.hasPdf !== undefined) add("has_pdf = ?", filters.hasPdf ? 1 : 0);
  if (filters.minVotes !== undefined) add("votes >= ?", filters.minVotes);
  if (filters.minCitations !== undefined) add("citations >= ?", filters.minCitations);
  if (isSet(filters.languages)) parts.push(languageIsAny(filters.languages));
  if (filters.withdrawn === false) add("withdrawn = 0");
  return parts;
}

function anyOf(parts: readonly SqlCondition[]): SqlCondition {
  if (parts.length === 0) return { where: "FALSE", parameters: [] };
  return {
    where: parts.map((part) => part.where).join(" OR "),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** Up to so many texts are each tested with `instr`, which is fast in SQLite; more are tested with one function call. */
const mostApart = 8;

/** Names of the SQL functions that {@link defineFilterFunctions} defines. */
const [isByAuthor, isAmong] = ["is_by_author", "is_among"];

export function defineFilterFunctions(db: Sqlite): void {
  db.function(isByAuthor, { deterministic: true }, (authors: unknown, wanted: unknown) => {
    const [names, asked] = [String(authors), String(wanted)];
    const last = lastWord(asked);
    return names.split(authorSeparator).some((key) => key.includes(last) && isNameWanted(key, asked)) ? 1 : 0;
  });
  db.function(isAmong, (text: unknown, number: unknown) =>
    typeof text === "string" && matchers.get(Number(number))?.(text) === true ? 1 : 0,
  );
}

/**
 * Matchers for lists of texts, by number: a list passed to an SQL function would be copied for every paper. A selection is run as soon as
 * it is made, so only the latest matchers are kept.
 */
const matchers = new Map<number, (text: string) => boolean>();
const mostMatchers = 100;
let lastMatcher = 0;

function matched(column: string, matches: (text: string) => boolean): SqlCondition {
  matchers.set(++lastMatcher, matches);
  matchers.delete(lastMatcher - mostMatchers);
  return { where: `${isAmong}(${column}, ?)`, parameters: [lastMatcher] };
}

/**
 * Whether a text of words contains some words. The first `instr` rejects most texts without copying them, as adding spaces does. `instr`
 * has no wildcards to escape.
 */
function wordsIn(column: string, words: string, { whole }: { whole: boolean }): SqlCondition {
  const [text, sought] = whole ? [`' ' || ${column} || ' '`, ` ${words} `] : [`' ' || ${column}`, ` ${words}`];
  return { where: `(instr(${column}, ?) > 0 AND instr(${text}, ?) > 0)`, parameters: [words, sought] };
}

/** A word of the venue begins with one of the wanted texts. */
function venueIsAny(wanted: readonly string[]): SqlCondition {
  const folded = [...new Set(wanted.map(foldWords))].filter((one) => one !== "");
  if (folded.length > mostApart) return matched("venue_key", beginningWithAny(folded));
  return anyOf(folded.map((one) => wordsIn("venue_key", one, { whole: false })));
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf(" ") + 1);
}

function authorIsAny(wanted: readonly string[]): SqlCondition {
  const keys = [...new Set(wanted.flatMap(wantedNameKeys))];
  return keys.length > mostApart ? matched("authors_key", nameMatcher(keys)) : anyOf(keys.map(authorIs));
}

/** Most papers are rejected by the last word of the name, which must begin a word of an author. */
function authorIs(key: string): SqlCondition {
  // A single word, or a key that cannot be a name (no family name is a single letter), has to occur literally.
  if (lastWord(key) === key || !hasGivenAndFamilyName(key)) return wordsIn("authors_key", key, { whole: false });
  const { where, parameters } = wordsIn("authors_key", lastWord(key), { whole: false });
  return { where: `(${where} AND ${isByAuthor}(authors_key, ?))`, parameters: [...parameters, key] };
}

/** @param folded empty if it was only punctuation, which every title matches. */
function inTitle(folded: string): SqlCondition {
  if (folded === "") return { where: "TRUE", parameters: [] };
  return wordsIn("title_key", folded, { whole: true });
}

/** One subquery for all categories. A prefix that begins with another one is redundant. */
function categoryIsAny(wanted: readonly string[]): SqlCondition {
  const folded = [...new Set(wanted.map((one) => one.toLowerCase()))].sort();
  const beginnings: string[] = [];
  for (const one of folded
    .filter((category) => category.endsWith("*"))
    .map((category) => category.slice(0, -1))
    .sort()) {
    const shorter = beginnings.at(-1);
    if (shorter === undefined || !one.startsWith(shorter)) beginnings.push(one);
  }
  const { where, parameters } = anyOf([
    ...folded.filter((one) => !one.endsWith("*")).map((one) => ({ where: "category = ?", parameters: [one] })),
    ...beginnings.map((one) => ({ where: "(category >= ? AND category < ?)", parameters: [one, `${one}\u{10ffff}`] })),
  ]);
  return { where: `+label IN (SELECT label FROM paper_categories WHERE ${where})`, parameters };
}

/** `en` also matches `en-gb`. */
function languageIsAny(wanted: readonly string[]): SqlCondition {
  const folded = [...new Set(wanted.map((one) => one.toLowerCase()))];
  if (folded.length > mostApart) return matched("language", (own) => folded.some((one) => own === one || own.startsWith(`${one}-`)));
  return anyOf(folded.map((one) => ({ where: "language = ? OR instr(language, ?) = 1", parameters: [one, `${one}-`] })));
}
