/**
 * Papers that fit a set of examples, words or both: candidates come from the neighbourhood of each example and from the
 * words that set the examples apart; `core/ranking/preference.ts` says how well each fits.
 */
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { Filters } from "../core/filters.ts";
import type { Label, LabelSet } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { diversify } from "../core/ranking/diversity.ts";
import { roundScore } from "../core/ranking/fusion.ts";
import { Preference } from "../core/ranking/preference.ts";
import type { Item } from "../core/ranking/side.ts";
import type { TermQuery } from "../core/retrieval.ts";
import { normalizeText } from "../core/text.ts";
import { dot } from "../core/vectors.ts";
import { type Hit, makeHits } from "./hits.ts";
import { examplesOf, itemOfWords, itemsOf, ordinaryItems } from "./items.ts";
import { getLabels, requireOneSide } from "./papers.ts";
import { type Reason, reasonOf } from "./reasons.ts";
import { orderTies, withoutCopies } from "./search-order.ts";
import { termQueryOf } from "./search-request.ts";
import { stepBack } from "./turns.ts";

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

/** What papers lose that are like picked ones, out of how many for each place is picked, and how good those are: ../README.md, Recommendations. */
export const diversity = { weight: 0.72, pool: 5, leastShare: 0.7 } as const;
/** Candidates that each example brings. */
const perExample = 100;
const mostTerms = 40;
const mostExamples = 200;

/** Throws `invalid_request` without any example and for one on both sides, `paper_not_found`. */
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
  /** In any order; what is on both sides is liked. At least one, or words. */
  readonly liked: readonly Label[];
  readonly disliked: readonly Label[];
  readonly query: string;
  /** What is to be looked at; undefined for everything. */
  readonly within: LabelSet | undefined;
  readonly limit: number;
}

export async function recommendFrom(
  library: Library,
  embedder: Embedder,
  { query, within, limit, ...given }: RecommendFrom,
  signal?: AbortSignal,
): Promise<Recommendation[]> {
  const liked = inOneOrder(given.liked);
  const disliked = inOneOrder(given.disliked).filter((label) => !liked.includes(label));

  const examples = await examplesOf(library, embedder, liked, signal);
  const words = query === "" ? [] : [await itemOfWords(library, embedder, query, signal)];
  const wanted = [...words, ...examples];
  const unwanted = await examplesOf(library, embedder, disliked, signal);
  const preference = new Preference(wanted, unwanted, await ordinaryItems(library), words.length > 0 && examples.length === 0);

  const terms = await termsOfExamples(library, liked, query);
  const known = new Set([...liked, ...disliked]);
  const candidates = await gatherCandidates(library, preference, terms, { within, perExample: perExample + limit + known.size });
  const labels = candidates.filter((label) => !known.has(label));
  const items = new Map((await itemsOf(library, labels)).map((item, at) => [labels[at], item]));
  const termScores = await library.termScores(terms, labels);
  const fits = preference.fits([...items.values()]);
  const scored = [...items].flatMap(([label, item], at) =>
    label === undefined
      ? []
      : [
          {
            label,
            vector: item.vector,
            score: roundScore(fits[at]?.score ?? 0),
            semantic: nearestCosine(item, wanted),
            lexical: termScores[at] ?? 0,
          },
        ],
  );
  scored.sort((a, b) => b.score - a.score || a.label - b.label);
  const vectorOf = new Map(scored.map(({ label, vector }) => [label, vector]));
  const single = await withoutCopies(library, await orderTies(library, scored), diversity.pool * limit);
  const picked = diversify(
    single.map((hit) => ({ ...hit, vector: vectorOf.get(hit.label) })),
    limit,
    diversity.weight,
    diversity.leastShare,
  );
  picked.sort((a, b) => b.score - a.score);

  const ordered = await orderTies(library, picked);
  const hits = await makeHits(library, ordered, {
    generation: await library.liveGeneration(),
    vector: wanted[0]?.vector,
    terms: new Set(terms.terms.keys()),
  });
  const labelOf = new Map(
    (await library.papers(ordered.map(({ label }) => label))).flatMap((one) => (one === undefined ? [] : [[one.paper.paperId, one.label]])),
  );
  return await Promise.all(
    hits.map(async (hit) => {
      const item = items.get(labelOf.get(hit.paper.paperId));
      return {
        ...hit,
        reason: item === undefined ? { nearest: [], terms: [] } : await reasonOf(library, hit.paper, item, preference, examples),
      };
    }),
  );
}

/** Each once. Where there are many some stand for the rest, whichever was named first. */
export function inOneOrder(labels: readonly Label[]): Label[] {
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
    await stepBack();
  }
  return [...candidates].sort((a, b) => a - b);
}

function nearestCosine({ vector }: Item, examples: readonly Item[]): number | undefined {
  if (vector === undefined) return undefined;
  const cosines = examples.flatMap((example) => (example.vector === undefined ? [] : [dot(vector, example.vector)]));
  return cosines.length === 0 ? undefined : Math.max(...cosines);
}

/** The words of examples that set them apart, and words that were given. */
export async function termsOfExamples(library: Library, liked: readonly Label[], query: string): Promise<TermQuery> {
  const terms = new Map(termQueryOf(query).terms);
  const telling = await library.tellingTerms(liked, mostTerms);
  const heaviest = telling[0]?.weight ?? 1;
  for (const { term, weight } of telling) terms.set(term, Math.max(terms.get(term) ?? 0, weight / heaviest));
  return { terms };
}
