/**
 * The one ranking that search, similar papers and topics share: two arms, both scores for every candidate, fused, with
 * one round of feedback. Numbers: src/README.md, Ranking.
 */
import {
  candidateDepth,
  convexScore,
  defaultAlpha,
  reciprocalRankScore,
  roundScore,
  type Scale,
  scaleScores,
} from "../core/ranking/fusion.ts";
import type { Generation, Label, LabelSet, Library, Scored, TermQuery } from "../core/storage.ts";
import { toUnit, weightedSum } from "../core/vectors.ts";

export const searchModes = ["hybrid", "semantic", "keyword"] as const;
export type SearchMode = (typeof searchModes)[number];
export const fusions = ["convex", "rrf"] as const;
export type Fusion = (typeof fusions)[number];

/** What is looked for; an arm without its part is silent. */
export interface RankRequest {
  readonly generation: Generation | undefined;
  readonly vector: Float32Array | undefined;
  readonly terms: TermQuery;
  readonly mode: SearchMode;
  readonly fusion?: Fusion;
  readonly alpha?: number;
  readonly within: LabelSet | undefined;
  /** How many ranked papers are needed. */
  readonly window: number;
}

export interface RankedPaper {
  readonly label: Label;
  readonly score: number;
  /** Cosine; undefined where the paper has no embedding, or meaning was not asked for. */
  readonly semantic: number | undefined;
  /** BM25; undefined where words were not asked for. */
  readonly lexical: number | undefined;
}

/** The furthest place in a ranking that can be asked for. */
export const longestWindow = 1_000;

/** Feedback (Rocchio 1971): the mean of this many best papers, with this weight beside the query. */
const feedback = { papers: 5, weight: 0.5 };

type Store = Pick<Library, "neighbours" | "cosines" | "matchTerms" | "termScores" | "embeddings">;

interface Pool {
  readonly ranked: RankedPaper[];
  readonly scale: Scale;
}

/** @returns the best papers, score descending then label, and how many hold any of the words. */
export async function rank(store: Store, request: RankRequest): Promise<{ ranked: RankedPaper[]; matching: number }> {
  const { mode, within, generation, terms } = request;
  const vector = mode === "keyword" || generation === undefined ? undefined : request.vector;
  if (mode === "keyword" || vector === undefined || generation === undefined) {
    const { hits, total } =
      mode === "semantic"
        ? { hits: [], total: 0 }
        : await store.matchTerms(terms, {
            k: depthFor(request.window),
            within,
          });
    return {
      ranked: hits.map(({ label, score }) => ({
        label,
        score: roundScore(score),
        semantic: undefined,
        lexical: score,
      })),
      matching: total,
    };
  }
  if (mode === "semantic") {
    const ranked = await rankByMeaning(store, generation, vector, within, request.window);
    return { ranked, matching: 0 };
  }
  const arms = new Arms(store, request, generation);
  const lexical = await store.matchTerms(terms, { k: candidateDepth, within });
  let used = vector;
  let pool = await arms.fuse(used, lexical.hits, candidateDepth, undefined, new Set());
  if (request.fusion !== "rrf") {
    used = await withFeedback(store, generation, vector, pool.ranked);
    pool = await arms.fuse(used, lexical.hits, candidateDepth, undefined, new Set());
  }
  const ranked = pool.ranked;
  if (ranked.length < request.window) {
    // Further down the same road: what the first pool holds keeps its place, so that pages never overlap.
    const deeper = await store.matchTerms(terms, { k: longestWindow, within });
    const rest = await arms.fuse(used, deeper.hits, longestWindow, pool.scale, new Set(ranked.map((hit) => hit.label)));
    ranked.push(...placedBelow(rest.ranked, ranked.at(-1)?.score));
  }
  return { ranked, matching: lexical.total };
}

/** One of two depths, so that all pages of an answer are cut from the same list. */
function depthFor(window: number): number {
  return window <= candidateDepth ? candidateDepth : longestWindow;
}

class Arms {
  constructor(
    private readonly store: Store,
    private readonly request: RankRequest,
    private readonly generation: Generation,
  ) {}

  /** Fuses both arms' candidates. @param scale of the pool before, when this one continues it. */
  async fuse(
    vector: Float32Array,
    lexical: readonly Scored[],
    depth: number,
    scale: Scale | undefined,
    without: ReadonlySet<Label>,
  ): Promise<Pool> {
    const { within, terms, fusion, alpha = defaultAlpha } = this.request;
    const semantic = await this.store.neighbours(this.generation, vector, {
      k: depth,
      within,
    });
    const labels = [...new Set([...semantic, ...lexical].map((hit) => hit.label))].filter((label) => !without.has(label));
    const [cosines, termScores] = [await this.store.cosines(this.generation, vector, labels), await this.store.termScores(terms, labels)];
    const used = scale ?? {
      bestLexical: lexical[0]?.score ?? 0,
      bestSemantic: semantic[0]?.score ?? 0,
      worstSemantic: semantic.at(-1)?.score ?? 0,
    };
    const ranks = [ranksOf(semantic), ranksOf(lexical)];
    const ranked = labels.map((label, at): RankedPaper => {
      const scores = { semantic: cosines[at], lexical: termScores[at] ?? 0 };
      const score =
        fusion === "rrf" ? reciprocalRankScore(ranks.map((list) => list.get(label))) : convexScore(scaleScores(scores, used), alpha);
      return { label, score: roundScore(score), ...scores };
    });
    return { ranked: ranked.sort(byScore), scale: used };
  }
}

async function rankByMeaning(
  store: Store,
  generation: Generation,
  vector: Float32Array,
  within: LabelSet | undefined,
  window: number,
): Promise<RankedPaper[]> {
  const take = async (k: number) =>
    (await store.neighbours(generation, vector, { k, within })).map(
      ({ label, score }): RankedPaper => ({
        label,
        score: roundScore(score),
        semantic: score,
        lexical: undefined,
      }),
    );
  const ranked = (await take(candidateDepth)).sort(byScore);
  if (window <= candidateDepth) return ranked;
  const known = new Set(ranked.map((hit) => hit.label));
  const rest = (await take(longestWindow)).filter((hit) => !known.has(hit.label)).sort(byScore);
  return [...ranked, ...placedBelow(rest, ranked.at(-1)?.score)];
}

async function withFeedback(
  store: Store,
  generation: Generation,
  vector: Float32Array,
  ranked: readonly RankedPaper[],
): Promise<Float32Array> {
  const best = ranked.slice(0, feedback.papers).map((hit) => hit.label);
  const vectors = (await store.embeddings(generation, best)).filter((one) => one !== undefined);
  if (vectors.length === 0) return vector;
  const weight = feedback.weight / vectors.length;
  return toUnit(weightedSum([{ vector, weight: 1 }, ...vectors.map((one) => ({ vector: one, weight }))], vector.length));
}

/** Lowers a continuation as a whole where it would reach above what comes before it (I8). */
function placedBelow(rest: readonly RankedPaper[], floor: number | undefined): RankedPaper[] {
  const excess = floor === undefined ? 0 : Math.max(0, (rest[0]?.score ?? floor) - floor);
  return rest.map((hit) => ({ ...hit, score: roundScore(hit.score - excess) }));
}

function ranksOf(list: readonly Scored[]): Map<Label, number> {
  return new Map(list.map((hit, at) => [hit.label, at + 1]));
}

function byScore(a: RankedPaper, b: RankedPaper): number {
  return b.score - a.score || a.label - b.label;
}
