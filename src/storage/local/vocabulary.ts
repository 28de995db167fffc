/** The terms of the word index in order, for finding those that are nearly one that was typed. */
import { editDistance, isCorrectable, type NearWord, nearWords } from "../../core/spelling.ts";
import { mergeInSlices, type Slices, sortInSlices } from "./slices.ts";

/** New terms that are looked at one by one before all are put in order again. */
const mostUnsorted = 2_000;
/** Terms between two looks at the clock. */
const termsAStep = 1_024;

export class Vocabulary {
  private sorted: readonly string[] = [];
  /** Those that came since; some may be in order already, when they had gone and came back. */
  private fresh: string[] = [];
  private ordering: Promise<void> | undefined;

  add(term: string): void {
    if (isCorrectable(term)) this.fresh.push(term);
  }

  /** Puts new terms in order where there are many. @param isKnown whether a term that was added has not gone since. */
  async order(isKnown: (term: string) => boolean, slices: Slices): Promise<void> {
    // One at a time, and the terms that came meanwhile again.
    while (this.ordering !== undefined) await this.ordering;
    if (this.fresh.length <= mostUnsorted) return;
    this.ordering = this.putInOrder(isKnown, slices).finally(() => {
      this.ordering = undefined;
    });
    await this.ordering;
  }

  near(word: string, most: number): NearWord[] {
    const near = new Map(nearWords(this.sorted, word, most).map((one) => [one.word, one]));
    for (const term of this.fresh) {
      if (near.has(term) || Math.abs(term.length - word.length) > most) continue;
      const distance = editDistance(word, term);
      if (distance <= most) near.set(term, { word: term, distance });
    }
    return [...near.values()];
  }

  private async putInOrder(isKnown: (term: string) => boolean, slices: Slices): Promise<void> {
    const taken = this.fresh.length;
    const all = await mergeInSlices(this.sorted, await sortInSlices(this.fresh.slice(0, taken), slices), slices);
    const kept: string[] = [];
    for (const [at, term] of all.entries()) {
      if (term !== all[at - 1] && isKnown(term)) kept.push(term);
      if (at % termsAStep === 0) await slices.giveWay();
    }
    this.sorted = kept;
    this.fresh = this.fresh.slice(taken);
  }
}
