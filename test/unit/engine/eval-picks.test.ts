/** What the evaluation of picks compares with. */
import { describe, expect, it } from "vitest";
import { mostHits } from "../../../src/engine/eval-picks.ts";

describe("the most that a sharing of places can reach", () => {
  const list = (text: string) => [...text].map((mark) => mark === "+");

  it("is what trying every sharing finds", () => {
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

  it("does not take a hit from behind others of its list for nothing", () => {
    expect(mostHits([list("---+"), list("+-")], 3)).toBe(1);
    expect(mostHits([list("---+"), list("+-")], 5)).toBe(2);
    expect(mostHits([], 5)).toBe(0);
  });
});
