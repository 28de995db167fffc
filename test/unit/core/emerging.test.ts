/** What is trending and what is emerging, as numbers. */
import { describe, expect, it } from "vitest";
import { binomialTail, emergenceOf, isEmerging } from "../../../src/core/ranking/emerging.ts";
import { trendingScore } from "../../../src/core/ranking/trending.ts";

describe("what is trending", () => {
  it("counts votes once and saves twice, halved with every half-life", () => {
    expect(trendingScore({ votes: 10, saves: 3 }, 0, 7)).toBe(16);
    expect(trendingScore({ votes: 10, saves: 3 }, 7, 7)).toBe(8);
    expect(trendingScore({ votes: 10, saves: 3 }, 21, 7)).toBe(2);
    expect(trendingScore({ votes: 8, saves: 0 }, 1, 1)).toBe(4);
    expect(trendingScore({ votes: 0, saves: 0 }, 3, 7)).toBe(0);
  });

  it("gains nothing from a date in the future", () => {
    expect(trendingScore({ votes: 10, saves: 0 }, -30, 7)).toBe(10);
  });
});

describe("the tail of a binomial distribution", () => {
  it("has the values of its formula", () => {
    // Two coins: none 1/4, one 1/2, two 1/4.
    expect(binomialTail(2, 0, 0.5)).toBe(1);
    expect(binomialTail(2, 1, 0.5)).toBeCloseTo(0.75, 12);
    expect(binomialTail(2, 2, 0.5)).toBeCloseTo(0.25, 12);
    expect(binomialTail(3, 2, 0.1)).toBeCloseTo(3 * 0.01 * 0.9 + 0.001, 12);
    expect(binomialTail(50, 12, 0.06)).toBeCloseTo(3.0799715825e-5, 14);
  });

  it("sums correctly for every share and never leaves 0 … 1", () => {
    for (const share of [0, 1e-12, 0.001, 0.3, 0.999999, 1]) {
      let before = 1;
      for (let least = 0; least <= 50; least++) {
        const tail = binomialTail(50, least, share);
        expect(tail).toBeGreaterThan(0);
        expect(tail).toBeLessThanOrEqual(before + 1e-12);
        before = tail;
      }
    }
  });
});

describe("what is emerging", () => {
  it("is surprising if more neighbours than usual are new, and the more of them the more so", () => {
    const library = { papers: 1000, recent: 60 };
    const usual = emergenceOf(50, 3, library);
    const many = emergenceOf(50, 12, library);
    expect(usual).toMatchObject({ neighbours: 50, observed: 3, expected: 3, growth: 0 });
    expect(many.growth).toBeCloseTo(Math.log2(13 / 4), 12);
    expect(many.surprise).toBeGreaterThan(usual.surprise);
    expect(many.surprise).toBeCloseTo(-Math.log2(binomialTail(50, 12, 0.06)), 12);
    expect([isEmerging(usual), isEmerging(many)]).toEqual([false, true]);
    // The same ratio is weaker evidence for few papers.
    expect(emergenceOf(5, 1, library).surprise).toBeLessThan(many.surprise);
  });

  it("is nothing if nothing new is near, or everything is new", () => {
    expect(emergenceOf(50, 0, { papers: 1000, recent: 60 }).surprise).toBe(0);
    expect(emergenceOf(50, 50, { papers: 80, recent: 80 })).toMatchObject({ growth: 0, surprise: 0 });
    expect(emergenceOf(0, 0, { papers: 0, recent: 0 })).toEqual({ neighbours: 0, observed: 0, expected: 0, growth: 0, surprise: 0 });
  });
});
