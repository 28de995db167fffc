/** Why a paper is recommended: taken from what its score was made of. */
import { wordsOf } from "../core/analysis.ts";
import type { Library } from "../core/library.ts";
import type { Paper } from "../core/paper.ts";
import { roundScore } from "../core/ranking/fusion.ts";
import type { Preference } from "../core/ranking/preference.ts";
import type { Item } from "../core/ranking/side.ts";
import { dot } from "../core/vectors.ts";
import type { Example } from "./items.ts";

export interface Reason {
  /** The examples that it is nearest to in meaning and terms together, nearest first, with their cosines; none that are far away. */
  readonly nearest: readonly {
    readonly paperId: string;
    readonly title: string;
    readonly cosine: number;
  }[];
  /** Its words that the examples hold too, by what they add to the score, weightiest first. */
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

/** Numbers and single letters, as formulas and lists have them, tell nobody anything: they are left out where there are other words. */
export function tellingWords(words: readonly string[]): readonly string[] {
  const telling = words.filter((word) => !/^(?:\p{Script=Latin}|\p{Script=Greek}|\p{N}+)$/u.test(word));
  return telling.length === 0 ? words : telling;
}

/** How a text writes each of its terms the first time; capitals at the beginning of a word say nothing. */
export function firstSpellings(texts: readonly string[]): Map<string, string> {
  const wordOf = new Map<string, string>();
  for (const { term, text } of texts.flatMap((one) => wordsOf(one))) {
    if (term !== undefined && !wordOf.has(term)) wordOf.set(term, /^\p{Lu}\p{Ll}+$/u.test(text) ? text.toLowerCase() : text);
  }
  return wordOf;
}

/** What adds less than this share of the weightiest term is left out. */
const leastShare = 0.3;

/** By text where they add the same: the numbers of terms depend on the history of the index (I8). */
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
