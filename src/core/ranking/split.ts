/**
 * Whether examples are of two kinds: spherical 2-means (Dhillon and Modha 2001) over unit vectors, and a measure of how distinct the
 * halves are. Figures: src/README.md, Recommendations.
 */
import { dot } from "../vectors.ts";

export interface Split {
  /** Indices, ascending; the larger half first, of equal halves the one with the first example. */
  readonly halves: readonly [readonly number[], readonly number[]];
  /**
   * Mean cosine between the halves, as a share of the mean cosine within the looser one. 1: not two kinds at all; 0: nothing in common.
   */
  readonly likeness: number;
}

/** With fewer examples, kinds cannot be told apart. */
export const leastToSplit = 10;
/** The minimum size of a half, absolute and as a share of all: a few outliers are not a kind. */
const leastInHalf = 3;
const leastShare = 0.2;
/** Halves that are more alike than this are one kind. */
const mostLikeness = 0.75;
const mostRounds = 50;

/**
 * The two kinds that examples clearly belong to; undefined if there are not two. The same vectors in the same order give the same halves.
 * @param vectors of unit length.
 */
export function splitExamples(vectors: readonly Float32Array[]): Split | undefined {
  if (vectors.length < leastToSplit) return undefined;
  const split = bestSplit(vectors);
  const smaller = split?.halves[1].length ?? 0;
  const isClear = smaller >= leastInHalf && smaller >= leastShare * vectors.length;
  return split !== undefined && isClear && split.likeness <= mostLikeness ? split : undefined;
}

/** The partition that 2-means converges to, clear or not; undefined if all are on one side. */
export function bestSplit(vectors: readonly Float32Array[]): Split | undefined {
  const all = vectors.map((_, at) => at);
  // Start from the ends: the vector least like the whole, and the one least like that.
  const first = farthestFrom(sumOf(vectors, all), vectors);
  const second = farthestFrom(first, vectors);
  let [a, b] = [all, [] as number[]];
  let centres: readonly [Float32Array, Float32Array] = [first, second];
  for (let round = 0; round < mostRounds; round++) {
    const isFirst = vectors.map((vector) => dot(vector, centres[0]) >= dot(vector, centres[1]));
    const next = all.filter((at) => isFirst[at]);
    if (next.length === 0 || next.length === all.length) return undefined;
    const isSame = next.length === a.length && next.every((at, place) => at === a[place]);
    [a, b] = [next, all.filter((at) => isFirst[at] !== true)];
    if (isSame) break;
    centres = [unit(sumOf(vectors, a)), unit(sumOf(vectors, b))];
  }
  const [sumA, sumB] = [sumOf(vectors, a), sumOf(vectors, b)];
  const within = Math.min(meanWithin(sumA, a.length), meanWithin(sumB, b.length));
  const between = dot(sumA, sumB) / (a.length * b.length);
  const likeness = within <= 0 ? 1 : Math.max(0, between / within);
  const isLargerFirst = a.length > b.length || (a.length === b.length && a[0] === 0);
  return { halves: isLargerFirst ? [a, b] : [b, a], likeness };
}

/** Mean cosine of all pairs, from their sum. @returns 0 for fewer than two. */
function meanWithin(sum: Float32Array, count: number): number {
  return count < 2 ? 0 : (dot(sum, sum) - count) / (count * (count - 1));
}

function farthestFrom(from: Float32Array, vectors: readonly Float32Array[]): Float32Array {
  let least = Number.POSITIVE_INFINITY;
  let found = from;
  for (const vector of vectors) {
    const likeness = dot(vector, from);
    if (likeness < least) [least, found] = [likeness, vector];
  }
  return found;
}

function sumOf(vectors: readonly Float32Array[], which: readonly number[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const at of which)
    vectors[at]?.forEach((value, place) => {
      sum[place] = (sum[place] ?? 0) + value;
    });
  return sum;
}

function unit(sum: Float32Array): Float32Array {
  const length = Math.sqrt(dot(sum, sum));
  return length === 0 ? sum : sum.map((value) => value / length);
}
