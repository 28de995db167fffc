/**
 * Acronyms with what they stand for, as a text itself says it: “graph neural network (GNN)” or “GNN (graph neural
 * network)”. After Schwartz and Hearst 2003: each character of the acronym is found in the words, from the last to the
 * first, and the first one begins a word.
 */
import { wordsOf } from "./analysis.js";
/** Longer ones are words. */
const longestAcronym = 8;
/** A written-out form reaches so many words further than the acronym has characters. */
const spareWords = 3;
/** Brackets of one text that are looked at. */
const mostBrackets = 40;
/** Whether a word can be one: short, of letters and digits, the first a letter. */
export function canBeAcronym(word) {
    return word.length >= 2 && word.length <= longestAcronym && /^\p{L}[\p{L}\p{N}]*$/u.test(word);
}
/** @returns the terms that a text writes an acronym out with, whatever its case; each time that it does. */
export function expansionsIn(text, acronym) {
    const wanted = acronym.toLowerCase();
    const found = [];
    let brackets = 0;
    for (const match of text.matchAll(/\(([^()]{2,80})\)/g)) {
        if (++brackets > mostBrackets)
            break;
        const inside = match[1] ?? "";
        const before = text.slice(Math.max(0, match.index - 120), match.index);
        const words = isForm(inside, wanted)
            ? writtenOut(before, wanted)
            : isForm(/[\p{L}\p{N}]+\s*$/u.exec(before)?.[0] ?? "", wanted)
                ? writtenOut(inside, wanted)
                : undefined;
        if (words !== undefined)
            found.push(words);
    }
    return found;
}
/** Itself or its plural. */
function isForm(text, acronym) {
    const plain = text.trim().toLowerCase();
    return plain === acronym || plain === `${acronym}s`;
}
/** The last words of a text that the characters of an acronym are found in; undefined where they are not. */
function writtenOut(text, acronym) {
    const words = wordsOf(text).slice(-(acronym.length + spareWords));
    for (let first = words.length - 1; first >= 0; first--) {
        const own = words.slice(first);
        const texts = own.map((word) => word.text.toLowerCase());
        if (texts.some((word) => isForm(word, acronym)))
            return undefined;
        if (own.length < 2 || !spells(texts, acronym))
            continue;
        return own.flatMap(({ term }) => (term === undefined ? [] : [term]));
    }
    return undefined;
}
/** Whether an acronym's characters come in the words in order, the first one at the beginning of the first word. */
function spells(words, acronym) {
    if (words[0]?.[0] !== acronym[0])
        return false;
    const text = words.join(" ");
    let at = text.length;
    for (let left = acronym.length - 1; left > 0; left--) {
        at = text.lastIndexOf(acronym.charAt(left), at - 1);
        if (at <= 0)
            return false;
    }
    // Each word has a part in it, small ones aside: otherwise any long text would do.
    const initials = words.filter((word) => acronym.includes(word.charAt(0))).length;
    return initials >= words.length - 1;
}
//# sourceMappingURL=acronyms.js.map