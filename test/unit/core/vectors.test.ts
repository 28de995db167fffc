/** Arithmetic on embeddings. */
import { describe, expect, it } from "vitest";
import { cosineOfQuantized, dot, faultOfVector, quantize, toUnit, weightedSum } from "../../../src/core/vectors.ts";

describe("vectors", () => {
  it("I4: are normalised without changing their source", () => {
    const given = [3, 4];
    expect([...toUnit(given)]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
    expect(given).toEqual([3, 4]);
  });

  it("I4: without direction are refused", () => {
    for (const vector of [[0, 0], [], [Number.NaN, 1], [Number.POSITIVE_INFINITY], [1e200, 1e200]])
      expect(() => toUnit(vector)).toThrow(expect.objectContaining({ code: "invalid_embedding" }));
  });

  it("I4: are checked for dimensions, finite numbers and length", () => {
    expect(faultOfVector(toUnit([1, 2]), 2)).toBeUndefined();
    expect(faultOfVector(toUnit([1, 2]), 3)).toContain("2 dimensions instead of 3");
    expect(faultOfVector(Float32Array.of(Number.NaN, 1), 2)).toContain("not finite");
    expect(faultOfVector(Float32Array.of(Number.NEGATIVE_INFINITY, 1), 2)).toContain("not finite");
    expect(faultOfVector(Float32Array.of(0, 0), 2)).toContain("0.0000 instead of 1");
    expect(faultOfVector(Float32Array.of(1, 0.1), 2)).toContain("1.0050 instead of 1");
  });

  it("are multiplied and added by weight", () => {
    expect(dot(Float32Array.of(1, 2, 3), Float32Array.of(4, -5, 6))).toBe(12);
    const sum = weightedSum(
      [
        { vector: Float32Array.of(1, 2), weight: 2 },
        { vector: Float32Array.of(0, 1), weight: -1 },
      ],
      2,
    );
    expect([...sum]).toEqual([2, 3]);
    expect([...weightedSum([], 2)]).toEqual([0, 0]);
  });

  it("use the whole range of signed bytes, and keep their direction", () => {
    expect([...quantize(Float32Array.of(0.5, -0.3, 0))]).toEqual([127, -76, 0]);
    expect([...quantize(new Float32Array(3))]).toEqual([0, 0, 0]);
    const unit = toUnit([0.3, -0.2, 0.9]);
    expect(cosineOfQuantized(unit, quantize(unit))).toBeCloseTo(1, 4);
    expect(cosineOfQuantized(unit, new Int8Array(3))).toBe(0);
  });
});
