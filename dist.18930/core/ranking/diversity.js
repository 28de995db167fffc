/** Maximal marginal relevance (Carbonell and Goldstein 1998): near-duplicates make room for something else. */
import { dot } from "../vectors.js";
/**
 * Picks `limit` of the items, best first, each for `(1 − weight) · score − weight · its cosine to the nearest
 * picked`, scores being brought to 0 … 1 between the worst and the best of the items. With weight 0 the order by score.
 * @param leastShare what a pick is worth at least, of the best that is left: what is unlike all others is often beside
 *   the subject. For scores of which 0 is an ordinary item; below that only the best is picked. 0 lets anything be picked.
 */
export function diversify(items, limit, weight, leastShare = 0) {
    const scores = items.map(({ score }) => score);
    const [best, worst] = [Math.max(...scores), Math.min(...scores)];
    const rest = items.map((item) => ({ item, scaled: best === worst ? 1 : (item.score - worst) / (best - worst), nearest: 0 }));
    const picked = [];
    while (picked.length < limit && rest.length > 0) {
        let next = 0;
        let nextValue = Number.NEGATIVE_INFINITY;
        const bestLeft = rest.reduce((most, { item }) => Math.max(most, item.score), Number.NEGATIVE_INFINITY);
        const least = leastShare === 0 ? worst : bestLeft - (1 - leastShare) * Math.max(0, bestLeft);
        rest.forEach(({ item, scaled, nearest }, at) => {
            if (item.score < least)
                return;
            const value = (1 - weight) * scaled - weight * nearest;
            if (value > nextValue)
                [next, nextValue] = [at, value];
        });
        const chosen = rest.splice(next, 1)[0]?.item;
        if (chosen === undefined)
            break;
        picked.push(chosen);
        const { vector } = chosen;
        if (vector === undefined || weight === 0)
            continue;
        for (const entry of rest) {
            if (entry.item.vector !== undefined)
                entry.nearest = Math.max(entry.nearest, dot(vector, entry.item.vector));
        }
    }
    return picked;
}
//# sourceMappingURL=diversity.js.map