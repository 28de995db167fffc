/** Moving a library to another model or other parameters: a generation is filled beside the live one, then takes its place. */
import type { Generation, GenerationAudit, GenerationEntry, GenerationSpec } from "./generation.ts";

export interface LongWorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface GenerationStore {
  /** The share of the ten exact nearest neighbours that searches should find, and that an index must find before it is made live. */
  readonly recallTarget: number;
  /** The live one first, then the filling one, then the retired ones, most recently retired first. */
  generations(): Promise<GenerationEntry[]>;
  /**
   * The generation of this specification that is being filled, started if there is none. Throws `generation_filling` while one of another
   * specification is being filled.
   */
  fillGeneration(spec: GenerationSpec): Promise<Generation>;
  /** Copies embeddings of the same texts from other generations of the same model, dimensions and preparation. @returns how many. */
  reuseEmbeddings(generation: Generation, options?: LongWorkOptions): Promise<number>;
  /** Loads the vectors of a generation into memory, so that it can answer at once. Throws `generation_not_found`. */
  loadGeneration(generation: Generation): Promise<void>;
  /** Loads a generation that is being filled, completes its index and writes its files, so that every process can load it quickly. */
  indexGeneration(generation: Generation, options?: LongWorkOptions): Promise<void>;
  /** Stores the result of an audit. Throws `generation_not_found`. */
  recordAudit(generation: Generation, audit: GenerationAudit): Promise<void>;
  /** Releases the in-memory vectors of a generation that is not live, and stops building their index. */
  unloadGeneration(generation: Generation): Promise<void>;
  /** In one transaction, makes this generation live and retires the one that was. Throws `generation_not_found`. */
  makeLive(generation: Generation): Promise<void>;
  /** Deletes a generation that is not live. Throws `generation_not_found`, `invalid_request`. */
  dropGeneration(generation: Generation): Promise<void>;
  /** Deletes what interrupted removals have left behind. */
  dropLeftovers(): Promise<void>;
}
