/**
 * Where a library grows faster than usual: of a paper's nearest papers more are new than the share of new papers in the
 * whole library lets expect. It needs no votes.
 */
/** Neighbours that are looked at. */
export const emergingNeighbours = 50;
/** Bits of surprise from which a paper is called emerging: a chance of 1 in 32. */
const emergingBits = 5;
export function isEmerging({ surprise }) {
    return surprise >= emergingBits;
}
/**
 * @param observed new ones among the neighbours, without the paper itself.
 * @param library papers in the library, and new ones among them, without the paper itself.
 */
export function emergenceOf(neighbours, observed, library) {
    const share = library.papers > 0 ? Math.min(1, library.recent / library.papers) : 0;
    const expected = neighbours * share;
    return {
        neighbours,
        observed,
        expected,
        growth: Math.log2((observed + 1) / (expected + 1)),
        surprise: Math.max(0, -Math.log2(binomialTail(neighbours, observed, share))),
    };
}
/** P(X ≥ least) for X binomial (trials, share); from the smallest double up, so that its logarithm is finite. */
export function binomialTail(trials, least, share) {
    if (least <= 0)
        return 1;
    if (share <= 0 || least > trials)
        return Number.MIN_VALUE;
    if (share >= 1)
        return 1;
    let choose = 0;
    let sum = 0;
    for (let successes = 0; successes <= trials; successes++) {
        if (successes > 0)
            choose += Math.log((trials - successes + 1) / successes);
        if (successes >= least)
            sum += Math.exp(choose + successes * Math.log(share) + (trials - successes) * Math.log1p(-share));
    }
    return Math.min(1, Math.max(sum, Number.MIN_VALUE));
}
//# sourceMappingURL=emerging.js.map