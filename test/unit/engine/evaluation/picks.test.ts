/** The reference values for the evaluation of picks. */
import { describe, expect, it } from "vitest";
import { mostHits } from "../../../../src/engine/evaluation/picks.ts";

describe("the best that any sharing of places can reach", () => {
  const list = (text: string) => [...text].map((mark) => mark === "+");

  it("equals what trying every sharing finds", () => {
    const lists = ["+--+++", "-+-+-+++", "++"].map(list);
    for (const places of [0, 1, 2, 3, 5, 8, 12]) {
      let most = 0;
      for (let a = 0; a <= places; a++)
        for (let b = 0; a + b <= places; b++) {
          const taken = [a, b, places - a - b];
          most = Math.max(most, lists.flatMap((one, at) => one.slice(0, taken[at])).filter((isHit) => isHit).length);
        }
      expect(mostHits(lists, places)).toBe(most);
    }
  });

  it("does not take a hit without the hits before it in its list", () => {
    expect(mostHits([list("---+"), list("+-")], 3)).toBe(1);
    expect(mostHits([list("---+"), list("+-")], 5)).toBe(2);
    expect(mostHits([], 5)).toBe(0);
  });
});
