/** Why a paper is among the hits: read off the numbers that its rank was computed from. */
import { termsOf, wordFinder, wordsOf } from "../../core/analysis.ts";
import { venueTerm } from "../../core/name-terms.ts";
import type { Paper } from "../../core/paper.ts";
import type { RankBasis, RankedPaper } from "./rank.ts";
import type { Recency } from "./search-order.ts";
import type { Reranked } from "./second-stage.ts";

export const matchedFields = ["title", "abstract", "authors", "keywords", "venue"] as const;
export type MatchedField = (typeof matchedFields)[number];

/** A term of the query that the paper holds. */
export interface MatchedTerm {
  /** Without case, accents and endings: what is looked up. */
  readonly term: string;
  /** As the query says it, each form once. */
  readonly words: readonly string[];
  readonly fields: readonly MatchedField[];
}

/** Null if the arm was not asked, or does not contain the paper. */
export interface ArmStanding {
  /** Cosine of the query, after feedback; BM25. */
  readonly score: number | null;
  /** Place from 1 in the list of candidates. */
  readonly rank: number | null;
}

export interface Why {
  readonly terms: readonly MatchedTerm[];
  readonly semantic: ArmStanding;
  readonly lexical: ArmStanding;
  /** The weight of meaning, words having the rest; null if the arms are not weighed against each other. */
  readonly alpha: number | null;
  /** What the paper's age did to its score, where that was asked for. */
  readonly recency?: { readonly ageDays: number | null; readonly factor: number };
  /** Its place by score alone, where diversity was asked for. */
  readonly placeByScore?: number;
  /** The reranker's score and the previous place, if the paper was read by it. */
  readonly rerank?: Reranked;
}

/** The words of a query by the terms that they are looked up as. */
export function wordsByTerm(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { term, text: word } of wordsOf(text)) {
    if (term === undefined) continue;
    const words = found.get(term) ?? [];
    if (!words.includes(word)) found.set(term, [...words, word]);
  }
  return found;
}

/** In the order of the query. @param held the terms of the abstract, where they are known. */
export function matchTermsOf(paper: Paper, words: ReadonlyMap<string, readonly string[]>, held?: ReadonlySet<string>): MatchedTerm[] {
  const find = wordFinder(new Set(words.keys()));
  const heldIn = (texts: readonly string[]) => new Set(texts.flatMap(find).map(({ term }) => term));
  const termsIn: Record<MatchedField, ReadonlySet<string | undefined>> = {
    title: heldIn([paper.title]),
    abstract: held ?? heldIn([paper.abstract]),
    authors: heldIn(paper.authors.map(({ name }) => name)),
    keywords: heldIn(paper.keywords),
    venue: new Set(termsOf(paper.venue ?? "").map(venueTerm)),
  };
  return [...words].flatMap(([term, said]) => {
    const fields = matchedFields.filter((field) => termsIn[field].has(term));
    return fields.length === 0 ? [] : [{ term, words: said, fields }];
  });
}

export interface WhyContext {
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** The terms of the query that the abstract holds. */
  readonly held: ReadonlySet<string>;
  readonly basis: RankBasis;
  readonly recency: Recency | undefined;
  readonly placeByScore: number | undefined;
  readonly rerank: Reranked | undefined;
}

export function whyOf(paper: Paper, hit: RankedPaper, { words, held, basis, recency, placeByScore, rerank }: WhyContext): Why {
  return {
    terms: matchTermsOf(paper, words, held),
    semantic: { score: hit.semantic ?? null, rank: hit.ranks?.semantic ?? null },
    lexical: { score: hit.lexical ?? null, rank: hit.ranks?.lexical ?? null },
    alpha: alphaOf(basis),
    ...(recency === undefined ? {} : { recency: { ageDays: recency.ageDays ?? null, factor: recency.factor } }),
    ...(placeByScore === undefined ? {} : { placeByScore }),
    ...(rerank === undefined ? {} : { rerank }),
  };
}

/** Null if the two arms are not weighed against each other. */
export function alphaOf({ fused }: RankBasis): number | null {
  return fused?.fusion === "convex" ? fused.alpha : null;
}
