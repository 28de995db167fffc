/**
 * How well papers fit what a person gave as examples. Meaning and terms are each measured against the examples, brought to
 * one unit (standard deviations among ordinary papers of the library) and added; what is near to examples of what is not
 * wanted takes away from it, in the same unit. Numbers: src/README.md, Recommendations.
 */
import { dot, dotRows } from "../vectors.ts";
import type { TermVector } from "./term-vector.ts";

/** A paper, or words, as both arms see it. */
export interface Item {
  /** Unit length; undefined while there is no embedding. */
  readonly vector: Float32Array | undefined;
  readonly terms: TermVector;
}

/** What a score was made of, in standard deviations among ordinary papers. */
export interface Fit {
  /** `meaning + terms − against`; 0 is an ordinary paper. */
  readonly score: number;
  readonly meaning: number;
  readonly terms: number;
  readonly against: number;
}

/** Sharpness of the soft maximum over examples: several kinds of example are several ways to fit, not one average. */
const sharpness = 10;
/** What examples of the unwanted weigh where there are very many, and how many give them half of that. */
const mostAgainst = 0.5;
const halfAgainst = 5;

/** How many lower deviations above the median of ordinary papers a good one is. */
const goodDeviations = 3;
/** Examples from which on they say themselves how near is near: a paper that is this share of what the median one is to the others is good. */
const telling = 3;
const goodShare = 0.8;

/** Deviations above ordinary papers in meaning alone that a good one is where nothing but words is wanted. */
const goodMeaning = 2;

/** Examples whose meaning is compared; of more, those that are farthest from each other stand for the rest. */
const mostVectors = 20;

/** One side: examples that pull, or push. */
class Side {
  /** The mean weight of each term, by its number. */
  private readonly profile: Float64Array;
  private readonly vectors: readonly Float32Array[];
  /** The vectors one after the other. */
  private readonly rows: Float32Array;
  private readonly cosines: Float64Array;

  constructor(examples: readonly Item[]) {
    this.vectors = farApart(
      examples.flatMap(({ vector }) => vector ?? []),
      mostVectors,
    );
    const dimensions = this.vectors[0]?.length ?? 0;
    this.rows = new Float32Array(this.vectors.length * dimensions);
    for (const [row, vector] of this.vectors.entries()) this.rows.set(vector, row * dimensions);
    this.cosines = new Float64Array(this.vectors.length);
    this.profile = new Float64Array(1 + examples.reduce((most, { terms: { terms } }) => terms.reduce((a, b) => Math.max(a, b), most), 0));
    for (const { terms, weights } of examples.map((example) => example.terms)) {
      for (const [at, term] of terms.entries()) this.profile[term] = this.weightOf(term) + (weights[at] ?? 0) / examples.length;
    }
  }

  /** Log-mean-exp of the cosines, without one of the examples; undefined without a vector on either side. */
  meaning({ vector }: Item, without?: Float32Array): number | undefined {
    if (vector === undefined || this.vectors.length === 0) return undefined;
    dotRows(vector, this.rows, this.cosines);
    let sum = 0;
    let count = 0;
    for (let row = 0; row < this.cosines.length; row++) {
      if (without !== undefined && this.vectors[row] === without) continue;
      sum += Math.exp(sharpness * (this.cosines[row] ?? 0));
      count++;
    }
    return count === 0 ? undefined : Math.log(sum / count) / sharpness;
  }

  /** Mean cosine of the term vectors. */
  terms(item: Item): number {
    const { terms, weights } = item.terms;
    let sum = 0;
    for (let at = 0; at < terms.length; at++) sum += this.weightOf(terms[at] ?? 0) * (weights[at] ?? 0);
    return sum;
  }

  /** What each of its examples is to the others; needs two. */
  fitsOfExamples(examples: readonly Item[], fitOf: (meaning: number | undefined, terms: number) => number): number[] {
    const others = examples.length - 1;
    return examples.map((example) => {
      const own = example.terms.weights.reduce((sum, weight) => sum + weight * weight, 0);
      return fitOf(this.meaning(example, example.vector), (this.terms(example) * examples.length - own) / others);
    });
  }

  weightOf(term: number): number {
    return this.profile[term] ?? 0;
  }
}

/** How near an item is to each side, before that is brought to one unit. */
interface Nearness {
  readonly meaning: number | undefined;
  readonly terms: number;
  readonly unwantedMeaning: number | undefined;
  readonly unwantedTerms: number;
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export class Preference {
  private readonly wanted: Side;
  private readonly unwanted: Side;
  private readonly meaningSpread: Spread;
  private readonly termSpread: Spread;
  private readonly against: number;
  private readonly positives: readonly Item[];
  /** Of ordinary papers, ascending. */
  private readonly usualScores: readonly number[];
  private readonly unwantedMeans: { readonly meaning: number; readonly terms: number };

  /**
   * @param positives at least one. @param ordinary papers of the library that say what is usual: some hundreds of them.
   */
  constructor(positives: readonly Item[], negatives: readonly Item[], ordinary: readonly Item[]) {
    this.positives = positives;
    this.wanted = new Side(positives);
    this.unwanted = new Side(negatives);
    const usual = ordinary.map((item) => this.nearnessOf(item));
    this.meaningSpread = spreadOf(usual.map(({ meaning }) => meaning));
    this.termSpread = spreadOf(usual.map(({ terms }) => terms));
    this.against = (mostAgainst * negatives.length) / (negatives.length + halfAgainst);
    this.unwantedMeans = {
      meaning: spreadOf(usual.map(({ unwantedMeaning }) => unwantedMeaning)).mean,
      terms: spreadOf(usual.map(({ unwantedTerms }) => unwantedTerms)).mean,
    };
    this.usualScores = usual.map((nearness) => this.fitOf(nearness).score).sort((a, b) => a - b);
  }

  fit(item: Item): Fit {
    return this.fitOf(this.nearnessOf(item));
  }

  private nearnessOf(item: Item): Nearness {
    return {
      meaning: this.wanted.meaning(item),
      terms: this.wanted.terms(item),
      unwantedMeaning: this.unwanted.meaning(item),
      unwantedTerms: this.unwanted.terms(item),
    };
  }

  private fitOf(nearness: Nearness): Fit {
    const meaning = standardized(nearness.meaning, this.meaningSpread);
    const terms = standardized(nearness.terms, this.termSpread);
    // In the unit of what is wanted: far from everything at hand, examples of the unwanted change next to nothing.
    const against =
      this.against === 0
        ? 0
        : this.against *
          (standardized(nearness.unwantedMeaning, { ...this.meaningSpread, mean: this.unwantedMeans.meaning }) +
            standardized(nearness.unwantedTerms, { ...this.termSpread, mean: this.unwantedMeans.terms }));
    return { score: meaning + terms - against, meaning, terms, against };
  }

  /**
   * The least score of a good paper: well above the bulk of ordinary papers (the upper half may be on the subject, so that
   * the lower one says how far they spread), or about what the examples are to each other, where that is less: in a library
   * that is all about them hardly any paper stands out. Measured: src/README.md, Recommendations.
   */
  threshold(): number {
    const median = quantile(this.usualScores, 0.5);
    const unusual = median + goodDeviations * (median - quantile(this.usualScores, 0.16));
    if (this.positives.length < telling) return unusual;
    const fits = this.wanted
      .fitsOfExamples(this.positives, (meaning, terms) => standardized(meaning, this.meaningSpread) + standardized(terms, this.termSpread))
      .sort((a, b) => a - b);
    return Math.min(unusual, goodShare * quantile(fits, 0.5));
  }

  /**
   * The least meaning of a good paper where nothing but words is wanted: a word is shared by chance. Among few papers none can
   * stand out so far: of `n`, by `√(n − 1)` at most.
   */
  leastMeaning(): number {
    return Math.min(goodMeaning, Math.sqrt(Math.max(0, this.usualScores.length - 1)) / 2);
  }

  /** The terms that the item and the examples share, with what they add to the score; without order. */
  sharedTerms({ terms: { terms, weights } }: Item): { term: number; weight: number }[] {
    return Array.from(terms, (term, at) => ({ term, weight: this.wanted.weightOf(term) * (weights[at] ?? 0) })).filter(
      ({ weight }) => weight > 0,
    );
  }
}

/** What is not known is taken to be usual. */
function standardized(value: number | undefined, { mean, deviation }: Spread): number {
  return value === undefined ? 0 : (value - mean) / deviation;
}

/** A spread that is no more than rounding is none: everything is usual then. */
const leastDeviation = 1e-4;

function spreadOf(values: readonly (number | undefined)[]): Spread {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
  return { mean, deviation: Math.max(leastDeviation, Math.sqrt(variance)) };
}

/** @param sorted ascending. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/** Greedily the vectors that are least like those chosen before (Gonzalez 1985), from the first on; all where there are few. */
function farApart(vectors: readonly Float32Array[], most: number): Float32Array[] {
  const [first] = vectors;
  if (vectors.length <= most || first === undefined) return [...vectors];
  const nearest = vectors.map((vector) => dot(vector, first));
  const chosen = [first];
  while (chosen.length < most) {
    const next = vectors[nearest.indexOf(Math.min(...nearest))];
    if (next === undefined) break;
    chosen.push(next);
    vectors.forEach((vector, at) => {
      nearest[at] = Math.max(nearest[at] ?? 0, dot(vector, next));
    });
  }
  return chosen;
}
