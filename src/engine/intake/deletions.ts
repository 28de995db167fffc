/**
 * Records that their source has deleted. Nothing happens automatically: a person reviews them, and then has them withdrawn. Papers that
 * also have other records stay, and so do those that somebody saved, commented on or follows.
 */
import { ownerName } from "../../core/interest.ts";
import type { Library } from "../../core/library.ts";

export interface DeletedRecord {
  /** As its source calls it. */
  readonly item: string;
  readonly paperId: string;
  readonly title: string;
  /** When the source told, ISO 8601 in UTC. */
  readonly deleted: string;
  /** What happens to its paper without it: it has other records, somebody wants it, or it is removed. */
  readonly fate: "known" | "wanted" | "removed";
}

interface Found extends DeletedRecord {
  readonly key: string;
}

/** In the order of their names. */
export async function deletedRecords(library: Library): Promise<DeletedRecord[]> {
  return (await findDeleted(library)).map(({ key: _, ...record }) => record);
}

/**
 * Withdraws the records, and removes the papers of which nothing is left, except those that somebody wants: their records stay. @returns
 * what became of each.
 */
export async function applyDeletions(library: Library): Promise<DeletedRecord[]> {
  const done: DeletedRecord[] = [];
  for (const { key, ...record } of await findDeleted(library)) {
    done.push(record);
    if (record.fate === "wanted") continue;
    // Two records of one paper may both be deleted: then the second is its last.
    const outcome = await library.withdraw(record.paperId, key);
    if (outcome === "only" && record.fate === "removed") await library.remove([record.paperId]);
    await library.forgetItems([record.item]);
  }
  return done;
}

async function findDeleted(library: Library): Promise<Found[]> {
  const items = await library.deletedItems();
  if (items.length === 0) return [];
  const wanted = await wantedPapers(library);
  const labels = await library.resolve(items.map(({ id }) => id));
  const stored = await library.papers(labels.map((label) => label ?? 0));
  const gone = new Set(items.map(({ key }) => key));
  const found: Found[] = [];
  for (const [at, { item, key, deleted }] of items.entries()) {
    const [label, paper] = [labels[at], stored[at]?.paper];
    // The paper was removed, or is known by other records since.
    if (label === undefined || paper === undefined) continue;
    const records = (await library.contributions(label)).map((one) => one.key);
    if (!records.includes(key)) continue;
    const isWanted = async () =>
      [paper.paperId, ...paper.ids].some((id) => wanted.has(id)) || (await library.comments.countComments(paper.ids)).size > 0;
    const fate = records.some((one) => !gone.has(one)) ? "known" : (await isWanted()) ? "wanted" : "removed";
    found.push({ item, key, paperId: paper.paperId, title: paper.title, deleted, fate });
  }
  return found;
}

/** Ids of papers that somebody saved, voted for, wrote a note on, judged, or has as an example; nobody learns who (I9). */
async function wantedPapers({ personal }: Library): Promise<Set<string>> {
  const wanted = new Set<string>();
  for (const person of new Set([ownerName, ...(await personal.people())])) {
    for (const { kind, paperId } of await personal.feedback(person))
      if (kind === "save" || kind === "vote" || kind === "note") wanted.add(paperId);
    for (const { positives, negatives } of await personal.interests(person)) for (const id of [...positives, ...negatives]) wanted.add(id);
    for (const { paperId } of await personal.judgments(person)) wanted.add(paperId);
  }
  return wanted;
}
