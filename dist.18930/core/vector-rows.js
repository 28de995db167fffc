/** Embeddings outside a library: rows of papers with their vectors, and what they were made with. */
export {};
//# sourceMappingURL=vector-rows.js.map