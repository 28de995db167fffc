/** Records of one batch that are one contribution: duplicates in a reference manager, an article's entry and its preprint's. */
import { contributionKey, mergeVersions } from "./merge.ts";
import type { NewPaper } from "./paper.ts";
import type { UpsertResult } from "./paper-store.ts";

/**
 * Stores a batch whose duplicates are combined first. Stored one after the other, each would replace the one before, and a file that
 * contains them would change its papers on every import.
 * @param upsert of one paper, which is the one at this place of the batch if it has no duplicate.
 */
export function upsertWithDoubles(papers: readonly NewPaper[], upsert: (paper: NewPaper, at: number) => UpsertResult): UpsertResult[] {
  const said = new Map<string, NewPaper>();
  const addsToDouble = papers.map((paper) => {
    const key = contributionKey(paper);
    const before = said.get(key);
    const after = mergeVersions(paper, before);
    said.set(key, after);
    return before !== undefined && JSON.stringify(after) !== JSON.stringify(before);
  });
  if (said.size === papers.length) return papers.map(upsert);
  const changed = new Set<string>();
  return papers.map((paper, at): UpsertResult => {
    const key = contributionKey(paper);
    const result = upsert(said.get(key) ?? paper, at);
    if (result.outcome !== "unchanged") changed.add(key);
    // Its content was stored with the first record of its key.
    else if (changed.has(key) && addsToDouble[at] === true) return { ...result, outcome: "merged" };
    return result;
  });
}

/**
 * Parts of a batch that are stored one after the other, of `size` records or slightly more: a duplicate is put into the part of the first
 * record with its key, where {@link upsertWithDoubles} combines them.
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
