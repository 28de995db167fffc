/** Records of one batch that are one contribution: the doubles of a reference manager, an article's entry and its preprint's. */
import { contributionKey, sayAgain } from "./merge.js";
/**
 * Stores a batch whose doubles all say what they say together: one after the other, each would take the place of the one
 * before it, and a file that holds them would change its papers each time that it comes.
 * @param upsert of one paper, which is the one at this place of the batch where it has no double.
 */
export function upsertWithDoubles(papers, upsert) {
    const said = new Map();
    const addsToDouble = papers.map((paper) => {
        const key = contributionKey(paper);
        const before = said.get(key);
        const after = sayAgain(paper, before);
        said.set(key, after);
        return before !== undefined && JSON.stringify(after) !== JSON.stringify(before);
    });
    if (said.size === papers.length)
        return papers.map(upsert);
    const changed = new Set();
    return papers.map((paper, at) => {
        const key = contributionKey(paper);
        const result = upsert(said.get(key) ?? paper, at);
        if (result.outcome !== "unchanged")
            changed.add(key);
        // It has said its part with the first of its key.
        else if (changed.has(key) && addsToDouble[at] === true)
            return { ...result, outcome: "merged" };
        return result;
    });
}
//# sourceMappingURL=doubles.js.map