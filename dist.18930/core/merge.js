/**
 * One paper from what several records say of it. A pure function of the set of records, so that the order of
 * imports does not matter and importing again changes nothing.
 *
 * The rules: the leading record (highest version, then latest update, then key) gives title and authors; the
 * abstract is the longest of those with the leading record's version that are in the paper's language; published is
 * the most precise date of the earliest year, updated the latest, listed the earliest; counts are the highest; lists
 * are united; of the rest, the first record that has it, leading first.
 */
import { orderIds } from "./identity.js";
import { detectLanguage, languageOfTag } from "./language.js";
import { compareText } from "./order.js";
export function contributionKey(paper) {
    return `${paper.sources[0] ?? ""} ${paper.ids[0] ?? ""}`;
}
/** Stands for every id: a record with it is joined to nothing by its title. */
export const anyTitle = "*";
/** The record without the ids that it may not claim since its paper was split; never without any id. */
export function withoutForbidden(paper, key, forbidden) {
    if (forbidden.size === 0)
        return paper;
    const ids = paper.ids.filter((id) => !forbidden.has(id));
    return { ...paper, ids: ids.length > 0 ? ids : [`record:${key.replaceAll(" ", ":")}`] };
}
/**
 * What each record of a paper may no longer claim once it stands alone: ids that an earlier one brings too, and
 * anything by its title.
 */
export function forbiddenAfterSplit(contributions) {
    const claimed = new Set();
    return new Map(contributions.map(({ key, paper }) => {
        const forbidden = new Set([anyTitle, ...paper.ids.filter((id) => claimed.has(id))]);
        for (const id of paper.ids)
            claimed.add(id);
        return [key, forbidden];
    }));
}
/**
 * What a record says, once it has come again: the newer of the two, known under the ids of both. Two records of one
 * source can share their first id (an article's entry and its preprint's, the doubles of a reference manager): no id
 * is lost for that, nor an abstract, authors or a date to one of the same version that has none.
 */
export function sayAgain(incoming, existing) {
    if (existing === undefined)
        return incoming;
    const [standing, other] = supersedes(incoming, existing) ? [incoming, existing] : [existing, incoming];
    const said = { ...standing, ids: orderIds([...standing.ids, ...other.ids]) };
    if (standing.version === other.version) {
        if (said.abstract === "")
            said.abstract = other.abstract;
        if (said.authors.length === 0)
            said.authors = other.authors;
        if (said.published === undefined && other.published !== undefined)
            said.published = other.published;
    }
    return said;
}
/** Whether `incoming` may take the place of what the same record said before: an older version may not. */
function supersedes(incoming, existing) {
    const [next, last] = [incoming.version ?? 0, existing.version ?? 0];
    if (next !== last)
        return next > last || incoming.version === undefined;
    if (incoming.updated !== undefined && existing.updated !== undefined && incoming.updated < existing.updated)
        return false;
    return true;
}
/**
 * Puts the names that no record brings any more into one of them: a paper stays known by the `paperId` that it had,
 * and by those of papers that joined it.
 */
export function keepNames(contributions, names) {
    const known = new Set([...contributions.values()].flatMap((paper) => paper.ids));
    const lost = names.filter((name) => !known.has(name));
    const [key] = [...contributions.keys()].sort();
    const paper = key === undefined ? undefined : contributions.get(key);
    if (key === undefined || paper === undefined || lost.length === 0)
        return;
    contributions.set(key, { ...paper, ids: [...paper.ids, ...lost] });
}
/** @param contributions at least one. @param paperId kept where the paper has one already. */
export function mergeContributions(contributions, paperId) {
    const ordered = [...contributions].sort(compareContributions).map((contribution) => contribution.paper);
    // A corrected record may leave out the id that the paper goes by: it is known under it all the same.
    const ids = orderIds([...(paperId === undefined ? [] : [paperId]), ...ordered.flatMap((paper) => paper.ids)]);
    const [leading] = ordered;
    const name = paperId ?? ids[0];
    if (leading === undefined || name === undefined)
        throw new TypeError("a paper needs a record with an id");
    const first = (pick) => {
        for (const paper of ordered) {
            const value = pick(paper);
            if (value !== undefined && value !== "")
                return value;
        }
        return undefined;
    };
    const all = (pick) => [...new Set(ordered.flatMap(pick))];
    const highest = (pick) => maximum(ordered.map(pick));
    return withoutUndefined({
        paperId: name,
        ids,
        title: first((paper) => paper.title) ?? "",
        abstract: bestAbstract(ordered),
        authors: ordered.map((paper) => paper.authors).find((authors) => authors.length > 0) ?? [],
        published: earliest(ordered.map((paper) => paper.published)),
        updated: maximum(ordered.map((paper) => paper.updated)),
        listed: earliest(ordered.map((paper) => paper.listed)),
        venue: first((paper) => paper.venue),
        categories: all((paper) => paper.categories),
        keywords: all((paper) => paper.keywords),
        url: first((paper) => paper.url),
        pdfUrl: first((paper) => paper.pdfUrl),
        codeUrl: first((paper) => paper.codeUrl),
        language: first((paper) => paper.language),
        votes: highest((paper) => paper.votes),
        comments: highest((paper) => paper.comments),
        citations: highest((paper) => paper.citations),
        status: first((paper) => paper.status),
        version: highest((paper) => paper.version),
        sources: all((paper) => paper.sources).sort(),
    });
}
function compareContributions(a, b) {
    return ((b.paper.version ?? 0) - (a.paper.version ?? 0) ||
        compareText(b.paper.updated ?? "", a.paper.updated ?? "") ||
        compareText(a.key, b.key));
}
function bestAbstract(ordered) {
    const version = ordered[0]?.version;
    let best = "";
    for (const paper of inOneLanguage(ordered)) {
        if (best !== "" && paper.version !== version)
            continue;
        if (paper.abstract.length > best.length)
            best = paper.abstract;
    }
    return best;
}
/**
 * Those whose abstract is in the paper's language: the first that a record names; else English, where one is; else that
 * of the leading abstract. All of them where none is.
 */
function inOneLanguage(ordered) {
    if (ordered.length === 1)
        return ordered;
    const written = ordered.filter(({ abstract }) => abstract !== "");
    if (new Set(written.map(({ abstract }) => abstract)).size < 2)
        return written;
    const languages = written.map(({ abstract }) => detectLanguage(abstract));
    const named = ordered.map(({ language }) => languageOfTag(language)).find((language) => language !== undefined);
    const wanted = [named, "eng", ...languages].find((language) => language !== undefined && languages.includes(language));
    // What is too short to tell may be in any.
    return wanted === undefined ? written : written.filter((_, at) => languages[at] === undefined || languages[at] === wanted);
}
/** The earliest year; within it the most precise date, and of those the earliest. */
function earliest(dates) {
    let best;
    for (const date of dates) {
        if (date === undefined)
            continue;
        if (best === undefined)
            best = date;
        else {
            const byYear = compareText(date.slice(0, 4), best.slice(0, 4));
            if (byYear < 0 || (byYear === 0 && (date.length > best.length || (date.length === best.length && date < best))))
                best = date;
        }
    }
    return best;
}
function maximum(values) {
    let best;
    for (const value of values)
        if (value !== undefined && (best === undefined || value > best))
            best = value;
    return best;
}
/** Absent and `undefined` are one: a record compares equal to what JSON makes of it. */
function withoutUndefined(paper) {
    const kept = {};
    for (const [field, value] of Object.entries(paper))
        if (value !== undefined)
            kept[field] = value;
    return kept;
}
/** Where each value of a paper comes from: all records that say the same, and of a list all that add to it. */
export function provenanceOf(paper, contributions) {
    const provenance = {};
    const { paperId: _, sources: __, ...brought } = paper;
    for (const field of Object.keys(brought)) {
        const keys = contributions.filter((contribution) => brings(contribution.paper[field], paper[field])).map(({ key }) => key);
        if (keys.length > 0)
            provenance[field] = keys.sort();
    }
    return provenance;
}
function brings(said, kept) {
    if (said === undefined || said === "" || (Array.isArray(said) && said.length === 0))
        return false;
    // Authors are taken as a whole; of other lists each record adds some.
    if (Array.isArray(said) && typeof said[0] === "string")
        return true;
    return JSON.stringify(said) === JSON.stringify(kept);
}
/** The other way round: for each record the fields that it brought, by record. */
export function fieldsByRecord(provenance) {
    const fields = new Map();
    for (const [field, records] of Object.entries(provenance))
        for (const record of records)
            fields.set(record, [...(fields.get(record) ?? []), field]);
    return [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
}
//# sourceMappingURL=merge.js.map