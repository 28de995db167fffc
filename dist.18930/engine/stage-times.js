/** Methods of the library that are stages, with the names that people read. */
const stages = new Map([
    ["neighbours", "nearest_vectors"],
    ["matchTerms", "match_words"],
    ["matching", "filter"],
    ["facets", "count_facets"],
    ["papers", "read_papers"],
    ["upsert", "store_papers"],
    ["putEmbeddings", "store_embeddings"],
    ["refresh", "follow_changes"],
    ["checkpoint", "write_index"],
]);
/** A library whose stages are measured. */
export function timedLibrary(library, observe) {
    return new Proxy(library, {
        get(target, name) {
            const value = Reflect.get(target, name, target);
            if (typeof value !== "function")
                return value;
            const stage = typeof name === "string" ? stages.get(name) : undefined;
            if (stage === undefined)
                return value.bind(target);
            return (...args) => measured(stage, observe, async () => (await value.apply(target, args)));
        },
    });
}
/** An embedder whose texts are measured, from asking to having the vector: waiting for a worker counts. */
export function timedEmbedder(embedder, observe) {
    const { model, concurrency, truncation } = embedder;
    return {
        model,
        concurrency,
        ...(truncation === undefined ? {} : { truncation }),
        get fault() {
            return embedder.fault;
        },
        embedQuery: (text, signal) => measured("embed_query", observe, () => embedder.embedQuery(text, signal)),
        embedDocument: (text, signal) => measured("embed_document", observe, () => embedder.embedDocument(text, signal)),
        knowsWord: (word) => embedder.knowsWord(word),
        ready: () => embedder.ready(),
        close: () => embedder.close(),
    };
}
/** A reranker whose answers are measured. */
export function timedReranker(reranker, observe) {
    return {
        model: reranker.model,
        score: (query, documents, budgetMs) => measured("rerank", observe, () => reranker.score(query, documents, budgetMs)),
        ready: () => reranker.ready(),
        close: () => reranker.close(),
    };
}
async function measured(stage, observe, work) {
    const started = performance.now();
    try {
        return await work();
    }
    finally {
        observe(stage, (performance.now() - started) / 1000);
    }
}
//# sourceMappingURL=stage-times.js.map