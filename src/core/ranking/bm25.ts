/** BM25 in the form that Lucene uses (Robertson and Zaragoza 2009), without the constant factor k1 + 1. */
import type { Paper } from "../paper.ts";

/** Tuned on development sets: see src/README.md, Ranking. */
export const bm25 = { k1: 1.5, b: 0.75 } as const;

/** How often a word of the title counts. */
const titleWeight = 3;

/** The texts in which a paper's words are counted, and the weight of each: title, abstract, whatever else describes its subject. */
export function countedTexts({
  title,
  abstract,
  authors,
  keywords,
}: Pick<Paper, "title" | "abstract" | "authors" | "keywords">): { readonly text: string; readonly weight: number }[] {
  const others = [abstract, ...authors.map(({ name }) => name), ...keywords];
  return [{ text: title, weight: titleWeight }, ...others.map((text) => ({ text, weight: 1 }))];
}

/** @param documents all; @param holding those that hold the term. */
export function inverseDocumentFrequency(documents: number, holding: number): number {
  return Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
}

/** The part that depends on one document, 0 … 1; lengths in (weighted) words. */
export function termSaturation(frequency: number, length: number, averageLength: number): number {
  return saturate(frequency, lengthPart(length, averageLength));
}

/** @param part what {@link lengthPart} gave. */
export function saturate(frequency: number, part: number): number {
  return frequency / (frequency + part);
}

/** The part of the formula that depends only on the document's length: the same for all of its terms. */
export function lengthPart(length: number, averageLength: number): number {
  return bm25.k1 * (1 - bm25.b + (bm25.b * length) / averageLength);
}
