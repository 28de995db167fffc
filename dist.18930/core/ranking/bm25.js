/** Found on development sets: see src/README.md, Ranking. */
export const bm25 = { k1: 1.5, b: 0.75 };
/** How often a word of the title counts. */
const titleWeight = 3;
/** The texts that a paper's words are counted in, and how often each word of them counts: title, abstract, what else is said about its subject. */
export function countedTexts({ title, abstract, authors, keywords, }) {
    const others = [abstract, ...authors.map(({ name }) => name), ...keywords];
    return [{ text: title, weight: titleWeight }, ...others.map((text) => ({ text, weight: 1 }))];
}
/** @param documents all; @param holding those that hold the term. */
export function inverseDocumentFrequency(documents, holding) {
    return Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
}
/** The part that depends on one document, 0 … 1; lengths in (weighted) words. */
export function termSaturation(frequency, length, averageLength) {
    return saturate(frequency, lengthPart(length, averageLength));
}
/** @param part what {@link lengthPart} gave. */
export function saturate(frequency, part) {
    return frequency / (frequency + part);
}
/** What a document's length takes from each of its terms: the same for all of them. */
export function lengthPart(length, averageLength) {
    return bm25.k1 * (1 - bm25.b + (bm25.b * length) / averageLength);
}
//# sourceMappingURL=bm25.js.map