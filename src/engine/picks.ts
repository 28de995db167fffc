/**
 * The papers chosen for a person for a date. Each new paper goes to the interest that it fits best, beyond what that interest
 * asks for at least, or else to one that takes whatever meets its conditions; interests share the places by their weights, and each of them picks different papers rather than alike ones.
 */
import { termsOf } from "../core/analysis.ts";
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import { type Feedback, type Interest, isDealtWith, isOpen } from "../core/interest.ts";
import { type Label, type LabelSet, selectLabels } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import type { Paper } from "../core/paper.ts";
import { addDays, dayMs, endOfLocalDay, endOfTime, isDay, localDay } from "../core/period.ts";
import type { Pick, Picks } from "../core/picks.ts";
import { allot, type Offer } from "../core/ranking/allotment.ts";
import { diversify } from "../core/ranking/diversity.ts";
import { roundScore } from "../core/ranking/fusion.ts";
import { type Fit, Preference } from "../core/ranking/preference.ts";
import type { Item } from "../core/ranking/side.ts";
import { compareWorks } from "../core/same-work.ts";
import { describeConditions } from "./condition-text.ts";
import { isEarly } from "./early.ts";
import { examplesOfInterest } from "./interests.ts";
import { type Example, examplesOf, itemOfWords, itemsOf, ordinaryItems } from "./items.ts";
import { requireStillThere } from "./people.ts";
import { reasonOf } from "./reasons.ts";
import { diversity, gatherCandidates, termsOfExamples } from "./recommend.ts";
import { type CopyOptions, Works, withoutCopies } from "./search-order.ts";
import { requireWanted, stepBack } from "./turns.ts";

export interface PickOptions {
  /** 1 … 100. */
  readonly limit?: number;
  /** One more paper, from outside of the interests. */
  readonly exploration?: boolean;
  /** Whether a message says so where there is nothing to choose from: what comes in later on the day is the next one's then. */
  readonly told?: boolean;
}

const picksADay = 10;
/** Days before the first picks of a person whose papers are looked at, and days after which a paper is no longer news. */
const firstDays = 7;
const newsDays = 120;
/** More new papers than these are not all looked at: each interest brings the nearest ones. */
const mostLookedAt = 3_000;
const perExample = 100;
/** What was on its way into the library when the last picks were made is looked at again. */
const overlapMs = 60 * 60 * 1000;
/** So far ahead of UTC is the first place where a day begins. */
const earliestMs = 14 * 60 * 60 * 1000;

/** An interest, ready to judge papers. */
interface Judge {
  readonly interest: Interest;
  readonly labels: readonly Label[];
  readonly examples: readonly Example[];
  /** Whether there are words or examples that papers are nearer to or further from. */
  readonly ranks: boolean;
  /** How many examples it has of what is not wanted. */
  readonly unwanted: number;
  readonly preference: Preference;
  /** Set for an interest that takes whatever meets its conditions: tells what is near to the unwanted alone. The same one where nothing ranks. */
  readonly open: Preference | undefined;
  readonly within: LabelSet | undefined;
  /** Numbers of terms that none of its picks may hold. */
  readonly excluded: ReadonlySet<number>;
}

/**
 * The picks of a date: those that stand, or made now, and kept for ever once there was something to choose from and nearly all of it has its
 * embedding, a message has told of them, or the day is over. @param date `YYYY-MM-DD`.
 * Throws `invalid_request` for a date to come, `no_interests`.
 */
export async function picksOf(
  library: Library,
  embedder: Embedder,
  person: string,
  date: string,
  now: Date,
  options: PickOptions = {},
  signal?: AbortSignal,
): Promise<Picks> {
  requireDay(date);
  // Also where a clock that was wrong has left some on record.
  if (isStillToCome(date, now))
    throw new AppError("invalid_request", `${date} is still to come.`, { mend: "Picks are made for today and for past days." });
  const standing = await library.personal.picks(person, date);
  if (standing !== undefined) return standing;
  const made = await makePicks(library, embedder, person, date, now, options, signal);
  // Chosen from nothing, or while many wait for their embedding: a library that is filled later on the day, or papers that come in then, still
  // have their picks. Of the days before anything was followed there are hundreds of thousands, which whoever asks would leave on record.
  const { early, ...kept } = made;
  if (options.told !== true && (made.candidates === 0 || early === true)) {
    const interests = await library.personal.interests(person);
    const beforeAll = made.candidates === 0 && interests.every(({ created }) => localDay(new Date(created)) > date);
    if (date >= localDay(now) || beforeAll) return made;
  }
  await requireStillThere(library, person);
  return await library.personal.keepPicks(person, kept);
}

/** Whether a day has begun nowhere: somewhere on Earth it is the next one already. */
function isStillToCome(date: string, now: Date): boolean {
  return Date.parse(date) > now.getTime() + earliestMs;
}

/** Throws `invalid_request` for what is no `YYYY-MM-DD`. */
export function requireDay(date: string): void {
  if (!isDay(date)) throw new AppError("invalid_request", `“${date.slice(0, 50)}” is not a day.`, { mend: "Give it as YYYY-MM-DD." });
}

async function makePicks(
  library: Library,
  embedder: Embedder,
  person: string,
  date: string,
  now: Date,
  { limit = picksADay, exploration = false }: PickOptions,
  signal: AbortSignal | undefined,
): Promise<Picks> {
  // What bears a time that is still to come was said or brought when the clock was ahead, and is there all the same.
  const until = endOfLocalDay(date) <= now.getTime() ? new Date(endOfLocalDay(date)).toISOString() : endOfTime;
  const interests = await library.personal.interests(person);
  if (interests.length === 0)
    throw new AppError("no_interests", "There is no interest to pick papers for.", {
      mend: "Add one: some words, or a paper that you like.",
    });
  const generation = await library.liveGeneration();
  if (generation === undefined)
    throw new AppError("no_interests", "The library has no embedded papers to pick from.", {
      mend: "Import some: an import, or a running server, also embeds what is there.",
    });
  // What was known then: feedback that came later says nothing yet.
  const feedback = (await library.personal.feedback(person)).filter(({ at }) => at <= until);
  // Days that are still to come were picked for when a clock was ahead: what is on them would be left out of all days until then.
  const others = (await library.personal.pickHistory(person)).filter((picks) => !isStillToCome(picks.date, now));
  const history = others.filter((picks) => picks.date < date);
  const judges: Judge[] = [];
  for (const interest of interests) {
    judges.push(await judgeOf(library, embedder, interest, feedback, signal));
    await stepBack();
    requireWanted(signal);
  }
  const known = await knownLabels(library, feedback, others, judges);
  let { since, labels }: Candidates = await newPapers(library, judges, history[0], date, until);
  let offered = await offersOf(library, judges, labels, known, signal);
  // Whoever has been picked nothing so far begins with what there is: a few papers without a date are not all that a library has.
  if (offered.isEmpty && others.every(({ picks }) => picks.length === 0)) {
    ({ since, labels } = { since: undefined, labels: await nearest(library, judges, await knownBy(library, until)) });
    offered = await offersOf(library, judges, labels, known, signal);
  }
  const { offers, nearMiss, candidates } = offered;
  const early = await isEarly(library, offered, since === undefined, now);
  const copies: CopyOptions = { works: new Works(), isLeftOut: (paper) => isCopyOfKnown(library, paper, known) };
  const chosen = await choose(library, offers, limit, copies);
  const picks = await Promise.all(chosen.map((one) => pickOf(library, one, since)));
  const outside = exploration && nearMiss !== undefined ? await withoutCopies(library, [nearMiss], 1, copies) : [];
  for (const one of outside) picks.push({ ...(await pickOf(library, one, since)), exploration: true });
  const quiet = judges.filter((judge) => (offers.get(judge) ?? []).length === 0).map(({ interest: { id, name } }) => ({ id, name }));
  return {
    date,
    since: since ?? "",
    made: now.toISOString(),
    model: generation.model,
    generation: generation.id,
    candidates,
    picks,
    quiet,
    ...(early ? { early } : {}),
  };
}

/** The best of what each interest is offered, in its share of the places; of each work one record. */
async function choose(
  library: Library,
  offers: ReadonlyMap<Judge, readonly Offered[]>,
  limit: number,
  copies: CopyOptions,
): Promise<Offered[]> {
  const lists: Offer<Offered>[] = [];
  for (const [judge, offered] of offers) {
    const places = judge.open === undefined ? undefined : await placesByDate(library, offered);
    const ordered = [...offered].sort((a, b) => b.score - a.score || (places?.get(a.label) ?? a.label) - (places?.get(b.label) ?? b.label));
    const single = await withoutCopies(library, ordered, diversity.pool * limit, copies);
    lists.push({
      weight: judge.interest.weight,
      // Of equals the newest ones, not the most unlike ones.
      items: judge.ranks ? diversify(single, limit, diversity.weight, diversity.leastShare) : single,
    });
  }
  return allot(lists, limit);
}

/** Papers to choose from. */
interface Candidates {
  /** The first day that was looked at; undefined for the whole library. */
  readonly since: string | undefined;
  readonly labels: readonly Label[];
}

/** What is good enough, by the interest that it fits best; and the best of what is not. */
async function offersOf(
  library: Library,
  judges: readonly Judge[],
  labels: readonly Label[],
  known: ReadonlySet<Label>,
  signal: AbortSignal | undefined,
): Promise<{ offers: Map<Judge, Offered[]>; nearMiss: Offered | undefined; candidates: number; waiting: Label[]; isEmpty: boolean }> {
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
  // What takes whatever meets its conditions has nearly always something, which says nothing of the others.
  const asked = judges.some(({ ranks }) => ranks) ? judges.filter(({ ranks }) => ranks) : judges;
  const waiting = fresh.filter((_, at) => items[at]?.vector === undefined);
  return { offers, nearMiss, candidates: fresh.length, waiting, isEmpty: asked.every((judge) => offers.get(judge)?.length === 0) };
}

interface Offered extends Verdict {
  readonly label: Label;
  readonly item: Item;
  readonly vector: Float32Array | undefined;
}

async function judgeOf(
  library: Library,
  embedder: Embedder,
  interest: Interest,
  feedback: readonly Feedback[],
  signal: AbortSignal | undefined,
): Promise<Judge> {
  const { positives, negatives } = await examplesOfInterest(library, interest, feedback);
  const examples = await examplesOf(library, embedder, positives, signal);
  const words = interest.words === "" ? [] : [await itemOfWords(library, embedder, interest.words, signal)];
  const wanted = [...words, ...examples];
  const ordinary = await ordinaryItems(library);
  const unwanted = await examplesOf(library, embedder, negatives, signal);
  const preference = new Preference(wanted, unwanted, ordinary, words.length > 0 && examples.length === 0);
  return {
    interest,
    labels: positives,
    examples,
    ranks: wanted.length > 0,
    unwanted: unwanted.length,
    preference,
    open: isOpen(interest) ? (wanted.length === 0 ? preference : new Preference([], unwanted, ordinary)) : undefined,
    within: await library.matching([interest.filters, { withdrawn: false }]),
    excluded: new Set((await library.termVectorOf(new Map(interest.excludedWords.flatMap(termsOf).map((term) => [term, 1])))).terms),
  };
}

/**
 * Papers that do not come again: seen, saved, dismissed, picked for another day, and the examples themselves. The other day may be a
 * later one, where this one's are made afterwards, or for whom it is yesterday still.
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

/** What came into the library since the last picks and is still news. */
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
  const set = selectLabels(news, () => true);
  return { since, labels: await nearest(library, judges, set) };
}

/** What the library had by then; undefined for all that it has. */
async function knownBy(library: Library, until: string): Promise<LabelSet | undefined> {
  return until === endOfTime ? undefined : selectLabels(await library.addedBetween("", until, ""), () => true);
}

/** Picks that were made afterwards looked at what had come in by the end of their day, and no further. */
function lookedAtUntil({ date, made }: Picks): number {
  return Math.min(Date.parse(made), endOfLocalDay(date));
}

async function nearest(library: Library, judges: readonly Judge[], among: LabelSet | undefined): Promise<Label[]> {
  const found = new Set<Label>();
  for (const judge of judges) {
    const within = both(judge.within, among);
    if (judge.open !== undefined) for (const label of await library.newest(within, { limit: perExample, offset: 0 })) found.add(label);
    const terms = await termsOfExamples(library, judge.labels, judge.interest.words);
    for (const label of await gatherCandidates(library, judge.preference, terms, { within, perExample })) found.add(label);
  }
  return [...found].sort((a, b) => a - b);
}

function both(a: LabelSet | undefined, b: LabelSet | undefined): LabelSet | undefined {
  return a === undefined || b === undefined ? (a ?? b) : selectLabels(a.labels(), (label) => b.has(label));
}

interface Verdict {
  readonly judge: Judge;
  readonly score: number;
  /** How far the score is above what its interest asks for. */
  readonly margin: number;
}

/** For each paper the interest that it fits best of those whose conditions it meets; all papers before one interest at a time. */
async function judgeAll(
  judges: readonly Judge[],
  labels: readonly Label[],
  items: readonly Item[],
  signal: AbortSignal | undefined,
): Promise<(Verdict | undefined)[]> {
  const best: (Verdict | undefined)[] = labels.map(() => undefined);
  for (const judge of judges) {
    await stepBack();
    requireWanted(signal);
    // Its examples have all left the library.
    if (!judge.ranks && judge.open === undefined) continue;
    const admitted = [...items.entries()].filter(([at, item]) => admits(judge, labels[at] ?? 0, item));
    const own = admitted.map(([, item]) => item);
    const fits = judge.preference.fits(own);
    const margins = marginsOf(judge, fits, own);
    for (const [next, [at]] of admitted.entries()) {
      const fit = fits[next]?.score ?? 0;
      // To be far from the unwanted is no merit.
      const score = roundScore(judge.ranks ? fit : Math.min(0, fit));
      const margin = roundScore(margins[next] ?? 0);
      // What an open interest does not want is no near miss of it.
      if (judge.open !== undefined && margin < 0) continue;
      const other = best[at];
      if (other === undefined || margin > other.margin) best[at] = { judge, score, margin };
    }
  }
  return best;
}

/**
 * An open interest takes whatever meets its conditions (0), so that a paper goes to another interest that it fits; what is near to
 * its unwanted examples is below 0, and what is near to papers that were saved for it above.
 */
function marginsOf({ preference, open }: Judge, fits: readonly Fit[], items: readonly Item[]): number[] {
  const margins = preference.margins(fits, items);
  if (open === undefined) return margins;
  if (open === preference) return margins.map((margin) => Math.min(0, margin));
  const unwanted = open.margins(open.fits(items), items);
  return margins.map((margin, at) => Math.min(0, unwanted[at] ?? 0) || Math.max(0, margin));
}

function admits({ within, excluded }: Judge, label: Label, { terms }: Item): boolean {
  return within?.has(label) !== false && (excluded.size === 0 || !terms.terms.some((term) => excluded.has(term)));
}

/** Newest first. */
async function placesByDate(library: Library, offered: readonly Offered[]): Promise<Map<Label, number>> {
  const set = selectLabels(
    offered.map(({ label }) => label).sort((a, b) => a - b),
    () => true,
  );
  const newest = await library.newest(set, { limit: offered.length, offset: 0 });
  return new Map(newest.map((label, place) => [label, place]));
}

/** Whether a paper that does not come again is the same work, as another record. */
async function isCopyOfKnown(library: Library, paper: Paper, known: ReadonlySet<Label>): Promise<boolean> {
  const alike = (await library.findByMainTitle(paper.title)).filter((label) => known.has(label));
  if (alike.length === 0) return false;
  return (await library.papers(alike)).some((other) => other !== undefined && compareWorks(other.paper, paper) !== "different");
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
    },
  };
}
