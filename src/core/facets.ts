/** What papers are counted by. */
import { type Paper, yearOf } from "./paper.ts";
import type { Facets, FacetValue } from "./storage.ts";

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
