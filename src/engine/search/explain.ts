/**
 * The whole computation for one query and one paper, so that “why is this not found” has an answer. It calls the same functions as a
 * search, and adds only what a search does not compute: places beyond the candidates.
 */
import { wordsOf } from "../../core/analysis.ts";
import type { Embedder } from "../../core/embedder.ts";
import { isUnfiltered } from "../../core/filters.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { isNameTerm } from "../../core/name-terms.ts";
import type { Paper } from "../../core/paper.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { candidateDepth, scaleScores } from "../../core/ranking/fusion.ts";
import type { Scored, TermDetails } from "../../core/retrieval.ts";
import { getPaper } from "../papers.ts";
import { queueForTurns } from "../turns.ts";
import { describeFilters, describeRequirement, singleFilters } from "./condition-text.ts";
import { leavesOut, papersOf, requirementsOf } from "./conditions.ts";
import { reasonsOf } from "./explain-text.ts";
import type {
  CheckedCondition,
  ExplainedTerm,
  Explanation,
  FusedStanding,
  LexicalStanding,
  RerankStanding,
  SemanticStanding,
  Standing,
} from "./explanation.ts";
import { longestWindow, scoreOf } from "./rank.ts";
import { type RankedQuestion, rankQuestion } from "./search.ts";
import { recencyOfPaper, weighByRecency } from "./search-order.ts";
import { type Question, type ReadQuestion, readQuestion } from "./search-request.ts";
import { rerankedWindow, type SecondStage, wantsSecondStage } from "./second-stage.ts";
import { alphaOf, matchTermsOf, wordsByTerm } from "./why.ts";

export interface ExplainRequest extends Question {
  /** Any known id of the paper. */
  readonly paperId: string;
}

/** Throws `paper_not_found`, `invalid_request`, `embedding_failed`, and what the second stage does. */
export async function explain(
  library: Library,
  embedder: Embedder,
  request: ExplainRequest,
  signal?: AbortSignal,
  available?: SecondStage,
): Promise<Explanation> {
  const secondStage = wantsSecondStage(request, available !== undefined) ? available : undefined;
  const stored = await getPaper(library, request.paperId);
  const { label, paper } = stored;
  const read = await readQuestion(library, request);
  const { parsed, exact, pinned, text } = read;
  const base = {
    paper,
    query: {
      text,
      words: wordsOf(text).map(({ text: word, term }) => ({ text: word, term: term !== undefined && read.words.has(term) ? term : null })),
      id: parsed.id?.id ?? null,
    },
    exact: pinned.includes(label) ? (exact.by ?? null) : null,
    conditions: await checkConditions(library, read, request, label),
    minScore: request.minScore ?? null,
  };
  if (text === "") {
    const newest = await library.newest(read.within, { limit: longestWindow, offset: 0 });
    const answer = { ...base, ...unranked, place: placeOf(newest, label) };
    return { ...answer, reasons: reasonsOf(answer) };
  }
  const found = await rankQuestion({ library, embedder, secondStage, ownTurn: queueForTurns() }, request, read, longestWindow, signal);
  const { order, vector } = found;
  const mode = vector === undefined ? "keyword" : (request.mode ?? "hybrid");
  const lexical = mode === "semantic" ? null : await standInWords(library, stored, read, found);
  const semantic = mode === "keyword" ? null : await standInMeaning(library, label, read, found);
  const fused = fuse(found, label, { semantic: semantic?.score ?? undefined, lexical: lexical?.score });
  const at = order.ordered.findIndex((hit) => hit.label === label);
  const { halfLifeDays, asOf } = request;
  const recency = halfLifeDays === undefined || asOf === undefined ? undefined : recencyOfPaper(paper, halfLifeDays, asOf);
  const original = order.copyOf.get(label);
  const answer = {
    ...base,
    mode,
    lexical,
    semantic,
    fused,
    place: at === -1 || at >= longestWindow ? null : at + 1,
    score: order.ordered[at]?.score ?? weighByRecency(fused.score, recency),
    recency: recency === undefined ? null : { ageDays: recency.ageDays ?? null, factor: recency.factor },
    asOf: recency === undefined ? null : (asOf ?? null),
    placeByScore: order.placeByScore.get(label) ?? null,
    rerank: standInRerank(order.reranked, label),
    copyOf: original === undefined ? null : ((await library.papers([original]))[0]?.paper.paperId ?? null),
  };
  return { ...answer, reasons: reasonsOf(answer) };
}

/** The values for a paper in a list that is ordered by date alone. */
const unranked = {
  mode: "newest",
  score: 0,
  lexical: null,
  semantic: null,
  fused: null,
  recency: null,
  asOf: null,
  placeByScore: null,
  rerank: null,
  copyOf: null,
} as const;

async function checkConditions(
  library: Library,
  { parsed }: ReadQuestion,
  { filters = {}, unseenBy, query }: ExplainRequest,
  label: Label,
): Promise<CheckedCondition[]> {
  const checked: CheckedCondition[] = [];
  for (const [from, all] of [["query", parsed.filters] as const, ["request", filters] as const]) {
    for (const single of isUnfiltered(all) ? [] : singleFilters(all)) {
      const met = (await library.matching([single]))?.has(label) ?? true;
      checked.push({ from, text: describeFilters(single), met });
    }
  }
  const words = wordsByTerm(query);
  for (const requirement of requirementsOf(parsed, unseenBy)) {
    const met = (await papersOf(library, requirement)).has(label) !== leavesOut(requirement);
    const text = describeRequirement(requirement, (term) => words.get(term)?.[0] ?? term);
    checked.push({ from: requirement.kind === "unseen" ? "request" : "query", text, met });
  }
  return checked;
}

async function standInWords(
  library: Library,
  { label, paper }: StoredPaper,
  { terms, words, within }: ReadQuestion,
  { ranking }: RankedQuestion,
): Promise<LexicalStanding> {
  const { matching, basis } = ranking;
  const candidates = basis.lexical ?? [];
  const details = await library.termDetails(terms, label);
  const [score = 0] = await library.termScores(terms, [label]);
  const mayHavePlace = score > 0 && (within === undefined || within.has(label));
  const findPlace = async () => (mayHavePlace ? (await library.matchTerms(terms, { k: matching, within })).hits : []);
  return {
    score,
    ...(await standingOf(label, candidates, findPlace)),
    of: matching,
    best: candidates[0]?.score ?? 0,
    length: details?.length ?? 0,
    averageLength: details?.averageLength ?? 0,
    terms: explainTerms(paper, words, details),
  };
}

function explainTerms(paper: Paper, words: ReadQuestion["words"], details: TermDetails | undefined): ExplainedTerm[] {
  const fields = new Map(matchTermsOf(paper, words).map((match) => [match.term, match.fields]));
  // Hardly any word of a query is in a venue, so a missing one is not mentioned.
  const told = (details?.terms ?? []).filter(({ term, frequency }) => frequency > 0 || !isNameTerm(term));
  return told.map((detail) => ({
    ...detail,
    words: [...(words.get(detail.term) ?? [])],
    fields: [...(fields.get(detail.term) ?? [])],
  }));
}

async function standInMeaning(
  library: Library,
  label: Label,
  { within, size }: ReadQuestion,
  { generation, vector, ranking }: RankedQuestion,
): Promise<SemanticStanding> {
  const { basis } = ranking;
  const candidates = basis.semantic ?? [];
  const cosine = async (question: Float32Array | undefined) =>
    generation === undefined || question === undefined ? undefined : (await library.cosines(generation, question, [label]))[0];
  const score = await cosine(basis.vector);
  const findPlace = async () =>
    generation === undefined || basis.vector === undefined || score === undefined || within?.has(label) === false
      ? []
      : await library.exactNeighbours(generation, basis.vector, { k: size, within });
  return {
    score: score ?? null,
    embedded: score !== undefined,
    before: (await cosine(vector)) ?? null,
    ...(await standingOf(label, candidates, findPlace)),
    of: size,
    best: candidates[0]?.score ?? 0,
    spread: basis.fused?.fusion === "convex" ? basis.fused.scale.spread : null,
    feedback: (await library.papers(basis.feedback)).flatMap((one) => (one === undefined ? [] : [one.paper.paperId])),
  };
}

/** @param findPlace examines the whole list of the arm; called only if the candidates do not contain the paper. */
async function standingOf(
  label: Label,
  candidates: readonly Scored[],
  findPlace: () => Promise<readonly Scored[]>,
): Promise<Pick<Standing, "rank" | "candidate" | "lastCandidate">> {
  const labelsOf = (list: readonly Scored[]) => list.map((one) => one.label);
  const rank = placeOf(labelsOf(candidates), label);
  return {
    rank: rank ?? placeOf(labelsOf(await findPlace()), label),
    candidate: rank !== null,
    lastCandidate: candidates.length < candidateDepth ? null : (candidates.at(-1)?.score ?? null),
  };
}

/** The score by the formula of every ranking, and what the ranking itself says about the paper. */
function fuse(
  { ranking }: RankedQuestion,
  label: Label,
  scores: { semantic: number | undefined; lexical: number | undefined },
): FusedStanding {
  const { ranked, basis } = ranking;
  const at = ranked.findIndex((hit) => hit.label === label);
  const entry = ranked[at];
  const computed = scoreOf(basis.fused, scores, entry?.ranks ?? { semantic: undefined, lexical: undefined });
  const isConvex = alphaOf(basis) !== null;
  return {
    fusion: basis.fused?.fusion ?? null,
    alpha: alphaOf(basis),
    scaled:
      isConvex && basis.fused !== undefined
        ? scaleScores({ semantic: scores.semantic, lexical: scores.lexical ?? 0 }, basis.fused.scale)
        : null,
    score: entry?.score ?? computed,
    rank: entry === undefined ? null : at + 1,
    of: ranked.length,
    lowered: entry === undefined ? 0 : computed - entry.score,
  };
}

function standInRerank(reranked: RankedQuestion["order"]["reranked"], label: Label): RerankStanding | null {
  if (reranked === undefined) return null;
  const { score = null, before = null } = reranked.get(label) ?? {};
  return { score, before, reranked: reranked.size, window: rerankedWindow };
}

function placeOf(labels: readonly Label[], label: Label): number | null {
  const at = labels.indexOf(label);
  return at === -1 ? null : at + 1;
}
