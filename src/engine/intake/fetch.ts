/** Fetches papers from a service into the library: first a page, then its position, so that an interruption costs at most one page. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import type { FetchPositionStore } from "../../core/fetch-position.ts";
import type { FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import type { PaperStore } from "../../core/paper-store.ts";
import type { SourceRecord } from "../../core/source.ts";
import type { SourceItemStore } from "../../core/source-items.ts";
import type { Upkeep } from "../../core/upkeep.ts";
import { type IngestCounts, type IngestOptions, ingest } from "./ingest.ts";

export interface FetchPapersOptions extends IngestOptions {
  /** Forget how far earlier runs came. */
  readonly restart?: boolean;
}

/** What stands for all kept ids. */
export const wanted = "wanted";

/** `at` is interpreted only by the source; `read` counts the records taken in up to there. */
const storedSchema = z.object({ at: z.record(z.string(), z.unknown()), read: z.number() });

/**
 * Requests pages until the source has no more, the limit is reached, or `signal` aborts. A limited fetch leaves no position: the next one
 * starts over.
 * @returns the counts; `counts` is also updated along the way. Throws what the source throws, and `library_busy`.
 */
export async function fetchPapers(
  library: PaperStore & FetchPositionStore & SourceItemStore & Upkeep,
  source: LiveSource,
  asked: FetchRequest,
  session: FetchSession,
  counts: IngestCounts,
  options: FetchPapersOptions = {},
): Promise<IngestCounts> {
  const request = await withWantedIds(library, source, asked);
  if (request.ids?.length === 0) return counts;
  source.check?.(request);
  const release = await library.claim(`fetch ${source.service}`);
  if (release === undefined)
    throw new AppError("library_busy", `Another process is fetching papers from ${source.title}.`, {
      mend: "Wait for it to finish: only one process at a time may contact a service.",
    });
  try {
    const key = keyOf(source, request, session);
    if (options.restart === true) await library.setFetchPosition(key, undefined);
    const stored = await readPosition(library, key);
    let read = stored?.read ?? 0;
    const places = new Set(stored === undefined ? [] : [JSON.stringify(stored.at)]);
    // The end of a run may be where it began. But after a position that was passed before, the same pages would come for ever.
    let isBack = false;
    const withinLimit = async function* (records: AsyncIterable<SourceRecord>) {
      for await (const record of records) {
        if (read >= (request.limit ?? Number.POSITIVE_INFINITY)) return;
        read++;
        yield record;
      }
    };
    for await (const page of source.pages(request, session, stored?.at)) {
      if (isBack) throw inACircle(source);
      await ingest(library, withinLimit(page.records), counts, options);
      if (options.signal?.aborted === true) break;
      if (page.fault !== undefined) throw page.fault;
      const place = JSON.stringify(page.next) ?? "";
      isBack = places.has(place);
      places.add(place);
      const isFull = read >= (request.limit ?? Number.POSITIVE_INFINITY);
      await library.setFetchPosition(key, isFull || page.next === undefined ? undefined : JSON.stringify({ at: page.next, read }));
      if (isFull) break;
    }
    return counts;
  } finally {
    await release();
  }
}

function inACircle(source: LiveSource): AppError {
  return new AppError("source_refused", `The pages of ${source.title} form a loop: the last one is followed by one that was read before.`, {
    mend: "The papers before it are stored. Try again later with --restart, or request less at once.",
  });
}

/** Replaces {@link wanted} among the ids by those that the library has stored and the source can look up. */
async function withWantedIds(library: PaperStore, source: LiveSource, request: FetchRequest): Promise<FetchRequest> {
  if (request.ids?.includes(wanted) !== true) return request;
  const known = (await library.wantedIds()).filter((id) => {
    try {
      source.check?.({ words: [], ids: [id] });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "invalid_request") return false;
      throw error;
    }
  });
  return { ...request, ids: [...new Set([...request.ids.filter((id) => id !== wanted), ...known])] };
}

/** Equal for equal requests to the same service. A digest, because requests may hold secrets, or thousands of ids. */
function keyOf(source: LiveSource, { words, ...rest }: FetchRequest, { address }: FetchSession): string {
  const asked = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${source.name} ${createHash("sha256")
    .update(JSON.stringify([address, words, asked]))
    .digest("hex")
    .slice(0, 32)}`;
}

async function readPosition(store: FetchPositionStore, key: string): Promise<{ at: FetchPosition; read: number } | undefined> {
  const text = await store.fetchPosition(key);
  return text === undefined ? undefined : storedSchema.parse(JSON.parse(text));
}
