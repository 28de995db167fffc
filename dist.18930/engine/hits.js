/** From ranked labels to what people read: papers with their scores and the sentence that tells most. */
import { wordsWith } from "../core/analysis.js";
import { splitSentences } from "../core/text.js";
import { cosineOfQuantized } from "../core/vectors.js";
/** How much a sentence that holds all words of the query gains, in cosine. */
const wordBonus = 0.3;
/** Looks papers up and chooses their sentences. Papers that were removed meanwhile are left out. */
export async function makeHits(library, ranked, context) {
    const labels = ranked.map((hit) => hit.label);
    const stored = await library.papers(labels);
    const { generation, vector } = context;
    const sentences = generation === undefined || vector === undefined ? [] : await library.sentenceEmbeddings(generation, labels);
    return ranked.flatMap((hit, at) => {
        const paper = stored[at]?.paper;
        if (paper === undefined)
            return [];
        const { sentence, held } = tellingSentence(paper.abstract, sentences[at], context);
        return {
            paper,
            score: hit.score,
            scores: {
                ...(hit.semantic === undefined ? {} : { semantic: hit.semantic }),
                ...(hit.lexical === undefined ? {} : { lexical: hit.lexical }),
            },
            ...(sentence === undefined ? {} : { sentence }),
            ...context.extra?.(paper, hit, held),
        };
    });
}
/** The newest papers of a set, which nothing was asked of: without scores. @param within undefined for all. */
export async function newestHits(library, within, page) {
    const labels = await library.newest(within, page);
    const ranked = labels.map((label) => ({ label, score: 0, semantic: undefined, lexical: undefined }));
    return await makeHits(library, ranked, { generation: undefined, vector: undefined, terms: new Set() });
}
/** The sentence that tells most, and the terms that any sentence holds. */
function tellingSentence(abstract, quantized, { vector, terms }) {
    const all = new Set();
    const sentences = splitSentences(abstract);
    let best;
    sentences.forEach((text, at) => {
        const words = wordsWith(terms, text);
        const held = new Set(words.flatMap(({ term }) => term ?? []));
        for (const term of held)
            all.add(term);
        const share = terms.size === 0 ? 0 : held.size / terms.size;
        const value = wordBonus * share + meaningOf(quantized, at, vector);
        if (best === undefined || value > best.value)
            best = { text, words, value };
    });
    const sentence = best === undefined ? undefined : { text: best.text, marks: best.words.map(({ start, end }) => [start, end]) };
    return { sentence, held: all };
}
function meaningOf(quantized, at, vector) {
    if (quantized === undefined || vector === undefined)
        return 0;
    const start = at * vector.length;
    if (start + vector.length > quantized.length)
        return 0;
    return cosineOfQuantized(vector, quantized.subarray(start, start + vector.length));
}
//# sourceMappingURL=hits.js.map