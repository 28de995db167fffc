/** What papers are counted by, and the counts. */
import { yearOf } from "./paper.js";
export const facetNames = ["years", "venues", "categories", "sources"];
/** The values of one paper. */
export function facetsOf(paper) {
    const year = yearOf(paper);
    return {
        years: year === undefined ? [] : [String(year)],
        venues: paper.venue === undefined ? [] : [paper.venue],
        categories: paper.categories,
        sources: paper.sources,
    };
}
/** The values that most papers have. */
export function mostCommon(counts, limit) {
    return [...counts]
        .map(([value, papers]) => ({ value, papers }))
        .sort((a, b) => b.papers - a.papers || (a.value < b.value ? -1 : 1))
        .slice(0, limit);
}
//# sourceMappingURL=facets.js.map