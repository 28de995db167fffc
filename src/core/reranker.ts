/** Reranking the best papers: what the rest of Paperkin knows about a cross-encoder. Implemented in `embedding/`. */
import { z } from "zod";
import { modelIdSchema } from "./embedder.ts";

/** Known weight files, in order of preference: int8 is a quarter of the size and faster. */
export const rerankerWeights = ["onnx/model_quantized.onnx", "onnx/model.onnx"] as const;

/** How a cross-encoder is used, as its manifest says. */
export const rerankerDescriptionSchema = z.object({
  id: modelIdSchema,
  kind: z.literal("reranker"),
  weights: z.enum(rerankerWeights),
  /** One logit, or two of which the second says yes. */
  labels: z.union([z.literal(1), z.literal(2)]),
  /** Tokens of query and document together, special ones included; longer documents are truncated. */
  maxTokens: z.number().int().positive(),
});
export type RerankerDescription = z.infer<typeof rerankerDescriptionSchema>;

/** The same pair of texts gives the same score, whatever is scored before, after or beside it (I6). */
export interface Reranker {
  readonly model: RerankerDescription;
  /**
   * How well each document answers the query, as log-odds: higher is better, comparable between all pairs of one model.
   * @param budgetMs undefined scores all of them, however long it takes. @returns scores of the first documents, as many as time allowed.
   * Throws `reranking_failed`, `cancelled`.
   */
  score(query: string, documents: readonly string[], budgetMs: number | undefined): Promise<readonly number[]>;
  /** Resolves when scoring would begin at once. Throws `reranking_failed`, `cancelled`. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
