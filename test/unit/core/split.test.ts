/** Two kinds of examples are detected and one kind is left alone, whatever the order. */
import { describe, expect, it } from "vitest";
import { mulberry32 } from "../../../src/core/ranking/metrics.ts";
import { bestSplit, leastToSplit, splitExamples } from "../../../src/core/ranking/split.ts";
import { dot, toUnit } from "../../../src/core/vectors.ts";

/** Vectors around a direction; `spread` is how far they are from it. */
function kind(direction: number, count: number, spread = 0.5): Float32Array[] {
  const random = mulberry32(direction + 1);
  return Array.from({ length: count }, () =>
    toUnit(Array.from({ length: 16 }, (_, at) => (at === direction ? 1 : 0) + spread * (random() - 0.5))),
  );
}

describe("examples", () => {
  it("of two kinds are divided into the two, the larger first", () => {
    const split = splitExamples([...kind(1, 6), ...kind(2, 9)]);
    expect(split?.halves).toEqual([
      [6, 7, 8, 9, 10, 11, 12, 13, 14],
      [0, 1, 2, 3, 4, 5],
    ]);
    expect(split?.likeness).toBeLessThan(0.5);
  });

  it("are divided the same way in every order, repeatedly", () => {
    const vectors = [...kind(1, 8), ...kind(2, 8)];
    const order = vectors.map((_, at) => (at * 7) % vectors.length);
    const shuffled = splitExamples(order.map((at) => vectors[at] ?? new Float32Array(16)));
    const sides = shuffled?.halves.map((half) => half.map((place) => ((order[place] ?? 0) < 8 ? "first" : "second")));
    expect(new Set(sides?.[0])).toHaveLength(1);
    expect(new Set(sides?.[1])).toHaveLength(1);
    expect(splitExamples(vectors)).toEqual(splitExamples(vectors));
  });

  it.each([
    ["of one kind", kind(1, 30)],
    ["that are all the same", Array.from({ length: 12 }, () => kind(1, 1)[0] ?? new Float32Array(16))],
    ["with two odd ones", [...kind(1, 18), ...kind(2, 2)]],
    ["of which there are few", [...kind(1, 4), ...kind(2, leastToSplit - 5)]],
    ["that are none", []],
  ])("%s are not divided", (_what, vectors) => {
    expect(splitExamples(vectors)).toBeUndefined();
  });

  it("report how alike their kinds are, as a share of how alike the looser kind is", () => {
    const [east, high, low] = [toUnit([1, 0, 0]), toUnit([0.3, 0.9, 0.3]), toUnit([0.3, 0.9, -0.3])];
    const split = bestSplit([east, east, east, east, east, high, high, low, low]);
    expect(split?.halves[0]).toEqual([0, 1, 2, 3, 4]);
    // Of the six pairs within the looser half, two are the same vector.
    expect(split?.likeness).toBeCloseTo(dot(east, high) / ((4 * dot(high, low) + 2) / 6), 5);
  });

  it("with nothing at all in common are not two kinds either", () => {
    const each = Array.from({ length: 12 }, (_, at) => kind(at, 1, 0)[0] ?? new Float32Array(16));
    expect(splitExamples(each)).toBeUndefined();
    expect(bestSplit(each)?.likeness ?? 1).toBeGreaterThan(0.75);
  });
});
