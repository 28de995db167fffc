/**
 * Where a library grows faster than usual: more of a paper's nearest papers are new than the share of new papers in the whole library
 * would suggest. It needs no votes.
 */

/** Nearest papers that are examined. */
export const emergingNeighbours = 50;

/** What the measure is made of. */
export interface Emergence {
  /** Nearest papers that were examined. */
  readonly neighbours: number;
  /** How many of them are new. */
  readonly observed: number;
  /** How many would be new if new papers were spread evenly. */
  readonly expected: number;
  /** `log2((observed + 1) / (expected + 1))`: 1 is about twice as many as usual. Smoothed, because a few papers say little. */
  readonly growth: number;
  /** `−log2 P(X ≥ observed)`, X binomial: bits of surprise, from 0. Emerging papers are ranked by this. */
  readonly surprise: number;
}

/** Bits of surprise at which a paper counts as emerging: a chance of 1 in 32. */
const emergingBits = 5;

export function isEmerging({ surprise }: Emergence): boolean {
  return surprise >= emergingBits;
}

/**
 * @param observed new ones among the neighbours, without the paper itself.
 * @param library papers in the library, and new ones among them, without the paper itself.
 */
export function emergenceOf(neighbours: number, observed: number, library: { papers: number; recent: number }): Emergence {
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

/** P(X ≥ least) for X binomial (trials, share); at least the smallest double, so that its logarithm is finite. */
export function binomialTail(trials: number, least: number, share: number): number {
  if (least <= 0) return 1;
  if (share <= 0 || least > trials) return Number.MIN_VALUE;
  if (share >= 1) return 1;
  let choose = 0;
  let sum = 0;
  for (let successes = 0; successes <= trials; successes++) {
    if (successes > 0) choose += Math.log((trials - successes + 1) / successes);
    if (successes >= least) sum += Math.exp(choose + successes * Math.log(share) + (trials - successes) * Math.log1p(-share));
  }
  return Math.min(1, Math.max(sum, Number.MIN_VALUE));
}
