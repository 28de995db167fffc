/** The arithmetic of ranking against its plainest form. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitmapLabelSet, selectLabels } from "../../src/core/label-set.ts";
import { TermWeights } from "../../src/core/ranking/term-weights.ts";
import { compareScored, TopScored } from "../../src/core/ranking/top.ts";
import { cosineOfQuantized, dot, faultOfVector, quantize, toUnit } from "../../src/core/vectors.ts";
import { VectorMatrix } from "../../src/storage/local/vector-matrix.ts";
import { holds } from "./settings.ts";

const label = fc.integer({ min: 1, max: 40 });
/** Few different scores, so that many are equal. */
const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1, max: 1, noNaN: true }));

/** Vectors of one length in no particular direction, some of them with a few large components. */
const pairOfUnits = fc.integer({ min: 1, max: 70 }).chain((dimensions) => {
  const part = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 20, -20, 1e-6) },
  );
  const unit = fc
    .array(part, { minLength: dimensions, maxLength: dimensions })
    .filter((parts) => parts.some((value) => Math.abs(value) > 1e-3))
    .map((parts) => toUnit(parts));
  return fc.tuple(unit, unit);
});

describe("ranking", () => {
  it("adds up term weights as a map does", () =>
    holds(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 2 ** 31 })), fc.double({ noNaN: true })), {
          size: "max",
          maxLength: 3_000,
        }),
        (added) => {
          const [weights, wanted] = [new TermWeights(), new Map<number, number>()];
          for (const [term, weight] of added) {
            weights.add(term, weight);
            wanted.set(term, (wanted.get(term) ?? 0) + weight);
          }
          for (const [term, weight] of wanted) {
            expect(weights.of(term)).toBe(weight);
            expect(weights.of(term + 1)).toBe(wanted.get(term + 1) ?? 0);
          }
        },
      ),
      50,
    ));

  it("I8: keeps the same best as sorting everything does", () =>
    holds(
      fc.property(
        fc.uniqueArray(fc.record({ label, score }), {
          selector: (one) => one.label,
        }),
        fc.integer({ min: 0, max: 12 }),
        (offers, k) => {
          const top = new TopScored(k);
          for (const one of offers) top.offer(one.label, one.score);
          const wanted = [...offers].sort(compareScored).slice(0, k);
          expect(top.sorted()).toEqual(wanted);
          expect(top.threshold).toBe(offers.length < k || k === 0 ? Number.NEGATIVE_INFINITY : wanted.at(-1)?.score);
        },
      ),
      500,
    ));

  it("I4: makes vectors of unit length", () =>
    holds(
      fc.property(pairOfUnits, ([unit]) => {
        expect(faultOfVector(unit, unit.length)).toBeUndefined();
        expect(faultOfVector(unit, unit.length + 1)).toBeDefined();
      }),
    ));

  it("gives nearly the true cosine from signed bytes", () =>
    holds(
      fc.property(pairOfUnits, ([a, b]) => {
        // Each component is off by at most half a step; a step is the largest component over 127.
        const step = Math.max(...b.map(Math.abs)) / 127;
        const bound = step * Math.sqrt(b.length) + 1e-6;
        expect(Math.abs(cosineOfQuantized(a, quantize(b)) - dot(a, b))).toBeLessThanOrEqual(bound);
        expect(cosineOfQuantized(b, quantize(b))).toBeGreaterThan(1 - bound);
      }),
      500,
    ));

  it("compares with every vector of a set, whatever was added and removed", () =>
    holds(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), label), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(label),
        (steps, dimensions, chosen) => {
          const matrix = new VectorMatrix(dimensions);
          const kept = new Map<number, Float32Array>();
          steps.forEach(([isPut, own], at) => {
            if (isPut) {
              const vector = toUnit(Array.from({ length: dimensions }, (_, i) => Math.sin(at * 13 + own * 7 + i * 3) + 0.01));
              kept.set(own, vector);
              matrix.put(own, vector);
            } else expect(matrix.remove(own)).toBe(kept.delete(own));
          });
          expect(matrix.size).toBe(kept.size);
          expect([...matrix.labels()].sort((a, b) => a - b)).toEqual([...kept.keys()].sort((a, b) => a - b));
          const question = toUnit(Array.from({ length: dimensions }, (_, i) => Math.cos(i) + 0.01));
          const within = selectLabels(new Set(chosen.sort((a, b) => a - b)), () => true);
          for (const set of [undefined, within]) {
            const wanted = [...kept]
              .filter(([own]) => set === undefined || set.has(own))
              .map(([own, vector]) => ({
                label: own,
                score: dot(question, vector),
              }))
              .sort(compareScored)
              .slice(0, 5);
            const found = matrix.nearest(question, 5, set);
            expect(found.map(({ label: own }) => own)).toEqual(wanted.map(({ label: own }) => own));
            found.forEach((one, at) => {
              expect(Math.abs(one.score - (wanted[at]?.score ?? Number.NaN))).toBeLessThan(1e-12);
            });
          }
        },
      ),
      200,
    ));

  it("answers whether a label is in a set as a Set does", () =>
    holds(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 5000 })), fc.array(fc.integer({ min: 0, max: 6000 })), (labels, asked) => {
        const sorted = labels.sort((a, b) => a - b);
        const [set, wanted] = [new BitmapLabelSet(Uint32Array.from(sorted)), new Set(labels)];
        expect(set.size).toBe(wanted.size);
        expect([...set.labels()]).toEqual(sorted);
        for (const one of [...asked, ...labels]) expect(set.has(one)).toBe(wanted.has(one));
      }),
    ));
});
