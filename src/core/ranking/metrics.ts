/** Measures of a ranking against judgments. Linear gains, as in trec_eval and BEIR. */

/** Judged papers of one query: id → grade; 0 and below are not relevant. */
export type Judgments = ReadonlyMap<string, number>;

/** nDCG (Järvelin and Kekäläinen 2002): gain = grade, discount = log2(rank + 1), ideal over all judged. */
export function ndcgAt(k: number, ranking: readonly string[], judgments: Judgments): number {
  let gained = 0;
  ranking.slice(0, k).forEach((id, at) => {
    gained += Math.max(0, judgments.get(id) ?? 0) / Math.log2(at + 2);
  });
  const ideal = [...judgments.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  let best = 0;
  ideal.slice(0, k).forEach((grade, at) => {
    best += grade / Math.log2(at + 2);
  });
  return best === 0 ? 0 : gained / best;
}

/** The share of relevant papers among the first `k`. */
export function recallAt(k: number, ranking: readonly string[], judgments: Judgments): number {
  const relevant = [...judgments].filter(([, grade]) => grade > 0).map(([id]) => id);
  if (relevant.length === 0) return 0;
  const found = new Set(ranking.slice(0, k));
  return relevant.filter((id) => found.has(id)).length / relevant.length;
}

/** One over the rank of the first relevant paper among the first `k`. */
export function reciprocalRankAt(k: number, ranking: readonly string[], judgments: Judgments): number {
  const at = ranking.slice(0, k).findIndex((id) => (judgments.get(id) ?? 0) > 0);
  return at === -1 ? 0 : 1 / (at + 1);
}

/** Average precision: the mean of the precision at each relevant paper's rank; unranked papers count as 0. */
export function averagePrecision(ranking: readonly string[], judgments: Judgments): number {
  const relevant = [...judgments.values()].filter((grade) => grade > 0).length;
  let found = 0;
  let sum = 0;
  ranking.forEach((id, at) => {
    if ((judgments.get(id) ?? 0) > 0) sum += ++found / (at + 1);
  });
  return relevant === 0 ? 0 : sum / relevant;
}

/**
 * Interpolated precision at recall 0, 0.1 … 1 (Manning, Raghavan, Schütze 2008, section 8.4): at each level, the best precision at any
 * rank with at least this recall.
 */
export function precisionAtRecalls(ranking: readonly string[], judgments: Judgments): number[] {
  const relevant = [...judgments.values()].filter((grade) => grade > 0).length;
  const best = new Array<number>(11).fill(0);
  let found = 0;
  ranking.forEach((id, at) => {
    if ((judgments.get(id) ?? 0) <= 0) return;
    found++;
    // In whole numbers: 3 of 10 is recall 0.3, though 0.1 · 3 is not.
    const reached = Math.floor((10 * found) / relevant);
    for (let level = 0; level <= reached; level++) best[level] = Math.max(best[level] ?? 0, found / (at + 1));
  });
  return best;
}

/**
 * The lowest share that a sample of this size may show if the true share is `target`: three standard deviations (of the binomial
 * distribution) below it. Chance alone falls below it once in seven hundred times.
 */
export function leastOfSample(target: number, sampled: number): number {
  return sampled === 0 ? 0 : target - 3 * Math.sqrt((target * (1 - target)) / sampled);
}

/** In words: `98`, `99.9`. */
export function percent(share: number): string {
  return String(Number((100 * share).toFixed(1)));
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** An interval, with the two-sided probability of a difference at least as large if there is none. */
export interface BootstrapTest extends Interval {
  readonly p: number;
}

/**
 * Paired bootstrap (Efron; for retrieval Sakai 2006): the mean of `a − b` over queries, with the interval that contains `confidence` of
 * the means of resampled queries. Repeatable: its randomness comes from `seed`. `p` is the share of resampled means that lie as far from
 * the mean as the mean lies from 0, and never exactly 0.
 */
export function pairedBootstrap(
  a: readonly number[],
  b: readonly number[],
  options: { resamples?: number; confidence?: number; seed?: number } = {},
): BootstrapTest {
  const { resamples = 2000, confidence = 0.95, seed = 1 } = options;
  const differences = a.map((value, at) => value - (b[at] ?? 0));
  const difference = mean(differences);
  if (differences.length === 0) return { difference: 0, low: 0, high: 0, p: 1 };
  const random = mulberry32(seed);
  const means: number[] = [];
  for (let round = 0; round < resamples; round++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[Math.floor(random() * differences.length)] ?? 0;
    means.push(sum / differences.length);
  }
  means.sort((x, y) => x - y);
  const tail = (1 - confidence) / 2;
  const at = (share: number) => means[Math.min(means.length - 1, Math.max(0, Math.floor(share * means.length)))] ?? 0;
  // Slightly less, so that sums in another order count as equal.
  const far = means.filter((one) => Math.abs(one - difference) >= Math.abs(difference) - 1e-12).length;
  return { difference, low: at(tail), high: at(1 - tail), p: (far + 1) / (resamples + 1) };
}

/** A small pseudo-random number generator in [0, 1): the same seed gives the same sequence. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
