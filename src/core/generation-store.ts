/** Moving a library to another model or other parameters: a generation is filled beside the live one, then takes its place. */
import type { Generation, GenerationAudit, GenerationEntry, GenerationSpec } from "./generation.ts";

export interface LongWorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface GenerationStore {
  /** The share of the ten nearest by comparing with all that searches are to find, and an index before it is made live. */
  readonly recallTarget: number;
  /** The live one first, then the filling one, then the retired ones, the last to retire first. */
  generations(): Promise<GenerationEntry[]>;
  /**
   * The generation of this specification that is being filled, begun where there is none. Throws
   * `generation_filling` while one of another specification is.
   */
  fillGeneration(spec: GenerationSpec): Promise<Generation>;
  /**
   * Gives papers the embeddings that other generations of the same model, dimensions and preparation have of the
   * same text. @returns how many.
   */
  reuseEmbeddings(generation: Generation, options?: LongWorkOptions): Promise<number>;
  /** Brings the vectors of a generation into memory, so that it answers at once. Throws `generation_not_found`. */
  loadGeneration(generation: Generation): Promise<void>;
  /** Loads a filling generation, completes its index and writes its files, so that every process can load it quickly. */
  indexGeneration(generation: Generation, options?: LongWorkOptions): Promise<void>;
  /** Keeps what an audit found. Throws `generation_not_found`. */
  recordAudit(generation: Generation, audit: GenerationAudit): Promise<void>;
  /** Forgets the vectors in memory of a generation that is not live, and ends building their index. */
  unloadGeneration(generation: Generation): Promise<void>;
  /** One transaction: this generation is live, and the one that was is retired. Throws `generation_not_found`. */
  makeLive(generation: Generation): Promise<void>;
  /** Removes a generation that is not live, for good. Throws `generation_not_found`, `invalid_request`. */
  dropGeneration(generation: Generation): Promise<void>;
  /** Removes what removals have left that were ended before they were done. */
  dropLeftovers(): Promise<void>;
}
