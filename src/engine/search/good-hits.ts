/** Which papers of an answer are good enough to follow: for topics and for searches as feeds. */
import { dateOf } from "../../core/paper.ts";
import type { Hit } from "./hits.ts";

export const goodSorts = ["newest", "score"] as const;
export type GoodSort = (typeof goodSorts)[number];

/** Papers that the good ones are chosen from. */
export const considered = 100;
/**
 * A good hit has this share of the best one's score, or is this far on the way from the last one to the best: in a small library the last
 * is far from both.
 */
const goodShare = { ofBest: 0.45, ofWay: 0.4 };

/** @param hits the best `considered`, best first. */
export function goodHits(hits: readonly Hit[], sort: GoodSort): Hit[] {
  // Papers that were asked for by name are above all scores.
  const scored = hits.filter((hit) => hit.exact === undefined);
  const [best, last] = [scored[0]?.score ?? 0, scored.at(-1)?.score ?? 0];
  const least = Math.min(goodShare.ofBest * best, last + goodShare.ofWay * (best - last));
  const good = hits.filter((hit) => hit.exact !== undefined || (hit.score >= least && isScored(hit)));
  return sort === "newest" ? good.sort((a, b) => compareDates(b, a) || b.score - a.score) : good;
}

/** Whether an arm has a score for it; a paper that waits for its embedding may have none. Without words in the query, no paper has. */
function isScored({ why, scores }: Hit): boolean {
  return why === undefined || scores.semantic !== undefined || (scores.lexical ?? 0) > 0;
}

function compareDates(a: Hit, b: Hit): number {
  const [first, second] = [dateOf(a.paper) ?? "", dateOf(b.paper) ?? ""];
  return first < second ? -1 : first > second ? 1 : 0;
}
