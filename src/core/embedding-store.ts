/** The embeddings of papers, by generation, and the papers that wait for theirs. */
import type { Generation, GenerationSpec } from "./generation.ts";
import type { Label } from "./label-set.ts";
import type { PreparedText } from "./prepare.ts";

export interface BacklogEntry {
  readonly label: Label;
  readonly contentHash: string;
  readonly text: PreparedText;
}

export interface NewEmbedding {
  readonly label: Label;
  /** The hash of the text that was embedded. If the paper has changed since, the embedding is not stored. */
  readonly contentHash: string;
  readonly vector: Float32Array;
  readonly sentences: Int8Array | undefined;
}

export interface EmbeddingStore {
  /** The generation that answers; undefined in a new library. */
  liveGeneration(): Promise<Generation | undefined>;
  /** Makes the first generation of a library live. Throws `model_mismatch` if another one is live. */
  openGeneration(spec: GenerationSpec): Promise<Generation>;
  /**
   * Papers whose text has no embedding in this generation, ascending by label, starting after `after`. With `since`, only those that were
   * written by later changes, which is fast in a large library. Nothing waits for a generation that is retired or gone.
   */
  backlog(generation: Generation, after: Label, limit: number, since?: number): Promise<BacklogEntry[]>;
  /** How many there are of them. */
  backlogSize(generation: Generation, since?: number): Promise<number>;
  /** Throws `invalid_embedding`, having stored nothing, if one of them violates I4; `generation_not_found`. */
  putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void>;
  embeddings(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]>;
  /** The hashes of the texts that were embedded; undefined if a paper has no embedding. */
  embeddedHashes(generation: Generation, labels: readonly Label[]): Promise<(string | undefined)[]>;
  sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]>;
}
