/** Why a paper is among the hits: read off the numbers that its rank was made of. */
import { termsOf, venueTerm, wordsOf } from "../core/analysis.js";
export const matchedFields = ["title", "abstract", "authors", "keywords", "venue"];
/** The words of a query by the terms that they are looked up as. */
export function wordsByTerm(text) {
    const found = new Map();
    for (const { term, text: word } of wordsOf(text)) {
        if (term === undefined)
            continue;
        const words = found.get(term) ?? [];
        if (!words.includes(word))
            found.set(term, [...words, word]);
    }
    return found;
}
/** In the order of the query. @param held the terms of the abstract, where they are known. */
export function matchTermsOf(paper, words, held = new Set(termsOf(paper.abstract))) {
    const termsIn = {
        title: new Set(termsOf(paper.title)),
        abstract: held,
        authors: new Set(termsOf(paper.authors.map(({ name }) => name).join(" "))),
        keywords: new Set(paper.keywords.flatMap(termsOf)),
        venue: new Set(termsOf(paper.venue ?? "").map(venueTerm)),
    };
    return [...words].flatMap(([term, said]) => {
        const fields = matchedFields.filter((field) => termsIn[field].has(term));
        return fields.length === 0 ? [] : [{ term, words: said, fields }];
    });
}
export function whyOf(paper, hit, { words, held, basis, recency, placeByScore, rerank }) {
    return {
        terms: matchTermsOf(paper, words, held),
        semantic: { score: hit.semantic ?? null, rank: hit.ranks?.semantic ?? null },
        lexical: { score: hit.lexical ?? null, rank: hit.ranks?.lexical ?? null },
        alpha: alphaOf(basis),
        ...(recency === undefined ? {} : { recency: { ageDays: recency.ageDays ?? null, factor: recency.factor } }),
        ...(placeByScore === undefined ? {} : { placeByScore }),
        ...(rerank === undefined ? {} : { rerank }),
    };
}
/** Null where the two arms are not weighed against each other. */
export function alphaOf({ fused }) {
    return fused?.fusion === "convex" ? fused.alpha : null;
}
//# sourceMappingURL=why.js.map