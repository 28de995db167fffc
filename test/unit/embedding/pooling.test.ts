/** From one vector per token to one for the text, and one for each sentence. */
import { describe, expect, it } from "vitest";
import { toUnit } from "../../../src/core/vectors.ts";
import { poolSentences, poolTokens } from "../../../src/embedding/pooling.ts";

// Four tokens of two dimensions.
const states = Float32Array.of(3, 0, 0, 4, 0, 2, 1, 2);

describe("pooling", () => {
  it("I4: takes the mean, the first or the last token, at unit length", () => {
    expect(poolTokens(states, 4, 2, "mean")).toEqual(toUnit([4, 8]));
    expect(poolTokens(states, 4, 2, "cls")).toEqual(Float32Array.of(1, 0));
    expect(poolTokens(states, 4, 2, "last_token")).toEqual(toUnit([1, 2]));
  });

  it("of tokens without direction is refused", () => {
    expect(() => poolTokens(new Float32Array(4), 2, 2, "mean")).toThrow(expect.objectContaining({ code: "invalid_embedding" }));
  });

  it("gives each sentence the mean of its own tokens", () => {
    // A special token, two sentences of one token each, a special token.
    expect([...poolSentences(states, 4, 2, [1, 1], 1)]).toEqual([0, 127, 0, 127]);
    expect([...poolSentences(states, 4, 2, [2], 1)]).toEqual([0, 127]);
    expect([...poolSentences(states, 4, 2, [1, 2], 0)]).toEqual([127, 0, 0, 127]);
  });

  it("leaves out sentences that were cut off, and uses the remaining part of a partial one", () => {
    expect([...poolSentences(states, 4, 2, [1, 5, 3], 1)]).toEqual([0, 127, 0, 127]);
    expect([...poolSentences(states, 4, 2, [2, 1], 1)]).toEqual([0, 127]);
    expect([...poolSentences(states, 4, 2, [], 1)]).toEqual([]);
  });
});
