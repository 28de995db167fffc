/** Maximal marginal relevance (Carbonell and Goldstein 1998): near-duplicates make room for something else. */
import { dot } from "../vectors.ts";

export interface Ranked {
  readonly score: number;
  /** Unit length; undefined is like nothing else. */
  readonly vector: Float32Array | undefined;
}

/**
 * Picks `limit` of the items, best first, each for `(1 − weight) · score − weight · its cosine to the nearest
 * picked`. With weight 0 the order by score. Scores should lie in about 0 … 1.
 */
export function diversify<T extends Ranked>(items: readonly T[], limit: number, weight: number): T[] {
  const rest = items.map((item) => ({ item, nearest: 0 }));
  const picked: T[] = [];
  while (picked.length < limit && rest.length > 0) {
    let best = 0;
    let bestValue = Number.NEGATIVE_INFINITY;
    rest.forEach(({ item, nearest }, at) => {
      const value = (1 - weight) * item.score - weight * nearest;
      if (value > bestValue) [best, bestValue] = [at, value];
    });
    const chosen = rest.splice(best, 1)[0]?.item;
    if (chosen === undefined) break;
    picked.push(chosen);
    const { vector } = chosen;
    if (vector === undefined || weight === 0) continue;
    for (const entry of rest) {
      if (entry.item.vector !== undefined) entry.nearest = Math.max(entry.nearest, dot(vector, entry.item.vector));
    }
  }
  return picked;
}
