/** Embeddings outside a library: rows of papers with their vectors, and what they were made with. */

/** What decides whether two texts have the same embedding. */
export interface VectorsDescription {
  readonly model: string;
  /** Version of the text preparation. */
  readonly preparation: number;
  /** Tokens that were read of a text; the model's length where undefined. */
  readonly truncation?: number | undefined;
}

export interface VectorRow {
  readonly paperId: string;
  /** sha256 of the text that was embedded, hex. */
  readonly contentHash: string;
  readonly vector: Float32Array;
}

/** Rows that can be read again and again. */
export interface VectorRows extends VectorsDescription {
  readonly rows: number;
  readonly dimensions: number;
  /** Throws `vectors_unreadable`. */
  read(): AsyncIterable<VectorRow>;
}
