/** Papers and words as the two arms of a recommendation see them. */
import { createHash } from "node:crypto";
import { countTerms } from "../../core/analysis.ts";
import type { Embedder } from "../../core/embedder.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Item } from "../../core/ranking/side.ts";
import { noTerms } from "../../core/ranking/term-vector.ts";
import { vectorOfPaper } from "../search/similar.ts";

/** A paper that is a positive or negative example. */
export interface Example extends Item {
  readonly label: Label;
}

/** Papers that say what is usual in a library. */
const ordinarySample = 300;

/** In the order of the labels. */
export async function itemsOf(library: Library, labels: readonly Label[]): Promise<Item[]> {
  const generation = await library.liveGeneration();
  const vectors = generation === undefined ? [] : await library.vectors(generation, labels);
  const terms = await library.termVectors(labels);
  return labels.map((_, at) => ({ vector: vectors[at], terms: terms[at] ?? noTerms }));
}

/** As {@link itemsOf}, but embeds papers without an embedding at once: there are few examples, and each counts. */
export async function examplesOf(library: Library, embedder: Embedder, labels: readonly Label[], signal?: AbortSignal): Promise<Example[]> {
  const items = await itemsOf(library, labels);
  return await Promise.all(
    labels.map(async (label, at) => {
      const { vector, terms } = items[at] ?? { vector: undefined, terms: noTerms };
      if (vector !== undefined) return { label, vector, terms };
      const [stored] = await library.papers([label]);
      return { label, terms, vector: stored === undefined ? undefined : await vectorOfPaper(library, embedder, stored, signal) };
    }),
  );
}

/** Keyed by the hash of the words: a single query with a long text leaves no more than a vector behind. */
const wordVectors = new WeakMap<Embedder, Map<string, Float32Array>>();
/** Texts whose vectors are cached: interests are used every day, and change rarely. */
const mostWordVectors = 10_000;

/** Words as one more example. */
export async function itemOfWords(library: Library, embedder: Embedder, words: string, signal?: AbortSignal): Promise<Item> {
  const kept = wordVectors.get(embedder) ?? new Map<string, Float32Array>();
  wordVectors.set(embedder, kept);
  const key = createHash("sha256").update(words).digest("base64");
  const vector = kept.get(key) ?? (await embedder.embedQuery(words, signal));
  if (kept.size >= mostWordVectors) kept.clear();
  kept.set(key, vector);
  return { vector, terms: await library.termVectorOf(countTerms(words)) };
}

/** What is wanted. */
export interface Wanted {
  /** The words, if there are any, then the examples. */
  readonly items: readonly Item[];
  readonly examples: readonly Example[];
  readonly isWordsOnly: boolean;
}

/** @param words empty for none. @param labels of the examples. */
export async function wantedOf(
  library: Library,
  embedder: Embedder,
  { words, labels }: { words: string; labels: readonly Label[] },
  signal?: AbortSignal,
): Promise<Wanted> {
  const examples = await examplesOf(library, embedder, labels, signal);
  if (words === "") return { items: examples, examples, isWordsOnly: false };
  const item = await itemOfWords(library, embedder, words, signal);
  return { items: [item, ...examples], examples, isWordsOnly: examples.length === 0 };
}

const known = new WeakMap<Library, { change: number; items: Promise<Item[]> }>();

/** A sample from the whole library that defines what is usual; cached until the library changes. */
export async function ordinaryItems(library: Library): Promise<Item[]> {
  const change = await library.lastChange();
  const kept = known.get(library);
  if (kept?.change === change) return await kept.items;
  const sampled = { change, items: library.sampleLabels(ordinarySample).then((labels) => itemsOf(library, labels)) };
  known.set(library, sampled);
  try {
    return await sampled.items;
  } catch (error) {
    // The next one who asks tries again.
    if (known.get(library) === sampled) known.delete(library);
    throw error;
  }
}
