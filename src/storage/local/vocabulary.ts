/** The terms of the word index in order, for finding those that are nearly one that was typed. */
import { editDistance, isCorrectable, type NearWord, nearWords } from "../../core/spelling.ts";

/** New terms that are looked at one by one before all are put in order again. */
const mostUnsorted = 2_000;

export class Vocabulary {
  private sorted: readonly string[] = [];
  /** How many terms the order holds. */
  private size = 0;

  /** @param terms all, in the order in which they came; only ever added to. */
  near(terms: readonly string[], word: string, most: number): NearWord[] {
    if (terms.length - this.size > mostUnsorted) {
      this.sorted = terms.filter(isCorrectable).sort();
      this.size = terms.length;
    }
    const unsorted = terms.slice(this.size).filter((term) => isCorrectable(term) && Math.abs(term.length - word.length) <= most);
    return [
      ...nearWords(this.sorted, word, most),
      ...unsorted.map((term) => ({ word: term, distance: editDistance(word, term) })).filter(({ distance }) => distance <= most),
    ];
  }
}
