/** Suggestions by scanning every paper. */

import type { FacetValue } from "../../core/facets.ts";
import { compareText } from "../../core/order.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import {
  fitOf,
  fitOfName,
  namesOf,
  type Suggested,
  type SuggestedKind,
  type SuggestedName,
  standingOf,
  suggestKey,
  typedKey,
} from "../../core/suggest.ts";

export function suggestPapers(papers: readonly StoredPaper[], raw: string, kinds: readonly SuggestedKind[], limit: number): Suggested {
  const typed = typedKey(raw);
  const names = (kind: SuggestedName) => (kinds.includes(kind) ? bestNames(papers, kind, typed).slice(0, limit) : []);
  return {
    titles: kinds.includes("titles") ? bestTitles(papers, typed).slice(0, limit) : [],
    authors: names("authors"),
    venues: names("venues"),
    categories: names("categories"),
    sources: names("sources"),
    complete: true,
  };
}

function bestTitles(papers: readonly StoredPaper[], typed: string): number[] {
  return papers
    .flatMap(({ label, paper }) => {
      const fit = fitOf(suggestKey(paper.title), typed);
      return fit === undefined ? [] : [{ label, fit, paperId: paper.paperId, standing: standingOf(paper) }];
    })
    .sort((a, b) => a.fit - b.fit || b.standing - a.standing || compareText(a.paperId, b.paperId))
    .map(({ label }) => label);
}

function bestNames(papers: readonly StoredPaper[], kind: SuggestedName, typed: string): FacetValue[] {
  const spellingsOf = new Map<string, Map<string, number>>();
  for (const { paper } of papers) {
    // A paper that spells a name in two ways counts once for it.
    const own = new Map<string, string>();
    for (const name of namesOf(paper)[kind]) if (!own.has(suggestKey(name))) own.set(suggestKey(name), name);
    for (const [key, name] of own) {
      const spellings = spellingsOf.get(key) ?? new Map<string, number>();
      spellingsOf.set(key, spellings.set(name, (spellings.get(name) ?? 0) + 1));
    }
  }
  return [...spellingsOf]
    .flatMap(([key, spellings]) => {
      const fit = fitOfName(key, typed);
      const byPapers = [...spellings].sort(([a, ofA], [b, ofB]) => ofB - ofA || compareText(a, b));
      const papersOf = byPapers.reduce((sum, [, count]) => sum + count, 0);
      return fit === undefined ? [] : [{ key, fit, value: byPapers[0]?.[0] ?? "", papers: papersOf }];
    })
    .sort((a, b) => a.fit - b.fit || b.papers - a.papers || compareText(a.key, b.key))
    .map(({ value, papers: count }) => ({ value, papers: count }));
}
