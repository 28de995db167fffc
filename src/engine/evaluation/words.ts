/** What an interest of words alone admits, measured on screened reviews, with each review's query as the words. */
import { mean } from "../../core/ranking/metrics.ts";
import { Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import type { Engine } from "../engine.ts";
import type { Corpus, Review } from "./recommend.ts";

/** Shares of papers that are good enough to be picked, mean over reviews. */
export interface WordsAlone {
  readonly included: number;
  readonly excluded: number;
  /** Of other reviews. */
  readonly others: number;
}

export async function measureWordsAlone(
  engine: Engine,
  corpus: Corpus,
  reviews: readonly Review[],
  ordinary: readonly Item[],
): Promise<WordsAlone> {
  const shares: WordsAlone[] = [];
  for (const { words, pool, included } of reviews) {
    const preference = new Preference([await engine.itemOfWords(words)], [], ordinary, true);
    const margins = preference.margins(preference.fits(corpus.items), corpus.items);
    const own = new Set(pool);
    const share = (counts: (id: string) => boolean) => {
      const places = [...corpus.places].filter(([id]) => counts(id)).map(([, place]) => place);
      return places.filter((place) => (margins[place] ?? -1) >= 0).length / Math.max(1, places.length);
    };
    shares.push({
      included: share((id) => included.has(id)),
      excluded: share((id) => own.has(id) && !included.has(id)),
      others: share((id) => !own.has(id)),
    });
  }
  const of = (pick: (one: WordsAlone) => number) => mean(shares.map(pick));
  return { included: of((one) => one.included), excluded: of((one) => one.excluded), others: of((one) => one.others) };
}
