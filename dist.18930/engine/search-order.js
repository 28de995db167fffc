/**
 * From a ranking to the order of an answer: what was asked for by name first, equal scores by `paperId`, and what was
 * asked of the order: recency, a least score, one of each work, diversity. Searches and explanations share it.
 */
import { compareText } from "../core/order.js";
import { dateOf } from "../core/paper.js";
import { diversify } from "../core/ranking/diversity.js";
import { ageInDays, recencyFactor } from "../core/ranking/recency.js";
import { compareScored } from "../core/ranking/top.js";
import { compareWorks, mainTitleKey } from "../core/same-work.js";
import { papersInTurns } from "./papers.js";
/** Papers, from the best, among which diversity chooses the order; those behind keep theirs. */
const diversified = 200;
/** Papers of one title that a further one is compared with. */
const mostCompared = 20;
/** Papers that are read at once. */
const readAtOnce = 100;
/** Whether the whole list decides about the place of each: then every page is cut from the deepest one. */
export function needsWholeList({ halfLifeDays, minScore, diversity = 0 }) {
    return halfLifeDays !== undefined || minScore !== undefined || diversity > 0;
}
/** The order by score. @param needed how many of it are looked at. */
export async function orderRanked(library, ranked, pinned, options) {
    const { halfLifeDays, asOf, minScore, collapse = false, needed } = options;
    let recency = new Map();
    let scored = ranked;
    if (halfLifeDays !== undefined) {
        recency = await recencyOf(library, [...ranked.map(({ label }) => label), ...pinned], halfLifeDays, asOf ?? "");
        scored = ranked.map((hit) => ({ ...hit, score: weighByRecency(hit.score, recency.get(hit.label)) })).sort(compareScored);
    }
    let ordered = await orderTies(library, pin(scored, pinned));
    if (minScore !== undefined)
        ordered = ordered.filter(({ label, score }) => score >= minScore || pinned.includes(label));
    const reaching = minScore === undefined ? undefined : ordered.map(({ label }) => label);
    const copyOf = new Map();
    if (collapse)
        ordered = await withoutCopies(library, ordered, Math.max(needed, diversified + pinned.length), { copyOf });
    return { ordered, reaching, recency, copyOf };
}
/** What changes the order and no score: the second stage, then diversity. What was asked for by name stays above. */
export async function arrange(library, byScore, pinned, { diversity = 0, query, secondStage }) {
    const fixed = byScore.ordered.filter(({ label }) => pinned.includes(label)).length;
    const { ordered, reranked } = (await secondStage?.apply(library, query, byScore.ordered, fixed, byScore.recency)) ?? {
        ordered: byScore.ordered,
        reranked: undefined,
    };
    if (diversity === 0)
        return { ...byScore, ordered, reranked, placeByScore: new Map() };
    const scores = byScore.ordered.map(({ score }) => score);
    const placeByScore = new Map(byScore.ordered.map(({ label }, at) => [label, at + 1]));
    return { ...byScore, ordered: await mixed(library, ordered, scores, fixed, diversity), reranked, placeByScore };
}
/** A score below 0 stays: to make it less would be a reward. */
export function weighByRecency(score, recency) {
    return recency === undefined || score <= 0 ? score : score * recency.factor;
}
export function recencyOfPaper(paper, halfLifeDays, asOf) {
    const date = dateOf(paper);
    const ageDays = date === undefined ? undefined : ageInDays(date, asOf);
    return { ageDays, factor: recencyFactor(ageDays, halfLifeDays) };
}
async function recencyOf(library, labels, halfLifeDays, asOf) {
    const found = new Map();
    for await (const { label, paper } of papersInTurns(library, labels))
        found.set(label, recencyOfPaper(paper, halfLifeDays, asOf));
    return found;
}
/** Puts what was asked for by name before everything else. */
function pin(ranked, pinned) {
    if (pinned.length === 0)
        return [...ranked];
    const above = (ranked[0]?.score ?? 0) + 1;
    const known = new Map(ranked.map((hit) => [hit.label, hit]));
    const first = pinned.map((label) => ({
        ...(known.get(label) ?? {
            label,
            semantic: undefined,
            lexical: undefined,
        }),
        score: above,
    }));
    return [...first, ...ranked.filter((hit) => !pinned.includes(hit.label))];
}
/** Score descending, then `paperId` (I8): ranks know labels only, so equal scores are put in order here. */
export async function orderTies(library, ranked) {
    const ordered = [];
    for (let start = 0; start < ranked.length;) {
        let end = start + 1;
        while (end < ranked.length && ranked[end]?.score === ranked[start]?.score)
            end++;
        const run = ranked.slice(start, end);
        if (run.length > 1) {
            const names = new Map();
            const labels = run.map((hit) => hit.label);
            for await (const { label, paper } of papersInTurns(library, labels))
                names.set(label, paper.paperId);
            run.sort((a, b) => compareText(names.get(a.label) ?? "", names.get(b.label) ?? ""));
        }
        for (const hit of run)
            ordered.push(hit);
        start = end;
    }
    return ordered;
}
/** Papers of different works, and which of them a further paper is a copy of. */
export class Works {
    byTitle = new Map();
    constructor(...papers) {
        for (const paper of papers)
            this.add(paper);
    }
    add(one) {
        const key = mainTitleKey(one.paper.title);
        this.byTitle.set(key, [...(this.byTitle.get(key) ?? []), one].slice(0, mostCompared));
    }
    originalOf(paper) {
        return this.byTitle.get(mainTitleKey(paper.title))?.find((other) => compareWorks(other.paper, paper) !== "different");
    }
}
/** The first `needed` of different works. */
export async function withoutCopies(library, ordered, needed, { copyOf = new Map(), works = new Works(), isLeftOut } = {}) {
    const kept = [];
    for (let at = 0; at < ordered.length && kept.length < needed; at += readAtOnce) {
        const page = ordered.slice(at, at + readAtOnce);
        const stored = await library.papers(page.map(({ label }) => label));
        for (const [i, hit] of page.entries()) {
            if (kept.length >= needed)
                break;
            const paper = stored[i]?.paper;
            if (paper === undefined)
                continue;
            const original = works.originalOf(paper);
            if (original !== undefined)
                copyOf.set(hit.label, original.label);
            else if ((await isLeftOut?.(paper)) !== true) {
                kept.push(hit);
                works.add({ label: hit.label, paper });
            }
        }
    }
    return kept;
}
/**
 * The first papers behind the `fixed` ones, each unlike those above it.
 * @param scores by place: what stands third counts as the third best, whoever put it there.
 */
async function mixed(library, ordered, scores, fixed, weight) {
    const generation = await library.liveGeneration();
    const pool = ordered.slice(fixed, fixed + diversified);
    const vectors = generation === undefined
        ? []
        : await library.embeddings(generation, pool.map(({ label }) => label));
    const items = pool.map((hit, at) => ({ hit, score: scores[fixed + at] ?? hit.score, vector: vectors[at] }));
    const chosen = diversify(items, items.length, weight).map(({ hit }) => hit);
    return [...ordered.slice(0, fixed), ...chosen, ...ordered.slice(fixed + diversified)];
}
//# sourceMappingURL=search-order.js.map