/** Nearly the same words, found by walking a sorted list, against comparing with each. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { editDistance, nearWords, wordsOneEditAway } from "../../src/core/spelling.ts";
import { holds } from "./settings.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), maxLength: 9 });

it("the words within some edits are those whose distance says so", () =>
  holds(
    fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, fc.constantFrom(0, 1, 2), (words, typed, most) => {
      const sorted = [...words].sort();
      const wanted = sorted.map((one) => ({ word: one, distance: editDistance(typed, one) })).filter(({ distance }) => distance <= most);
      expect(nearWords(sorted, typed, most)).toEqual(wanted);
    }),
    2000,
  ));

it("a distance is the same from both ends, and no more than the edits that were made", () =>
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
