/** A search as something to follow: what of a query an interest can hold, and a refusal of what it cannot. */
import { termsOf } from "./analysis.js";
import { AppError } from "./errors.js";
import { mostConditions, parseQuery } from "./query.js";
import { longestQuery, readQuery } from "./query-pieces.js";
/**
 * Nothing of a query is dropped in silence: an interest that asks for less than the search would bring what the search had
 * left out. @param filters conditions from beside the query. Throws `invalid_request`.
 */
export function followQuery(query, filters = {}) {
    if (query.length > longestQuery)
        throw cannotFollow("so long a query", `It has up to ${longestQuery} characters.`);
    const parsed = parseQuery(query);
    if (parsed.id !== undefined)
        return { words: "", filters, excludedWords: [], id: parsed.id.id };
    const groups = readQuery(query).filter((group) => !group.every(isPlainWord));
    if (groups.flat().length > mostConditions)
        throw cannotFollow("so many conditions", `Name up to ${mostConditions}.`);
    const excludedWords = groups.flatMap(excludedBy);
    const twice = Object.keys(parsed.filters).find((name) => filters[name] !== undefined);
    if (twice !== undefined)
        throw cannotFollow(`two conditions on ${twice}`, "Give it once: in the query, or beside it.");
    return { words: parsed.text, filters: { ...filters, ...parsed.filters }, excludedWords, id: undefined };
}
/** Conditions alone, as a search says them: `venue:Nature year:2020..`. Throws `invalid_request` for anything else. */
export function followConditions(query) {
    const { words, filters, excludedWords, id } = followQuery(query);
    const other = words || id || excludedWords[0];
    if (other === undefined)
        return filters;
    throw new AppError("invalid_request", `“${other.slice(0, 100)}” is no condition.`, {
        mend: "Conditions are fields, as in venue:Nature, category:cs.* or year:2020..; words have a place of their own.",
    });
}
function isPlainWord({ kind, negated }) {
    return kind === "word" && !negated;
}
/** The word that a group excludes, if it is about that. Throws for what an interest cannot hold. */
function excludedBy(group) {
    const [piece, ...more] = group;
    if (piece === undefined)
        return [];
    if (more.length > 0)
        throw cannotFollow("OR between conditions", "Make an interest of each.");
    const { kind, text, negated } = piece;
    const isField = kind !== "word" && kind !== "phrase";
    if (!negated) {
        if (isField || termsOf(text).length < 2)
            return [];
        throw cannotFollow(`the phrase “${text}”`, "Leave its quotation marks out: its words count without them.");
    }
    if (isField)
        throw cannotFollow(`-${kind}:${text}`, "Only words can be excluded from an interest.");
    const terms = termsOf(text);
    if (terms.length > 1)
        throw cannotFollow(`-“${text}”`, "Only single words can be excluded from an interest.");
    return terms.length === 0 ? [] : [text];
}
function cannotFollow(what, mend) {
    return new AppError("invalid_request", `An interest cannot hold ${what}.`, { mend });
}
//# sourceMappingURL=followed-query.js.map