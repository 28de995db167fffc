/** Sets of papers. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { BitmapLabelSet, intersectionOf, type LabelSet, labelSetOf, selectLabels, unionOf } from "../../../src/core/label-set.ts";

it("label sets hold labels in the upper half of their range like any others", () => {
  const high = 2 ** 31 + 5;
  const set = new BitmapLabelSet(Uint32Array.of(1, high));
  expect([set.has(1), set.has(5), set.has(high), set.has(high + 1)]).toEqual([true, false, true, false]);
});

const labels = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 });
const members = (set: LabelSet) => ({
  size: set.size,
  labels: [...set.labels()],
  has: Array.from({ length: 310 }, (_, label) => label).filter((label) => set.has(label)),
});
const membersOf = (wanted: readonly number[]) => {
  const sorted = [...new Set(wanted)].sort((a, b) => a - b);
  return { size: sorted.length, labels: sorted, has: sorted };
};

it("label sets can be built from labels in any order, with repeats, in any collection", () =>
  fc.assert(
    fc.property(labels, (given) => {
      const before = Uint32Array.from(given);
      for (const kind of [given, new Set(given), before, given.toSorted((a, b) => a - b)])
        expect(members(labelSetOf(kind))).toEqual(membersOf(given));
      expect([...before]).toEqual(given);
    }),
  ));

it("label sets intersect, with undefined standing for all", () =>
  fc.assert(
    fc.property(labels, labels, (some, others) => {
      const [one, other] = [labelSetOf(some), labelSetOf(others)];
      expect(members(intersectionOf(one, other))).toEqual(membersOf(some.filter((label) => others.includes(label))));
      expect([intersectionOf(undefined, other), intersectionOf(one, undefined), intersectionOf(undefined, undefined)]).toEqual([
        other,
        one,
        undefined,
      ]);
    }),
  ));

it("label sets support union and intersection", () =>
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 4 }), (given) => {
      const all = unionOf(given.map(labelSetOf));
      expect(members(all)).toEqual(membersOf(given.flat()));
      expect(members(selectLabels(all.labels(), (label) => label % 3 === 0))).toEqual(
        membersOf(given.flat().filter((label) => label % 3 === 0)),
      );
    }),
  ));
