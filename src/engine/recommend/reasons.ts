/** Why a paper is recommended: read off the parts of its score. */
import { wordsOf } from "../../core/analysis.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { roundScore } from "../../core/ranking/fusion.ts";
import type { Preference } from "../../core/ranking/preference.ts";
import type { Item } from "../../core/ranking/side.ts";
import { dot } from "../../core/vectors.ts";
import type { Example } from "./items.ts";

export interface Reason {
  /** The nearest examples in meaning and terms together, nearest first, with their cosines; distant ones are left out. */
  readonly nearest: readonly {
    readonly paperId: string;
    readonly title: string;
    readonly cosine: number;
  }[];
  /** Its words that the examples contain too, by their contribution to the score, highest first. */
  readonly terms: readonly string[];
}

const shownExamples = 3;
const shownTerms = 6;

export async function reasonOf(
  library: Library,
  paper: Paper,
  item: Item,
  preference: Preference,
  examples: readonly Example[],
): Promise<Reason> {
  const wordOf = firstSpellings([`${paper.title} ${paper.abstract}`]);
  const shared = await sharedTerms(library, item, preference);
  return {
    nearest: await nearestExamples(library, item, preference, examples),
    terms: tellingWords(shared.flatMap((term) => wordOf.get(term) ?? [])).slice(0, shownTerms),
  };
}

/** Numbers and single letters, as in formulas and lists, are not informative: they are left out if there are other words. */
export function tellingWords(words: readonly string[]): readonly string[] {
  const telling = words.filter((word) => !/^(?:\p{Script=Latin}|\p{Script=Greek}|\p{N}+)$/u.test(word));
  return telling.length === 0 ? words : telling;
}

/** How a text first spells each of its terms; a capital at the beginning of a word is not significant. */
export function firstSpellings(texts: readonly string[]): Map<string, string> {
  const wordOf = new Map<string, string>();
  for (const { term, text } of texts.flatMap((one) => wordsOf(one))) {
    if (term !== undefined && !wordOf.has(term)) wordOf.set(term, /^\p{Lu}\p{Ll}+$/u.test(text) ? text.toLowerCase() : text);
  }
  return wordOf;
}

/** A term that contributes less than this share of the weightiest one is left out. */
const leastShare = 0.3;

/** Ties are ordered by text, since term numbers depend on the history of the index (I8). */
async function sharedTerms(library: Library, item: Item, preference: Preference): Promise<string[]> {
  const shared = preference.sharedTerms(item);
  const texts = await library.termTexts(shared.map(({ term }) => term));
  const heaviest = Math.max(...shared.map(({ weight }) => weight));
  return shared
    .map(({ weight }, at) => ({ text: texts[at] ?? "", weight: roundScore(weight) }))
    .filter(({ weight }) => weight >= leastShare * heaviest)
    .sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text);
}

async function nearestExamples(
  library: Library,
  item: Item,
  preference: Preference,
  examples: readonly Example[],
): Promise<Reason["nearest"]> {
  const { vector } = item;
  const nearest = examples
    .flatMap((example) =>
      vector === undefined || example.vector === undefined
        ? []
        : [
            {
              label: example.label,
              cosine: roundScore(dot(vector, example.vector)),
              likeness: roundScore(preference.likeness(item, example)),
            },
          ],
    )
    .filter(({ cosine }) => preference.isNear(cosine))
    .sort((a, b) => b.likeness - a.likeness || a.label - b.label)
    .slice(0, shownExamples);
  const stored = await library.papers(nearest.map(({ label }) => label));
  return nearest.flatMap(({ cosine }, at) => {
    const paper = stored[at]?.paper;
    return paper === undefined ? [] : [{ paperId: paper.paperId, title: paper.title, cosine }];
  });
}
