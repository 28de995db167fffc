/** Generations of embeddings: what decides one, what became of it, and how they are told apart. */
/** Of a generation that names no others. */
export const defaultGraphParameters = {
    M: 16,
    efConstruction: 200,
};
/** Whether a text has the same embedding in both. */
export function hasSameVectors(a, b) {
    return a.model === b.model && a.dimensions === b.dimensions && a.preparation === b.preparation && a.truncation === b.truncation;
}
/** Whether the graph of neighbours is the same too. */
export function isSameSpec(a, b) {
    return hasSameVectors(a, b) && a.graph?.M === b.graph?.M && a.graph?.efConstruction === b.graph?.efConstruction;
}
//# sourceMappingURL=generation.js.map