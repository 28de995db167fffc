/**
 * Interests as judges of papers: how well each paper fits the interest that it fits best, and whether that is good enough to be picked.
 */
import { termsOf } from "../../core/analysis.ts";
import type { Embedder } from "../../core/embedder.ts";
import { type Feedback, type Interest, isOpen } from "../../core/interest.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { roundScore } from "../../core/ranking/fusion.ts";
import { type Fit, Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import { examplesOfInterest } from "../people/interests.ts";
import { throwIfAbandoned, yieldTurn } from "../turns.ts";
import { type Example, examplesOf, ordinaryItems, wantedOf } from "./items.ts";

/** An interest, ready to judge papers. */
export interface Judge {
  readonly interest: Interest;
  readonly labels: readonly Label[];
  readonly examples: readonly Example[];
  /** Whether there are words or examples by which papers are ranked. */
  readonly ranks: boolean;
  /** How many examples it has of what is not wanted. */
  readonly unwanted: number;
  readonly preference: Preference;
  /**
   * Set for an interest that takes whatever meets its conditions: judges only similarity to negative examples. The same object as
   * `preference` if there is nothing to rank by.
   */
  readonly open: Preference | undefined;
  readonly within: LabelSet | undefined;
  /** Numbers of terms that none of its picks may contain. */
  readonly excluded: ReadonlySet<number>;
}

/** @param feedback all of the person's, latest first. */
export async function judgeOf(
  library: Library,
  embedder: Embedder,
  interest: Interest,
  feedback: readonly Feedback[],
  signal: AbortSignal | undefined,
): Promise<Judge> {
  const { positives, negatives } = await examplesOfInterest(library, interest, feedback);
  const { examples, ...wanted } = await wantedOf(library, embedder, { words: interest.words, labels: positives }, signal);
  const ordinary = await ordinaryItems(library);
  const unwanted = await examplesOf(library, embedder, negatives, signal);
  const preference = new Preference(wanted.items, unwanted, ordinary, wanted.isWordsOnly);
  return {
    interest,
    labels: positives,
    examples,
    ranks: wanted.items.length > 0,
    unwanted: unwanted.length,
    preference,
    open: isOpen(interest) ? (wanted.items.length === 0 ? preference : new Preference([], unwanted, ordinary)) : undefined,
    within: await library.matching([interest.filters, { withdrawn: false }]),
    excluded: new Set((await library.termVectorOf(new Map(interest.excludedWords.flatMap(termsOf).map((term) => [term, 1])))).terms),
  };
}

export interface Verdict {
  readonly judge: Judge;
  readonly score: number;
  /** How far the score is above the interest's threshold. */
  readonly margin: number;
}

/**
 * For each paper, the interest that it fits best among those whose conditions it meets. All papers are compared with one interest before
 * the next.
 */
export async function judgeAll(
  judges: readonly Judge[],
  labels: readonly Label[],
  items: readonly Item[],
  signal: AbortSignal | undefined,
): Promise<(Verdict | undefined)[]> {
  const best: (Verdict | undefined)[] = labels.map(() => undefined);
  for (const judge of judges) {
    await yieldTurn();
    throwIfAbandoned(signal);
    // Its examples have all left the library.
    if (!judge.ranks && judge.open === undefined) continue;
    const admitted = [...items.entries()].filter(([at, item]) => admits(judge, labels[at] ?? 0, item));
    const own = admitted.map(([, item]) => item);
    const fits = judge.preference.fits(own);
    const margins = marginsOf(judge, fits, own);
    for (const [next, [at]] of admitted.entries()) {
      const fit = fits[next]?.score ?? 0;
      // Being far from negative examples is no merit.
      const score = roundScore(judge.ranks ? fit : Math.min(0, fit));
      const margin = roundScore(margins[next] ?? 0);
      // A paper that an open interest does not want is not its near miss.
      if (judge.open !== undefined && margin < 0) continue;
      const other = best[at];
      if (other === undefined || margin > other.margin) best[at] = { judge, score, margin };
    }
  }
  return best;
}

/**
 * An open interest gives whatever meets its conditions a margin of 0, so that a paper goes to another interest that it fits. Papers near
 * to its negative examples are below 0, and those near to papers saved for it above.
 */
function marginsOf({ preference, open }: Judge, fits: readonly Fit[], items: readonly Item[]): number[] {
  const margins = preference.margins(fits, items);
  if (open === undefined) return margins;
  if (open === preference) return margins.map((margin) => Math.min(0, margin));
  const unwanted = open.margins(open.fits(items), items);
  return margins.map((margin, at) => Math.min(0, unwanted[at] ?? 0) || Math.max(0, margin));
}

function admits({ within, excluded }: Judge, label: Label, { terms }: Item): boolean {
  return within?.has(label) !== false && (excluded.size === 0 || !terms.terms.some((term) => excluded.has(term)));
}
