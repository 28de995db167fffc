/** Abstracts without what publishers put around them. */
import { normalizeText } from "./text.js";
/** A longer notice is none. */
const longestNotice = 320;
/** The beginning of a notice behind the end of a sentence: a sign with a year, or one of the set phrases. */
const notice = /(?:^|[.!?…)\]”"’]\s*)((?:copyright\s*)?(?:©|\(c\)\s?(?=(?:copyright\s*)?(?:19|20)\d\d\b))|copyright\s+(?=(?:©\s*)?(?:by\s+[A-Z][^.]{1,60}\s)?(?:19|20)\d\d\b)|\(?this article is protected by copyright|all rights reserved|published by elsevier|\bcrown copyright\b)/gi;
/** What a notice says for certain. */
const certain = /©|\b(?:19|20)\d\d\b|rights reserved|protected by copyright|published by/i;
/** One line of readable text, without the label before it and the publisher's notice behind it. */
export function normalizeAbstract(raw) {
    return withoutNotice(normalizeText(raw).replace(/^(?:abstract|summary)\s*[:.—–-]\s*(?=\S)/i, ""));
}
function withoutNotice(text) {
    const from = Math.max(0, text.length - longestNotice);
    const tail = text.slice(from);
    for (const match of tail.matchAll(notice)) {
        const sign = match[1] ?? "";
        const at = match.index + match[0].length - sign.length;
        // At the very beginning only where the text itself begins there.
        if (match.index === 0 && from > 0 && at === 0)
            continue;
        const rest = tail.slice(at);
        // More text behind it, and it was part of the abstract.
        if (!certain.test(rest) || sentencesIn(rest) > 4)
            continue;
        return text.slice(0, from + at).trimEnd();
    }
    return text;
}
function sentencesIn(text) {
    return text.split(/[.!?]\s+(?=\p{Lu})/u).length;
}
//# sourceMappingURL=abstract.js.map