/** Invented papers and vectors: the same number always gives the same paper. */

import type { EmbeddingStore, NewEmbedding } from "../../src/core/embedding-store.ts";
import type { Generation, GenerationSpec } from "../../src/core/generation.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { quantize, toUnit } from "../../src/core/vectors.ts";

const words = (
  "lantern river granite copper violin harbour meadow thunder pepper saddle compass orchard marble feather anchor " +
  "bridge candle desert engine forest garden helmet island jungle kettle ladder mirror needle oyster pillow"
).split(" ");

/** Small, so that comparing with everything is cheap. */
export const testSpec: GenerationSpec = {
  model: "paperkin/invented",
  dimensions: 16,
  preparation: 1,
};

export function inventPaper(number: number, changes: Partial<NewPaper> = {}): NewPaper {
  const random = mulberry32(number + 1);
  const pick = () => words[Math.floor(random() * words.length)] ?? "";
  const phrase = (length: number) => Array.from({ length }, pick).join(" ");
  const month = String(1 + (number % 12)).padStart(2, "0");
  return {
    ids: [`X:${number}`],
    title: `Paper ${number} on ${phrase(3)}`,
    abstract: `We look at ${phrase(12)}. It is about ${phrase(6)}.`,
    authors: [{ name: `Ada ${pick()}` }, { name: `Bo ${pick()}` }],
    published: `${2000 + (number % 20)}-${month}`,
    venue: ["Journal of Kettles", "Conf-A", "Workshop on Ladders"][number % 3] ?? "",
    categories: [`cs.${["AA", "AB", "BB"][number % 3] ?? ""}`],
    keywords: [],
    sources: ["invented"],
    ...changes,
  };
}

export function inventPapers(count: number, first = 0): NewPaper[] {
  return Array.from({ length: count }, (_, at) => inventPaper(first + at));
}

/** A direction, uniformly distributed. */
export function inventVector(seed: number, dimensions = testSpec.dimensions): Float32Array {
  const random = mulberry32(seed * 7919 + 13);
  return toUnit(Array.from({ length: dimensions }, () => random() + random() + random() - 1.5));
}

/** Embeds everything waiting, each paper with its label's vector. */
export async function embedAll(library: EmbeddingStore, generation: Generation): Promise<void> {
  for (;;) {
    const entries = await library.backlog(generation, 0, 200);
    if (entries.length === 0) return;
    await library.putEmbeddings(
      generation,
      entries.map(({ label, contentHash }) => embeddingOf(label, contentHash, generation.dimensions)),
    );
  }
}

export function embeddingOf(label: number, contentHash: string, dimensions = testSpec.dimensions): NewEmbedding {
  const vector = inventVector(label, dimensions);
  return { label, contentHash, vector, sentences: quantize(vector) };
}
