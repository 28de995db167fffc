/** One side of a preference: positive or negative examples, and how near papers are to them in meaning and in terms. */
import { dotTable } from "../dot-table.ts";
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
/** Examples whose meaning is compared. If there are more, those farthest from each other represent the rest. */
const mostVectors = 20;

export class Side {
  /** The mean weight of each term. */
  private readonly profile = new TermWeights();
  /** Those of its examples, or of their representatives. */
  readonly vectors: readonly Float32Array[];
  private readonly isEmpty: boolean;

  constructor(examples: readonly Item[]) {
    this.vectors = farApart(
      examples.flatMap(({ vector }) => vector ?? []),
      mostVectors,
    );
    this.isEmpty = examples.length === 0;
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
    const known = items.flatMap(({ vector }) => vector ?? []);
    const cosines = dotTable(known, this.vectors);
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

  /** How well each of its examples fits the others; needs at least two. */
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
 * Greedily selects the vectors that are least like those selected before (Gonzalez 1985), starting with the first; all if there are few.
 */
function farApart(vectors: readonly Float32Array[], most: number): Float32Array[] {
  const [first] = vectors;
  if (vectors.length <= most || first === undefined) return [...vectors];
  const nearest = dotTable(vectors, [first]);
  const chosen = [first];
  while (chosen.length < most) {
    const next = vectors[nearest.indexOf(Math.min(...nearest))];
    if (next === undefined) break;
    chosen.push(next);
    for (const [at, cosine] of dotTable(vectors, [next]).entries()) nearest[at] = Math.max(nearest[at] ?? 0, cosine);
  }
  return chosen;
}
