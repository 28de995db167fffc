/** BM25 scores, fusion of two lists, and diversity. */
import { describe, expect, it } from "vitest";
import { inverseDocumentFrequency, termSaturation } from "../../../src/core/ranking/bm25.ts";
import { diversify } from "../../../src/core/ranking/diversity.ts";
import { convexScore, reciprocalRankScore, roundScore, scaleScores } from "../../../src/core/ranking/fusion.ts";
import { toUnit } from "../../../src/core/vectors.ts";

describe("BM25", () => {
  it("has the values of its formula", () => {
    // ln(1 + (10 − 2 + ½) / (2 + ½)); 3 / (3 + 1.5 · (¼ + ¾ · 20/10)).
    expect(inverseDocumentFrequency(10, 2)).toBeCloseTo(Math.log(4.4), 12);
    expect(termSaturation(3, 20, 10)).toBeCloseTo(3 / 5.625, 12);
    expect(termSaturation(3, 10, 10)).toBeCloseTo(3 / 4.5, 12);
    expect(termSaturation(0, 10, 10)).toBe(0);
  });

  it("gives some weight even to a word that every document contains", () => {
    expect(inverseDocumentFrequency(10, 10)).toBeGreaterThan(0);
    expect(inverseDocumentFrequency(10, 1)).toBeGreaterThan(inverseDocumentFrequency(10, 9));
  });
});

describe("fusion", () => {
  const scale = { bestLexical: 8, bestSemantic: 0.9, spread: 0.5 };

  it("scales meaning by the distance from the nearest, and words by the best score", () => {
    expect(scaleScores({ semantic: 0.9, lexical: 8 }, scale)).toEqual({ semantic: 1, lexical: 1 });
    expect(scaleScores({ semantic: 0.4, lexical: 0 }, scale)).toEqual({ semantic: expect.closeTo(0, 12), lexical: 0 });
    expect(scaleScores({ semantic: 0.65, lexical: 2 }, scale)).toEqual({ semantic: expect.closeTo(0.5, 12), lexical: 0.25 });
    expect(scaleScores({ semantic: 0.15, lexical: 2 }, scale).semantic).toBeCloseTo(-0.5, 12);
  });

  it("ranks a paper without an embedding by its words, and equally near papers equally", () => {
    expect(scaleScores({ semantic: undefined, lexical: 4 }, scale)).toEqual({ semantic: 0, lexical: 0.5 });
    expect(scaleScores({ semantic: 0.3, lexical: 0 }, { bestLexical: 0, bestSemantic: 0.3, spread: 0 })).toEqual({
      semantic: 1,
      lexical: 0,
    });
  });

  it("is convex: α of one arm and the rest of the other", () => {
    expect(convexScore({ semantic: 1, lexical: 0.5 }, 0.4)).toBeCloseTo(0.7, 12);
    expect(convexScore({ semantic: 1, lexical: 0.5 }, 0)).toBe(0.5);
    expect(convexScore({ semantic: 1, lexical: 0.5 }, 1)).toBe(1);
  });

  it("by reciprocal ranks adds each list's contribution", () => {
    expect(reciprocalRankScore([1, 3])).toBeCloseTo(1 / 61 + 1 / 63, 12);
    expect(reciprocalRankScore([undefined, 2], 2)).toBeCloseTo(1 / 4, 12);
    expect(reciprocalRankScore([])).toBe(0);
  });

  it("rounds away differences due only to the order of additions", () => {
    expect(roundScore(0.1 + 0.2)).toBe(0.3);
    expect(roundScore(1 / 3)).toBe(0.333333);
  });
});

describe("diversity", () => {
  const [east, north] = [toUnit([1, 0]), toUnit([0, 1])];
  const items = [
    { name: "first", score: 1, vector: east },
    { name: "twin", score: 0.95, vector: toUnit([1, 0.01]) },
    { name: "other", score: 0.7, vector: north },
    { name: "unknown", score: 0.5, vector: undefined },
  ];
  const names = (limit: number, weight: number) => diversify(items, limit, weight).map(({ name }) => name);

  it("with no weight is the order by score, whatever the input order; a little weight changes little", () => {
    expect(names(3, 0)).toEqual(["first", "twin", "other"]);
    expect(diversify([...items].reverse(), 3, 0).map(({ name }) => name)).toEqual(["first", "twin", "other"]);
    expect(names(2, 0.1)).toEqual(["first", "twin"]);
  });

  it("lets a paper unlike the picked ones go before a near-duplicate", () => {
    expect(names(3, 0.5)).toEqual(["first", "other", "unknown"]);
    expect(names(4, 0.5)).toEqual(["first", "other", "unknown", "twin"]);
  });

  it("picks nothing much worse than the best one left, however unlike the picked ones", () => {
    const alike = Float32Array.of(1, 0);
    const other = Float32Array.of(0, 1);
    const scored = [
      { name: "best", score: 10, vector: alike },
      { name: "twin", score: 9, vector: alike },
      { name: "near", score: 7, vector: alike },
      { name: "beside the subject", score: 2, vector: other },
      { name: "ordinary", score: -1, vector: other },
    ];
    const order = (leastShare: number) => diversify(scored, 5, 0.72, leastShare).map(({ name }) => name);
    expect(order(0).slice(0, 2)).toEqual(["best", "beside the subject"]);
    expect(order(0.7)).toEqual(["best", "twin", "near", "beside the subject", "ordinary"]);
    expect(
      diversify(
        [
          { score: -2, vector: other },
          { score: -1, vector: alike },
        ],
        2,
        0.72,
        0.7,
      ).map(({ score }) => score),
    ).toEqual([-1, -2]);
  });

  it("returns as many as there are, and leaves its input unchanged", () => {
    expect(names(10, 0.3)).toHaveLength(4);
    expect(names(0, 0.3)).toEqual([]);
    expect(diversify([], 5, 0.3)).toEqual([]);
    expect(items.map(({ name }) => name)).toEqual(["first", "twin", "other", "unknown"]);
  });
});
