/**
 * From a ranking to the order of an answer: what was asked for by name first, equal scores by `paperId`, and the requested options:
 * recency, a minimum score, one record per work, diversity. Searches and explanations share it.
 */

import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { compareText } from "../../core/order.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { diversify } from "../../core/ranking/diversity.ts";
import { roundScore, scoreStep } from "../../core/ranking/fusion.ts";
import { ageInDays, recencyFactor } from "../../core/ranking/recency.ts";
import { compareScored } from "../../core/ranking/top.ts";
import { compareWorks, mainTitleKey } from "../../core/same-work.ts";
import { papersInTurns } from "../papers.ts";
import type { RankedPaper } from "./rank.ts";
import type { OrderOptions } from "./search-request.ts";
import type { Reranked, SecondStage } from "./second-stage.ts";

/** What recency did to a score. */
export interface Recency {
  /** Undefined without a date. */
  readonly ageDays: number | undefined;
  readonly factor: number;
}

export interface OrderedPapers {
  readonly ordered: readonly RankedPaper[];
  /** The papers that reach the minimum score; undefined if none was requested. */
  readonly reaching: readonly Label[] | undefined;
  readonly recency: ReadonlyMap<Label, Recency>;
  /** For each paper that was left out as a copy, the one that represents it. */
  readonly copyOf: ReadonlyMap<Label, Label>;
}

/** {@link OrderedPapers} as they are answered. */
export interface ArrangedPapers extends OrderedPapers {
  /** Places by score alone, from 1; empty if no diversity was requested. */
  readonly placeByScore: ReadonlyMap<Label, number>;
  /** The second stage's scores of the papers that it read; undefined if it was not used. */
  readonly reranked: ReadonlyMap<Label, Reranked> | undefined;
}

/** The best papers, among which diversity chooses the order; those below keep theirs. */
const diversified = 200;
/** Papers with the same title that a further one is compared with. */
const mostCompared = 20;
/** Papers that are read at once. */
const readAtOnce = 100;

/** Whether the place of each paper depends on the whole list: then every page is cut from the deepest one. */
export function needsWholeList({ halfLifeDays, minScore, diversity = 0 }: OrderOptions): boolean {
  return halfLifeDays !== undefined || minScore !== undefined || diversity > 0;
}

/** The order by score. @param needed how many of its papers are used. */
export async function orderRanked(
  library: Library,
  ranked: readonly RankedPaper[],
  pinned: readonly Label[],
  options: OrderOptions & { needed: number },
): Promise<OrderedPapers> {
  const { halfLifeDays, asOf, minScore, collapse = false, needed } = options;
  let recency: ReadonlyMap<Label, Recency> = new Map();
  let scored = ranked;
  if (halfLifeDays !== undefined) {
    recency = await recencyOf(library, [...ranked.map(({ label }) => label), ...pinned], halfLifeDays, asOf ?? "");
    scored = ranked.map((hit) => ({ ...hit, score: weighByRecency(hit.score, recency.get(hit.label)) })).sort(compareScored);
  }
  let ordered = await orderTies(library, pin(scored, pinned));
  const byName = new Set(pinned);
  if (minScore !== undefined) ordered = ordered.filter(({ label, score }) => score >= minScore || byName.has(label));
  const reaching = minScore === undefined ? undefined : ordered.map(({ label }) => label);
  const copyOf = new Map<Label, Label>();
  if (collapse) ordered = await withoutCopies(library, ordered, Math.max(needed, diversified + pinned.length), { copyOf });
  return { ordered, reaching, recency, copyOf };
}

/** Options that change the order but no score: the second stage, then diversity. What was asked for by name stays at the top. */
export async function arrange(
  library: Library,
  byScore: OrderedPapers,
  pinned: readonly Label[],
  { diversity = 0, query, secondStage }: { diversity?: number | undefined; query: string; secondStage: SecondStage | undefined },
): Promise<ArrangedPapers> {
  const byName = new Set(pinned);
  const fixed = byScore.ordered.filter(({ label }) => byName.has(label)).length;
  const { ordered, reranked } = (await secondStage?.apply(library, query, byScore.ordered, fixed, byScore.recency)) ?? {
    ordered: byScore.ordered,
    reranked: undefined,
  };
  if (diversity === 0) return { ...byScore, ordered, reranked, placeByScore: new Map() };
  const scores = byScore.ordered.map(({ score }) => score);
  const placeByScore = new Map(byScore.ordered.map(({ label }, at) => [label, at + 1]));
  return { ...byScore, ordered: await mixed(library, ordered, scores, fixed, diversity), reranked, placeByScore };
}

/** A score below 0 stays: making it smaller would be a reward. */
export function weighByRecency(score: number, recency: Recency | undefined): number {
  return recency === undefined || score <= 0 ? score : score * recency.factor;
}

export function recencyOfPaper(paper: Paper, halfLifeDays: number, asOf: string): Recency {
  const date = dateOf(paper);
  const ageDays = date === undefined ? undefined : ageInDays(date, asOf);
  return { ageDays, factor: recencyFactor(ageDays, halfLifeDays) };
}

async function recencyOf(library: Library, labels: readonly Label[], halfLifeDays: number, asOf: string): Promise<Map<Label, Recency>> {
  const found = new Map<Label, Recency>();
  for await (const { label, paper } of papersInTurns(library, labels)) found.set(label, recencyOfPaper(paper, halfLifeDays, asOf));
  return found;
}

/** Puts what was asked for by name first, in its own order. */
function pin(ranked: readonly RankedPaper[], pinned: readonly Label[]): RankedPaper[] {
  const above = (ranked[0]?.score ?? 0) + 1;
  const known = new Map(ranked.map((hit) => [hit.label, hit]));
  const first = pinned.map((label, at): RankedPaper => {
    const hit = known.get(label) ?? { label, semantic: undefined, lexical: undefined };
    known.delete(label);
    return { ...hit, score: roundScore(above + (pinned.length - 1 - at) * scoreStep) };
  });
  return [...first, ...known.values()];
}

/** Score descending, then `paperId` (I8): rankings know only labels, so equal scores are ordered here. */
export async function orderTies(library: Pick<Library, "papers">, ranked: readonly RankedPaper[]): Promise<RankedPaper[]> {
  const ordered: RankedPaper[] = [];
  for (let start = 0; start < ranked.length; ) {
    let end = start + 1;
    while (end < ranked.length && ranked[end]?.score === ranked[start]?.score) end++;
    const run = ranked.slice(start, end);
    if (run.length > 1) {
      const names = new Map<Label, string>();
      const labels = run.map((hit) => hit.label);
      for await (const { label, paper } of papersInTurns(library, labels)) names.set(label, paper.paperId);
      run.sort((a, b) => compareText(names.get(a.label) ?? "", names.get(b.label) ?? ""));
    }
    for (const hit of run) ordered.push(hit);
    start = end;
  }
  return ordered;
}

type LabelledPaper = Pick<StoredPaper, "label" | "paper">;

/** Groups papers by work, and records which of them a further paper is a copy of. */
export class Works {
  private readonly byTitle = new Map<string, LabelledPaper[]>();

  constructor(...papers: readonly LabelledPaper[]) {
    for (const paper of papers) this.add(paper);
  }

  add(one: LabelledPaper): void {
    const key = mainTitleKey(one.paper.title);
    this.byTitle.set(key, [...(this.byTitle.get(key) ?? []), one].slice(0, mostCompared));
  }

  originalOf(paper: Paper): LabelledPaper | undefined {
    return this.byTitle.get(mainTitleKey(paper.title))?.find((other) => compareWorks(other.paper, paper) !== "different");
  }
}

export interface CopyOptions {
  /** Records which papers were left out, and of which they are copies. */
  readonly copyOf?: Map<Label, Label>;
  /** Works whose copies are left out too; papers that are kept are added. */
  readonly works?: Works;
  /** What else is left out. */
  readonly isLeftOut?: (paper: Paper) => Promise<boolean>;
}

/** The first `needed` of different works. */
export async function withoutCopies<T extends { readonly label: Label }>(
  library: Pick<Library, "papers">,
  ordered: readonly T[],
  needed: number,
  { copyOf = new Map(), works = new Works(), isLeftOut }: CopyOptions = {},
): Promise<T[]> {
  const kept: T[] = [];
  for (let at = 0; at < ordered.length && kept.length < needed; at += readAtOnce) {
    const page = ordered.slice(at, at + readAtOnce);
    const stored = await library.papers(page.map(({ label }) => label));
    for (const [i, hit] of page.entries()) {
      if (kept.length >= needed) break;
      const paper = stored[i]?.paper;
      if (paper === undefined) continue;
      const original = works.originalOf(paper);
      if (original !== undefined) copyOf.set(hit.label, original.label);
      else if ((await isLeftOut?.(paper)) !== true) {
        kept.push(hit);
        works.add({ label: hit.label, paper });
      }
    }
  }
  return kept;
}

/**
 * The first papers after the `fixed` ones, each unlike those above it. @param scores by place: whatever stands third counts as the third
 * best, whoever put it there.
 */
async function mixed(
  library: Library,
  ordered: readonly RankedPaper[],
  scores: readonly number[],
  fixed: number,
  weight: number,
): Promise<RankedPaper[]> {
  const generation = await library.liveGeneration();
  const pool = ordered.slice(fixed, fixed + diversified);
  const vectors =
    generation === undefined
      ? []
      : await library.embeddings(
          generation,
          pool.map(({ label }) => label),
        );
  const items = pool.map((hit, at) => ({ hit, score: scores[fixed + at] ?? hit.score, vector: vectors[at] }));
  const chosen = diversify(items, items.length, weight).map(({ hit }) => hit);
  return [...ordered.slice(0, fixed), ...chosen, ...ordered.slice(fixed + diversified)];
}
