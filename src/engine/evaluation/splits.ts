/**
 * How often an interest in two subjects is recognised as such, and one in a single subject is mistaken for two: measured on screened
 * reviews.
 */
import { mean, mulberry32 } from "../../core/ranking/metrics.ts";
import { splitExamples } from "../../core/ranking/split.ts";
import { draw, type Review } from "./recommend.ts";

export interface SplitRates {
  /** Of interests in one review, the share for which a split would be proposed. */
  readonly one: number;
  /** Of interests in two. */
  readonly two: number;
  /** Of the proposed splits, the share of papers that are in their review's half. */
  readonly placed: number;
}

/** Papers that were saved for an interest. */
const saved = 20;
const drawsOfOne = 50;
const drawsOfTwo = 10;

/** @param reviews with enough included papers to draw from. */
export function measureSplits(reviews: readonly Review[], vectorOf: (id: string) => Float32Array | undefined): SplitRates {
  const random = mulberry32(19);
  const from = ({ pool, included }: Review, count: number) =>
    draw(
      pool.filter((id) => included.has(id)),
      count,
      random,
    );
  const split = (ids: readonly string[]) => splitExamples(ids.flatMap((id) => vectorOf(id) ?? []));
  const one: boolean[] = [];
  const two: boolean[] = [];
  const placed: number[] = [];
  for (const [at, review] of reviews.entries()) {
    for (let time = 0; time < drawsOfOne; time++) one.push(split(from(review, saved)) !== undefined);
    for (const second of reviews.slice(at + 1)) {
      for (let time = 0; time < drawsOfTwo; time++) {
        const found = split([...from(review, saved / 2), ...from(second, saved / 2)]);
        two.push(found !== undefined);
        if (found === undefined) continue;
        const isRight = found.halves.map((half, side) => half.filter((place) => place < saved / 2 === (side === 0)).length);
        const share = isRight.reduce((sum, count) => sum + count, 0) / saved;
        placed.push(Math.max(share, 1 - share));
      }
    }
  }
  const rate = (found: readonly boolean[]) => mean(found.map(Number));
  return { one: rate(one), two: rate(two), placed: mean(placed) };
}
