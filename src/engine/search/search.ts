/** Search in plain language. */
import { type Embedder, isModelFileFault } from "../../core/embedder.ts";
import { toAppError } from "../../core/errors.ts";
import type { Facets } from "../../core/facets.ts";
import type { Generation } from "../../core/generation.ts";
import { intersectionOf, type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { isNameTerm } from "../../core/name-terms.ts";
import type { Paper } from "../../core/paper.ts";
import { parseQuery } from "../../core/query.ts";
import type { TermQuery } from "../../core/retrieval.ts";
import { type OwnTurn, queueForTurns } from "../turns.ts";
import { conditionsOf } from "./conditions.ts";
import { correctQuery } from "./correct.ts";
import { type Hit, makeHits, newestHits } from "./hits.ts";
import { type AskedAuthors, authorsAskedFor, namedAuthor } from "./named-author.ts";
import { promptQuery } from "./prompt-query.ts";
import { longestWindow, type RankedPaper, type Ranking, rank, type SearchMode, withUnscored } from "./rank.ts";
import { type ArrangedPapers, arrange, needsWholeList, type OrderedPapers, orderRanked } from "./search-order.ts";
import { checkWindow, type Question, type ReadQuestion, readQuestion, type SearchRequest } from "./search-request.ts";
import { rerankedWindow, type SecondStage, wantsSecondStage } from "./second-stage.ts";
import { type Why, whyOf } from "./why.ts";

export interface SearchAnswer {
  readonly hits: readonly Hit[];
  /**
   * Keyword: the papers that contain any of the words and meet the conditions. Otherwise all papers that meet the conditions, since each
   * is more or less near. With a minimum score: the papers that reach it, of the 1,000 or more that are ranked. Copies that were
   * collapsed into one hit are counted.
   */
  readonly total: number;
  /** How the answer was found: also `keyword` if nothing is embedded yet, and `newest` for a query without words. */
  readonly mode: SearchMode | "newest";
  /** The query with rare words corrected to what papers contain; absent if nothing is better. */
  readonly suggestion?: string;
  /** Set if the query is an id that no paper here has: the hits are what its words found. */
  readonly missingId?: string;
  /** Over the papers that `total` counts. */
  readonly facets?: Facets;
  /** The day from which ages were counted, if they were used. */
  readonly asOf?: string;
  /** How many of the first papers the reranker read; absent if it was not used. */
  readonly reranked?: number;
  /** Why a hybrid search was answered by its words alone: the fault of the model. */
  readonly withoutMeaning?: string;
}

/** Throws `invalid_request`, `embedding_failed`, and what the second stage does. */
export async function search(
  library: Library,
  embedder: Embedder,
  request: SearchRequest,
  signal?: AbortSignal,
  secondStage?: SecondStage,
): Promise<SearchAnswer> {
  const promptly = request.wordsIfNeeded === true && (request.mode ?? "hybrid") === "hybrid";
  try {
    return await searchAsAsked({ library, embedder, promptly, secondStage }, request, signal);
  } catch (error) {
    const fault = toAppError(error);
    if (!promptly || (fault.code !== "embedding_failed" && !isModelFileFault(fault))) throw error;
    const byWords = await searchAsAsked({ library, embedder, secondStage }, { ...request, mode: "keyword" }, signal);
    return { ...byWords, withoutMeaning: fault.message };
  }
}

async function searchAsAsked(
  { secondStage, ...parts }: Omit<RankingParts, "ownTurn">,
  request: SearchRequest,
  signal: AbortSignal | undefined,
): Promise<SearchAnswer> {
  const { library, embedder } = parts;
  const used = wantsSecondStage(request, secondStage !== undefined) ? secondStage : undefined;
  const ownTurn = queueForTurns();
  checkWindow(request.limit ?? 10, request.offset ?? 0);
  const read = await readQuestion(library, request);
  // The correction is looked for while the query is being embedded, in another process.
  const [answer, suggestion] = await Promise.all([
    find({ ...parts, secondStage: used, ownTurn }, request, read, signal),
    request.correct === true && read.pinned.length === 0 ? ownTurn().then(() => suggestionFor(library, embedder, request)) : undefined,
  ]);
  const { parsed, exact } = read;
  return {
    ...answer,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(parsed.id === undefined || exact.by === "id" ? {} : { missingId: parsed.id.id }),
  };
}

/** The corrected query, unless its conditions leave no paper: a query that finds nothing is no help. */
async function suggestionFor(
  library: Library,
  embedder: Embedder,
  { query, filters = {}, unseenBy }: SearchRequest,
): Promise<string | undefined> {
  const corrected = await correctQuery(library, embedder, query);
  if (corrected === undefined) return undefined;
  const within = await conditionsOf(library, parseQuery(corrected), filters, unseenBy);
  return within === undefined || within.size > 0 ? corrected : undefined;
}

async function find(parts: RankingParts, request: SearchRequest, read: ReadQuestion, signal?: AbortSignal): Promise<SearchAnswer> {
  const { library, ownTurn } = parts;
  const { limit = 10, offset = 0 } = request;
  const { parsed, within, size, terms, words, text, exact, pinned } = read;
  const askedAuthors = authorsAskedFor(parsed, request.filters ?? {}, exact.by === "author");
  const facetsOver = async (set: LabelSet | undefined) =>
    request.facets === undefined ? {} : { facets: await library.facets(set, request.facets) };
  if (text === "") {
    const hits = await newestHits(library, within, { limit, offset }, (paper) => authorNamedIn(paper, askedAuthors));
    return { hits, total: size, mode: "newest", ...(await facetsOver(within)) };
  }
  const { generation, vector, ranking, order } = await rankQuestion(parts, request, read, offset + limit, signal);
  const page = order.ordered.slice(offset, offset + limit);
  const copies = await copiesOf(library, order, page);
  await ownTurn();
  const hits = await makeHits(library, page, {
    generation,
    vector,
    terms: new Set([...terms.terms.keys()].filter((term) => !isNameTerm(term))),
    extra: (paper, hit, held) => {
      const why = whyOf(paper, hit, {
        words,
        held,
        basis: ranking.basis,
        recency: order.recency.get(hit.label),
        placeByScore: order.placeByScore.get(hit.label),
        rerank: order.reranked?.get(hit.label),
      });
      return {
        ...(pinned.includes(hit.label) && exact.by !== undefined ? { exact: exact.by } : {}),
        ...(copies.has(hit.label) ? { copies: copies.get(hit.label) ?? [] } : {}),
        ...authorNamedIn(paper, askedAuthors, why),
        why,
      };
    },
  });
  const mode = vector === undefined ? "keyword" : (request.mode ?? "hybrid");
  const wordless = mode === "keyword" ? await withoutAnyTerm(library, terms, pinned) : [];
  const total = order.reaching?.length ?? (mode === "keyword" ? ranking.matching + wordless.length : size);
  return {
    hits,
    total,
    mode,
    ...(request.halfLifeDays === undefined || request.asOf === undefined ? {} : { asOf: request.asOf }),
    ...(order.reranked === undefined ? {} : { reranked: order.reranked.size }),
    ...(request.facets === undefined ? {} : await facetsOver(await counted(library, read, mode, order, wordless))),
  };
}

/** @param asked what {@link authorsAskedFor} gave. */
function authorNamedIn({ authors }: Paper, asked: AskedAuthors, why?: Why): Pick<Hit, "namedAuthor"> {
  const terms = (why?.terms ?? []).filter(({ fields }) => fields.includes("authors")).map(({ term }) => term);
  const named = namedAuthor(authors, asked, new Set(terms));
  return named === undefined ? {} : { namedAuthor: named };
}

/**
 * The best papers of a query, in the order of its answer, from a single ranking however many they are. Throws what {@link search} does.
 * @param limit 1 … {@link longestWindow}.
 */
export async function bestPapers(
  library: Library,
  embedder: Embedder,
  question: Question,
  limit: number,
  { signal, secondStage }: { signal?: AbortSignal | undefined; secondStage?: SecondStage | undefined },
): Promise<Label[]> {
  const used = wantsSecondStage(question, secondStage !== undefined) ? secondStage : undefined;
  const read = await readQuestion(library, question);
  if (read.text === "") return await library.newest(read.within, { limit, offset: 0 });
  const { order } = await rankQuestion({ library, embedder, secondStage: used, ownTurn: queueForTurns() }, question, read, limit, signal);
  return order.ordered.slice(0, limit).map(({ label }) => label);
}

export interface RankedQuestion {
  readonly generation: Generation | undefined;
  /** Of the query as it was asked, before feedback. */
  readonly vector: Float32Array | undefined;
  readonly ranking: Ranking;
  readonly order: ArrangedPapers;
}

/** What a question is answered with. */
export interface RankingParts {
  readonly library: Library;
  readonly embedder: Embedder;
  /** Whether not to wait for the model if it is known to fail or hang. */
  readonly promptly?: boolean;
  /** Undefined if the question does not want it. */
  readonly secondStage: SecondStage | undefined;
  /** The turns of this request. */
  readonly ownTurn: OwnTurn;
}

/** The papers of a query with words, in the order of the answer. @param asked how many of them. */
export async function rankQuestion(
  { library, embedder, promptly, secondStage, ownTurn }: RankingParts,
  question: Question,
  { text, terms, within, size, pinned }: ReadQuestion,
  asked: number,
  signal?: AbortSignal,
): Promise<RankedQuestion> {
  const { mode = "hybrid", fusion, alpha, feedback } = question;
  // All pages are cut from what the second stage put in order, including the first.
  const needed = secondStage === undefined ? asked : Math.max(asked, rerankedWindow + pinned.length);
  const how = {
    ...(fusion === undefined ? {} : { fusion }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(feedback === undefined ? {} : { feedback }),
  };
  const generation = mode === "keyword" ? undefined : await library.liveGeneration();
  const embed = () => (promptly === true ? promptQuery(embedder, text, signal) : embedder.embedQuery(text, signal));
  const embedding = generation === undefined ? undefined : embed();
  // An error reaches whoever awaits it; nobody does if something else fails first.
  embedding?.catch(() => undefined);
  let window = needsWholeList(question) ? longestWindow + pinned.length : needed;
  for (;;) {
    const { cosineSpread } = embedder.model;
    const found = await rank(library, { generation, vector: embedding, terms, mode, cosineSpread, within, window, ownTurn, ...how });
    const vector = await embedding;
    const isWhole = vector === undefined || found.ranked.length >= Math.min(window, size);
    const ranking = isWhole ? found : withUnscored(found, (within ?? (await library.holding([]))).labels(), mode);
    const byScore = await orderRanked(library, ranking.ranked, pinned, { ...question, needed });
    // A collapsed copy frees its place for what is further down (I7).
    const isShort = question.collapse === true && byScore.ordered.length < needed && ranking.ranked.length >= window;
    if (!isShort || question.minScore !== undefined) {
      const order = await arrange(library, byScore, pinned, { diversity: question.diversity, query: text, secondStage });
      return { generation, vector, ranking, order };
    }
    window = ranking.ranked.length + 1;
  }
}

/** The papers over which facets are counted: those of `total`. Undefined stands for all. */
async function counted(
  library: Library,
  { terms, within }: ReadQuestion,
  mode: SearchMode,
  { reaching }: OrderedPapers,
  wordless: readonly Label[],
): Promise<LabelSet | undefined> {
  if (reaching !== undefined) return labelSetOf(reaching);
  if (mode !== "keyword") return within;
  const holding = await holdingWords(library, terms, within);
  return wordless.length === 0 ? holding : labelSetOf([...holding.labels(), ...wordless]);
}

/** Papers asked for by name that the words do not find: an author's name has several spellings, and a title may consist of stop words. */
async function withoutAnyTerm(library: Library, terms: TermQuery, pinned: readonly Label[]): Promise<Label[]> {
  const scores = await library.termScores(terms, pinned);
  return pinned.filter((_, at) => scores[at] === 0);
}

async function holdingWords(library: Library, { terms }: TermQuery, within: LabelSet | undefined): Promise<LabelSet> {
  return intersectionOf(within, await library.holdingAny([...terms.keys()]));
}

/** The `paperId`s of the copies that each paper of a page represents. */
async function copiesOf(library: Library, { copyOf }: OrderedPapers, page: readonly RankedPaper[]): Promise<Map<Label, string[]>> {
  const shown = new Set(page.map(({ label }) => label));
  const copies = new Map<Label, string[]>();
  const pairs = [...copyOf].filter(([, original]) => shown.has(original));
  const stored = await library.papers(pairs.map(([copy]) => copy));
  for (const [at, [, original]] of pairs.entries()) {
    const paperId = stored[at]?.paper.paperId;
    if (paperId !== undefined) copies.set(original, [...(copies.get(original) ?? []), paperId]);
  }
  return copies;
}
