/** Papers like one paper, or like a pasted text: by its meaning and by its characteristic words. */
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Filters } from "../../core/filters.ts";
import type { Library } from "../../core/library.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { preparationVersion, prepareText } from "../../core/prepare.ts";
import type { TermQuery } from "../../core/retrieval.ts";
import { normalizeText, splitSentences } from "../../core/text.ts";
import { getPaper } from "../papers.ts";
import { queueForTurns } from "../turns.ts";
import { type Hit, makeHits } from "./hits.ts";
import { type Fusion, rank, type SearchMode, withUnscored } from "./rank.ts";
import { orderTies, Works, withoutCopies } from "./search-order.ts";
import { termQueryOf } from "./search-request.ts";

export interface SimilarOptions {
  readonly mode?: SearchMode;
  readonly fusion?: Fusion;
  /** As in a search. */
  readonly alpha?: number;
  readonly feedback?: boolean;
  readonly filters?: Filters;
  /** 1 … 100. */
  readonly limit?: number;
}

/** Meaning counts more here than in a search: the query is a whole abstract, not a few chosen words. */
const similarAlpha = 0.5;
/** The number of a paper's words that are searched for: the most characteristic ones. */
const mostTerms = 40;
/**
 * A word that a paper uses often says more about it than one that it merely mentions: the weight is the term's saturation to this power.
 * With 0 all words weigh the same.
 *
 * nDCG@10 (2026-11-28) with 0 and with 0.3: words alone, cacm_related .362, .378 and cisi_related .236, .245; hybrid, odd and even queries,
 * cacm_related .424, .424 and .413, .414, cisi_related .296, .298 and .287, .289; starter_related .856, .857. Powers of 0.5 and 1 give .418
 * and .415 on cacm_related, .294 and .293 on cisi_related. 25 and 60 words, and an alpha of 0.45 and 0.55, gain nothing on both.
 */
const saturationPower = 0.3;
/** Ranked papers beyond the limit that are examined, since versions and duplicates are collapsed. */
const spare = 20;

/** Throws `paper_not_found`. Never returns the paper itself, nor another copy of it. */
export async function similarToPaper(
  library: Library,
  embedder: Embedder,
  id: string,
  options: SimilarOptions = {},
  signal?: AbortSignal,
): Promise<Hit[]> {
  const stored = await getPaper(library, id);
  const terms = await library.tellingTerms([stored.label], mostTerms);
  return await nearest(library, embedder, {
    ...options,
    vector: () => vectorOfPaper(library, embedder, stored, signal),
    terms: { terms: new Map(terms.map(({ term, saturation }) => [term, saturation ** saturationPower])) },
    without: stored,
  });
}

/** A title, an abstract, a paragraph of a draft. */
export async function similarToText(
  library: Library,
  embedder: Embedder,
  raw: string,
  options: SimilarOptions = {},
  signal?: AbortSignal,
): Promise<Hit[]> {
  const text = normalizeText(raw);
  if (text === "")
    throw new AppError("invalid_request", "The text is empty.", {
      mend: "Give a title, an abstract or a paragraph.",
    });
  return await nearest(library, embedder, {
    ...options,
    vector: async () => (await embedder.embedDocument({ text, sentences: splitSentences(text) }, signal)).vector,
    terms: termQueryOf(text),
    without: undefined,
  });
}

/** The stored embedding, or one made now for a paper that still waits for its own. */
export async function vectorOfPaper(
  library: Library,
  embedder: Embedder,
  stored: StoredPaper,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const generation = await library.liveGeneration();
  if (generation !== undefined && generation.preparation === preparationVersion) {
    const [vector] = await library.embeddings(generation, [stored.label]);
    if (vector !== undefined) return vector;
  }
  return (await embedder.embedDocument(prepareText(stored.paper), signal)).vector;
}

interface NearestRequest extends SimilarOptions {
  readonly vector: () => Promise<Float32Array>;
  readonly terms: TermQuery;
  readonly without: StoredPaper | undefined;
}

async function nearest(library: Library, embedder: Embedder, request: NearestRequest): Promise<Hit[]> {
  const { mode = "hybrid", limit = 10, terms, without } = request;
  const generation = mode === "keyword" ? undefined : await library.liveGeneration();
  const vector = generation === undefined ? undefined : await request.vector();
  const within = await library.matching([request.filters ?? {}]);
  const ownTurn = queueForTurns();
  for (let window = limit + spare; ; ) {
    const found = await rank(library, {
      generation,
      vector,
      terms,
      mode,
      alpha: request.alpha ?? similarAlpha,
      cosineSpread: embedder.model.cosineSpread,
      ...(without === undefined ? {} : { asked: without.label }),
      within,
      window,
      ownTurn,
      ...(request.fusion === undefined ? {} : { fusion: request.fusion }),
      ...(request.feedback === undefined ? {} : { feedback: request.feedback }),
    });
    const isWhole = vector === undefined || found.ranked.length >= window;
    const { ranked } = isWhole ? found : withUnscored(found, (within ?? (await library.holding([]))).labels(), mode);
    const others = ranked.filter((hit) => hit.label !== without?.label);
    const kept = await withoutCopies(library, await orderTies(library, others), limit, {
      works: new Works(...(without === undefined ? [] : [without])),
    });
    if (kept.length < limit && ranked.length >= window) {
      // A collapsed copy frees its place for what is further down (I7).
      window = ranked.length + 1;
      continue;
    }
    return await makeHits(library, kept, {
      generation,
      vector,
      terms: new Set(terms.terms.keys()),
    });
  }
}
