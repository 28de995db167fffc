/** The order of a listing: by date, by votes, by what is trending, by what is emerging. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { firstDay } from "../core/filters.ts";
import type { Generation } from "../core/generation.ts";
import { type Label, type LabelSet, labelSetOf } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { compareText } from "../core/order.ts";
import { listingDateOf, type Paper } from "../core/paper.ts";
import type { StoredPaper } from "../core/paper-store.ts";
import { addDays, daysBetween, lastDayOf } from "../core/period.ts";
import { type Emergence, emergenceOf, emergingNeighbours } from "../core/ranking/emerging.ts";
import { roundScore } from "../core/ranking/fusion.ts";
import { type Support, trendingScore } from "../core/ranking/trending.ts";
import { throwIfAbandoned } from "./turns.ts";

export const dailySorts = ["date", "votes", "trending", "emerging"] as const;
export type DailySort = (typeof dailySorts)[number];

/** Why a paper counts as emerging, in numbers and in words. */
export interface EmergingPaper extends Emergence {
  readonly sentence: string;
}

export interface OrderedPaper {
  readonly stored: StoredPaper;
  readonly score?: number;
  readonly emerging?: EmergingPaper;
}

export interface ListingOrder {
  readonly sort: DailySort;
  /** The last day of the listing that has papers: ages are counted from it, and the period that counts as new ends with it. */
  readonly lastDay: string | undefined;
  readonly halfLifeDays: number;
  /** The votes and saves of people; read when needed unless given. */
  readonly popularity?: Popularity;
}

/** Papers are new for this many days. */
const recentDays = 30;
/** Papers whose neighbourhood is examined: the newest ones of the listing. */
const mostCandidates = 500;
const fewestCandidates = 20;
/** Vectors that may be compared altogether while there is no graph: one or two seconds of work. */
const mostComparisons = 3_000_000;
/** Papers between two checks for other work. */
const turn = 16;

/** Who gave papers votes and saves, by the id that they had then. */
export type Popularity = ReadonlyMap<string, Readonly<Record<"vote" | "save", ReadonlySet<number>>>>;

export async function popularityOf(library: Library, papers: readonly Paper[]): Promise<Popularity> {
  const given = new Map<string, Record<"vote" | "save", Set<number>>>();
  for (const { giver, paperId, kind } of await library.personal.popularity(papers.flatMap(({ ids }) => ids))) {
    const people = given.get(paperId) ?? { vote: new Set(), save: new Set() };
    given.set(paperId, people);
    people[kind].add(giver);
  }
  return given;
}

/**
 * Votes and saves for a paper: the votes that its source brought, and what people gave it here, under any of its ids. A person who voted
 * for two papers that have become one counts once.
 */
function supportOf(paper: Paper, popularity: Popularity): Support {
  const given = paper.ids.flatMap((id) => popularity.get(id) ?? []);
  const people = (kind: "vote" | "save") => new Set(given.flatMap((one) => [...one[kind]])).size;
  return { votes: (paper.votes ?? 0) + people("vote"), saves: people("save") };
}

/** How many votes the people of this library gave a paper. */
export function votesHere(paper: Paper, popularity: Popularity): number {
  return supportOf({ ...paper, votes: 0 }, popularity).votes;
}

/** A page of the papers in order. The order is total, ending with `paperId` (I8). */
export async function orderListing(
  library: Library,
  papers: readonly StoredPaper[],
  { sort, lastDay, halfLifeDays, popularity: given }: ListingOrder,
  page: { offset: number; limit: number },
  signal?: AbortSignal,
): Promise<OrderedPaper[]> {
  const byDate = [...papers].sort(newestFirst);
  const onPage = (ordered: readonly OrderedPaper[]) => ordered.slice(page.offset, page.offset + page.limit);
  if (lastDay === undefined || sort === "date") return onPage(byDate.map((stored) => ({ stored })));
  if (sort === "emerging") return onPage(bestFirst(await withEmergence(library, byDate, lastDay, signal)));
  const popularity =
    given ??
    (await popularityOf(
      library,
      papers.map(({ paper }) => paper),
    ));
  if (sort === "trending") return onPage(bestFirst(byDate.map((stored) => withTrend(stored, popularity, lastDay, halfLifeDays))));
  return onPage(bestFirst(byDate.map((stored) => ({ stored, score: supportOf(stored.paper, popularity).votes }))));
}

/** A withdrawn paper is listed, but never trends. */
function withTrend(stored: StoredPaper, popularity: Popularity, lastDay: string, halfLifeDays: number): OrderedPaper {
  const { paper } = stored;
  if (paper.status !== undefined) return { stored };
  const age = daysBetween(lastDayOf(listingDateOf(paper) ?? lastDay), lastDay);
  return { stored, score: roundScore(trendingScore(supportOf(paper, popularity), age, halfLifeDays)) };
}

/** Listed last, then published last, then by id. */
function newestFirst(a: StoredPaper, b: StoredPaper): number {
  const key = ({ paper }: StoredPaper) => firstDay(listingDateOf(paper) ?? "");
  return (
    compareText(key(b), key(a)) ||
    compareText(b.paper.published ?? "", a.paper.published ?? "") ||
    compareText(a.paper.paperId, b.paper.paperId)
  );
}

/** Papers without a score come last; papers with equal scores keep their order. */
function bestFirst(papers: readonly OrderedPaper[]): OrderedPaper[] {
  const rankOf = ({ score = -1 }: OrderedPaper) => score;
  return [...papers].sort((a, b) => rankOf(b) - rankOf(a));
}

async function withEmergence(
  library: Library,
  papers: readonly StoredPaper[],
  lastDay: string,
  signal: AbortSignal | undefined,
): Promise<OrderedPaper[]> {
  const generation = await library.liveGeneration();
  if (generation === undefined) return papers.map((stored) => ({ stored }));
  const first = addDays(lastDay, 1 - recentDays);
  const dates = (await library.listingDates([])).flatMap(({ date }) =>
    lastDayOf(date) >= first && lastDayOf(date) <= lastDay ? [date] : [],
  );
  const recent = labelSetOf(await library.listedOn(dates, []));
  const size = await library.countPapers();
  const candidates = papers.filter(({ paper }) => paper.status === undefined).slice(0, await affordableCandidates(library, size));
  const vectors = await library.embeddings(
    generation,
    candidates.map(({ label }) => label),
  );
  const found = new Map<Label, EmergingPaper>();
  for (const [at, { label }] of candidates.entries()) {
    const vector = vectors[at];
    if (vector === undefined) continue;
    if (at % turn === turn - 1) await nextTurn();
    throwIfAbandoned(signal);
    found.set(label, describe(await emergenceAround(library, generation, { label, vector }, recent, size), lastDay));
  }
  return papers.map((stored) => {
    const emerging = found.get(stored.label);
    return emerging === undefined ? { stored } : { stored, score: roundScore(emerging.surprise), emerging };
  });
}

async function affordableCandidates(library: Library, size: number): Promise<number> {
  if ((await library.vectorSearch()) === "hnsw") return mostCandidates;
  return Math.min(mostCandidates, Math.max(fewestCandidates, Math.floor(mostComparisons / Math.max(1, size))));
}

async function emergenceAround(
  library: Library,
  generation: Generation,
  own: { label: Label; vector: Float32Array },
  recent: LabelSet,
  size: number,
): Promise<Emergence> {
  const nearest = await library.neighbours(generation, own.vector, { k: emergingNeighbours + 1 });
  const others = nearest.filter(({ label }) => label !== own.label).slice(0, emergingNeighbours);
  const observed = others.filter(({ label }) => recent.has(label)).length;
  const itself = recent.has(own.label) ? 1 : 0;
  return emergenceOf(others.length, observed, { papers: size - 1, recent: recent.size - itself });
}

function describe(emergence: Emergence, lastDay: string): EmergingPaper {
  const { neighbours, observed, expected } = emergence;
  const usual = expected < 0.95 ? "fewer than 1" : String(Math.round(expected));
  const sentence = `${observed} of its ${neighbours} nearest papers ${observed === 1 ? "is" : "are"} from the ${recentDays} days up to ${lastDay}; ${usual} would be usual.`;
  return { ...emergence, sentence };
}
