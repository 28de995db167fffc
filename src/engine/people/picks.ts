/**
 * The papers chosen for a person for a date. Each new paper goes to the interest whose threshold it exceeds most, or else to one that
 * takes whatever meets its conditions. Interests share the places by weight, and each picks a diverse set of papers.
 */
import { type Embedder, isModelFileFault } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import { type Feedback, type Interest, isDealtWith } from "../../core/interest.ts";
import { intersectionOf, type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { addDays, dayMs, endOfLocalDay, endOfTime, isDay, localDay } from "../../core/period.ts";
import type { Pick, Picks } from "../../core/picks.ts";
import { allot } from "../../core/ranking/allotment.ts";
import { diversify } from "../../core/ranking/diversity.ts";
import type { Item } from "../../core/ranking/side.ts";
import { compareWorks } from "../../core/same-work.ts";
import { itemsOf } from "../recommend/items.ts";
import { type Judge, judgeAll, judgeOf, type Verdict } from "../recommend/judges.ts";
import { reasonOf } from "../recommend/reasons.ts";
import { diversity, gatherCandidates, termsOfExamples } from "../recommend/recommend.ts";
import { describeConditions } from "../search/condition-text.ts";
import { Works, withoutCopies } from "../search/search-order.ts";
import { throwIfAbandoned, yieldTurn } from "../turns.ts";
import { isEarly } from "./early.ts";
import { requireStillThere } from "./people.ts";

export interface PickOptions {
  /** 1 … 100. */
  readonly limit?: number;
  /** One more paper, from outside of the interests. */
  readonly exploration?: boolean;
}

const picksADay = 10;
/** How many days before a person's first picks papers are considered, and after how many days a paper is no longer news. */
const firstDays = 7;
const newsDays = 120;
/** If there are more new papers, not all are examined: each interest contributes the nearest ones. */
const mostLookedAt = 3_000;
const perExample = 100;
/** Papers that were on their way into the library when the last picks were made are considered again. */
const overlapMs = 60 * 60 * 1000;
/** How far the first place where a day begins is ahead of UTC. */
const earliestMs = 14 * 60 * 60 * 1000;

/**
 * The picks of a date: the stored ones, or made now. They are stored permanently once there was something to choose from and nearly all
 * of it has its embedding, or a message has contained them, or the day is over.
 * Throws `invalid_request` for a future date, `no_interests`.
 */
export async function picksOf(making: Making): Promise<Picks> {
  const { library, person, date, now } = making;
  requireDay(date);
  // Even if a clock that was wrong has left some.
  if (isStillToCome(date, now))
    throw new AppError("invalid_request", `${date} is in the future.`, { mend: "Picks are made for today and for past days." });
  const standing = await library.personal.picks(person, date);
  if (standing !== undefined) return standing;
  const made = await makePicks(making);
  // Not stored if they were chosen from nothing, or while many papers wait for their embedding. So a library that is filled later on the
  // day, or papers that arrive then, still get picks; and so does a person who corrects a first interest for which nothing was good
  // enough. Nor for days before the first interest: there are hundreds of thousands, and anybody could request each.
  const { isFirst, ...found } = made;
  if (made.candidates === 0 || made.early === true || (isFirst && made.picks.length === 0)) {
    const interests = await library.personal.interests(person);
    const beforeAll = made.candidates === 0 && interests.every(({ created }) => localDay(new Date(created)) > date);
    if (date >= localDay(now) || beforeAll) return found;
  }
  return await keepPicks(library, person, found);
}

/** Makes these the permanent picks of their day, unless some are stored. @returns those that stand. */
export async function keepPicks(library: Library, person: string, { early: _, ...kept }: Picks): Promise<Picks> {
  await requireStillThere(library, person);
  return await library.personal.keepPicks(person, kept);
}

/** Whether a day has not begun anywhere on Earth. */
function isStillToCome(date: string, now: Date): boolean {
  return Date.parse(date) > now.getTime() + earliestMs;
}

/** Throws `invalid_request` for anything but `YYYY-MM-DD`. */
export function requireDay(date: string): void {
  if (!isDay(date)) throw new AppError("invalid_request", `“${date.slice(0, 50)}” is not a day.`, { mend: "Give it as YYYY-MM-DD." });
}

/** Each that fails is a change by somebody else. */
const mostAttempts = 20;

/**
 * Today's picks, followed by those of interests that began since they were made, and by an exploration if one is wanted and there is none
 * yet. Stored picks stay unchanged. Once for each interest, unless papers wait for their embedding. Throws as {@link picksOf}.
 */
export async function extendPicks(today: Omit<Making, "date">): Promise<Picks> {
  const { library, person, now, exploration } = today;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const making = { ...today, date: localDay(now) };
    const standing = await picksOf(making);
    const interests = await library.personal.interests(person);
    const later = interests.filter((interest) => beganAfter(interest, standing));
    const { early, ...behind } = later.length === 0 ? standing : await laterPicks(making, standing, later);
    const wanted = exploration === true && !hasExploration(behind);
    const outside = wanted ? await laterExploration(making, interests, behind.picks) : [];
    const extended: Picks = { ...behind, picks: [...behind.picks, ...outside] };
    if (later.length + outside.length === 0) return standing;
    if (early === true) return { ...extended, early };
    await requireStillThere(library, person);
    // If somebody else appended picks meanwhile, those stand, and only what is missing is appended to them.
    if (await library.personal.replacePicks(person, standing, extended)) return extended;
    if ((await library.personal.picks(person, standing.date)) === undefined) return extended;
  }
  throw new AppError("library_busy", "Today's picks are being changed by other requests.", { mend: "Try again in a moment." });
}

/** Picks with those of interests that began since. */
async function laterPicks(making: Making, standing: Picks, later: readonly Interest[]): Promise<Picks> {
  const { isFirst: _, made, candidates, picks, quiet, early } = await pickFor({ ...making, exploration: false }, later);
  return {
    ...standing,
    extended: made,
    candidates: Math.max(standing.candidates, candidates),
    picks: [...standing.picks, ...picks],
    quiet: [...standing.quiet, ...quiet],
    ...(early === true ? { early } : {}),
  };
}

export function hasExploration({ picks }: Omit<Picks, "early">): boolean {
  return picks.some(({ exploration }) => exploration === true);
}

/** The best new paper that is not good enough for any interest; if there is none, the best of the whole library. At most one. */
async function laterExploration(making: Making, interests: readonly Interest[], picked: readonly Pick[]): Promise<Pick[]> {
  const { library, date, signal } = making;
  const { judges, known, others, until } = await knownOn(making, interests);
  const taken = (await library.resolve(picked.map(({ paperId }) => paperId))).filter((label) => label !== undefined);
  const leftOut = new Set([...known, ...taken]);
  const last = others.find((picks) => picks.date < date);
  const news = await newPapers(library, judges, last, date, until);
  const offered = await offersOf(library, judges, news.labels, leftOut, signal);
  const since = offered.nearMiss === undefined ? undefined : news.since;
  const all = async () => await offersOf(library, judges, await nearest(library, judges, await knownBy(library, until)), leftOut, signal);
  const nearMiss = offered.nearMiss ?? (await all()).nearMiss;
  const chosen = nearMiss === undefined ? [] : await onePerWork(library, leftOut)([nearMiss], 1);
  return await Promise.all(chosen.map(async (one) => asExploration(await pickOf(library, one, since))));
}

/** Whether picks were made without an interest, because it began after them. If the clock was ahead, that happens only once. */
export function beganAfter({ id, created }: Interest, { made, extended = made, picks, quiet }: Picks): boolean {
  return created > extended && !picks.some(({ interest }) => interest?.id === id) && !quiet.some((one) => one.id === id);
}

/** Picks as they are made. */
type Made = Picks & { readonly isFirst: boolean };

/** Whose picks are made, for when and of what. */
interface Making extends PickOptions {
  readonly library: Library;
  readonly embedder: Embedder;
  readonly person: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly now: Date;
  readonly signal: AbortSignal | undefined;
}

async function makePicks(making: Making): Promise<Made> {
  const interests = await making.library.personal.interests(making.person);
  if (interests.length === 0)
    throw new AppError("no_interests", "There is no interest to pick papers for.", {
      mend: "Add one: some words, or a paper that you like.",
    });
  return await pickFor(making, interests);
}

/** For these of the person's interests. */
async function pickFor(making: Making, interests: readonly Interest[]): Promise<Made> {
  const { library, date, now, limit = picksADay, exploration = false, signal } = making;
  const generation = await library.liveGeneration();
  if (generation === undefined) {
    // Without its model nothing gets embedded: a message waits for it, instead of being empty.
    const fault = making.embedder.state?.fault;
    if (fault !== undefined && isModelFileFault(fault)) throw fault;
    throw new AppError("no_interests", "The library has no embedded papers to pick from.", {
      mend: "Import some. An import, or a running server, also embeds papers that are already there.",
    });
  }
  const before = await knownOn(making, interests);
  const { judges, known, others, until } = before;
  const last = others.find((picks) => picks.date < date);
  const news = await newPapers(library, judges, last, date, until);
  const offered = await offersOf(library, judges, news.labels, known, signal);
  const first = await beginningsOf(making, before, offered, news.labels);
  const single = onePerWork(library, known);
  const chosen = allot(await listsOf(library, judges, [offered, first], limit, single), limit);
  const fresh = new Set(news.labels);
  const sinceOf = ({ label }: Offered) => (fresh.has(label) ? news.since : undefined);
  const picks = await Promise.all(chosen.map((one) => pickOf(library, one, sinceOf(one))));
  const nearMiss = offered.nearMiss ?? first.nearMiss;
  const outside = exploration && nearMiss !== undefined ? await single([nearMiss], 1) : [];
  for (const one of outside) picks.push(asExploration(await pickOf(library, one, sinceOf(one))));
  const early = (await isEarly(library, offered, false, now)) || (first.candidates > 0 && (await isEarly(library, first, true, now)));
  return {
    date,
    since: first.candidates > 0 && !chosen.some(({ label }) => fresh.has(label)) ? "" : news.since,
    made: now.toISOString(),
    model: generation.model,
    generation: generation.id,
    candidates: offered.candidates + first.candidates,
    picks,
    quiet: quietOf(judges, [offered, first]),
    ...(early ? { early } : {}),
    isFirst: hasNone(others),
  };
}

/** What is known on a day: the judging interests, what does not come again, and the picks of all days, latest first. */
interface Known {
  readonly judges: readonly Judge[];
  readonly known: ReadonlySet<Label>;
  readonly others: readonly Picks[];
  /** ISO 8601 in UTC: papers and feedback from later do not count yet. */
  readonly until: string;
}

async function knownOn({ library, embedder, person, date, now, signal }: Making, interests: readonly Interest[]): Promise<Known> {
  // Papers and feedback with a time in the future come from when the clock was ahead, and count all the same.
  const until = endOfLocalDay(date) <= now.getTime() ? new Date(endOfLocalDay(date)).toISOString() : endOfTime;
  const feedback = (await library.personal.feedback(person)).filter(({ at }) => at <= until);
  // Picks for future days were made when a clock was ahead: their papers would be excluded from all days until then.
  const others = (await library.personal.pickHistory(person)).filter((picks) => !isStillToCome(picks.date, now));
  const judges: Judge[] = [];
  for (const interest of interests) {
    judges.push(await judgeOf(library, embedder, interest, feedback, signal));
    await yieldTurn();
    throwIfAbandoned(signal);
  }
  return { judges, known: await knownLabels(library, feedback, others, judges), others, until };
}

function hasNone(others: readonly Picks[]): boolean {
  return others.every(({ picks }) => picks.length === 0);
}

/** Interests for which nothing is good enough. */
function quietOf(judges: readonly Judge[], parts: readonly Offers[]): Picks["quiet"] {
  const offersSomething = (judge: Judge) => parts.some(({ offers }) => (offers.get(judge) ?? []).length > 0);
  return judges.filter((judge) => !offersSomething(judge)).map(({ interest: { id, name } }) => ({ id, name }));
}

/** Up to `most` of the offered papers, with only one record of each work across all interests. */
type OnePerWork = (own: readonly Offered[], most: number) => Promise<Offered[]>;

function onePerWork(library: Library, known: ReadonlySet<Label>): OnePerWork {
  const works = new Works();
  const isLeftOut = (paper: Paper) => isCopyOfKnown(library, paper, known);
  return (own, most) => withoutCopies(library, own, most, { works, isLeftOut });
}

/** What each interest has to offer, best first and diverse; news comes before what a new interest starts with. */
async function listsOf(
  library: Library,
  judges: readonly Judge[],
  parts: readonly Offers[],
  limit: number,
  single: OnePerWork,
): Promise<{ weight: number; items: Offered[] }[]> {
  const lists = judges.map(({ interest: { weight } }) => ({ weight, items: [] as Offered[] }));
  for (const { offers } of parts) {
    for (const [at, judge] of judges.entries()) {
      const own = [...(offers.get(judge) ?? [])];
      const places = judge.open === undefined ? undefined : await placesByDate(library, own);
      own.sort((a, b) => b.score - a.score || (places?.get(a.label) ?? a.label) - (places?.get(b.label) ?? b.label));
      const chosen = await single(own, diversity.pool * limit);
      // Of equal papers the newest, not the most diverse.
      lists[at]?.items.push(...(judge.ranks ? diversify(chosen, limit, diversity.weight, diversity.leastShare) : chosen));
    }
  }
  return lists;
}

/** Papers to choose from. */
interface Candidates {
  /** The first day whose papers were considered. */
  readonly since: string;
  readonly labels: readonly Label[];
}

/**
 * Interests for which nothing was picked so far and too little is new: a few news papers are not all that a library has. For one without
 * a subject any news is enough.
 */
function beginningOf(judges: readonly Judge[], others: readonly Picks[], { offers }: Offers, limit: number): Judge[] {
  const begun = new Set(
    others.flatMap(({ picks }) => picks.filter((pick) => pick.exploration !== true).map(({ interest }) => interest?.id)),
  );
  const isEnough = (judge: Judge) => (offers.get(judge)?.length ?? 0) >= (judge.ranks ? limit : 1);
  return judges.filter((judge) => !begun.has(judge.interest.id) && !isEnough(judge));
}

/** What new interests start with, after the news: the papers of the whole library that fit them. */
async function beginningsOf(
  { library, limit = picksADay, signal }: Making,
  { judges, known, others, until }: Known,
  offered: Offers,
  news: readonly Label[],
): Promise<Offers> {
  const beginning = beginningOf(judges, others, offered, limit);
  if (beginning.length === 0) return noOffers;
  const labels = await nearest(library, beginning, await knownBy(library, until));
  const begun = await offersOf(library, beginning, labels, new Set([...known, ...news]), signal);
  // Interests for which the library has nothing must not close a day on which nothing is new.
  return hasNone(others) || [...begun.offers.values()].some((own) => own.length > 0) ? begun : noOffers;
}

interface Offers {
  readonly offers: ReadonlyMap<Judge, Offered[]>;
  /** The best of what is not good enough. */
  readonly nearMiss: Offered | undefined;
  /** How many papers there were to choose from. */
  readonly candidates: number;
  /** Those that wait for their embedding. */
  readonly waiting: readonly Label[];
}

const noOffers: Offers = { offers: new Map(), nearMiss: undefined, candidates: 0, waiting: [] };

/** The good enough papers, by the interest that each fits best; and the best of those that are not. */
async function offersOf(
  library: Library,
  judges: readonly Judge[],
  labels: readonly Label[],
  known: ReadonlySet<Label>,
  signal: AbortSignal | undefined,
): Promise<Offers> {
  const fresh = labels.filter((label) => !known.has(label));
  const items = await itemsOf(library, fresh);
  const verdicts = await judgeAll(judges, fresh, items, signal);
  const offers = new Map(judges.map((judge) => [judge, [] as Offered[]]));
  let nearMiss: Offered | undefined;
  for (const [at, label] of fresh.entries()) {
    const item = items[at];
    const best = verdicts[at];
    if (item === undefined || best === undefined) continue;
    const offered: Offered = { label, item, vector: item.vector, ...best };
    if (best.margin >= 0) offers.get(best.judge)?.push(offered);
    else if (nearMiss === undefined || best.margin > nearMiss.margin) nearMiss = offered;
  }
  const waiting = fresh.filter((_, at) => items[at]?.vector === undefined);
  return { offers, nearMiss, candidates: fresh.length, waiting };
}

interface Offered extends Verdict {
  readonly label: Label;
  readonly item: Item;
  readonly vector: Float32Array | undefined;
}

/**
 * Papers that do not come again: seen, saved, dismissed, picked for another day, and the examples themselves. That other day may be
 * later, if this day's picks are made afterwards, or if it is still yesterday for the person.
 */
async function knownLabels(
  library: Library,
  feedback: readonly Feedback[],
  others: readonly Picks[],
  judges: readonly Judge[],
): Promise<Set<Label>> {
  const ids = [
    ...feedback.filter(isDealtWith).map(({ paperId }) => paperId),
    ...others.flatMap(({ picks }) => picks.map(({ paperId }) => paperId)),
    ...judges.flatMap(({ interest }) => interest.negatives),
  ];
  const resolved = (await library.resolve([...new Set(ids)])).filter((label) => label !== undefined);
  return new Set([...resolved, ...judges.flatMap(({ labels }) => labels)]);
}

/** The papers that came into the library since the last picks and are still news. */
async function newPapers(
  library: Library,
  judges: readonly Judge[],
  last: Picks | undefined,
  date: string,
  until: string,
): Promise<Candidates> {
  const from = new Date(last === undefined ? Date.parse(date) - firstDays * dayMs : lookedAtUntil(last) - overlapMs).toISOString();
  const news = await library.addedBetween(from, until, addDays(date, -newsDays));
  const since = from.slice(0, 10);
  if (news.length <= mostLookedAt) return { since, labels: news };
  const set = labelSetOf(news);
  return { since, labels: await nearest(library, judges, set) };
}

/** The papers that the library had by then; undefined for all of them. */
async function knownBy(library: Library, until: string): Promise<LabelSet | undefined> {
  return until === endOfTime ? undefined : labelSetOf(await library.addedBetween("", until, ""));
}

/** Picks that were made afterwards considered only what had arrived by the end of their day. */
function lookedAtUntil({ date, made }: Picks): number {
  return Math.min(Date.parse(made), endOfLocalDay(date));
}

async function nearest(library: Library, judges: readonly Judge[], among: LabelSet | undefined): Promise<Label[]> {
  const found = new Set<Label>();
  for (const judge of judges) {
    const within = intersectionOf(judge.within, among);
    if (judge.open !== undefined) for (const label of await library.newest(within, { limit: perExample, offset: 0 })) found.add(label);
    const terms = await termsOfExamples(library, judge.labels, judge.interest.words);
    for (const label of await gatherCandidates(library, judge.preference, terms, { within, perExample })) found.add(label);
  }
  return [...found].sort((a, b) => a - b);
}

/** Newest first. */
async function placesByDate(library: Library, offered: readonly Offered[]): Promise<Map<Label, number>> {
  const set = labelSetOf(offered.map(({ label }) => label));
  const newest = await library.newest(set, { limit: offered.length, offset: 0 });
  return new Map(newest.map((label, place) => [label, place]));
}

/** Whether another record of the same work is among the papers that do not come again. */
async function isCopyOfKnown(library: Library, paper: Paper, known: ReadonlySet<Label>): Promise<boolean> {
  const alike = (await library.findByMainTitle(paper.title)).filter((label) => known.has(label));
  if (alike.length === 0) return false;
  return (await library.papers(alike)).some((other) => other !== undefined && compareWorks(other.paper, paper) !== "different");
}

/** A pick for no interest: feedback on it teaches none. */
function asExploration({ interest: _, reason: { conditions: __, byMeaning: ___, ...reason }, ...pick }: Pick): Pick {
  return { ...pick, reason, exploration: true };
}

async function pickOf(library: Library, { label, item, score, judge }: Offered, since: string | undefined): Promise<Pick> {
  const [stored] = await library.papers([label]);
  if (stored === undefined) throw new AppError("internal", "A paper was removed while picks were made.", { mend: "Ask again." });
  const { nearest: near, terms } = await reasonOf(library, stored.paper, item, judge.preference, judge.examples);
  const conditions = [
    describeConditions(judge.interest),
    judge.open !== undefined && judge.unwanted > 0
      ? `not like the ${judge.unwanted === 1 ? "paper" : `${judge.unwanted} papers`} that it does not want`
      : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
  return {
    paperId: stored.paper.paperId,
    score,
    interest: { id: judge.interest.id, name: judge.interest.name },
    reason: {
      nearest: [...near],
      terms: [...terms],
      ...(conditions === "" ? {} : { conditions }),
      ...(since === undefined ? {} : { newSince: since }),
      ...(judge.interest.words !== "" && near.length + terms.length === 0 ? { byMeaning: true } : {}),
    },
  };
}
