/** What papers are counted by, and the counts. */
import { type Paper, yearOf } from "./paper.ts";

/** A value that papers have, and how many have it. */
export interface FacetValue {
  readonly value: string;
  readonly papers: number;
}

export const facetNames = ["years", "venues", "categories", "sources"] as const;

/** What a set of papers is made of: the values that most of them have, by number, then by text. */
export type Facets = Readonly<Record<(typeof facetNames)[number], readonly FacetValue[]>>;

/** The values of one paper. */
export function facetsOf(
  paper: Pick<Paper, "published" | "listed" | "venue" | "categories" | "sources">,
): Record<keyof Facets, readonly string[]> {
  const year = yearOf(paper);
  return {
    years: year === undefined ? [] : [String(year)],
    venues: paper.venue === undefined ? [] : [paper.venue],
    categories: paper.categories,
    sources: paper.sources,
  };
}

/** The values that most papers have. */
export function mostCommon(counts: ReadonlyMap<string, number>, limit: number): FacetValue[] {
  return [...counts]
    .map(([value, papers]) => ({ value, papers }))
    .sort((a, b) => b.papers - a.papers || (a.value < b.value ? -1 : 1))
    .slice(0, limit);
}
