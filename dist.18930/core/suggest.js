import { firstDay } from "./filters.js";
import { dateOf } from "./paper.js";
import { foldWords } from "./text.js";
/** Characters that can be typed; nobody waits for a suggestion behind more. */
export const longestTyped = 200;
/** Characters of a title or a name that are compared. */
const longestKey = 300;
export const suggestedNames = ["authors", "venues", "categories", "sources"];
/** The comparable form of a title or a name. Empty where there are no words. */
export function suggestKey(text) {
    return foldWords(text.slice(0, longestKey));
}
/** The comparable form of what is typed: its last word is whole once something stands behind it. Empty for too much of it. */
export function typedKey(typed) {
    if (typed.length > longestTyped)
        return "";
    const folded = foldWords(typed);
    return folded !== "" && !/[\p{L}\p{N}\p{M}]$/u.test(typed) ? `${folded} ` : folded;
}
/** The words of a {@link typedKey}, each as it begins another one; the last alone may be whole. */
export function typedWords(typed) {
    return [...new Set(typed.match(/[^ ]+ ?$|[^ ]+/g))];
}
/**
 * How a {@link typedKey} fits a {@link suggestKey}, less is better: 0 it is all of it, 1 its beginning, 2 it begins with
 * another of its words, 3 each typed word begins one of its words; undefined where it does not.
 */
export function fitOf(key, typed) {
    if (typed === "" || key === "")
        return undefined;
    if (isAllOf(key, typed))
        return 0;
    if (key.startsWith(typed))
        return 1;
    if (` ${key} `.includes(` ${typed}`))
        return 2;
    return holdsWords(key, typedWords(typed)) ? 3 : undefined;
}
export function isAllOf(key, typed) {
    return typed === key || (typed.length === key.length + 1 && typed === `${key} `);
}
/** @param words of {@link typedWords}. */
export function holdsWords(key, words) {
    const spaced = ` ${key} `;
    return words.every((word) => spaced.includes(` ${word}`));
}
/** A name is typed from any of its words: which of them comes first says nothing. */
export function fitOfName(key, typed) {
    const fit = fitOf(key, typed);
    return fit === 2 ? 1 : fit;
}
/** The names of one paper that are suggested, each once. */
export function namesOf(paper) {
    return {
        authors: [...new Set(paper.authors.map(({ name }) => name))],
        venues: paper.venue === undefined ? [] : [paper.venue],
        categories: [...new Set(paper.categories)],
        sources: [...new Set(paper.sources)],
    };
}
/** Votes that count, so that they and a day are one exact number. */
const mostVotes = 50_000_000;
/** By what titles that fit alike are ordered, more is better: votes, then the day. */
export function standingOf(paper) {
    const day = Number(firstDay(dateOf(paper) ?? "0000").replaceAll("-", ""));
    return Math.min(paper.votes ?? 0, mostVotes) * 1e8 + day;
}
//# sourceMappingURL=suggest.js.map