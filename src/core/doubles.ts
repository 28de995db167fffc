/** Records of one batch that are one contribution: the doubles of a reference manager, an article's entry and its preprint's. */
import { contributionKey, sayAgain } from "./merge.ts";
import type { NewPaper } from "./paper.ts";
import type { UpsertResult } from "./paper-store.ts";

/**
 * Stores a batch whose doubles all say what they say together: one after the other, each would take the place of the one
 * before it, and a file that holds them would change its papers each time that it comes.
 * @param upsert of one paper, which is the one at this place of the batch where it has no double.
 */
export function upsertWithDoubles(papers: readonly NewPaper[], upsert: (paper: NewPaper, at: number) => UpsertResult): UpsertResult[] {
  const said = new Map<string, NewPaper>();
  const addsToDouble = papers.map((paper) => {
    const key = contributionKey(paper);
    const before = said.get(key);
    const after = sayAgain(paper, before);
    said.set(key, after);
    return before !== undefined && JSON.stringify(after) !== JSON.stringify(before);
  });
  if (said.size === papers.length) return papers.map(upsert);
  const changed = new Set<string>();
  return papers.map((paper, at): UpsertResult => {
    const key = contributionKey(paper);
    const result = upsert(said.get(key) ?? paper, at);
    if (result.outcome !== "unchanged") changed.add(key);
    // It has said its part with the first of its key.
    else if (changed.has(key) && addsToDouble[at] === true) return { ...result, outcome: "merged" };
    return result;
  });
}

/**
 * Parts of a batch that are stored one after the other, of `size` records or somewhat more: a double is in the part of the first of its key,
 * where {@link upsertWithDoubles} puts them together.
 */
export function partsOf<T extends { readonly paper: NewPaper }>(batch: readonly T[], size: number): (readonly T[])[] {
  if (batch.length <= size) return batch.length === 0 ? [] : [batch];
  const [parts, partOfKey] = [[] as T[][], new Map<string, T[]>()];
  for (const record of batch) {
    const key = contributionKey(record.paper);
    const known = partOfKey.get(key);
    if (known !== undefined) {
      known.push(record);
      continue;
    }
    if (partOfKey.size % size === 0) parts.push([]);
    const part = parts.at(-1) ?? [];
    partOfKey.set(key, part);
    part.push(record);
  }
  return parts;
}
