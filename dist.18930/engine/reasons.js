/** Why a paper is recommended: taken from what its score was made of. */
import { wordsOf } from "../core/analysis.js";
import { roundScore } from "../core/ranking/fusion.js";
import { dot } from "../core/vectors.js";
const shownExamples = 3;
const shownTerms = 6;
export async function reasonOf(library, paper, item, preference, examples) {
    const wordOf = firstSpellings([`${paper.title} ${paper.abstract}`]);
    const shared = await sharedTerms(library, item, preference);
    return {
        nearest: await nearestExamples(library, item, preference, examples),
        terms: shared.flatMap((term) => wordOf.get(term) ?? []).slice(0, shownTerms),
    };
}
/** How a text writes each of its terms the first time; capitals at the beginning of a word say nothing. */
export function firstSpellings(texts) {
    const wordOf = new Map();
    for (const { term, text } of texts.flatMap((one) => wordsOf(one))) {
        if (term !== undefined && !wordOf.has(term))
            wordOf.set(term, /^\p{Lu}\p{Ll}+$/u.test(text) ? text.toLowerCase() : text);
    }
    return wordOf;
}
/** What adds less than this share of the weightiest term is left out. */
const leastShare = 0.3;
/** By text where they add the same: the numbers of terms depend on the history of the index (I8). */
async function sharedTerms(library, item, preference) {
    const shared = preference.sharedTerms(item);
    const texts = await library.termTexts(shared.map(({ term }) => term));
    const heaviest = Math.max(...shared.map(({ weight }) => weight));
    return shared
        .map(({ weight }, at) => ({ text: texts[at] ?? "", weight: roundScore(weight) }))
        .filter(({ weight }) => weight >= leastShare * heaviest)
        .sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
        .map(({ text }) => text);
}
async function nearestExamples(library, item, preference, examples) {
    const { vector } = item;
    const nearest = examples
        .flatMap((example) => vector === undefined || example.vector === undefined
        ? []
        : [
            {
                label: example.label,
                cosine: roundScore(dot(vector, example.vector)),
                likeness: roundScore(preference.likeness(item, example)),
            },
        ])
        .sort((a, b) => b.likeness - a.likeness || a.label - b.label)
        .slice(0, shownExamples);
    const stored = await library.papers(nearest.map(({ label }) => label));
    return nearest.flatMap(({ cosine }, at) => {
        const paper = stored[at]?.paper;
        return paper === undefined ? [] : [{ paperId: paper.paperId, title: paper.title, cosine }];
    });
}
//# sourceMappingURL=reasons.js.map