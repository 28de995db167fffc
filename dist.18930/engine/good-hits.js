/** Which papers of an answer are good enough to follow: for topics and for searches as feeds. */
import { dateOf } from "../core/paper.js";
export const goodSorts = ["newest", "score"];
/** Papers that the good ones are chosen from. */
export const considered = 100;
/** A good one has this share of the best one's score, or has come this far from the last one to the best: in a small library the last is far from both. */
const goodShare = { ofBest: 0.45, ofWay: 0.4 };
/** @param hits the best `considered`, best first. */
export function goodHits(hits, sort) {
    // What was asked for by name stands above all scores.
    const scored = hits.filter((hit) => hit.exact === undefined);
    const [best, last] = [scored[0]?.score ?? 0, scored.at(-1)?.score ?? 0];
    const least = Math.min(goodShare.ofBest * best, last + goodShare.ofWay * (best - last));
    const good = hits.filter((hit) => hit.exact !== undefined || (hit.score >= least && isScored(hit)));
    return sort === "newest" ? good.sort((a, b) => compareDates(b, a) || b.score - a.score) : good;
}
/** Whether an arm says anything of it, as of one that waits for its embedding it may not; where no words were asked for, none does. */
function isScored({ why, scores }) {
    return why === undefined || scores.semantic !== undefined || (scores.lexical ?? 0) > 0;
}
function compareDates(a, b) {
    const [first, second] = [dateOf(a.paper) ?? "", dateOf(b.paper) ?? ""];
    return first < second ? -1 : first > second ? 1 : 0;
}
//# sourceMappingURL=good-hits.js.map