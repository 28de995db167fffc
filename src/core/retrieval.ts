/** Retrieval from a library: by nearness to a vector, by words, and by likeness to a paper. */
import type { Generation } from "./generation.ts";
import type { Label, LabelSet } from "./label-set.ts";
import type { TermVector } from "./ranking/term-vector.ts";

/** A paper in an order by score; higher is better. */
export interface Scored {
  readonly label: Label;
  readonly score: number;
}

/** A term that is nearly another one. */
export interface NearTerm {
  readonly term: string;
  readonly distance: number;
  /** Papers that hold it. */
  readonly papers: number;
}

/** A term that sets papers apart. */
export interface TellingTerm {
  readonly term: string;
  /** `saturation · idf`: how much it sets them apart. */
  readonly weight: number;
  /** How much the papers use the term: BM25's saturated frequency, 0 … 1 for each paper, summed over them. */
  readonly saturation: number;
}

/** Words to look for, as terms of the analysis in `core/analysis.ts`. */
export interface TermQuery {
  /** Any of these; each counts with its weight. */
  readonly terms: ReadonlyMap<string, number>;
}

/** The contribution of one query term to the BM25 score of one paper. */
export interface TermDetail {
  readonly term: string;
  /** How much it counts in the query. */
  readonly weight: number;
  /** In the paper, counted with the weights of its fields. */
  readonly frequency: number;
  /** Papers that hold it. */
  readonly papers: number;
  readonly idf: number;
  /** `weight · idf · saturation`; 0 where the paper does not hold it. */
  readonly score: number;
}

/** How the BM25 score of one paper is composed: the sum over its terms. */
export interface TermDetails {
  /** In the library. */
  readonly papers: number;
  /** Words of the paper, and of the average paper, counted with the weights of their fields. */
  readonly length: number;
  readonly averageLength: number;
  /** In the order of the query. */
  readonly terms: readonly TermDetail[];
}

export interface Retrieval {
  /**
   * The `k` nearest papers by cosine, best first. Within a set exactly `min(k, size)` of them (I7). Approximate without a set, and within
   * a large one.
   */
  neighbours(generation: Generation, vector: Float32Array, options: { k: number; within?: LabelSet | undefined }): Promise<Scored[]>;
  /** As `neighbours`, by comparing with every vector. */
  exactNeighbours(generation: Generation, vector: Float32Array, options: { k: number; within?: LabelSet | undefined }): Promise<Scored[]>;
  /** The cosine of each paper; undefined if a paper has no embedding yet. */
  cosines(generation: Generation, vector: Float32Array, labels: readonly Label[]): Promise<(number | undefined)[]>;
  /** As `embeddings`, but from memory: the vectors that `neighbours` compares with, and as up to date as its answers. */
  vectors(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]>;
  /** The `k` best by BM25, best first, and how many papers contain any of the terms. Exact. */
  matchTerms(query: TermQuery, options: { k: number; within?: LabelSet | undefined }): Promise<{ hits: Scored[]; total: number }>;
  /** The BM25 score of each paper; 0 where nothing matches. */
  termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]>;
  /** The terms of the sum in `termScores` for one paper; undefined if there is none. */
  termDetails(query: TermQuery, label: Label): Promise<TermDetails | undefined>;
  /** The papers that hold all of these terms. */
  holding(terms: readonly string[]): Promise<LabelSet>;
  /**
   * The papers in which these terms follow each other in the title, the abstract, a name or a keyword, ignoring stop words; none for no
   * terms.
   */
  holdingPhrase(terms: readonly string[]): Promise<LabelSet>;
  /** The papers that contain any of these terms: as many as `matchTerms` counts. */
  holdingAny(terms: readonly string[]): Promise<LabelSet>;
  /** How many papers hold each term. */
  holdingCounts(terms: readonly string[]): Promise<number[]>;
  /**
   * The terms of papers that are at most this many edits away (`core/spelling.ts`), the term itself excluded; by distance, then by text.
   */
  nearTerms(term: string, most: number): Promise<NearTerm[]>;
  /** Papers as weighted terms; empty for those that do not exist. */
  termVectors(labels: readonly Label[]): Promise<TermVector[]>;
  /** Words as weighted terms, by their frequency. Words that no paper contains are left out. */
  termVectorOf(counts: ReadonlyMap<string, number>): Promise<TermVector>;
  /** The texts of numbered terms. */
  termTexts(terms: readonly number[]): Promise<string[]>;
  /** A sample of about `size` papers from the whole library, always the same for the same library; ascending. */
  sampleLabels(size: number): Promise<Label[]>;
  /** The most characteristic terms of papers, by weight, then by text. */
  tellingTerms(labels: readonly Label[], limit: number): Promise<TellingTerm[]>;
}
