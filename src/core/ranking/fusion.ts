/**
 * Fuses two ranked lists. The default is a convex combination of both scores, computed for every candidate of either list (Bruch, Gai,
 * Ingber 2022, arXiv 2210.11934). Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009) is provided for comparison.
 */

/** One candidate with both of its scores. */
export interface Candidate {
  /** Cosine; undefined if the paper has no embedding yet. */
  readonly semantic: number | undefined;
  /** BM25; 0 where nothing matches. */
  readonly lexical: number;
}

/** What makes the scores of one query comparable. */
export interface Scale {
  /** The best lexical score of the query; 0 where nothing matches. */
  readonly bestLexical: number;
  /** The cosine of the nearest paper. */
  readonly bestSemantic: number;
  /** How far below that cosine the scaled score reaches 0, which is the lexical score of a paper that no word matches. */
  readonly spread: number;
}

/** Weight of meaning against words, measured in `paperkin eval`; see src/README.md, Ranking. */
export const defaultAlpha = 0.4;

/** Candidates that each arm brings. */
export const candidateDepth = 100;

/** The constant of reciprocal rank fusion, as in its paper. */
const reciprocalRankConstant = 60;

/** The two parts of a fused score, 1 for the best of each. A paper further from the query in meaning than the spread is below 0. */
export interface ScaledScores {
  readonly semantic: number;
  readonly lexical: number;
}

export function scaleScores(candidate: Candidate, scale: Scale): ScaledScores {
  const { bestSemantic, spread } = scale;
  const lexical = scale.bestLexical > 0 ? candidate.lexical / scale.bestLexical : 0;
  if (candidate.semantic === undefined) return { semantic: 0, lexical };
  // A single paper, or papers that are all equally near, count as near.
  const semantic = spread > 1e-9 ? 1 - (bestSemantic - candidate.semantic) / spread : 1;
  return { semantic, lexical };
}

/** `α · semantic + (1 − α) · lexical`. */
export function convexScore(scaled: ScaledScores, alpha: number): number {
  return alpha * scaled.semantic + (1 - alpha) * scaled.lexical;
}

/** Ranks from 1; undefined if a list does not hold the paper. */
export function reciprocalRankScore(ranks: readonly (number | undefined)[], constant = reciprocalRankConstant): number {
  let score = 0;
  for (const rank of ranks) if (rank !== undefined) score += 1 / (constant + rank);
  return score;
}

/** The least difference of two scores. */
export const scoreStep = 1e-6;

/** Rounds away differences that come only from the order of additions, so that equal things compare equal. */
export function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}
