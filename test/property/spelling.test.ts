/** Similar words: distances by their rules, and finding terms against comparing with each. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { editDistance, isCorrectable, wordsOneEditAway } from "../../src/core/spelling.ts";
import { TermOutlines } from "../../src/storage/local/term-outlines.ts";
import { holds } from "./settings.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), maxLength: 9 });

it("terms within some edits are found by their outlines, those further away are reported as such", () =>
  holds(
    fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, fc.constantFrom(0, 1, 2), (words, typed, most) => {
      const outlines = new TermOutlines();
      words.forEach((one, number) => {
        outlines.set(number, one);
      });
      const near = outlines.near(typed, most).map((number) => words[number] ?? "");
      expect(near).toEqual(expect.arrayContaining(words.filter((one) => isCorrectable(one) && editDistance(typed, one) <= most)));
      for (const one of words) {
        const distance = editDistance(typed, one);
        if (distance <= most) expect(editDistance(typed, one, most)).toBe(distance);
        else expect(editDistance(typed, one, most)).toBeGreaterThan(most);
      }
    }),
    2000,
  ));

it("a number that had other terms before is found by its last one alone", () =>
  holds(
    fc.property(fc.array(fc.tuple(fc.nat(9), word), { maxLength: 60 }), word, (given, typed) => {
      const outlines = new TermOutlines();
      const last = new Map<number, string>();
      for (const [number, one] of given) {
        outlines.set(number, one);
        last.set(number, one);
      }
      const all = (most: number) => [...outlines.near(typed, most)].sort((a, b) => a - b);
      const expected = [...last].filter(([, one]) => isCorrectable(one)).map(([number]) => number);
      expect(all(40)).toEqual(expected.sort((a, b) => a - b));
      expect(all(2).every((number) => expected.includes(number))).toBe(true);
    }),
    1000,
  ));

it("the longest term that is corrected is found", () => {
  const outlines = new TermOutlines();
  outlines.set(5_000, "a".repeat(32));
  outlines.set(5_001, "a".repeat(33));
  expect(outlines.near("a".repeat(31), 2)).toEqual([5_000]);
});

it("a distance is the same in both directions, and no more than the edits made", () =>
  holds(
    fc.property(word, word, fc.nat(8), fc.constantFrom("insert", "remove", "swap"), (one, other, place, edit) => {
      expect(editDistance(one, other)).toBe(editDistance(other, one));
      expect(editDistance(one, other) === 0).toBe(one === other);
      const at = Math.min(place, one.length);
      const edited =
        edit === "insert"
          ? `${one.slice(0, at)}x${one.slice(at)}`
          : edit === "remove"
            ? one.slice(0, at) + one.slice(at + 1)
            : one.slice(0, at) +
              one
                .slice(at, at + 2)
                .split("")
                .reverse()
                .join("") +
              one.slice(at + 2);
      expect(editDistance(one, edited)).toBeLessThanOrEqual(1);
    }),
    1000,
  ));

it("words one edit away are one edit away", () =>
  holds(
    fc.property(word, (one) => {
      for (const other of wordsOneEditAway(one)) expect(editDistance(one, other)).toBe(1);
    }),
  ));
