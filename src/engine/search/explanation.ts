/** The parts of an explanation of one query and one paper: conditions, both arms, their fusion, the place. */
import type { Paper } from "../../core/paper.ts";
import type { ScaledScores } from "../../core/ranking/fusion.ts";
import type { Fusion, SearchMode } from "./rank.ts";
import type { Reranked } from "./second-stage.ts";
import type { MatchedField, Why } from "./why.ts";

export interface CheckedCondition {
  /** Where the condition comes from: the query's own fields, or the request. */
  readonly from: "query" | "request";
  readonly text: string;
  readonly met: boolean;
}

export interface ExplainedTerm {
  readonly term: string;
  /** As the query writes it. */
  readonly words: string[];
  readonly fields: MatchedField[];
  /** How often the query says it. */
  readonly weight: number;
  /** In the paper; a word of the title counts three times. */
  readonly frequency: number;
  /** Papers that hold it. */
  readonly papers: number;
  readonly idf: number;
  /** What it adds to the BM25 score. */
  readonly score: number;
}

/** Where a paper stands in one arm. */
export interface Standing {
  /** Null if the arm does not know the paper. */
  readonly score: number | null;
  /** From 1, among the papers that meet the conditions; null if it has no place. */
  readonly rank: number | null;
  /** How many papers have a place. */
  readonly of: number;
  /** Whether it is one of the arm's candidates. */
  readonly candidate: boolean;
  /** The score of the last candidate, which a further one would have to exceed; null if there is room. */
  readonly lastCandidate: number | null;
}

export interface LexicalStanding extends Standing {
  readonly score: number;
  /** The best score of the query, by which scores are divided. */
  readonly best: number;
  readonly length: number;
  readonly averageLength: number;
  readonly terms: ExplainedTerm[];
}

export interface SemanticStanding extends Standing {
  /** False while the paper waits for its embedding. */
  readonly embedded: boolean;
  /** The cosine before the best papers moved the query. */
  readonly before: number | null;
  /** The best cosine of the candidates, which scales to 1. */
  readonly best: number;
  /** How far below that a paper scales to 0, as a difference of cosines; null if cosines are not scaled. */
  readonly spread: number | null;
  /** The papers that moved the query. */
  readonly feedback: string[];
}

export interface FusedStanding {
  /** Null if one arm alone was asked. */
  readonly fusion: Fusion | null;
  readonly alpha: number | null;
  /** Both scores as they are added. */
  readonly scaled: ScaledScores | null;
  /** What comes of them. */
  readonly score: number;
  /** From 1, in the ranking; null beyond its end. */
  readonly rank: number | null;
  readonly of: number;
  /** What was subtracted to place a continuation of the ranking below the earlier part. */
  readonly lowered: number;
}

export interface RerankStanding {
  /** Null if the paper was not read. */
  readonly score: Reranked["score"] | null;
  readonly before: Reranked["before"] | null;
  /** How many of the first papers were read. */
  readonly reranked: number;
  /** How many would be with time enough. */
  readonly window: number;
}

/** Null stands for absent values, as in the API. */
export interface Explanation {
  readonly paper: Paper;
  /** Its place among the hits, from 1; null if it is not among the first 1,000. */
  readonly place: number | null;
  /** The hit's score, or the score that it would have. */
  readonly score: number;
  /** In plain words, what matters most first. */
  readonly reasons: string[];
  readonly mode: SearchMode | "newest";
  readonly query: {
    readonly text: string;
    readonly words: { readonly text: string; readonly term: string | null }[];
    /** Set if the query is an id, whether or not the library has it. */
    readonly id: string | null;
  };
  /** Set if the query is this paper's id, its title, one of its authors, or its venue and year, which places it above all others. */
  readonly exact: "id" | "title" | "author" | "venue" | null;
  readonly conditions: CheckedCondition[];
  /** Null if the arm was not asked. */
  readonly lexical: LexicalStanding | null;
  readonly semantic: SemanticStanding | null;
  readonly fused: FusedStanding | null;
  readonly recency: NonNullable<Why["recency"]> | null;
  readonly asOf: string | null;
  readonly minScore: number | null;
  /** Its place by score alone, where diversity was asked for. */
  readonly placeByScore: number | null;
  /** Null if the reranker was not asked. */
  readonly rerank: RerankStanding | null;
  /** The hit that represents it, if copies are collapsed. */
  readonly copyOf: string | null;
}
