/** Papers that leave the library: the best of a search, all that meet conditions, or those that a person saved. */
import { AppError } from "../core/errors.ts";
import type { PapersToExport } from "../core/export/format.ts";
import { isUnfiltered } from "../core/filters.ts";
import type { FeedbackKind } from "../core/interest.ts";
import type { Label } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import type { Paper } from "../core/paper.ts";
import type { StoredPaper } from "../core/paper-store.ts";
import { parseQuery } from "../core/query.ts";
import { conditionsOf } from "./conditions.ts";
import { papersInTurns } from "./papers.ts";
import { longestWindow } from "./rank.ts";
import type { Question } from "./search-request.ts";

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
 * none. Refusals come before the first paper. Throws what a search does, and `cancelled`.
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
    return papersAlone(papersInTurns(library, await best(question, limit ?? usualExport), signal));
  }
  const within = await conditionsOf(library, parsed, question.filters ?? {}, question.unseenBy);
  const size = within?.size ?? (await library.countPapers());
  const labels = await library.newest(within, { limit: Math.min(limit ?? size, size), offset: 0 });
  return papersAlone(papersInTurns(library, labels, signal));
}

/** Read as they are taken. */
async function* papersAlone(stored: AsyncIterable<StoredPaper>): AsyncGenerator<Paper> {
  for await (const { paper } of stored) yield paper;
}

function checkLimit(limit: number): void {
  if (limit <= longestWindow) return;
  throw new AppError("invalid_request", `limit is ${limit}; of a search with words the best ${longestWindow} papers can be exported.`, {
    mend: "Without words, all papers that meet the conditions can be exported.",
  });
}
