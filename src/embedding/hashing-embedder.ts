/**
 * An embedder without a model, for tests. Each word has a pseudo-random direction, and a text is the sum of its words'. Texts that share
 * words are close to each other; meaning plays no part.
 */
import { createHash } from "node:crypto";
import { termsOf } from "../core/analysis.ts";
import type { DocumentEmbedding, Embedder, ModelDescription } from "../core/embedder.ts";
import type { PreparedText } from "../core/prepare.ts";
import { quantize, toUnit } from "../core/vectors.ts";

export class HashingEmbedder implements Embedder {
  readonly model: ModelDescription;
  readonly concurrency = 1;

  constructor(dimensions = 64) {
    this.model = {
      id: "paperkin/hashing",
      dimensions,
      pooling: "mean",
      prefixes: { query: "", document: "" },
      maxTokens: 512,
    };
  }

  async embedQuery(text: string): Promise<Float32Array> {
    return this.embed(text);
  }

  async embedDocument({ text, sentences }: PreparedText): Promise<DocumentEmbedding> {
    const { dimensions } = this.model;
    const bytes = new Int8Array(sentences.length * dimensions);
    sentences.forEach((sentence, at) => {
      bytes.set(quantize(this.embed(sentence)), at * dimensions);
    });
    return { vector: this.embed(text), sentences: bytes };
  }

  async knowsWord(): Promise<boolean> {
    return false;
  }

  async ready(): Promise<void> {}

  async close(): Promise<void> {}

  private embed(text: string): Float32Array {
    const sum = new Float32Array(this.model.dimensions);
    // Gives a text without words a direction too.
    for (const term of ["\u0000", ...termsOf(text)]) {
      for (let block = 0; block * 32 < sum.length; block++) {
        createHash("sha256")
          .update(`${block} ${term}`)
          .digest()
          .forEach((byte, at) => {
            const i = block * 32 + at;
            if (i < sum.length) sum[i] = (sum[i] ?? 0) + byte - 127.5;
          });
      }
    }
    return toUnit(sum);
  }
}
