/** Quality measures against values computed by hand. */
import { describe, expect, it } from "vitest";
import {
  mean,
  mulberry32,
  ndcgAt,
  pairedBootstrap,
  precisionAtRecalls,
  recallAt,
  reciprocalRankAt,
} from "../../../src/core/ranking/metrics.ts";

const judgments = new Map([
  ["a", 2],
  ["b", 1],
  ["c", 0],
  ["d", 1],
]);

describe("measures", () => {
  it("nDCG weighs grades by the logarithm of their rank", () => {
    // Gains 1/log2(2) + 0 + 2/log2(4) = 2, at best 2/log2(2) + 1/log2(3) + 1/log2(4) = 3.13093.
    expect(ndcgAt(3, ["b", "c", "a", "d"], judgments)).toBeCloseTo(2 / 3.1309297535714578, 12);
    expect(ndcgAt(1, ["b"], judgments)).toBeCloseTo(0.5, 12);
    expect(ndcgAt(10, ["a", "b", "d"], judgments)).toBe(1);
    expect(ndcgAt(10, ["x", "c"], judgments)).toBe(0);
    expect(ndcgAt(10, ["a"], new Map())).toBe(0);
  });

  it("recall is the share of relevant documents that were found", () => {
    expect(recallAt(2, ["b", "c", "a"], judgments)).toBeCloseTo(1 / 3, 12);
    expect(recallAt(3, ["b", "c", "a"], judgments)).toBeCloseTo(2 / 3, 12);
    expect(recallAt(3, ["a"], new Map([["a", 0]]))).toBe(0);
  });

  it("reciprocal rank is that of the first relevant document within the cutoff", () => {
    expect(reciprocalRankAt(10, ["c", "x", "d", "a"], judgments)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRankAt(2, ["c", "x", "d"], judgments)).toBe(0);
  });

  it("the mean of nothing is nothing", () => {
    expect(mean([])).toBe(0);
    expect(mean([1, 2, 6])).toBe(3);
  });
});

describe("the paired bootstrap", () => {
  const a = Array.from({ length: 40 }, (_, at) => 0.5 + 0.3 * Math.sin(at));
  const b = a.map((value, at) => value - 0.05 + 0.02 * Math.cos(3 * at));

  it("gives the same interval for the same seed, around the mean difference", () => {
    const first = pairedBootstrap(a, b, { seed: 7 });
    expect(pairedBootstrap(a, b, { seed: 7 })).toEqual(first);
    expect(first.difference).toBeCloseTo(mean(a) - mean(b), 12);
    expect(first.low).toBeLessThan(first.difference);
    expect(first.high).toBeGreaterThan(first.difference);
    expect(first.low).toBeGreaterThan(0);
    expect(pairedBootstrap(a, b, { seed: 8 })).not.toEqual(first);
  });

  it("is wider for higher confidence, and has no width if nothing differs", () => {
    const [wide, narrow] = [pairedBootstrap(a, b, { confidence: 0.99 }), pairedBootstrap(a, b, { confidence: 0.5 })];
    expect(wide.high - wide.low).toBeGreaterThan(narrow.high - narrow.low);
    expect(pairedBootstrap(a, a)).toEqual({ difference: 0, low: 0, high: 0, p: 1 });
    expect(pairedBootstrap([], [])).toEqual({ difference: 0, low: 0, high: 0, p: 1 });
  });
});

describe("pseudo-random numbers", () => {
  it("are the same for the same seed, and spread over 0 … 1", () => {
    const [first, second] = [mulberry32(3), mulberry32(3)];
    const drawn = Array.from({ length: 2_000 }, first);
    expect(Array.from({ length: 2_000 }, second)).toEqual(drawn);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(mean(drawn)).toBeCloseTo(0.5, 1);
  });
});

describe("precisionAtRecalls", () => {
  it("reproduces the textbook example: the best precision at that recall or beyond", () => {
    const judgments = new Map([
      ["a", 1],
      ["b", 1],
      ["c", 0],
    ]);
    // Precision 1 at recall 0.5, 2 of 4 at recall 1.
    expect(precisionAtRecalls(["a", "x", "c", "b"], judgments)).toEqual([1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(precisionAtRecalls(["x", "a"], judgments)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0]);
  });

  it("reaches 0.3 with three of ten", () => {
    const judgments = new Map(Array.from({ length: 10 }, (_, at) => [`d${at}`, 1]));
    expect(precisionAtRecalls(["d0", "d1", "d2"], judgments).filter((one) => one === 1)).toHaveLength(4);
  });
});
