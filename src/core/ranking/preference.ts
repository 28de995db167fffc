/**
 * How well papers fit what a person gave as examples. Meaning and terms are each measured against the examples, brought to
 * one unit (standard deviations among ordinary papers of the library) and added; what is near to examples of what is not
 * wanted takes away from it, in the same unit. Without any example nothing is nearer than the rest, and only what is near to
 * the unwanted is unlike it. Numbers: src/README.md, Recommendations.
 */
import { dot } from "../vectors.ts";
import { type Item, Side } from "./side.ts";
import { quantile, type Spread, spreadOf, standardized, usualDeviation } from "./spread.ts";
import { likenessOfTerms } from "./term-vector.ts";

/** What a score was made of, in standard deviations among ordinary papers. */
export interface Fit {
  /** `meaning + terms − against`; 0 is an ordinary paper. */
  readonly score: number;
  readonly meaning: number;
  readonly terms: number;
  readonly against: number;
}

const usualFit: Fit = { score: 0, meaning: 0, terms: 0, against: 0 };

/** What examples of the unwanted weigh where there are very many, and how many give them half of that. */
const mostAgainst = 0.5;
const halfAgainst = 5;

/** How many lower deviations above the median of ordinary papers a good one is. */
const goodDeviations = 3;
/** Deviations above ordinary papers in meaning that a paper is to an example which is called near. Measured: src/README.md, Recommendations. */
const nearDeviations = 1;

/** Examples from which on they say themselves how near is near: a paper that is this share of what the median one is to the others is good. */
const telling = 3;
const goodShare = 0.8;

/** Deviations above ordinary papers in meaning alone that a good one is where nothing but words is wanted. */
const goodMeaning = 2;
/**
 * The least unit of that for a paper that does not say it in these words, as a share of how far a paper's likeness to the others spreads: of
 * words that the library says nothing about everything is equally far, and what is least far stands out by many deviations. Measured:
 * src/README.md, Recommendations.
 */
const leastUnit = 0.8;
/**
 * What terms weigh where nothing but words is wanted: hardly any ordinary paper holds some of a few words, so that deviations are small
 * and one word in common would outweigh all meaning. Measured: src/README.md, Recommendations.
 */
const termsOfWords = 0.3;

/**
 * Who holds this much of what is wanted in words, by weight, says it. Where three quarters of the ordinary papers do, the library itself is
 * about it.
 */
const heldWords = 0.5;

/** How near an item is to each side, before that is brought to one unit. */
interface Nearness {
  readonly meaning: number | undefined;
  readonly terms: number;
  readonly unwantedMeaning: number | undefined;
  readonly unwantedTerms: number;
}

/** The terms of the positives, by weight, and the sum of their weights. */
interface WantedWords {
  readonly weights: ReadonlyMap<number, number>;
  readonly all: number;
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
  /** Found when it is first asked for: who has examples never needs it. */
  private isCommon: boolean | undefined;
  private words: WantedWords | undefined;

  /**
   * @param ordinary papers of the library that say what is usual: some hundreds of them. Those that wait for their embedding have
   * only terms to be told from each other by, and say nothing of how far scores spread where others have both.
   * @param isWordsOnly whether the positives are words, and no paper among them.
   */
  constructor(
    positives: readonly Item[],
    negatives: readonly Item[],
    private readonly ordinary: readonly Item[],
    private readonly isWordsOnly = false,
  ) {
    this.positives = positives;
    this.wanted = new Side(positives);
    this.unwanted = new Side(negatives);
    const usual = this.nearnessOf(ordinary);
    this.meaningSpread = spreadOf(usual.map(({ meaning, unwantedMeaning }) => (this.isOpen ? unwantedMeaning : meaning)));
    const termSpread = spreadOf(usual.map(({ terms, unwantedTerms }) => (this.isOpen ? unwantedTerms : terms)));
    this.termSpread = isWordsOnly ? { ...termSpread, deviation: termSpread.deviation / termsOfWords } : termSpread;
    this.against = (mostAgainst * negatives.length) / (negatives.length + halfAgainst);
    this.unwantedMeans = {
      meaning: spreadOf(usual.map(({ unwantedMeaning }) => unwantedMeaning)).mean,
      terms: spreadOf(usual.map(({ unwantedTerms }) => unwantedTerms)).mean,
    };
    const embedded = usual.filter((_, at) => ordinary[at]?.vector !== undefined);
    this.usualScores = (embedded.length === 0 ? usual : embedded).map((nearness) => this.fitOf(nearness).score).sort((a, b) => a - b);
  }

  /** Whether nothing says what is wanted. */
  private get isOpen(): boolean {
    return this.positives.length === 0;
  }

  /** Whether most of the library holds what is wanted in words. */
  private isHeldByMost(): boolean {
    if (this.isCommon !== undefined) return this.isCommon;
    const shares = this.ordinary.map((item) => this.shareHeldBy(item)).sort((a, b) => a - b);
    this.isCommon = quantile(shares, 0.25) >= heldWords;
    return this.isCommon;
  }

  /** How much of what is wanted in words a paper holds, by weight: 0 to 1. */
  private shareHeldBy({ terms: { terms } }: Item): number {
    const { weights, all } = this.wantedWords;
    const held = terms.reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
    return all === 0 ? 0 : held / all;
  }

  private get wantedWords(): WantedWords {
    if (this.words !== undefined) return this.words;
    const terms = this.positives.flatMap((item) => Array.from(item.terms.terms));
    const weights = new Map(terms.map((term) => [term, this.wanted.weightOf(term)]));
    this.words = { weights, all: Array.from(weights.values()).reduce((sum, weight) => sum + weight, 0) };
    return this.words;
  }

  fit(item: Item): Fit {
    return this.fits([item])[0] ?? usualFit;
  }

  /** As {@link fit} of each, in less time. */
  fits(items: readonly Item[]): Fit[] {
    return this.nearnessOf(items).map((nearness) => this.fitOf(nearness));
  }

  private nearnessOf(items: readonly Item[]): Nearness[] {
    const meanings = this.wanted.meanings(items);
    const unwantedMeanings = this.unwanted.meanings(items);
    return items.map((item, at) => ({
      meaning: meanings[at],
      terms: this.wanted.terms(item),
      unwantedMeaning: unwantedMeanings[at],
      unwantedTerms: this.unwanted.terms(item),
    }));
  }

  private fitOf(nearness: Nearness): Fit {
    const meaning = standardized(nearness.meaning, this.meaningSpread);
    const terms = this.isOpen ? 0 : standardized(nearness.terms, this.termSpread);
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
   * Without examples a paper is good unless it is as unusual the other way: near to what is not wanted.
   */
  threshold(): number {
    const median = quantile(this.usualScores, 0.5);
    if (this.isOpen) return median - goodDeviations * (quantile(this.usualScores, 0.84) - median);
    const unusual = median + goodDeviations * (median - quantile(this.usualScores, 0.16));
    if (this.positives.length < telling) return unusual;
    const fits = this.wanted
      .fitsOfExamples(this.positives, (meaning, terms) => standardized(meaning, this.meaningSpread) + standardized(terms, this.termSpread))
      .sort((a, b) => a - b);
    return Math.min(unusual, goodShare * quantile(fits, 0.5));
  }

  /**
   * How far each fit is above what makes a paper good, by {@link threshold}; below 0 it is not good. Where nothing but words is
   * wanted its meaning has to be unusual as well: a word is shared by chance; of a paper that waits for its embedding the words have to be
   * more so, since most papers share none and any word sets one apart. Among few papers none can stand out so far: of
   * `n`, by `√(n − 1)` at most. Words that name what the whole library is about make nothing unusual: what is no further from them
   * than the median paper is good then, by a margin of 0, so that what is about something narrower is left to that.
   */
  margins(fits: readonly Fit[], items: readonly Item[]): number[] {
    if (this.isWordsOnly && this.isHeldByMost()) {
      const median = quantile(this.usualScores, 0.5);
      return fits.map(({ score }) => Math.min(0, score - median));
    }
    const threshold = this.threshold();
    if (!this.isWordsOnly) return fits.map(({ score }) => score - threshold);
    const reach = Math.min(1, Math.sqrt(Math.max(0, this.usualScores.length - 1)) / (2 * goodMeaning));
    const unsaid = Math.max(1, (leastUnit * usualDeviation(this.ordinary)) / this.meaningSpread.deviation);
    return fits.map(({ score, meaning, terms }, at) => {
      const margin = score - threshold;
      const item = items[at];
      // Nothing is more than one paper in its meaning: only words say anything then.
      if (reach === 0 && item !== undefined && this.sharedTerms(item).length === 0) return -1;
      if (item?.vector !== undefined) {
        const isSaid = this.shareHeldBy(item) >= heldWords;
        return Math.min(margin, meaning / (isSaid ? 1 : unsaid) - goodMeaning * reach);
      }
      const alone = terms / termsOfWords;
      return Math.min(margin + alone - terms, alone - goodDeviations * reach);
    });
  }

  /** The vectors of what is wanted; where there are many, of those that stand for the rest. */
  get wantedVectors(): readonly Float32Array[] {
    return this.wanted.vectors;
  }

  /** How near an item is to one example, in meaning and terms together, as the score weighs them. */
  likeness(item: Item, example: Item): number {
    const cosine = item.vector === undefined || example.vector === undefined ? 0 : dot(item.vector, example.vector);
    return cosine / this.meaningSpread.deviation + likenessOfTerms(item.terms, example.terms) / this.termSpread.deviation;
  }

  /** Whether a cosine with an example is more than that of many ordinary papers: what is far is no reason, also where no example is nearer. */
  isNear(cosine: number): boolean {
    return standardized(cosine, this.meaningSpread) >= nearDeviations;
  }

  /** The terms that the item and the examples share, with what they add to the score; without order. */
  sharedTerms({ terms: { terms, weights } }: Item): { term: number; weight: number }[] {
    return Array.from(terms, (term, at) => ({ term, weight: this.wanted.weightOf(term) * (weights[at] ?? 0) })).filter(
      ({ weight }) => weight > 0,
    );
  }
}
