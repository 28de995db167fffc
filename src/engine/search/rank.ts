/**
 * The one ranking that search, similar papers and topics share: two arms, both scores for every candidate, fused, with
 * one round of feedback. Numbers: src/README.md, Ranking.
 */
import type { ModelDescription } from "../../core/embedder.ts";
import type { Generation } from "../../core/generation.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import {
  candidateDepth,
  convexScore,
  defaultAlpha,
  reciprocalRankScore,
  roundScore,
  type Scale,
  scaleScores,
  scoreStep,
} from "../../core/ranking/fusion.ts";
import { compareScored } from "../../core/ranking/top.ts";
import type { Scored, TermQuery } from "../../core/retrieval.ts";
import { toUnit, weightedSum } from "../../core/vectors.ts";
import type { OwnTurn } from "../turns.ts";

export const searchModes = ["hybrid", "semantic", "keyword"] as const;
export type SearchMode = (typeof searchModes)[number];
export const fusions = ["convex", "rrf"] as const;
export type Fusion = (typeof fusions)[number];

/** What to rank by; an arm without its part contributes nothing. */
export interface RankRequest {
  readonly generation: Generation | undefined;
  /** May be a promise: the words are looked up meanwhile. */
  readonly vector: Float32Array | Promise<Float32Array> | undefined;
  readonly terms: TermQuery;
  readonly mode: SearchMode;
  readonly fusion?: Fusion;
  readonly alpha?: number;
  /** Of the model that made the vector. */
  readonly cosineSpread: ModelDescription["cosineSpread"];
  /** False leaves the query vector unchanged; otherwise the best papers of a convex fusion move it. */
  readonly feedback?: boolean;
  readonly within: LabelSet | undefined;
  /** The query paper, if there is one: the scale of scores is taken from the others. */
  readonly asked?: Label;
  /** How many ranked papers are needed. */
  readonly window: number;
  /** The turns of this request. */
  readonly ownTurn: OwnTurn;
}

export interface RankedPaper {
  readonly label: Label;
  readonly score: number;
  /** Cosine; undefined if the paper has no embedding, or meaning was not asked for. */
  readonly semantic: number | undefined;
  /** BM25; undefined if words were not asked for. */
  readonly lexical: number | undefined;
  /** Ranks from 1 in the candidate lists that the score was computed from. */
  readonly ranks?: ArmRanks;
}

/** Undefined if an arm's list does not contain the paper, or the arm was not asked. */
export interface ArmRanks {
  readonly semantic: number | undefined;
  readonly lexical: number | undefined;
}

/** How two scores are fused; undefined if only one arm was asked. */
export interface FusionBasis {
  readonly fusion: Fusion;
  readonly alpha: number;
  readonly scale: Scale;
}

/** What the scores of an answer were made with. */
export interface RankBasis {
  readonly fused: FusionBasis | undefined;
  /** The final query vector, after feedback; undefined if meaning was not asked for. */
  readonly vector: Float32Array | undefined;
  /** The papers that moved it there. */
  readonly feedback: readonly Label[];
  /** The candidates of each arm, best first; undefined if it was not asked. */
  readonly semantic: readonly Scored[] | undefined;
  readonly lexical: readonly Scored[] | undefined;
}

export interface Ranking {
  /** Score descending, then label. */
  readonly ranked: RankedPaper[];
  /** How many papers hold any of the words. */
  readonly matching: number;
  readonly basis: RankBasis;
}

/** The lowest place in a ranking that can be requested. */
export const longestWindow = 1_000;

/**
 * Feedback (Rocchio 1971): the mean of this many best papers, weighted relative to the query. Of 3, 5, 8 and 12 papers with weights of 0.1
 * to 0.5, these are best on the development halves.
 *
 * nDCG@10 of the formula computed exactly (2026-11-28), without feedback and with it: scifact .735, .732; its training set .744, .739; cacm
 * .566, .591; cacm_related .415, .412; cisi .456, .456; cisi_related .288, .287; scitldr .937, .934. Among 77,750 papers: scifact .702,
 * .717; cacm .356, .362; cisi .321, .323; scitldr .916, .920.
 */
const feedbackOf = { papers: 5, weight: 0.4 };
/** How much deeper each continuation of a list goes than the one before. */
const depthFactor = 4;

type Store = Pick<Library, "neighbours" | "cosines" | "matchTerms" | "termScores" | "embeddings">;

interface Pool {
  readonly ranked: RankedPaper[];
  readonly semantic: readonly Scored[];
  readonly scale: Scale;
}

/** @returns the best papers: `window` of them if there are that many. Throws what `request.vector` throws. */
export async function rank(store: Store, request: RankRequest): Promise<Ranking> {
  const { mode, within, generation, terms, ownTurn } = request;
  await ownTurn();
  const awaited = mode === "keyword" || generation === undefined ? undefined : request.vector;
  if (awaited === undefined || generation === undefined) {
    if (mode === "semantic") return { ranked: [], matching: 0, basis: { ...oneArm, semantic: [] } };
    return await rankByWords(store, terms, within, request.window);
  }
  if (mode === "semantic") {
    const vector = await awaited;
    await ownTurn();
    const { ranked, semantic } = await rankByMeaning(store, generation, vector, within, request.window);
    return { ranked, matching: 0, basis: { ...oneArm, vector, semantic } };
  }
  const { fusion = "convex", alpha = defaultAlpha } = request;
  const arms = new Arms(store, request, generation, { fusion, alpha }, ownTurn);
  const lexical = await store.matchTerms(terms, { k: candidateDepth, within });
  const vector = await awaited;
  const nearest = await arms.nearest(vector, candidateDepth);
  let used = vector;
  let feedback: Label[] = [];
  let pool = await arms.fuse(vector, nearest, lexical.hits);
  if (fusion !== "rrf" && request.feedback !== false) {
    feedback = pool.ranked.slice(0, feedbackOf.papers).map((hit) => hit.label);
    used = await withFeedback(store, generation, vector, feedback);
    pool = await arms.fuse(used, await arms.comparedWith(used, nearest), lexical.hits);
  }
  const { ranked, scale, semantic } = pool;
  let isLast = nearest.length < candidateDepth && lexical.hits.length < candidateDepth;
  for (let depth = longestWindow; ranked.length < request.window && !isLast; depth *= depthFactor) {
    // Continue below: what the first pool contains keeps its place, so that pages never overlap.
    const [further, deeper] = [await arms.nearest(used, depth), await store.matchTerms(terms, { k: depth, within })];
    const known = new Set(ranked.map((hit) => hit.label));
    const rest = await arms.fuse(used, further, deeper.hits, scale);
    const news = rest.ranked.filter((hit) => !known.has(hit.label));
    ranked.push(...placedBelow(news, ranked.at(-1)?.score));
    isLast = further.length < depth && deeper.hits.length < depth;
  }
  const basis = { fused: { fusion, alpha, scale }, vector: used, feedback, semantic, lexical: lexical.hits };
  return { ranked, matching: lexical.total, basis };
}

const oneArm: RankBasis = { fused: undefined, vector: undefined, feedback: [], semantic: undefined, lexical: undefined };
const noRanks: ArmRanks = { semantic: undefined, lexical: undefined };

/** The score of a paper from its two scores, or from its ranks if those decide: the one formula of every ranking. */
export function scoreOf(fused: FusionBasis | undefined, { semantic, lexical }: ArmScores, ranks: ArmRanks): number {
  if (fused === undefined) return roundScore(semantic ?? lexical ?? 0);
  const { fusion, alpha, scale } = fused;
  if (fusion === "rrf") return roundScore(reciprocalRankScore([ranks.semantic, ranks.lexical]));
  return roundScore(convexScore(scaleScores({ semantic, lexical: lexical ?? 0 }, scale), alpha));
}

/** Cosine and BM25; undefined as in {@link RankedPaper}. */
export type ArmScores = Pick<RankedPaper, "semantic" | "lexical">;

/**
 * A ranking by meaning, followed by the papers that no arm can score: they wait for their embedding, and contain none of the words (I7).
 * @param labels all that the answer may contain.
 */
export function withUnscored({ ranked, ...ranking }: Ranking, labels: Iterable<Label>, mode: SearchMode): Ranking {
  const known = new Set(ranked.map((hit) => hit.label));
  const scores = { semantic: undefined, lexical: mode === "semantic" ? undefined : 0 };
  const score = scoreOf(ranking.basis.fused, scores, noRanks);
  const rest = [...labels].filter((label) => !known.has(label)).map((label) => ({ label, score, ...scores, ranks: noRanks }));
  return { ...ranking, ranked: [...ranked, ...placedBelow(rest, ranked.at(-1)?.score)] };
}

/** One of a few fixed depths, so that all pages of an answer are cut from the same list. */
function depthFor(window: number): number {
  let depth = candidateDepth;
  if (window > depth) depth = longestWindow;
  while (window > depth) depth *= depthFactor;
  return depth;
}

class Arms {
  /** BM25 of each paper that was scored: the same for all pools. */
  private readonly termScores = new Map<Label, number>();

  constructor(
    private readonly store: Store,
    private readonly request: RankRequest,
    private readonly generation: Generation,
    private readonly how: Omit<FusionBasis, "scale">,
    private readonly ownTurn: OwnTurn,
  ) {}

  /** The candidates of meaning, best first. */
  async nearest(vector: Float32Array, k: number): Promise<readonly Scored[]> {
    await this.ownTurn();
    const found = await this.store.neighbours(this.generation, vector, { k, within: this.request.within });
    await this.ownTurn();
    return found;
  }

  /** The same candidates by nearness to another vector, best first. */
  async comparedWith(vector: Float32Array, candidates: readonly Scored[]): Promise<readonly Scored[]> {
    const labels = candidates.map(({ label }) => label);
    const cosines = await this.store.cosines(this.generation, vector, labels);
    return labels.map((label, at) => ({ label, score: cosines[at] ?? 0 })).sort(compareScored);
  }

  /** Fuses both arms' candidates. @param scale of the previous pool, if this one continues it. */
  async fuse(vector: Float32Array, byMeaning: readonly Scored[], byWords: readonly Scored[], scale?: Scale): Promise<Pool> {
    const { terms, cosineSpread, asked } = this.request;
    const others = (list: readonly Scored[]) => (asked === undefined ? list : list.filter(({ label }) => label !== asked));
    const [semantic, lexical] = [others(byMeaning), others(byWords)];
    const labels = [...new Set([...semantic, ...lexical].map((hit) => hit.label))];
    // Each arm has scored its own candidates; the other's are missing.
    const cosines = new Map<Label, number | undefined>(semantic.map((hit) => [hit.label, hit.score]));
    await fillIn(cosines, labels, (missing) => this.store.cosines(this.generation, vector, missing));
    for (const { label, score } of lexical) this.termScores.set(label, score);
    await fillIn(this.termScores, labels, (missing) => this.store.termScores(terms, missing));
    const bestSemantic = semantic[0]?.score ?? 0;
    const used = scale ?? {
      bestLexical: lexical[0]?.score ?? 0,
      bestSemantic,
      spread: cosineSpread ?? bestSemantic - (semantic.at(-1)?.score ?? 0),
    };
    const basis = { ...this.how, scale: used };
    const [semanticRanks, lexicalRanks] = [ranksOf(semantic), ranksOf(lexical)];
    const ranked = labels.map((label): RankedPaper => {
      const [semantic, lexical] = [cosines.get(label), this.termScores.get(label) ?? 0];
      const ranks = { semantic: semanticRanks.get(label), lexical: lexicalRanks.get(label) };
      return { label, score: scoreOf(basis, { semantic, lexical }, ranks), semantic, lexical, ranks };
    });
    return { ranked: ranked.sort(compareScored), semantic, scale: used };
  }
}

/** Asks for what a map does not hold. */
async function fillIn<T>(known: Map<Label, T>, labels: readonly Label[], ask: (missing: readonly Label[]) => Promise<readonly T[]>) {
  const missing = labels.filter((label) => !known.has(label));
  const found = await ask(missing);
  found.forEach((value, at) => {
    known.set(missing[at] as Label, value);
  });
}

/** Papers with equal scores are ordered by their ids afterwards, so the list never ends among equal scores. */
async function rankByWords(store: Store, terms: TermQuery, within: LabelSet | undefined, window: number): Promise<Ranking> {
  for (let depth = depthFor(window); ; depth *= depthFactor) {
    const { hits, total } = await store.matchTerms(terms, { k: depth, within });
    const ranked = hits.map(({ label, score }, at): RankedPaper => {
      const scores = { semantic: undefined, lexical: score };
      return { label, score: scoreOf(undefined, scores, noRanks), ...scores, ranks: { semantic: undefined, lexical: at + 1 } };
    });
    const last = ranked.at(-1)?.score;
    const whole = hits.length < depth ? ranked.length : ranked.findIndex(({ score }) => score === last);
    if (whole < window && whole < ranked.length) continue;
    return { ranked: ranked.slice(0, whole), matching: total, basis: { ...oneArm, lexical: hits.slice(0, candidateDepth) } };
  }
}

async function rankByMeaning(
  store: Store,
  generation: Generation,
  vector: Float32Array,
  within: LabelSet | undefined,
  window: number,
): Promise<{ ranked: RankedPaper[]; semantic: readonly Scored[] }> {
  const nearest = (k: number) => store.neighbours(generation, vector, { k, within });
  const toRanked = ({ label, score }: Scored, at: number): RankedPaper => {
    const scores = { semantic: score, lexical: undefined };
    return { label, score: scoreOf(undefined, scores, noRanks), ...scores, ranks: { semantic: at + 1, lexical: undefined } };
  };
  const semantic = await nearest(candidateDepth);
  const ranked = semantic.map(toRanked).sort(compareScored);
  let isLast = semantic.length < candidateDepth;
  for (let depth = longestWindow; ranked.length < window && !isLast; depth *= depthFactor) {
    const known = new Set(ranked.map((hit) => hit.label));
    const deeper = await nearest(depth);
    const rest = deeper
      .map(toRanked)
      .filter((hit) => !known.has(hit.label))
      .sort(compareScored);
    ranked.push(...placedBelow(rest, ranked.at(-1)?.score));
    isLast = deeper.length < depth;
  }
  return { ranked, semantic };
}

async function withFeedback(store: Store, generation: Generation, vector: Float32Array, best: readonly Label[]): Promise<Float32Array> {
  const vectors = (await store.embeddings(generation, best)).filter((one) => one !== undefined);
  if (vectors.length === 0) return vector;
  const weight = feedbackOf.weight / vectors.length;
  return toUnit(weightedSum([{ vector, weight: 1 }, ...vectors.map((one) => ({ vector: one, weight }))], vector.length));
}

/** Lowers a continuation as a whole if it would reach the scores before it: ties would mix the two (I8). */
function placedBelow(rest: readonly RankedPaper[], floor: number | undefined): RankedPaper[] {
  const best = rest[0]?.score;
  const excess = floor === undefined || best === undefined || best < floor ? 0 : best - floor + scoreStep;
  return rest.map((hit) => ({ ...hit, score: roundScore(hit.score - excess) }));
}

function ranksOf(list: readonly Scored[]): Map<Label, number> {
  return new Map(list.map((hit, at) => [hit.label, at + 1]));
}
