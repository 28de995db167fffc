/**
 * Papers that fit a set of examples: a candidate is scored by how near it is to the examples that it fits (a soft
 * maximum, not an average), by the words they share, and pushed away where it is nearer to a negative example than to
 * any positive one.
 */
import { wordsOf } from "../core/analysis.ts";
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { Filters } from "../core/filters.ts";
import type { Paper } from "../core/paper.ts";
import { diversify } from "../core/ranking/diversity.ts";
import { convexScore, roundScore, scaleScores } from "../core/ranking/fusion.ts";
import type { Label, Library, TermQuery } from "../core/storage.ts";
import { normalizeText } from "../core/text.ts";
import { dot } from "../core/vectors.ts";
import { type Hit, makeHits } from "./hits.ts";
import { getLabels } from "./papers.ts";
import { orderTies, termQueryOf } from "./search.ts";
import { collapseCopies, vectorOfPaper } from "./similar.ts";

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

/** Why a paper is recommended; taken from what its score was made of. */
export interface Reason {
  /** The examples that it is nearest to, nearest first, with their cosines. */
  readonly nearest: readonly {
    readonly paperId: string;
    readonly title: string;
    readonly cosine: number;
  }[];
  /** Its words that tell the examples apart too, weightiest first. */
  readonly terms: readonly string[];
}

export type Recommendation = Hit & { readonly reason: Reason };

/** Sharpness of the soft maximum over examples: ../README.md, Ranking. */
const sharpness = 10;
const recommendAlpha = 0.5;
/** How strongly a cosine nearer to a negative than to any positive example counts against a paper. */
const negativeWeight = 2;
/** What near-duplicates of picked papers lose. */
const diversityWeight = 0.1;
/** Candidates that each example brings, and the examples that bring some. */
const perExample = 100;
const mostSearchedExamples = 20;
const mostTerms = 40;
const mostExamples = 200;

/** Throws `invalid_request` without any example, `paper_not_found`. */
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
  const liked = [...new Set(await getLabels(library, positive))];
  const disliked = [...new Set(await getLabels(library, negative))].filter((label) => !liked.includes(label));
  const generation = await library.liveGeneration();
  const within = await library.matching([request.filters ?? {}, { withdrawn: false }]);

  const examples = await vectorsOf(library, embedder, liked, signal);
  const queryVector = query === "" ? undefined : await embedder.embedQuery(query, signal);
  const wanted = [...examples.map((example) => example.vector), ...(queryVector === undefined ? [] : [queryVector])];
  const unwanted = (await vectorsOf(library, embedder, disliked, signal)).map((example) => example.vector);
  const terms = await termsOfExamples(library, liked, query);

  const lexical = await library.matchTerms(terms, {
    k: 3 * perExample,
    within,
  });
  const candidates = new Set(lexical.hits.map((hit) => hit.label));
  if (generation !== undefined) {
    for (const vector of wanted.slice(0, mostSearchedExamples)) {
      for (const hit of await library.neighbours(generation, vector, {
        k: perExample + limit + liked.length + disliked.length,
        within,
      }))
        candidates.add(hit.label);
    }
  }
  for (const label of [...liked, ...disliked]) candidates.delete(label);

  const labels = [...candidates];
  const vectors = generation === undefined ? [] : await library.embeddings(generation, labels);
  const termScores = await library.termScores(terms, labels);
  const fits = labels.map((_, at) => fitOf(vectors[at], wanted, unwanted));
  const known = fits.filter((fit) => fit !== undefined);
  const scale = {
    bestLexical: Math.max(0, ...termScores),
    bestSemantic: Math.max(...known),
    worstSemantic: Math.min(...known),
  };
  const scored = labels.map((label, at) => {
    const scores = { semantic: fits[at], lexical: termScores[at] ?? 0 };
    return {
      label,
      ...scores,
      score: roundScore(convexScore(scaleScores(scores, scale), recommendAlpha)),
      vector: vectors[at],
    };
  });
  scored.sort((a, b) => b.score - a.score || a.label - b.label);
  const single = await collapseCopies(library, await orderTies(library, scored), undefined, 3 * limit);
  const vectorOf = new Map(scored.map((hit) => [hit.label, hit.vector]));
  const picked = diversify(
    single.map((hit) => ({ ...hit, vector: vectorOf.get(hit.label) })),
    limit,
    diversityWeight,
  );
  picked.sort((a, b) => b.score - a.score);

  const hits = await makeHits(library, await orderTies(library, picked), {
    generation,
    vector: queryVector ?? wanted[0],
    terms: new Set(terms.terms.keys()),
  });
  const stored = (await library.papers(picked.map((hit) => hit.label))).filter((one) => one !== undefined);
  const labelOf = new Map(stored.map((one) => [one.paper.paperId, one.label]));
  const weights = [...terms.terms].sort(([, a], [, b]) => b - a).map(([term]) => term);
  return hits.map((hit) => ({
    ...hit,
    reason: reasonOf(hit.paper, vectorOf.get(labelOf.get(hit.paper.paperId) ?? -1), examples, weights),
  }));
}

/** @param terms the examples' terms, weightiest first; named by the paper's own words. */
function reasonOf(paper: Paper, vector: Float32Array | undefined, examples: readonly Example[], terms: readonly string[]): Reason {
  const wordOf = new Map<string, string>();
  for (const { term, text } of wordsOf(`${paper.title} ${paper.abstract}`)) {
    if (term !== undefined && !wordOf.has(term)) wordOf.set(term, /^\p{Lu}\p{Ll}+$/u.test(text) ? text.toLowerCase() : text);
  }
  const nearest =
    vector === undefined
      ? []
      : examples.map((example) => ({
          ...nameOf(example.paper),
          cosine: roundScore(dot(vector, example.vector)),
        }));
  return {
    nearest: nearest.sort((a, b) => b.cosine - a.cosine).slice(0, 3),
    terms: terms.flatMap((term) => wordOf.get(term) ?? []).slice(0, 6),
  };
}

function nameOf({ paperId, title }: Paper): { paperId: string; title: string } {
  return { paperId, title };
}

/** Log-mean-exp of the cosines with the examples, less what a nearer negative takes away. */
function fitOf(vector: Float32Array | undefined, wanted: readonly Float32Array[], unwanted: readonly Float32Array[]): number | undefined {
  if (vector === undefined || wanted.length === 0) return undefined;
  const cosines = wanted.map((example) => dot(vector, example));
  const nearest = Math.max(...cosines);
  const sum = cosines.reduce((total, cosine) => total + Math.exp(sharpness * (cosine - nearest)), 0);
  const fit = nearest + Math.log(sum / cosines.length) / sharpness;
  const nearestUnwanted = Math.max(Number.NEGATIVE_INFINITY, ...unwanted.map((example) => dot(vector, example)));
  return fit - negativeWeight * Math.max(0, nearestUnwanted - nearest);
}

interface Example {
  readonly label: Label;
  readonly paper: Paper;
  readonly vector: Float32Array;
}

async function vectorsOf(library: Library, embedder: Embedder, labels: readonly Label[], signal?: AbortSignal): Promise<Example[]> {
  const stored = (await library.papers(labels)).filter((one) => one !== undefined);
  return await Promise.all(
    stored.map(async (one) => ({
      label: one.label,
      paper: one.paper,
      vector: await vectorOfPaper(library, embedder, one, signal),
    })),
  );
}

async function termsOfExamples(library: Library, liked: readonly Label[], query: string): Promise<TermQuery> {
  const terms = new Map(termQueryOf(query).terms);
  const telling = await library.tellingTerms(liked, mostTerms);
  const heaviest = telling[0]?.weight ?? 1;
  for (const { term, weight } of telling) terms.set(term, Math.max(terms.get(term) ?? 0, weight / heaviest));
  return { terms };
}
