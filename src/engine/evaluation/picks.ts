/**
 * What picks promise beyond a good ranking, measured on screened reviews: that interests are kept separate, that dismissing one strand of
 * an interest ends it without affecting the others, and the cost of diversity.
 */
import { AppError } from "../../core/errors.ts";
import { allot } from "../../core/ranking/allotment.ts";
import { diversify } from "../../core/ranking/diversity.ts";
import { type Judgments, mean, mulberry32, ndcgAt } from "../../core/ranking/metrics.ts";
import { Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import { dot } from "../../core/vectors.ts";
import type { Engine } from "../engine.ts";
import { ordinaryItems } from "../recommend/items.ts";
import { diversity } from "../recommend/recommend.ts";
import type { QuerySet } from "./collection.ts";
import type { EvalDocuments } from "./documents.ts";
import type { EvalOptions } from "./evaluate.ts";
import { Corpus, draw, type Review, readReviews } from "./recommend.ts";
import { measureSplits } from "./splits.ts";
import { measureWordsAlone } from "./words.ts";

export interface PickMeasure {
  readonly set: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
}

const picks = 30;
/** Picks of a day. */
const shown = 10;
const examplesEach = 10;
const dismissals = 10;
/** A review needs some papers left to find besides the examples. */
const leastIncluded = 40;

/** Throws `cancelled`. */
export async function evaluatePicks(
  engine: Engine,
  documents: EvalDocuments,
  folder: string,
  set: QuerySet,
  options: EvalOptions = {},
): Promise<PickMeasure[]> {
  const all = await readReviews(folder, set);
  const reviews = all.filter(({ included }) => included.size >= leastIncluded);
  const [corpus, ordinary] = [await Corpus.load(engine, documents, all), await ordinaryItems(engine.library)];
  const bench = new PickBench(corpus, ordinary);
  const apart: Apart[] = [];
  const strands: Strand[] = [];
  const diverse: Diverse[] = [];
  const pause = async () => {
    if (options.signal?.aborted === true) throw new AppError("cancelled", "The evaluation was interrupted.");
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const [at, review] of reviews.entries()) {
    options.onProgress?.("picking", at, reviews.length, "reviews");
    await pause();
    diverse.push(bench.diversity(review));
    for (const [next, second] of reviews.entries()) {
      if (next === at) continue;
      await pause();
      strands.push(bench.strand(review, second));
      for (const third of reviews.slice(next + 1)) if (next > at && third !== review) apart.push(bench.apart([review, second, third]));
    }
  }
  const splits = measureSplits(reviews, (id) => bench.vectorOf(id));
  const wordsAlone = await measureWordsAlone(engine, corpus, all, ordinary);
  const figures: Figure[] = [
    timesOf(apart, "three interests kept apart, precision@30 against one averaged interest", "own", "averaged"),
    timesOf(apart, "the same, each interest's share of good papers", "ownServed", "averagedServed"),
    timesOf(apart, "three interests kept apart, precision@30 against one that holds all examples", "own", "joined"),
    timesOf(apart, "the most that another sharing of the places could reach, against one averaged interest", "most", "averaged"),
    timesOf(strands, "ten dismissals of one strand, its papers in the next 30 picks", "after", "before"),
    timesOf(strands, "the same, nDCG@10 of the others", "othersAfter", "others"),
    timesOf(diverse, "diversity, distance within ten picks", "distance", "plainDistance"),
    timesOf(diverse, "diversity, nDCG@10", "ndcg", "plainNdcg"),
    { figure: "interests in one review that would be split", value: splits.one, unit: "of draws" },
    { figure: "interests in two reviews that would be split", value: splits.two, unit: "of draws" },
    { figure: "of those, papers in their review's half", value: splits.placed, unit: "of papers" },
    { figure: "good for the review's words alone: included papers", value: wordsAlone.included, unit: "of papers" },
    { figure: "the same: excluded papers", value: wordsAlone.excluded, unit: "of papers" },
    { figure: "the same: papers of other reviews", value: wordsAlone.others, unit: "of papers" },
  ];
  return figures.map((figure) => ({ set: set.name, ...figure }));
}

type Figure = Omit<PickMeasure, "set">;

/** The ratio of the two, each averaged. */
function timesOf<K extends string>(list: readonly Readonly<Record<K, number>>[], figure: string, one: K, other: K): Figure {
  return { figure, value: mean(list.map((entry) => entry[one])) / mean(list.map((entry) => entry[other])), unit: "times" };
}

/** Precision of separate interests, against one that is the average of all examples, and one that holds them all. */
interface Apart {
  readonly own: number;
  readonly averaged: number;
  readonly joined: number;
  /** With the places distributed as by somebody who knew the answers. */
  readonly most: number;
  readonly ownServed: number;
  readonly averagedServed: number;
}

/** Papers of a strand among the picks, and the ranking of the others, before and after the strand was dismissed. */
interface Strand {
  readonly before: number;
  readonly after: number;
  readonly others: number;
  readonly othersAfter: number;
}

/** Ten picks with diversity, and plain ones. */
interface Diverse {
  readonly distance: number;
  readonly plainDistance: number;
  readonly ndcg: number;
  readonly plainNdcg: number;
}

/**
 * The maximum number of hits if places may be distributed freely between lists, each list giving its first items. @param lists whether
 * each item is a hit.
 */
export function mostHits(lists: readonly (readonly boolean[])[], places: number): number {
  let most = new Array<number>(places + 1).fill(0);
  for (const list of lists) {
    const first = [0];
    for (const isHit of list.slice(0, places)) first.push((first.at(-1) ?? 0) + (isHit ? 1 : 0));
    most = most.map((_, total) => Math.max(...first.slice(0, total + 1).map((hits, given) => hits + (most[total - given] ?? 0))));
  }
  return most[places] ?? 0;
}

class PickBench {
  constructor(
    private readonly corpus: Corpus,
    private readonly ordinary: readonly Item[],
  ) {}

  /** A person with three interests: papers by interest, and by one interest that has all examples. */
  apart(reviews: readonly Review[]): Apart {
    const random = mulberry32(11);
    const given = reviews.map((review) => this.examplesOf(review, random));
    const known = new Set(given.flat());
    const candidates = [...new Set(reviews.flatMap(({ pool }) => pool))].filter((id) => !known.has(id));
    const wanted = new Set(reviews.flatMap(({ included }) => [...included]));
    const precision = (ids: readonly string[]) => ids.filter((id) => wanted.has(id)).length / picks;
    const preferences = given.map((ids) => this.preference(ids, []));
    const lists: { id: string; margin: number }[][] = reviews.map(() => []);
    const items = candidates.map((id) => this.item(id));
    const all = preferences.map((preference) => preference.margins(preference.fits(items), items));
    for (const [next, id] of candidates.entries()) {
      const margins = all.map((own) => own[next] ?? 0);
      const best = margins.indexOf(Math.max(...margins));
      lists[best]?.push({ id, margin: margins[best] ?? 0 });
    }
    for (const list of lists) list.sort((a, b) => b.margin - a.margin);
    const own = allot(
      lists.map((items) => ({ weight: 1, items: items.map(({ id }) => id) })),
      picks,
    );
    const averaged = this.rank(this.averaged(given.flat()), candidates).slice(0, picks);
    const joined = this.rank(this.preference(given.flat(), []), candidates).slice(0, picks);
    const most = mostHits(
      lists.map((items) => items.map(({ id }) => wanted.has(id))),
      picks,
    );
    // A third of the places for each interest: more than that does not count.
    const share = picks / reviews.length;
    const served = (ids: readonly string[]) =>
      mean(reviews.map(({ included }) => Math.min(share, ids.filter((id) => included.has(id)).length) / share));
    return {
      own: precision(own),
      averaged: precision(averaged),
      joined: precision(joined),
      most: most / picks,
      ownServed: served(own),
      averagedServed: served(averaged),
    };
  }

  /** An interest in two subjects, one of which is dismissed. */
  strand(kept: Review, dropped: Review): Strand {
    const random = mulberry32(13);
    const positives = [...this.examplesOf(kept, random), ...this.examplesOf(dropped, random)];
    const strand = new Set(dropped.pool);
    const candidates = [...new Set([...kept.pool, ...dropped.pool])].filter((id) => !positives.includes(id));
    const before = this.rank(this.preference(positives, []), candidates);
    const dismissed = before.filter((id) => strand.has(id)).slice(0, dismissals);
    const rest = candidates.filter((id) => !dismissed.includes(id));
    const after = this.rank(this.preference(positives, dismissed), rest);
    const judgments: Judgments = new Map(rest.filter((id) => kept.included.has(id)).map((id) => [id, 1]));
    const count = (ids: readonly string[]) => ids.slice(0, picks).filter((id) => strand.has(id)).length;
    const others = (ids: readonly string[]) => ids.filter((id) => !strand.has(id));
    return {
      before: count(before),
      after: count(after),
      others: ndcgAt(10, others(before), judgments),
      othersAfter: ndcgAt(10, others(after), judgments),
    };
  }

  /** The same ten picks with and without diversity. */
  diversity(review: Review): Diverse {
    const positives = this.examplesOf(review, mulberry32(17));
    const candidates = review.pool.filter((id) => !positives.includes(id));
    const preference = this.preference(positives, []);
    const ranked = this.rank(preference, candidates).slice(0, diversity.pool * shown);
    const scored = ranked.map((id) => ({ id, score: preference.fit(this.item(id)).score, vector: this.item(id).vector }));
    const judgments: Judgments = new Map(candidates.filter((id) => review.included.has(id)).map((id) => [id, 1]));
    const measured = (weight: number) => {
      const ids = diversify(scored, shown, weight, diversity.leastShare).map(({ id }) => id);
      return { distance: this.distanceWithin(ids), ndcg: ndcgAt(10, ids, judgments) };
    };
    const [diverse, plain] = [measured(diversity.weight), measured(0)];
    return { distance: diverse.distance, ndcg: diverse.ndcg, plainDistance: plain.distance, plainNdcg: plain.ndcg };
  }

  vectorOf(id: string): Float32Array | undefined {
    return this.item(id).vector;
  }

  private examplesOf({ pool, included }: Review, random: () => number): string[] {
    const chosen = pool.filter((id) => included.has(id));
    return draw(chosen, examplesEach, random);
  }

  private preference(positives: readonly string[], negatives: readonly string[]): Preference {
    const items = (ids: readonly string[]) => ids.map((id) => this.item(id));
    return new Preference(items(positives), items(negatives), this.ordinary);
  }

  /** One interest that is the average of its examples. */
  private averaged(ids: readonly string[]): Preference {
    const items = ids.map((id) => this.item(id));
    const length = items[0]?.vector?.length ?? 0;
    const sum = new Float32Array(length);
    for (const { vector } of items)
      vector?.forEach((value, at) => {
        sum[at] = (sum[at] ?? 0) + value;
      });
    const size = Math.hypot(...sum) || 1;
    return new Preference(
      items.map(({ terms }) => ({ vector: sum.map((value) => value / size), terms })),
      [],
      this.ordinary,
    );
  }

  private rank(preference: Preference, ids: readonly string[]): string[] {
    const fits = preference.fits(ids.map((id) => this.item(id)));
    const scored = ids.map((id, at) => ({ id, score: fits[at]?.score ?? 0 }));
    return scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  }

  private distanceWithin(ids: readonly string[]): number {
    const vectors = ids.flatMap((id) => this.item(id).vector ?? []);
    return mean(vectors.flatMap((a, at) => vectors.slice(at + 1).map((b) => 1 - dot(a, b))));
  }

  private item(id: string): Item {
    return this.corpus.item(this.corpus.at(id));
  }
}
