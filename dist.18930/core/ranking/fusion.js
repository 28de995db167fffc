/**
 * From two ranked lists to one. The default is a convex combination of both scores, computed for every candidate
 * of either list (Bruch, Gai, Ingber 2022, arXiv 2210.11934); reciprocal rank fusion (Cormack, Clarke, Büttcher
 * 2009) is there to compare with.
 */
/** Weight of meaning against words, measured in `paperkin eval`; see src/README.md, Ranking. */
export const defaultAlpha = 0.4;
/** Candidates that each arm brings. */
export const candidateDepth = 100;
/** The constant of reciprocal rank fusion, as in its paper. */
const reciprocalRankConstant = 60;
export function scaleScores(candidate, scale) {
    const { bestSemantic, spread } = scale;
    const lexical = scale.bestLexical > 0 ? candidate.lexical / scale.bestLexical : 0;
    if (candidate.semantic === undefined)
        return { semantic: 0, lexical };
    // One paper, or papers all equally near: near is near.
    const semantic = spread > 1e-9 ? 1 - (bestSemantic - candidate.semantic) / spread : 1;
    return { semantic, lexical };
}
/** `α · semantic + (1 − α) · lexical`. */
export function convexScore(scaled, alpha) {
    return alpha * scaled.semantic + (1 - alpha) * scaled.lexical;
}
/** Ranks from 1; undefined where a list does not hold the paper. */
export function reciprocalRankScore(ranks, constant = reciprocalRankConstant) {
    let score = 0;
    for (const rank of ranks)
        if (rank !== undefined)
            score += 1 / (constant + rank);
    return score;
}
/** The least difference of two scores. */
export const scoreStep = 1e-6;
/** Rounds away what only the order of additions decides, so that equal things compare equal. */
export function roundScore(score) {
    return Math.round(score * 1e6) / 1e6;
}
//# sourceMappingURL=fusion.js.map