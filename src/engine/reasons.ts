/** Why a paper is recommended: taken from what its score was made of. */
import { wordsOf } from "../core/analysis.ts";
import type { Paper } from "../core/paper.ts";
import { roundScore } from "../core/ranking/fusion.ts";
import type { Item, Preference } from "../core/ranking/preference.ts";
import type { Library } from "../core/storage.ts";
import { dot } from "../core/vectors.ts";

export interface Reason {
  /** The examples that it is nearest to, nearest first, with their cosines. */
  readonly nearest: readonly {
    readonly paperId: string;
    readonly title: string;
    readonly cosine: number;
  }[];
  /** Its words that the examples hold too, by what they add to the score, weightiest first. */
  readonly terms: readonly string[];
}

/** An example that has a name: words that were given have none. */
export interface NamedExample {
  readonly paper: Pick<Paper, "paperId" | "title">;
  readonly item: Item;
}

const shownExamples = 3;
const shownTerms = 6;

export async function reasonOf(
  library: Library,
  paper: Paper,
  item: Item,
  preference: Preference,
  examples: readonly NamedExample[],
): Promise<Reason> {
  const wordOf = new Map<string, string>();
  for (const { term, text } of wordsOf(`${paper.title} ${paper.abstract}`)) {
    if (term !== undefined && !wordOf.has(term)) wordOf.set(term, /^\p{Lu}\p{Ll}+$/u.test(text) ? text.toLowerCase() : text);
  }
  const shared = await library.termTexts(preference.sharedTerms(item).map(({ term }) => term));
  return {
    nearest: nearestExamples(item, examples).slice(0, shownExamples),
    terms: shared.flatMap((term) => wordOf.get(term) ?? []).slice(0, shownTerms),
  };
}

function nearestExamples({ vector }: Item, examples: readonly NamedExample[]): Reason["nearest"][number][] {
  return examples
    .flatMap(({ paper: { paperId, title }, item }) =>
      vector === undefined || item.vector === undefined ? [] : [{ paperId, title, cosine: roundScore(dot(vector, item.vector)) }],
    )
    .sort((a, b) => b.cosine - a.cosine);
}
