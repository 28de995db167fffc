/** `core/filters.ts` as SQL over the columns that the papers table derives from each record. */
import { datedFilters, firstDay, isSet, lastDay } from "../../core/filters.js";
import { foldWords } from "../../core/text.js";
/** The papers that meet all conditions: found in an index that holds everything they ask, and `label` and `listing_date`. */
export function sqlOfConditions(conditions) {
    const parts = conditions.flatMap(sqlOfFilters);
    if (parts.length === 0)
        return { from: "papers", where: "TRUE", parameters: [] };
    const index = conditions.some(asksForText) ? "papers_names" : "papers_filters";
    return {
        // Left to itself, SQLite takes an index that finds some of the papers, and then fetches each of them.
        from: `papers INDEXED BY ${index}`,
        where: parts.map((part) => `(${part.where})`).join(" AND "),
        parameters: parts.flatMap((part) => part.parameters),
    };
}
/** Titles and names make an index long: what can do without them has one of its own. */
function asksForText({ venues, authors, title }) {
    return isSet(venues) || isSet(authors) || isSet(title);
}
/** All names of sources, each found with one look into the index: they are few, and their papers many. */
const sourceNames = `WITH RECURSIVE names (name) AS (
  SELECT min(source) FROM paper_sources
  UNION ALL SELECT (SELECT min(source) FROM paper_sources WHERE source > name) FROM names WHERE name IS NOT NULL
) SELECT name FROM names WHERE name IS NOT NULL`;
function sqlOfFilters(filters) {
    const parts = [];
    const add = (where, ...parameters) => parts.push({ where, parameters });
    if (filters.from !== undefined)
        add("last_day >= ?", firstDay(filters.from));
    if (filters.to !== undefined)
        add("first_day <= ?", lastDay(filters.to));
    if (filters.yearFrom !== undefined)
        add("year >= ?", filters.yearFrom);
    if (filters.yearTo !== undefined)
        add("year <= ?", filters.yearTo);
    if (isSet(filters.venues))
        parts.push(anyOf(filters.venues.map((venue) => wordPrefix("venue_key", venue))));
    if (isSet(filters.categories))
        parts.push(anyOf(filters.categories.map(categoryIs)));
    if (isSet(filters.sources)) {
        const marks = filters.sources.map(() => "?").join(", ");
        add(`+label IN (SELECT label FROM paper_sources WHERE source IN (${sourceNames} AND name COLLATE NOCASE IN (${marks})))`, ...filters.sources);
    }
    if (isSet(filters.authors))
        parts.push(anyOf(filters.authors.map((author) => wordPrefix("authors_key", author))));
    for (const words of filters.title ?? [])
        parts.push(inTitle(words));
    if (filters.hasCode !== undefined)
        add("has_code = ?", filters.hasCode ? 1 : 0);
    for (const { date, from, to } of datedFilters) {
        const [first, last] = [filters[from], filters[to]];
        // The stored text says how precise the date is: what is missing of a day is put behind it.
        if (first !== undefined)
            add(`${date} || substr('-12-31', length(${date}) - 3) >= ?`, firstDay(first));
        if (last !== undefined)
            add(`${date} || substr('-01-01', length(${date}) - 3) <= ?`, lastDay(last));
    }
    if (filters.hasAbstract !== undefined)
        add("has_abstract = ?", filters.hasAbstract ? 1 : 0);
    if (filters.hasPdf !== undefined)
        add("has_pdf = ?", filters.hasPdf ? 1 : 0);
    if (filters.minVotes !== undefined)
        add("votes >= ?", filters.minVotes);
    if (filters.minCitations !== undefined)
        add("citations >= ?", filters.minCitations);
    if (isSet(filters.languages))
        parts.push(anyOf(filters.languages.map(languageIs)));
    if (filters.withdrawn === false)
        add("withdrawn = 0");
    return parts;
}
function anyOf(parts) {
    return {
        where: parts.map((part) => part.where).join(" OR "),
        parameters: parts.flatMap((part) => part.parameters),
    };
}
/** A column of folded words in which a word begins with the wanted text. `instr` has no wildcards to escape. */
function wordPrefix(column, wanted) {
    const folded = foldWords(wanted);
    if (folded === "")
        return { where: "FALSE", parameters: [] };
    return {
        where: `instr(' ' || ${column}, ?) > 0`,
        parameters: [` ${folded}`],
    };
}
function inTitle(words) {
    const folded = foldWords(words);
    // Nothing but punctuation is in every title.
    if (folded === "")
        return { where: "TRUE", parameters: [] };
    return {
        where: "instr(' ' || title_key || ' ', ?) > 0",
        parameters: [` ${folded} `],
    };
}
function categoryIs(wanted) {
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
function languageIs(wanted) {
    const folded = wanted.toLowerCase();
    return { where: "language = ? OR instr(language, ?) = 1", parameters: [folded, `${folded}-`] };
}
//# sourceMappingURL=filter-sql.js.map