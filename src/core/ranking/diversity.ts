/** Maximal marginal relevance (Carbonell and Goldstein 1998): near-duplicates make room for something else. */
import { dot } from "../vectors.ts";

export interface Ranked {
  readonly score: number;
  /** Unit length; undefined is like nothing else. */
  readonly vector: Float32Array | undefined;
}

/**
 * Picks `limit` of the items, best first, each by `(1 − weight) · score − weight · its cosine to the nearest picked`, with scores scaled
 * to 0 … 1 between the worst and the best of the items. Weight 0 gives the order by score.
 * @param leastShare the minimum score of a pick, as a share of the best that is left: what is unlike everything else is often off-topic.
 * For scores where 0 is an ordinary item; below that only the best is picked. 0 allows any item.
 */
export function diversify<T extends Ranked>(items: readonly T[], limit: number, weight: number, leastShare = 0): T[] {
  const scores = items.map(({ score }) => score);
  const [best, worst] = [Math.max(...scores), Math.min(...scores)];
  const rest = items.map((item) => ({ item, scaled: best === worst ? 1 : (item.score - worst) / (best - worst), nearest: 0 }));
  const picked: T[] = [];
  while (picked.length < limit && rest.length > 0) {
    let next = 0;
    let nextValue = Number.NEGATIVE_INFINITY;
    const bestLeft = rest.reduce((most, { item }) => Math.max(most, item.score), Number.NEGATIVE_INFINITY);
    const least = leastShare === 0 ? worst : bestLeft - (1 - leastShare) * Math.max(0, bestLeft);
    rest.forEach(({ item, scaled, nearest }, at) => {
      if (item.score < least) return;
      const value = (1 - weight) * scaled - weight * nearest;
      if (value > nextValue) [next, nextValue] = [at, value];
    });
    const chosen = rest.splice(next, 1)[0]?.item;
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
