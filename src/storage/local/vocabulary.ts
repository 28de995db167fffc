/** The terms of the word index in order, for finding those that are nearly one that was typed. */
import { editDistance, isCorrectable, type NearWord, nearWords } from "../../core/spelling.ts";
import { mergeInSlices, type Slices, sortInSlices } from "./slices.ts";

/** New terms that are looked at one by one before all are put in order again. */
const mostUnsorted = 2_000;

export class Vocabulary {
  private sorted: readonly string[] = [];
  /** How many terms the order holds. */
  private size = 0;
  private ordering: Promise<void> | undefined;

  /** Puts new terms in order where there are many. @param terms all, in the order in which they came; only ever added to. */
  async order(terms: readonly string[], slices: Slices): Promise<void> {
    // One at a time, and the terms that came meanwhile again.
    while (this.ordering !== undefined) await this.ordering;
    if (terms.length - this.size <= mostUnsorted) return;
    this.ordering = this.putInOrder(terms, slices).finally(() => {
      this.ordering = undefined;
    });
    await this.ordering;
  }

  /** @param terms as {@link order} has them. */
  near(terms: readonly string[], word: string, most: number): NearWord[] {
    const unsorted = terms.slice(this.size).filter((term) => isCorrectable(term) && Math.abs(term.length - word.length) <= most);
    return [
      ...nearWords(this.sorted, word, most),
      ...unsorted.map((term) => ({ word: term, distance: editDistance(word, term) })).filter(({ distance }) => distance <= most),
    ];
  }

  private async putInOrder(terms: readonly string[], slices: Slices): Promise<void> {
    const size = terms.length;
    const fresh: string[] = [];
    for (let at = this.size; at < size; at++) {
      const term = terms[at] ?? "";
      if (isCorrectable(term)) fresh.push(term);
      if (fresh.length % 1_024 === 0) await slices.giveWay();
    }
    this.sorted = await mergeInSlices(this.sorted, await sortInSlices(fresh, slices), slices);
    this.size = size;
  }
}
