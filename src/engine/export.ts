/** Papers that leave the library: the best of a search, all that meet conditions, or those that a person saved. */
import { AppError, toAppError } from "../core/errors.ts";
import type { PapersToExport } from "../core/export/format.ts";
import { firstDay, isUnfiltered } from "../core/filters.ts";
import type { FeedbackKind } from "../core/interest.ts";
import type { Label, LabelSet } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { compareText } from "../core/order.ts";
import { dateOf, type Paper } from "../core/paper.ts";
import type { UnreadPaper } from "../core/paper-store.ts";
import { parseQuery } from "../core/query.ts";
import { counted } from "../core/text.ts";
import { batchesInTurns } from "./papers.ts";
import { conditionsOf } from "./search/conditions.ts";
import { longestWindow } from "./search/rank.ts";
import type { Question } from "./search/search-request.ts";

export interface ExportRequest extends Question {
  /** The maximum number; for a search with words {@link usualExport} unless given, otherwise all. */
  readonly limit?: number | undefined;
  /** Instead of a search; it excludes words and conditions. */
  readonly said?: Said | undefined;
}

/** A person's feedback that selects papers, instead of a search. */
export interface Said {
  readonly person: string;
  readonly kind: FeedbackKind;
}

/** Throws `invalid_request` if it is combined with a search. */
export function requireNoQuestion({ query, unseenBy, filters = {} }: Question): void {
  if (query.trim() === "" && unseenBy === undefined && isUnfiltered(filters)) return;
  throw new AppError("invalid_request", "kind replaces a search: it cannot be combined with words or conditions.");
}

/** Every paper is more or less near to a query, and nobody means all of them. */
export const usualExport = 100;

/**
 * With words, the best of the search. Without words, the newest of the papers that meet the conditions, or of all papers if there are
 * none. Refusals come before the first paper. Throws what a search does, `cancelled`, and, after all papers that could be read,
 * {@link PartialExport} if those are not all.
 */
export async function exportedBySearch(
  library: Library,
  best: (question: Question, limit: number) => Promise<readonly Label[]>,
  { limit, ...question }: ExportRequest,
  signal?: AbortSignal,
): Promise<PapersToExport> {
  const parsed = parseQuery(question.query);
  if (parsed.text !== "" || parsed.id !== undefined) {
    checkLimit(limit ?? usualExport);
    return takenAlong(library, await best(question, limit ?? usualExport), signal);
  }
  return await exportedByConditions(library, { limit, ...question }, signal);
}

/**
 * Without words: neither a model nor an index is asked, so that papers can be taken out of a library that has lost them. Throws as
 * {@link exportedBySearch}.
 */
export async function exportedByConditions(
  library: Library,
  { limit, ...question }: ExportRequest,
  signal?: AbortSignal,
): Promise<PapersToExport> {
  const within = await conditionsOf(library, parseQuery(question.query), question.filters ?? {}, question.unseenBy);
  const listed = await unlessDamaged(async () => {
    const size = within?.size ?? (await library.countPapers());
    return await library.newest(within, { limit: Math.min(limit ?? size, size), offset: 0 });
  });
  if (limit !== undefined && listed !== undefined) return takenAlong(library, listed, signal);
  if (limit !== undefined) return newestReadable(library, within, limit, signal);
  if (within === undefined) return everything(library, listed, signal);
  // All of them, if in another order: the one that is wanted stands in rows that cannot be read.
  return takenAlong(library, listed ?? [...within.labels()], signal);
}

/** What an export ends with that could not take along all that it should: after the last of those that could be read. */
export class PartialExport extends AppError {
  /** @param isWhole whether there can be no others than these. */
  constructor(unread: readonly UnreadPaper[], isWhole: boolean) {
    const [named, more] = [
      unread.flatMap(({ id }) => id ?? []),
      isWhole ? "" : " There may be others, of which nothing is known any more.",
    ];
    const what = unread.length === 0 ? "Parts of the table of papers" : `${counted(unread.length, "stored paper")} (${inRanges(unread)})`;
    super("library_damaged", `This is not all: ${what} cannot be read, since the library is damaged.${more}`, {
      mend: `Restore a backup for them${named.length === 0 ? "" : `, or import them again: ${shortList(named)}`}.`,
    });
  }
}

const mostNamed = 20;

function shortList(texts: readonly string[]): string {
  const more = texts.length > mostNamed ? ` and ${texts.length - mostNamed} more` : "";
  return `${texts.slice(0, mostNamed).join(", ")}${more}`;
}

/** `labels 3, 17–19`. */
function inRanges(papers: readonly UnreadPaper[]): string {
  const ranges: [Label, Label][] = [];
  for (const label of papers.map((one) => one.label).sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === label - 1) last[1] = label;
    else ranges.push([label, label]);
  }
  const texts = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return `${papers.length === 1 ? "label" : "labels"} ${shortList(texts)}`;
}

/** Read as they are taken. Throws {@link PartialExport} at its end. */
export async function* takenAlong(library: Library, labels: readonly Label[], signal?: AbortSignal): AsyncGenerator<Paper> {
  const unread = yield* readable(library, labels, signal);
  if (unread.length > 0) throw new PartialExport(unread, true);
}

/**
 * All papers, the newest first; where the library is damaged, also those that are missing from what lists them so.
 * @param listed undefined where that is damaged itself.
 */
async function* everything(library: Library, listed: readonly Label[] | undefined, signal?: AbortSignal): AsyncGenerator<Paper> {
  const unread = yield* readable(library, listed ?? [], signal);
  if (listed !== undefined && unread.length === 0) return;
  const before = new Set(listed);
  const { labels, isWhole } = await library.knownLabels();
  const others = labels.filter((label) => !before.has(label));
  unread.push(...(yield* readable(library, others, signal)));
  // What can be walked through to its end lacks those alone that could not be read.
  if (unread.length > 0 || !isWhole) throw new PartialExport(unread, isWhole);
}

/** Where the list of the newest papers is damaged: all papers are read for their dates, and then those that are wanted. */
async function* newestReadable(library: Library, within: LabelSet | undefined, limit: number, signal?: AbortSignal): AsyncGenerator<Paper> {
  const known = within === undefined ? await library.knownLabels() : { labels: [...within.labels()], isWhole: true };
  const dated: { label: Label; date: string; paperId: string }[] = [];
  const unread: UnreadPaper[] = [];
  for await (const batch of batchesInTurns(known.labels, signal)) {
    const found = await library.rescue(batch);
    for (const { label, paper } of found.papers) dated.push({ label, date: firstDay(dateOf(paper) ?? ""), paperId: paper.paperId });
    unread.push(...found.unread);
  }
  dated.sort((a, b) => compareText(b.date, a.date) || compareText(a.paperId, b.paperId));
  const chosen = dated.slice(0, limit).map(({ label }) => label);
  yield* readable(library, chosen, signal);
  if (unread.length > 0 || !known.isWhole) throw new PartialExport(unread, known.isWhole);
}

async function unlessDamaged<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (toAppError(error).code !== "library_damaged") throw error;
    return undefined;
  }
}

/** Those that can be read. @returns the others. */
async function* readable(library: Library, labels: readonly Label[], signal?: AbortSignal): AsyncGenerator<Paper, UnreadPaper[]> {
  const unread: UnreadPaper[] = [];
  for await (const batch of batchesInTurns(labels, signal)) {
    const found = await library.rescue(batch);
    for (const { paper } of found.papers) yield paper;
    unread.push(...found.unread);
  }
  return unread;
}

function checkLimit(limit: number): void {
  if (limit <= longestWindow) return;
  throw new AppError("invalid_request", `limit is ${limit}; of a search with words the best ${longestWindow} papers can be exported.`, {
    mend: "Without words, all papers that meet the conditions can be exported.",
  });
}
