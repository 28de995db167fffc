/** Papers and words as the two arms of a recommendation see them. */
import { createHash } from "node:crypto";
import { countTerms } from "../core/analysis.js";
import { noTerms } from "../core/ranking/term-vector.js";
import { vectorOfPaper } from "./similar.js";
/** Papers that say what is usual in a library. */
const ordinarySample = 300;
/** In the order of the labels. */
export async function itemsOf(library, labels) {
    const generation = await library.liveGeneration();
    const vectors = generation === undefined ? [] : await library.vectors(generation, labels);
    const terms = await library.termVectors(labels);
    return labels.map((_, at) => ({ vector: vectors[at], terms: terms[at] ?? noTerms }));
}
/** As {@link itemsOf}, with embeddings made now for papers that wait for theirs: there are few examples, and each counts. */
export async function examplesOf(library, embedder, labels, signal) {
    const items = await itemsOf(library, labels);
    return await Promise.all(labels.map(async (label, at) => {
        const { vector, terms } = items[at] ?? { vector: undefined, terms: noTerms };
        if (vector !== undefined)
            return { label, vector, terms };
        const [stored] = await library.papers([label]);
        return { label, terms, vector: stored === undefined ? undefined : await vectorOfPaper(library, embedder, stored, signal) };
    }));
}
/** By the hash of the words: whoever asks once, with a long text, leaves no more than a vector behind. */
const wordVectors = new WeakMap();
/** Texts whose vectors are kept: interests are asked for every day, and change rarely. */
const mostWordVectors = 10_000;
/** Words as one more example. */
export async function itemOfWords(library, embedder, words, signal) {
    const kept = wordVectors.get(embedder) ?? new Map();
    wordVectors.set(embedder, kept);
    const key = createHash("sha256").update(words).digest("base64");
    const vector = kept.get(key) ?? (await embedder.embedQuery(words, signal));
    if (kept.size >= mostWordVectors)
        kept.clear();
    kept.set(key, vector);
    return { vector, terms: await library.termVectorOf(countTerms(words)) };
}
const known = new WeakMap();
/** Papers from everywhere in the library, for what is usual; kept until the library changes. */
export async function ordinaryItems(library) {
    const change = await library.lastChange();
    const kept = known.get(library);
    if (kept?.change === change)
        return await kept.items;
    const sampled = { change, items: library.sampleLabels(ordinarySample).then((labels) => itemsOf(library, labels)) };
    known.set(library, sampled);
    try {
        return await sampled.items;
    }
    catch (error) {
        // The next one who asks tries again.
        if (known.get(library) === sampled)
            known.delete(library);
        throw error;
    }
}
//# sourceMappingURL=items.js.map