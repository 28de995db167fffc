/** One side of a preference: examples that pull, or push, and how near papers are to them in meaning and in terms. */
import { dot, dotTable } from "../vectors.ts";
import type { TermVector } from "./term-vector.ts";
import { TermWeights } from "./term-weights.ts";

/** A paper, or words, as both arms see it. */
export interface Item {
  /** Unit length; undefined while there is no embedding. */
  readonly vector: Float32Array | undefined;
  readonly terms: TermVector;
}

/** Sharpness of the soft maximum over examples: several kinds of example are several ways to fit, not one average. */
const sharpness = 10;
/** Examples whose meaning is compared; of more, those that are farthest from each other stand for the rest. */
const mostVectors = 20;

export class Side {
  /** The mean weight of each term. */
  private readonly profile = new TermWeights();
  /** Of its examples, or of those that stand for them. */
  readonly vectors: readonly Float32Array[];
  /** The vectors one after the other. */
  private readonly rows: Float64Array;
  private readonly dimensions: number;
  private readonly isEmpty: boolean;
  /** Of each example that has a vector with each of {@link vectors}, where choosing them has found it. */
  private readonly cosinesOfExamples: Float64Array | undefined;

  constructor(examples: readonly Item[]) {
    const vectors = examples.flatMap(({ vector }) => vector ?? []);
    const chosen = vectors.length > mostVectors ? farApart(vectors, mostVectors) : undefined;
    this.vectors = chosen?.vectors ?? vectors;
    this.cosinesOfExamples = chosen?.cosines;
    this.isEmpty = examples.length === 0;
    this.dimensions = this.vectors[0]?.length ?? 0;
    this.rows = new Float64Array(this.vectors.length * this.dimensions);
    for (const [row, vector] of this.vectors.entries()) this.rows.set(vector, row * this.dimensions);
    for (const { terms, weights } of examples.map((example) => example.terms)) {
      for (let at = 0; at < terms.length; at++) this.profile.add(terms[at] ?? 0, (weights[at] ?? 0) / examples.length);
    }
  }

  /**
   * Log-mean-exp of the cosines of each item; undefined without a vector on either side.
   * @param areExamples whether the items are examples, which are not compared with themselves.
   */
  meanings(items: readonly Item[], areExamples = false): (number | undefined)[] {
    const count = this.vectors.length;
    const cosines =
      (areExamples ? this.cosinesOfExamples : undefined) ??
      dotTable(
        items.flatMap(({ vector }) => vector ?? []),
        this.rows,
        this.dimensions,
      );
    let next = 0;
    return items.map(({ vector }) => {
      if (vector === undefined) return undefined;
      const start = next;
      next += count;
      let [sum, compared] = [0, 0];
      for (let row = 0; row < count; row++) {
        if (areExamples && this.vectors[row] === vector) continue;
        sum += Math.exp(sharpness * (cosines[start + row] ?? 0));
        compared++;
      }
      return compared === 0 ? undefined : Math.log(sum / compared) / sharpness;
    });
  }

  /** Mean cosine of the term vectors. */
  terms(item: Item): number {
    if (this.isEmpty) return 0;
    const { terms, weights } = item.terms;
    let sum = 0;
    for (let at = 0; at < terms.length; at++) sum += this.weightOf(terms[at] ?? 0) * (weights[at] ?? 0);
    return sum;
  }

  /** What each of its examples is to the others; needs two. */
  fitsOfExamples(examples: readonly Item[], fitOf: (meaning: number | undefined, terms: number) => number): number[] {
    const others = examples.length - 1;
    const meanings = this.meanings(examples, true);
    return examples.map((example, at) => {
      const own = example.terms.weights.reduce((sum, weight) => sum + weight * weight, 0);
      return fitOf(meanings[at], (this.terms(example) * examples.length - own) / others);
    });
  }

  weightOf(term: number): number {
    return this.profile.of(term);
  }
}

/**
 * Greedily the vectors that are least like those chosen before (Gonzalez 1985), from the first on.
 * @param count at most the number of vectors. @returns also the cosines of each vector with those chosen, vector by vector.
 */
function farApart(vectors: readonly Float32Array[], count: number): { vectors: Float32Array[]; cosines: Float64Array } {
  const cosines = new Float64Array(vectors.length * count);
  const nearest = new Float64Array(vectors.length).fill(-1);
  const chosen: Float32Array[] = [];
  let next = 0;
  while (chosen.length < count) {
    const one = vectors[next];
    if (one === undefined) break;
    let least = Number.POSITIVE_INFINITY;
    for (const [at, vector] of vectors.entries()) {
      const cosine = dot(vector, one);
      cosines[at * count + chosen.length] = cosine;
      const highest = Math.max(nearest[at] ?? 0, cosine);
      nearest[at] = highest;
      if (highest < least) [least, next] = [highest, at];
    }
    chosen.push(one);
  }
  return { vectors: chosen, cosines };
}
