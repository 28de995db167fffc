/** Text to vectors: what the rest of Paperkin knows of a model. Implemented in `embedding/`. */
import { z } from "zod";
import type { AppError } from "./errors.ts";
import type { PreparedText } from "./prepare.ts";

/** `owner/name`, the folder below that of the models: neither is a way out of it (`..`). */
export const modelIdSchema = z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/, "a model id is owner/name");

/** How a model is used, as its manifest says. */
export const modelDescriptionSchema = z.object({
  id: modelIdSchema,
  dimensions: z.number().int().positive(),
  pooling: z.enum(["mean", "cls", "last_token"]),
  /** Put before a query, and before a document. */
  prefixes: z.object({ query: z.string(), document: z.string() }),
  /** Tokens, special ones included; longer texts are cut. */
  maxTokens: z.number().int().positive(),
  /**
   * The difference of cosine that a search takes for as much as the best match of its words against none. Models differ in
   * it; where it is undefined, the candidates of each query tell.
   */
  cosineSpread: z.number().positive().max(2).optional(),
});
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

export interface DocumentEmbedding {
  /** Unit length, `dimensions` long. */
  readonly vector: Float32Array;
  /**
   * One quantized vector a sentence, back to back (`sentences × dimensions` bytes), from the same pass over the
   * document. Shorter where the text was cut; undefined where the model cannot tell its tokens apart by sentence.
   */
  readonly sentences: Int8Array | undefined;
}

/** How what runs a model is at the moment. */
export interface EmbedderState {
  /** Whether a query would be embedded at once. */
  readonly isReady: boolean;
  /** Why nothing can be embedded, where that is known. */
  readonly fault: AppError | undefined;
  /** Worker processes that crashed, or hung and were ended. */
  readonly crashes: number;
  /** When a text was embedded last. */
  readonly lastSuccess: Date | undefined;
}

/**
 * The same text gives the same bytes, whatever is embedded before, after or beside it (I6). Queries go before
 * documents that wait.
 */
export interface Embedder {
  readonly model: ModelDescription;
  /** Tokens that it reads of a text, where those are fewer than the model's length. */
  readonly truncation?: number;
  /** How many documents are embedded at the same time; a caller keeps a little more than that in flight. */
  readonly concurrency: number;
  /** Of one that may have to wait, or fail: without, texts are embedded at once. */
  readonly state?: EmbedderState | undefined;
  /** Unit vector. Throws `embedding_failed`, `cancelled`. */
  embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array>;
  /** Throws `embedding_failed`, `cancelled`. */
  embedDocument(text: PreparedText, signal?: AbortSignal): Promise<DocumentEmbedding>;
  /** Whether the model has this word whole, in lower case: then it is no misspelling. */
  knowsWord(word: string): Promise<boolean>;
  /** Resolves when a query would be answered at once. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
