/**
 * Quality of recommendations, on reviews whose papers were screened: some included papers are given as examples, some excluded ones as
 * negative examples, and the rest of each review's pool is ranked, by Paperkin and by others.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import { averagePrecision, type Judgments, mean, mulberry32, ndcgAt } from "../../core/ranking/metrics.ts";
import { Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import { noTerms } from "../../core/ranking/term-vector.ts";
import { dot } from "../../core/vectors.ts";
import type { Engine } from "../engine.ts";
import { itemsOf } from "../recommend/items.ts";
import type { QuerySet } from "./collection.ts";
import type { EvalDocuments } from "./documents.ts";
import type { EvalOptions } from "./evaluate.ts";
import { SanityRecommender } from "./sanity.ts";

/** How many examples are given, of both kinds. */
const exampleCounts = [1, 5, 20] as const;
const draws = 5;
/** A review with fewer included papers besides the examples is not informative. */
const leastWanted = 5;

const recommenders = [
  "paperkin",
  "centroid",
  "nearest three",
  "soft maximum",
  "rocchio",
  "tf-idf centroid",
  "centroid + tf-idf",
  "arxiv-sanity-lite",
] as const;
export type Recommender = (typeof recommenders)[number];

export interface RecommendResult {
  readonly set: string;
  readonly recommender: Recommender;
  /** Examples of each kind. */
  readonly examples: number;
  readonly reviews: number;
  readonly "nDCG@10": number;
  readonly averagePrecision: number;
}

/** A review: what was found for it, and which of that was included. */
export interface Review {
  readonly name: string;
  /** What it is about, in words. */
  readonly words: string;
  readonly pool: readonly string[];
  readonly included: ReadonlySet<string>;
}

/** Throws `file_unreadable`. */
export async function readReviews(folder: string, set: QuerySet): Promise<Review[]> {
  const path = join(folder, "pools.json");
  let pools: Record<string, string[]>;
  try {
    pools = z.record(z.string(), z.array(z.string())).parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new AppError("file_unreadable", `${path} does not contain pools.`, {
      mend: "It must be one JSON object that maps each query id to the ids of the documents that were screened.",
      cause,
    });
  }
  return set.queries.flatMap(({ id, text, judgments }) => {
    const pool = pools[id];
    if (pool === undefined) return [];
    return [
      { name: id, words: text, pool, included: new Set([...judgments].filter(([, grade]) => grade > 0).map(([document]) => document)) },
    ];
  });
}

/** Ranks what is left of each pool. Throws `cancelled`. */
export async function evaluateRecommendations(
  engine: Engine,
  documents: EvalDocuments,
  folder: string,
  set: QuerySet,
  options: EvalOptions = {},
): Promise<RecommendResult[]> {
  const reviews = await readReviews(folder, set);
  const corpus = await Corpus.load(engine, documents, reviews);
  const results: RecommendResult[] = [];
  let done = 0;
  for (const examples of exampleCounts) {
    const measured = new Map(recommenders.map((name) => [name, [] as { ndcg: number; precision: number }[]]));
    for (const review of reviews) {
      options.onProgress?.("recommending", ++done, exampleCounts.length * reviews.length, "reviews");
      if (review.included.size < examples + leastWanted) continue;
      const perDraw = Array.from({ length: draws }, (_, draw) => {
        if (options.signal?.aborted === true) throw new AppError("cancelled", "The evaluation was interrupted.");
        return measureDraw(corpus, review, examples, mulberry32(1000 * draw + examples));
      });
      for (const name of recommenders) {
        const all = perDraw.flatMap((measures) => measures.get(name) ?? []);
        measured.get(name)?.push({ ndcg: mean(all.map(({ ndcg }) => ndcg)), precision: mean(all.map(({ precision }) => precision)) });
      }
    }
    for (const [recommender, all] of measured) {
      results.push({
        set: set.name,
        recommender,
        examples,
        reviews: all.length,
        "nDCG@10": mean(all.map(({ ndcg }) => ndcg)),
        averagePrecision: mean(all.map(({ precision }) => precision)),
      });
    }
    // A turn for the event loop, so that a long run notices that it is interrupted.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

/** The documents of all pools, in the form that each recommender needs. */
export class Corpus {
  readonly places = new Map<string, number>();

  private constructor(
    readonly items: readonly Item[],
    readonly sanity: SanityRecommender,
  ) {}

  static async load(engine: Engine, documents: EvalDocuments, reviews: readonly Review[]): Promise<Corpus> {
    const ids = [...new Set(reviews.flatMap(({ pool }) => pool))];
    const stored = await engine.papers(ids.map((id) => documents.paperIdOf(id)));
    const labels = stored.map((one) => one?.label ?? 0);
    const texts = stored.map((one) => (one === undefined ? "" : `${one.paper.title}. ${one.paper.abstract}`));
    const corpus = new Corpus(await itemsOf(engine.library, labels), new SanityRecommender(texts));
    for (const [at, id] of ids.entries()) corpus.places.set(id, at);
    return corpus;
  }

  at(id: string): number {
    return this.places.get(id) ?? 0;
  }

  item(place: number): Item {
    return this.items[place] ?? { vector: undefined, terms: noTerms };
  }
}

function measureDraw(
  corpus: Corpus,
  { pool, included }: Review,
  examples: number,
  random: () => number,
): Map<Recommender, { ndcg: number; precision: number }> {
  const positives = draw(
    pool.filter((id) => included.has(id)),
    examples,
    random,
  );
  const negatives = draw(
    pool.filter((id) => !included.has(id)),
    examples,
    random,
  );
  const given = new Set([...positives, ...negatives]);
  const rest = pool.filter((id) => !given.has(id));
  const judgments: Judgments = new Map(rest.filter((id) => included.has(id)).map((id) => [id, 1]));
  const scores = scoresOf(corpus, positives, negatives, rest);
  return new Map(
    recommenders.map((name) => {
      const values = scores[name];
      const ranking = rest.map((id, at) => ({ id, score: values[at] ?? 0 })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
      const ids = ranking.map(({ id }) => id);
      return [name, { ndcg: ndcgAt(10, ids, judgments), precision: averagePrecision(ids, judgments) }];
    }),
  );
}

/** `count` of the ids, without order. */
export function draw(ids: readonly string[], count: number, random: () => number): string[] {
  const rest = [...ids];
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(Math.floor(random() * rest.length), 1)[0] ?? "");
}

function scoresOf(
  corpus: Corpus,
  positives: readonly string[],
  negatives: readonly string[],
  rest: readonly string[],
): Record<Recommender, number[]> {
  const [wanted, unwanted, candidates] = [positives, negatives, rest].map((ids) => ids.map((id) => corpus.at(id)));
  const items = (places: readonly number[] = []) => places.map((place) => corpus.item(place));
  const cosines = items(candidates).map((item) => items(wanted).map((example) => cosine(item, example)));
  const away = items(candidates).map((item) => mean(items(unwanted).map((example) => cosine(item, example))));
  const centroid = cosines.map(mean);
  const termCentroid = corpus.sanity.rankByCentroid(wanted ?? [], candidates ?? []);
  const preference = new Preference(items(wanted), items(unwanted), items(candidates));
  const [a, b] = [standardize(centroid), standardize(termCentroid)];
  return {
    paperkin: preference.fits(items(candidates)).map(({ score }) => score),
    centroid,
    "nearest three": cosines.map((all) => mean([...all].sort((x, y) => y - x).slice(0, 3))),
    "soft maximum": cosines.map((all) => Math.log(mean(all.map((value) => Math.exp(10 * value))))),
    rocchio: centroid.map((value, at) => value - 0.25 * (away[at] ?? 0)),
    "tf-idf centroid": termCentroid,
    "centroid + tf-idf": a.map((value, at) => value + (b[at] ?? 0)),
    "arxiv-sanity-lite": corpus.sanity.rank(wanted ?? [], unwanted ?? [], candidates ?? []),
  };
}

function cosine(a: Item, b: Item): number {
  return a.vector === undefined || b.vector === undefined ? 0 : dot(a.vector, b.vector);
}

function standardize(values: readonly number[]): number[] {
  const middle = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) || 1;
  return values.map((value) => (value - middle) / deviation);
}
