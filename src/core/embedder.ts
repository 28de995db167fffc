/** Text to vectors: what the rest of Paperkin knows of a model. Implemented in `embedding/`. */
import { z } from "zod";
import type { AppError, ErrorCode } from "./errors.ts";
import type { PreparedText } from "./prepare.ts";

/** `owner/name`, the folder below that of the models. Neither part can lead out of it (`..`). */
export const modelIdSchema = z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/, "a model id is owner/name");

/** How a model is used, as its manifest says. */
export const modelDescriptionSchema = z.object({
  id: modelIdSchema,
  dimensions: z.number().int().positive(),
  pooling: z.enum(["mean", "cls", "last_token"]),
  /** Put before a query, and before a document. */
  prefixes: z.object({ query: z.string(), document: z.string() }),
  /** Tokens, special ones included; longer texts are truncated. */
  maxTokens: z.number().int().positive(),
  /**
   * The difference in cosine that a search treats as equal to the difference between the best match by words and none. It depends on the
   * model; if undefined, it is derived from the candidates of each query.
   *
   * nDCG@10 of the formula computed exactly (2026-11-28), with each query's own spread (best to worst of 200 candidates) and with the
   * model's: scifact .728, .729; its training set .734, .738; cacm .587, .589; cacm_related .407, .412; cisi .454, .456; cisi_related .287,
   * .287; scitldr .943, .943; starter .597, .634; starter_related .862, .880. Among 77,750 papers (these four collections and 64,675
   * others): scifact .714, .722; cacm .352, .362; cisi .332, .325; scitldr .848, .872.
   */
  cosineSpread: z.number().positive().max(2).optional(),
});
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

const modelFileFaults: ReadonlySet<ErrorCode> = new Set(["model_not_found", "model_damaged", "file_unreadable"]);

/** Whether an error from opening or using a model says that its files are missing, damaged or unreadable. */
export function isModelFileFault({ code }: AppError): boolean {
  return modelFileFaults.has(code);
}

export interface DocumentEmbedding {
  /** Unit length, `dimensions` long. */
  readonly vector: Float32Array;
  /**
   * One quantized vector per sentence, back to back (`sentences × dimensions` bytes), from the same pass over the document. Shorter if
   * the text was truncated; undefined if the model cannot assign its tokens to sentences.
   */
  readonly sentences: Int8Array | undefined;
}

/** The current state of whatever runs a model. */
export interface EmbedderState {
  /** Whether a query would be embedded at once. */
  readonly isReady: boolean;
  /** Why nothing can be embedded, where that is known. */
  readonly fault: AppError | undefined;
  /** Worker processes that crashed, or hung and were killed. */
  readonly crashes: number;
  /** When a text was embedded last. */
  readonly lastSuccess: Date | undefined;
}

/**
 * The same text gives the same bytes, whatever is embedded before, after or beside it (I6). Queries are embedded before waiting
 * documents.
 */
export interface Embedder {
  readonly model: ModelDescription;
  /** Tokens that are read of a text, if fewer than the model's length. */
  readonly truncation?: number;
  /** How many documents are embedded concurrently; a caller keeps slightly more than that in flight. */
  readonly concurrency: number;
  /** The state of an embedder that may have to wait, or fail; without it, texts are embedded at once. */
  readonly state?: EmbedderState | undefined;
  /** Unit vector. Throws `embedding_failed`, `cancelled`, and {@link isModelFileFault} errors. */
  embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array>;
  /** Throws as {@link embedQuery} does. */
  embedDocument(text: PreparedText, signal?: AbortSignal): Promise<DocumentEmbedding>;
  /** Whether the model's vocabulary contains this word as a whole, in lower case: then it is not a misspelling. */
  knowsWord(word: string): Promise<boolean>;
  /** Resolves when a query would be answered at once. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
