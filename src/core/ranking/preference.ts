/**
 * How well papers fit the examples that a person gave. Similarity in meaning and in terms are each expressed in the same unit (standard
 * deviations among ordinary papers of the library) and added. Similarity to negative examples is subtracted, in the same unit. Without
 * positive examples no paper is nearer than the rest, and only similarity to negative examples counts. Figures: src/README.md,
 * Recommendations.
 */
import { dot } from "../vectors.ts";
import { type Item, Side } from "./side.ts";
import { quantile, type Spread, spreadOf, standardized, usualDeviation } from "./spread.ts";
import { likenessOfTerms } from "./term-vector.ts";

/** The parts of a score, in standard deviations among ordinary papers. */
export interface Fit {
  /** `meaning + terms − against`; 0 is an ordinary paper. */
  readonly score: number;
  readonly meaning: number;
  readonly terms: number;
  readonly against: number;
}

const usualFit: Fit = { score: 0, meaning: 0, terms: 0, against: 0 };

/** The weight that negative examples approach as their number grows, and the number that has half of it. */
const mostAgainst = 0.5;
const halfAgainst = 5;

/** How many lower deviations (median to 16th percentile) above the median of ordinary papers a good paper is. */
const goodDeviations = 3;
/**
 * How many deviations nearer in meaning than ordinary papers a paper must be to an example for that example to be named. Measured:
 * src/README.md, Recommendations.
 */
const nearDeviations = 1;

/**
 * From this many examples on, the examples themselves define what is near: a paper is good if it reaches this share of how well the
 * median example fits the others.
 */
const telling = 3;
const goodShare = 0.8;

/** Deviations above ordinary papers in meaning alone that a good paper must reach if only words are wanted. */
const goodMeaning = 2;
/**
 * The minimum size of that unit for a paper that does not contain these words, as a share of how far a paper's cosines to the others
 * spread. Words that the library says nothing about are equally far from everything, and the least far paper would stand out by many
 * deviations. Measured: src/README.md, Recommendations.
 */
const leastUnit = 0.8;
/**
 * The weight of terms if only words are wanted. Hardly any ordinary paper contains some of a few words, so deviations are small, and a
 * single shared word would outweigh all meaning. Measured: src/README.md, Recommendations.
 */
const termsOfWords = 0.3;

/** A paper that contains this share of the wanted words, by weight, is said to contain them. */
const heldWords = 0.5;
/** From this share of the ordinary papers on that contain the wanted words, the library itself is about them. */
const commonShare = 1 / 8;
/** Fewer papers than this do not show what is usual among those that do not contain the wanted words. */
const fewestOthers = 30;

/** How near an item is to each side, before conversion to the common unit. */
interface Nearness {
  readonly meaning: number | undefined;
  readonly terms: number;
  readonly unwantedMeaning: number | undefined;
  readonly unwantedTerms: number;
}

/** The terms of the positive examples with their weights, and the sum of the weights. */
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
  /** Of the ordinary papers that a good one must stand out from, ascending; and the mean of their meaning, in the unit of a fit. */
  private readonly usualScores: readonly number[];
  private readonly othersMeaning: number;
  private readonly unwantedMeans: { readonly meaning: number; readonly terms: number };
  /** The median score of the ordinary papers that contain the wanted words, if so many do that none of them can stand out. */
  private readonly holdersScore: number;
  /** Computed at first use: preferences with examples never need it. */
  private words: WantedWords | undefined;

  /**
   * @param ordinary some hundreds of papers of the library that define what is usual. Those without an embedding differ from each other
   * by terms only, so they are excluded when others have both and the spread of scores is computed.
   * @param isWordsOnly whether the positives are words, without any paper.
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
    const others = this.othersAmong(usual);
    this.othersMeaning = spreadOf(others.map(({ meaning }) => meaning && standardized(meaning, this.meaningSpread))).mean;
    this.usualScores = this.scoresOf(others);
    const holders = isWordsOnly ? usual.filter((_, at) => this.holdsWords(ordinary[at])) : [];
    const isCommon = isWordsOnly && holders.length >= commonShare * ordinary.length;
    this.holdersScore = isCommon ? quantile(this.scoresOf(holders), 0.5) : Number.POSITIVE_INFINITY;
  }

  /** Whether nothing says what is wanted. */
  private get isOpen(): boolean {
    return this.positives.length === 0;
  }

  /**
   * The ordinary papers that a good one must stand out from: if only words are wanted, those that do not contain them. A subject of which a
   * library has many papers would otherwise be usual in it, and none of them good.
   * @param usual of each ordinary paper.
   */
  private othersAmong(usual: readonly Nearness[]): readonly Nearness[] {
    const places = [...this.ordinary.keys()];
    const embedded = places.filter((at) => this.ordinary[at]?.vector !== undefined);
    const whole = embedded.length === 0 ? places : embedded;
    const others = this.isWordsOnly ? whole.filter((at) => !this.holdsWords(this.ordinary[at])) : whole;
    return (others.length < fewestOthers ? whole : others).flatMap((at) => usual[at] ?? []);
  }

  /** Ascending. */
  private scoresOf(some: readonly Nearness[]): number[] {
    return some.map((nearness) => this.fitOf(nearness).score).sort((a, b) => a - b);
  }

  private holdsWords(item: Item | undefined): boolean {
    return item !== undefined && this.shareHeldBy(item) >= heldWords;
  }

  /** The share of the wanted words that a paper contains, by weight: 0 to 1. */
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
    // In the unit of the positive side: negative examples that are far from everything at hand change next to nothing.
    const against =
      this.against === 0
        ? 0
        : this.against *
          (standardized(nearness.unwantedMeaning, { ...this.meaningSpread, mean: this.unwantedMeans.meaning }) +
            standardized(nearness.unwantedTerms, { ...this.termSpread, mean: this.unwantedMeans.terms }));
    return { score: meaning + terms - against, meaning, terms, against };
  }

  /**
   * The minimum score of a good paper: well above the bulk of ordinary papers. (The upper half may be on the subject, so the lower half
   * defines the spread.) Or about how well the examples fit each other, if that is less: in a library that is all about them hardly any
   * paper stands out. Without examples a paper is good unless it is unusually near to the negative examples. Measured: src/README.md,
   * Recommendations.
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
   * How far each fit is above the {@link threshold} of a good paper; below 0 it is not good.
   *
   * If only words are wanted, the meaning must be unusual as well, because a word may be shared by chance. For a paper without an
   * embedding the words must be even more unusual: most papers share none of them, and any shared word sets a paper apart. Among `n`
   * papers none can stand out by more than `√(n − 1)`.
   *
   * If the words name what a good part of the library is about, few of these papers are unusual. Then those that are at least as near as
   * their median are good too, by a margin of 0, so that papers about something narrower go to the interest in that.
   */
  margins(fits: readonly Fit[], items: readonly Item[]): number[] {
    const threshold = this.threshold();
    if (!this.isWordsOnly) return fits.map(({ score }) => score - threshold);
    const reach = Math.min(1, Math.sqrt(Math.max(0, this.usualScores.length - 1)) / (2 * goodMeaning));
    const unsaid = Math.max(1, (leastUnit * usualDeviation(this.ordinary)) / this.meaningSpread.deviation);
    return fits.map(({ score, meaning, terms }, at) => {
      const margin = score - threshold;
      const item = items[at];
      // A single paper cannot stand out in meaning: only words decide.
      if (reach === 0 && item !== undefined && this.sharedTerms(item).length === 0) return -1;
      if (item?.vector !== undefined) {
        const above = meaning - this.othersMeaning;
        if (!this.holdsWords(item)) return Math.min(margin, above / unsaid - goodMeaning * reach);
        const standingOut = Math.min(margin, above - goodMeaning * reach);
        return Math.max(standingOut, Math.min(0, score - this.holdersScore));
      }
      const alone = terms / termsOfWords;
      return Math.min(margin + alone - terms, alone - goodDeviations * reach);
    });
  }

  /** The vectors of the positive examples; if there are many, of their representatives. */
  get wantedVectors(): readonly Float32Array[] {
    return this.wanted.vectors;
  }

  /** How near an item is to one example, with meaning and terms weighted as in the score. */
  likeness(item: Item, example: Item): number {
    const cosine = item.vector === undefined || example.vector === undefined ? 0 : dot(item.vector, example.vector);
    return cosine / this.meaningSpread.deviation + likenessOfTerms(item.terms, example.terms) / this.termSpread.deviation;
  }

  /**
   * Whether a cosine to an example is clearly above that of ordinary papers: a distant example is no reason, even if no other is nearer.
   */
  isNear(cosine: number): boolean {
    return standardized(cosine, this.meaningSpread) >= nearDeviations;
  }

  /** The terms that the item and the examples share, with their contributions to the score; unordered. */
  sharedTerms({ terms: { terms, weights } }: Item): { term: number; weight: number }[] {
    return Array.from(terms, (term, at) => ({ term, weight: this.wanted.weightOf(term) * (weights[at] ?? 0) })).filter(
      ({ weight }) => weight > 0,
    );
  }
}
