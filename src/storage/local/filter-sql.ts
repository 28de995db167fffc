/** `core/filters.ts` as SQL over the columns that the papers table derives from each record. */
import { isNameWanted, mayBeCalled, wantedNameKeys } from "../../core/author-names.ts";
import { type Conditions, datedFilters, type Filters, firstDay, isSet, lastDay } from "../../core/filters.ts";
import { authorSeparator } from "../../core/paper-keys.ts";
import { foldWords } from "../../core/text.ts";
import type { Sqlite } from "./database.ts";

interface SqlCondition {
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/** Expressions for `FROM` and `WHERE`. */
export interface SqlSelection extends SqlCondition {
  readonly from: string;
}

/** The papers that meet all conditions: found in an index that holds everything they ask, and `label` and `listing_date`. */
export function sqlOfConditions(conditions: Conditions): SqlSelection {
  const parts = conditions.flatMap(sqlOfFilters);
  if (parts.length === 0) return { from: "papers", where: "TRUE", parameters: [] };
  const index = conditions.some(asksForText) ? "papers_names" : "papers_filters";
  return {
    // Left to itself, SQLite takes an index that finds some of the papers, and then fetches each of them.
    from: `papers INDEXED BY ${index}`,
    where: parts.map((part) => `(${part.where})`).join(" AND "),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** Titles and names make an index long: what can do without them has one of its own. */
function asksForText({ venues, authors, title }: Filters): boolean {
  return isSet(venues) || isSet(authors) || isSet(title);
}

/** All names of sources, each found with one look into the index: they are few, and their papers many. */
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
  if (isSet(filters.venues)) parts.push(anyOf(filters.venues.map(venueIs)));
  if (isSet(filters.categories)) parts.push(anyOf(filters.categories.map(categoryIs)));
  if (isSet(filters.sources)) {
    const marks = filters.sources.map(() => "?").join(", ");
    add(
      `+label IN (SELECT label FROM paper_sources WHERE source IN (${sourceNames} AND name COLLATE NOCASE IN (${marks})))`,
      ...filters.sources,
    );
  }
  if (isSet(filters.authors)) parts.push(anyOf(filters.authors.flatMap(authorIs)));
  for (const words of filters.title ?? []) parts.push(inTitle(words));
  if (filters.hasCode !== undefined) add("has_code = ?", filters.hasCode ? 1 : 0);
  for (const { date, from, to } of datedFilters) {
    const [first, last] = [filters[from], filters[to]];
    // The stored text says how precise the date is: what is missing of a day is put behind it.
    if (first !== undefined) add(`${date} || substr('-12-31', length(${date}) - 3) >= ?`, firstDay(first));
    if (last !== undefined) add(`${date} || substr('-01-01', length(${date}) - 3) <= ?`, lastDay(last));
  }
  if (filters.hasAbstract !== undefined) add("has_abstract = ?", filters.hasAbstract ? 1 : 0);
  if (filters.hasPdf !== undefined) add("has_pdf = ?", filters.hasPdf ? 1 : 0);
  if (filters.minVotes !== undefined) add("votes >= ?", filters.minVotes);
  if (filters.minCitations !== undefined) add("citations >= ?", filters.minCitations);
  if (isSet(filters.languages)) parts.push(anyOf(filters.languages.map(languageIs)));
  if (filters.withdrawn === false) add("withdrawn = 0");
  return parts;
}

function anyOf(parts: readonly SqlCondition[]): SqlCondition {
  return {
    where: parts.map((part) => part.where).join(" OR "),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** One of its words begins with the wanted text. `instr` has no wildcards to escape. */
function venueIs(wanted: string): SqlCondition {
  const folded = foldWords(wanted);
  if (folded === "") return { where: "FALSE", parameters: [] };
  return {
    where: "instr(' ' || venue_key, ?) > 0",
    parameters: [` ${folded}`],
  };
}

/** The SQL function that {@link defineFilterFunctions} defines. */
const isByAuthor = "is_by_author";

export function defineFilterFunctions(db: Sqlite): void {
  db.function(isByAuthor, { deterministic: true }, (authors: unknown, wanted: unknown) => {
    const [names, asked] = [String(authors), String(wanted)];
    const last = lastWord(asked);
    return names.split(authorSeparator).some((key) => key.includes(last) && isNameWanted(key, asked)) ? 1 : 0;
  });
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf(" ") + 1);
}

/** Most papers are told by the last word alone, with which a word of an author has to begin. */
function authorIs(wanted: string): SqlCondition[] {
  const keys = wantedNameKeys(wanted);
  if (keys.length === 0) return [{ where: "FALSE", parameters: [] }];
  return keys.map((key) => {
    const held = "instr(' ' || authors_key, ?) > 0";
    // Nobody's family name is a letter: the words have to stand there as they are.
    if (lastWord(key) === key || !mayBeCalled(key)) return { where: held, parameters: [` ${key}`] };
    return { where: `(${held} AND ${isByAuthor}(authors_key, ?))`, parameters: [` ${lastWord(key)}`, key] };
  });
}

function inTitle(words: string): SqlCondition {
  const folded = foldWords(words);
  // Nothing but punctuation is in every title.
  if (folded === "") return { where: "TRUE", parameters: [] };
  return {
    where: "instr(' ' || title_key || ' ', ?) > 0",
    parameters: [` ${folded} `],
  };
}

function categoryIs(wanted: string): SqlCondition {
  const folded = wanted.toLowerCase();
  if (!folded.endsWith("*"))
    return {
      where: "+label IN (SELECT label FROM paper_categories WHERE category = ?)",
      parameters: [folded],
    };
  const prefix = folded.slice(0, -1);
  return {
    where: "+label IN (SELECT label FROM paper_categories WHERE category >= ? AND category < ?)",
    parameters: [prefix, `${prefix}\u{10ffff}`],
  };
}

function languageIs(wanted: string): SqlCondition {
  const folded = wanted.toLowerCase();
  return { where: "language = ? OR instr(language, ?) = 1", parameters: [folded, `${folded}-`] };
}
