/** From ranked labels to what people read: papers with their scores and the most telling sentence. */
import { type Word, wordFinder } from "../../core/analysis.ts";
import type { Generation } from "../../core/generation.ts";
import type { LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { splitSentences } from "../../core/text.ts";
import { cosineOfQuantized } from "../../core/vectors.ts";
import type { RankedPaper } from "./rank.ts";
import type { Why } from "./why.ts";

/** A sentence of the abstract; `marks` are the places of matched words, as UTF-16 offsets. */
export interface TellingSentence {
  readonly text: string;
  readonly marks: readonly (readonly [start: number, end: number])[];
}

export interface Hit {
  readonly paper: Paper;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  /** The parts of the score: cosine, and BM25. Absent if an arm was not asked, or does not contain the paper. */
  readonly scores: { readonly semantic?: number; readonly lexical?: number };
  /** Set if the query is this paper's id, its title, the name of one of its authors, or its venue and year. */
  readonly exact?: "id" | "title" | "author" | "venue";
  /** The author of it whom the query names. */
  readonly namedAuthor?: string;
  readonly sentence?: TellingSentence;
  /** The `paperId`s of copies of the same work that this hit represents, if copies are collapsed. */
  readonly copies?: readonly string[];
  /** What put it there; of searches. */
  readonly why?: Why;
}

/** The bonus, in cosine, for a sentence that contains all words of the query. */
const wordBonus = 0.3;

export interface HitContext {
  readonly generation: Generation | undefined;
  /** The query vector; undefined if meaning was not asked for. */
  readonly vector: Float32Array | undefined;
  readonly terms: ReadonlySet<string>;
  /** Further properties of a hit. @param held the terms that the abstract contains. */
  readonly extra?: (paper: Paper, hit: RankedPaper, held: ReadonlySet<string>) => Partial<Hit>;
}

/** Looks papers up and chooses their sentences. Papers that were removed meanwhile are left out. */
export async function makeHits(
  library: Pick<Library, "papers" | "sentenceEmbeddings">,
  ranked: readonly RankedPaper[],
  context: HitContext,
): Promise<Hit[]> {
  const labels = ranked.map((hit) => hit.label);
  const stored = await library.papers(labels);
  const { generation, vector, terms } = context;
  const find = wordFinder(terms);
  const sentences = generation === undefined || vector === undefined ? [] : await library.sentenceEmbeddings(generation, labels);
  return ranked.flatMap((hit, at) => {
    const paper = stored[at]?.paper;
    if (paper === undefined) return [];
    const { sentence, held } = tellingSentence(paper.abstract, { quantized: sentences[at], vector, terms, find });
    return {
      paper,
      score: hit.score,
      scores: {
        ...(hit.semantic === undefined ? {} : { semantic: hit.semantic }),
        ...(hit.lexical === undefined ? {} : { lexical: hit.lexical }),
      },
      ...(sentence === undefined ? {} : { sentence }),
      ...context.extra?.(paper, hit, held),
    };
  });
}

/** The newest papers of a set, for a query without words: without scores. @param within undefined for all. */
export async function newestHits(
  library: Pick<Library, "newest" | "papers" | "sentenceEmbeddings">,
  within: LabelSet | undefined,
  page: { limit: number; offset: number },
  extra?: HitContext["extra"],
): Promise<Hit[]> {
  const labels = await library.newest(within, page);
  const ranked = labels.map((label): RankedPaper => ({ label, score: 0, semantic: undefined, lexical: undefined }));
  return await makeHits(library, ranked, {
    generation: undefined,
    vector: undefined,
    terms: new Set(),
    ...(extra === undefined ? {} : { extra }),
  });
}

interface SentenceContext extends Pick<HitContext, "vector" | "terms"> {
  /** The embeddings of the abstract's sentences. */
  readonly quantized: Int8Array | undefined;
  readonly find: ReturnType<typeof wordFinder>;
}

/** The most telling sentence, and the terms that any sentence contains. */
function tellingSentence(
  abstract: string,
  { quantized, vector, terms, find }: SentenceContext,
): { sentence: TellingSentence | undefined; held: ReadonlySet<string> } {
  const all = new Set<string>();
  const sentences = splitSentences(abstract);
  let best: { text: string; words: readonly Word[]; value: number } | undefined;
  sentences.forEach((text, at) => {
    const words = find(text);
    const held = new Set(words.flatMap(({ term }) => term ?? []));
    for (const term of held) all.add(term);
    const share = terms.size === 0 ? 0 : held.size / terms.size;
    const value = wordBonus * share + meaningOf(quantized, at, vector);
    if (best === undefined || value > best.value) best = { text, words, value };
  });
  const sentence = best === undefined ? undefined : { text: best.text, marks: best.words.map(({ start, end }) => [start, end] as const) };
  return { sentence, held: all };
}

function meaningOf(quantized: Int8Array | undefined, at: number, vector: Float32Array | undefined): number {
  if (quantized === undefined || vector === undefined) return 0;
  const start = at * vector.length;
  if (start + vector.length > quantized.length) return 0;
  return cosineOfQuantized(vector, quantized.subarray(start, start + vector.length));
}
