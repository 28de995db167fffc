/**
 * Papers that fit a set of examples, words or both. Candidates come from the neighbourhood of each example and from the examples'
 * characteristic words; `core/ranking/preference.ts` scores how well each fits.
 */
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Filters } from "../../core/filters.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { diversify } from "../../core/ranking/diversity.ts";
import { roundScore } from "../../core/ranking/fusion.ts";
import { Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import type { TermQuery } from "../../core/retrieval.ts";
import { normalizeText } from "../../core/text.ts";
import { dot } from "../../core/vectors.ts";
import { getLabels, requireOneSide } from "../papers.ts";
import { type Hit, makeHits } from "../search/hits.ts";
import { orderTies, withoutCopies } from "../search/search-order.ts";
import { termQueryOf } from "../search/search-request.ts";
import { yieldTurn } from "../turns.ts";
import { examplesOf, itemsOf, ordinaryItems, wantedOf } from "./items.ts";
import { type Reason, reasonOf } from "./reasons.ts";

export interface RecommendRequest {
  /** Ids of papers to find kin of. */
  readonly positive?: readonly string[];
  /** Ids of papers to stay away from. */
  readonly negative?: readonly string[];
  /** What is wanted, in words; counts as one more example. */
  readonly query?: string;
  readonly filters?: Filters;
  /** 1 … 100. */
  readonly limit?: number;
}

export type Recommendation = Hit & { readonly reason: Reason };

/**
 * The penalty for resembling papers that are already picked, the candidates per place, and their minimum quality: ../README.md,
 * Recommendations.
 */
export const diversity = { weight: 0.72, pool: 5, leastShare: 0.7 } as const;
/** Candidates that each example brings. */
const perExample = 100;
const mostTerms = 40;
export const mostExamples = 200;

/** Throws `invalid_request` without any example and for one that is on both sides, `paper_not_found`. */
export async function recommend(
  library: Library,
  embedder: Embedder,
  request: RecommendRequest,
  signal?: AbortSignal,
): Promise<Recommendation[]> {
  const { positive = [], negative = [], limit = 10 } = request;
  const query = normalizeText(request.query ?? "");
  if (positive.length === 0 && query === "") {
    throw new AppError("invalid_request", "There is nothing to recommend from.", {
      mend: "Name at least one paper as a positive example, or give a query in words.",
    });
  }
  if (positive.length > mostExamples || negative.length > mostExamples)
    throw new AppError("invalid_request", `More than ${mostExamples} examples were given.`);
  const [liked, disliked] = [await getLabels(library, positive), await getLabels(library, negative)];
  await requireOneSide(library, positive, negative);
  const within = await library.matching([request.filters ?? {}, { withdrawn: false }]);
  return await recommendFrom(library, embedder, { liked, disliked, query, within, limit }, signal);
}

/** What {@link recommend} is asked, checked. */
export interface RecommendFrom {
  /** In any order; a paper on both sides counts as positive. At least one, or words. */
  readonly liked: readonly Label[];
  readonly disliked: readonly Label[];
  readonly query: string;
  /** What to consider; undefined for everything. */
  readonly within: LabelSet | undefined;
  readonly limit: number;
}

export async function recommendFrom(
  library: Library,
  embedder: Embedder,
  { query, within, limit, ...given }: RecommendFrom,
  signal?: AbortSignal,
): Promise<Recommendation[]> {
  const liked = sortedDistinct(given.liked);
  const disliked = sortedDistinct(given.disliked).filter((label) => !liked.includes(label));

  const wanted = await wantedOf(library, embedder, { words: query, labels: liked }, signal);
  const unwanted = await examplesOf(library, embedder, disliked, signal);
  const preference = new Preference(wanted.items, unwanted, await ordinaryItems(library), wanted.isWordsOnly);

  const terms = await termsOfExamples(library, liked, query);
  const known = new Set([...liked, ...disliked]);
  const found = await gatherCandidates(library, preference, terms, { within, perExample: perExample + limit + known.size });
  const candidates = await scoreCandidates(
    library,
    found.filter((label) => !known.has(label)),
    { preference, wanted: wanted.items, terms },
  );
  const ordered = await orderTies(library, await pickDiverse(library, candidates, limit));
  const hits = await makeHits(library, ordered, {
    generation: await library.liveGeneration(),
    vector: wanted.items[0]?.vector,
    terms: new Set(terms.terms.keys()),
  });
  const itemOf = new Map(candidates.map(({ label, item }) => [label, item]));
  const labelOf = new Map(
    (await library.papers(ordered.map(({ label }) => label))).flatMap((one) => (one === undefined ? [] : [[one.paper.paperId, one.label]])),
  );
  return await Promise.all(
    hits.map(async (hit) => {
      const item = itemOf.get(labelOf.get(hit.paper.paperId) ?? -1);
      const reason = item === undefined ? noReason : await reasonOf(library, hit.paper, item, preference, wanted.examples);
      return { ...hit, reason };
    }),
  );
}

/** Of a paper that was removed meanwhile. */
const noReason: Reason = { nearest: [], terms: [] };

interface Candidate {
  readonly label: Label;
  readonly item: Item;
  readonly vector: Float32Array | undefined;
  readonly score: number;
  readonly semantic: number | undefined;
  readonly lexical: number;
}

/** The best first. */
async function scoreCandidates(
  library: Library,
  labels: readonly Label[],
  { preference, wanted, terms }: { preference: Preference; wanted: readonly Item[]; terms: TermQuery },
): Promise<Candidate[]> {
  const items = await itemsOf(library, labels);
  const termScores = await library.termScores(terms, labels);
  const fits = preference.fits(items);
  const candidates = labels.flatMap((label, at) => {
    const item = items[at];
    if (item === undefined) return [];
    const score = roundScore(fits[at]?.score ?? 0);
    return [{ label, item, vector: item.vector, score, semantic: nearestCosine(item, wanted), lexical: termScores[at] ?? 0 }];
  });
  return candidates.sort((a, b) => b.score - a.score || a.label - b.label);
}

/** A diverse selection of the best ones, without copies; the best first. */
async function pickDiverse(library: Library, candidates: readonly Candidate[], limit: number): Promise<Candidate[]> {
  const known = new Map(candidates.map((candidate) => [candidate.label, candidate]));
  const ordered = (await orderTies(library, candidates)).flatMap(({ label }) => known.get(label) ?? []);
  const single = await withoutCopies(library, ordered, diversity.pool * limit);
  const picked = diversify(single, limit, diversity.weight, diversity.leastShare);
  return picked.sort((a, b) => b.score - a.score);
}

/** Each once, in a fixed order: if there are many, some represent the rest, which must not depend on the order of naming. */
export function sortedDistinct(labels: readonly Label[]): Label[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

/** Papers near to any of the examples, or with their words; ascending. */
export async function gatherCandidates(
  library: Library,
  { wantedVectors }: Preference,
  terms: TermQuery,
  { within, perExample: k }: { within: LabelSet | undefined; perExample: number },
): Promise<Label[]> {
  const { hits } = await library.matchTerms(terms, { k: 3 * perExample, within });
  const candidates = new Set(hits.map((hit) => hit.label));
  const generation = await library.liveGeneration();
  if (generation === undefined) return [...candidates].sort((a, b) => a - b);
  for (const vector of wantedVectors) {
    for (const { label } of await library.neighbours(generation, vector, { k, within })) candidates.add(label);
    await yieldTurn();
  }
  return [...candidates].sort((a, b) => a - b);
}

function nearestCosine({ vector }: Item, examples: readonly Item[]): number | undefined {
  if (vector === undefined) return undefined;
  const cosines = examples.flatMap((example) => (example.vector === undefined ? [] : [dot(vector, example.vector)]));
  return cosines.length === 0 ? undefined : Math.max(...cosines);
}

/** The characteristic words of examples, and words that were given. */
export async function termsOfExamples(library: Library, liked: readonly Label[], query: string): Promise<TermQuery> {
  const terms = new Map(termQueryOf(query).terms);
  const telling = await library.tellingTerms(liked, mostTerms);
  const heaviest = telling[0]?.weight ?? 1;
  for (const { term, weight } of telling) terms.set(term, Math.max(terms.get(term) ?? 0, weight / heaviest));
  return { terms };
}
