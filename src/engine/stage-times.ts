/** Durations of the stages of answering and importing, measured where each of them passes: at the model and the library. */
import type { Embedder } from "../core/embedder.ts";
import { toAppError } from "../core/errors.ts";
import type { Library } from "../core/library.ts";
import type { Reranker } from "../core/reranker.ts";

/** @param hasFailed not what was cancelled. */
export type ObserveStage = (stage: string, seconds: number, hasFailed: boolean) => void;

/** Methods of the library that are stages, with the names that people read. */
const stages: ReadonlyMap<string, string> = new Map([
  ["neighbours", "nearest_vectors"],
  ["matchTerms", "match_words"],
  ["matching", "filter"],
  ["facets", "count_facets"],
  ["papers", "read_papers"],
  ["upsert", "store_papers"],
  ["putEmbeddings", "store_embeddings"],
  ["refresh", "follow_changes"],
  ["checkpoint", "write_index"],
] satisfies [keyof Library, string][]);

/** A library whose stages are measured. */
export function timedLibrary(library: Library, observe: ObserveStage): Library {
  return new Proxy(library, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const stage = typeof name === "string" ? stages.get(name) : undefined;
      if (stage === undefined) return value.bind(target);
      return (...args: unknown[]) => measured(stage, observe, async () => (await value.apply(target, args)) as unknown);
    },
  });
}

/** An embedder whose calls are timed from request to vector, including the wait for a worker. */
export function timedEmbedder(embedder: Embedder, observe: ObserveStage): Embedder {
  const { concurrency, truncation } = embedder;
  return {
    get model() {
      return embedder.model;
    },
    concurrency,
    ...(truncation === undefined ? {} : { truncation }),
    get state() {
      return embedder.state;
    },
    embedQuery: (text, signal) => measured("embed_query", observe, () => embedder.embedQuery(text, signal)),
    embedDocument: (text, signal) => measured("embed_document", observe, () => embedder.embedDocument(text, signal)),
    knowsWord: (word) => embedder.knowsWord(word),
    ready: () => embedder.ready(),
    close: () => embedder.close(),
  };
}

/** A reranker whose answers are measured. */
export function timedReranker(reranker: Reranker, observe: ObserveStage): Reranker {
  return {
    model: reranker.model,
    score: (query, documents, budgetMs) => measured("rerank", observe, () => reranker.score(query, documents, budgetMs)),
    ready: () => reranker.ready(),
    close: () => reranker.close(),
  };
}

async function measured<T>(stage: string, observe: ObserveStage, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const tell = (hasFailed: boolean) => observe(stage, (performance.now() - started) / 1000, hasFailed);
  try {
    const result = await work();
    tell(false);
    return result;
  } catch (error) {
    tell(toAppError(error).code !== "cancelled");
    throw error;
  }
}
