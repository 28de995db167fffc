/** What a query in another service's language finds: no likeness, but papers that meet all of it. */
import type { Filters } from "../../core/filters.ts";
import type { Paper } from "../../core/paper.ts";
import type { Engine } from "../../engine/engine.ts";
import { longestWindow } from "../../engine/search/rank.ts";

/** All that can be had, best first, from a single ranking; without words the newest. Throws what a search does. */
export async function bestByWords(
  engine: Engine,
  { query, filters }: { readonly query: string; readonly filters: Filters },
  signal: AbortSignal,
): Promise<Paper[]> {
  const papers: Paper[] = [];
  const found = await engine.exportPapers({ query, filters, mode: "keyword", demandsWords: true, limit: longestWindow }, signal);
  for await (const paper of found) papers.push(paper);
  return papers;
}
