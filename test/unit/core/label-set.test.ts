/** Sets of papers. */
import { expect, it } from "vitest";
import { BitmapLabelSet } from "../../../src/core/label-set.ts";

it("hold labels of the upper half of their range as any others", () => {
  const high = 2 ** 31 + 5;
  const set = new BitmapLabelSet(Uint32Array.of(1, high));
  expect([set.has(1), set.has(5), set.has(high), set.has(high + 1)]).toEqual([true, false, true, false]);
});
