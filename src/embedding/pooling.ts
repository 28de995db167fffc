/** Pools a model's outputs for the tokens into one vector for the text and one for each of its sentences. */

import type { ModelDescription } from "../core/embedder.ts";
import { quantize, toUnit } from "../core/vectors.ts";

/**
 * @param states `tokens × dimensions`, for one text without padding.
 * @returns a vector of unit length.
 */
export function poolTokens(states: Float32Array, tokens: number, dimensions: number, pooling: ModelDescription["pooling"]): Float32Array {
  switch (pooling) {
    case "cls":
      return toUnit(states.subarray(0, dimensions));
    case "last_token":
      return toUnit(states.subarray((tokens - 1) * dimensions, tokens * dimensions));
    case "mean":
      return toUnit(sumOfTokens(states, 0, tokens, dimensions));
  }
}

/** The sum of the states of tokens `from` … `to − 1`, which is the mean except for its length. */
function sumOfTokens(states: Float32Array, from: number, to: number, dimensions: number): Float64Array {
  const sum = new Float64Array(dimensions);
  const end = to * dimensions;
  // Dimension by dimension, which takes half the time of summing whole rows in memory and gives a bit-identical result.
  for (let i = 0; i < dimensions; i++) {
    let total = 0;
    for (let at = from * dimensions + i; at < end; at += dimensions) total += states[at] ?? 0;
    sum[i] = total;
  }
  return sum;
}

/**
 * Embeds each sentence as the mean of its own tokens, which the model has read in the context of the whole text ("late chunking", Günther
 * et al. 2024, arXiv 2409.04701). So sentences need no further pass through the model.
 * @param lengths the number of tokens of each sentence; the last sentence ends before the closing special token.
 * @returns quantized vectors, concatenated; sentences that were truncated are left out.
 */
export function poolSentences(
  states: Float32Array,
  tokens: number,
  dimensions: number,
  lengths: readonly number[],
  firstToken: number,
): Int8Array {
  const spans: { from: number; to: number }[] = [];
  let from = firstToken;
  for (const length of lengths) {
    const to = Math.min(from + length, tokens - 1);
    if (to <= from) break;
    spans.push({ from, to });
    from = to;
  }
  const bytes = new Int8Array(spans.length * dimensions);
  spans.forEach((span, at) => {
    bytes.set(quantize(Float32Array.from(sumOfTokens(states, span.from, span.to, dimensions))), at * dimensions);
  });
  return bytes;
}
