import { describe, expect, it } from "vitest";
import { compareModes, type EvalMode, measure, type QueryMeasures, summarize } from "../../../../src/engine/evaluation/measures.ts";

const gains = (values: readonly number[]): QueryMeasures[] =>
  values.map((value) => ({ "nDCG@10": value, "recall@10": value, "recall@100": 1, "MRR@10": 0 }));

function measuresOf(modes: Partial<Record<EvalMode, readonly number[]>>): Map<EvalMode, QueryMeasures[]> {
  const entries: [EvalMode, readonly number[] | undefined][] = [
    ["keyword", modes.keyword],
    ["semantic", modes.semantic],
    ["hybrid", modes.hybrid],
    ["rrf", modes.rrf],
  ];
  return new Map(entries.flatMap(([mode, values]) => (values === undefined ? [] : [[mode, gains(values)]])));
}

describe("measure", () => {
  it("measures one ranking by hand-computed values", () => {
    const judgments = new Map([
      ["a", 2],
      ["b", 1],
      ["c", 0],
    ]);
    const { "nDCG@10": ndcg, ...others } = measure(["c", "b", "a"], judgments);
    expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 2 / 2) / (2 + 1 / Math.log2(3)), 10);
    expect(others).toEqual({ "recall@10": 1, "recall@100": 1, "MRR@10": 0.5 });
  });

  it("returns nothing for a ranking without relevant documents", () => {
    expect(measure(["x"], new Map([["a", 1]]))).toEqual({ "nDCG@10": 0, "recall@10": 0, "recall@100": 0, "MRR@10": 0 });
  });
});

describe("summarize", () => {
  it("gives the mean of each mode over its queries", () => {
    expect(summarize("cacm", measuresOf({ hybrid: [0.5, 1] }))).toEqual([
      { set: "cacm", mode: "hybrid", queries: 2, "nDCG@10": 0.75, "recall@10": 0.75, "recall@100": 1, "MRR@10": 0 },
    ]);
  });
});

describe("compareModes", () => {
  it("compares hybrid with the better arm and with rank fusion", () => {
    const modes = { keyword: [0, 0.2], semantic: [0.4, 0.6], hybrid: [0.5, 0.7], rrf: [0.5, 0.7] };
    const [arm, fused] = compareModes("cacm", measuresOf(modes));
    expect(arm?.compare).toEqual(["hybrid", "semantic"]);
    expect(arm?.["nDCG@10"]).toEqual({ difference: 0.1, low: 0.1, high: 0.1 });
    expect(fused?.compare).toEqual(["hybrid", "rrf"]);
    expect(fused?.["nDCG@10"].difference).toBe(0);
  });

  it("gives an interval around the difference, the same each time", () => {
    const modes = { keyword: [0, 1, 0, 0.5, 0.2, 0.9], hybrid: [0.3, 0.8, 0.2, 0.5, 0.4, 1] };
    const [first] = compareModes("cacm", measuresOf(modes));
    const [again] = compareModes("cacm", measuresOf(modes));
    expect(first).toEqual(again);
    const interval = first?.["nDCG@10"];
    expect(interval?.low).toBeLessThan(interval?.difference ?? 0);
    expect(interval?.high).toBeGreaterThan(interval?.difference ?? 0);
  });

  it("compares nothing if hybrid, or every other mode, is missing", () => {
    expect(compareModes("cacm", measuresOf({ keyword: [1], semantic: [1] }))).toEqual([]);
    expect(compareModes("cacm", measuresOf({ hybrid: [1] }))).toEqual([]);
  });
});
