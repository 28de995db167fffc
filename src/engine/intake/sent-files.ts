/** Files of papers that were sent from a page, and the outcome of each. */
import type { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import type { FileEvent, Refusal, SourceRecord } from "../../core/source.ts";
import { emptyCounts, type IngestCounts, ingest } from "./ingest.ts";

export interface SentFile {
  readonly name: string;
  readonly events: AsyncIterable<FileEvent>;
}

export interface SentReport {
  readonly name: string;
  readonly counts: IngestCounts;
  /** The first records that were refused; `counts.refused` has all. */
  readonly refusals: readonly Refusal[];
  /** Why it, or files in it, could not be read further: the first reasons. */
  readonly faults: readonly AppError[];
  readonly moreFaults: number;
}

/** Of refusals, and of faults: a page shows them. */
const mostNamed = 20;

/** One file after the other; one that cannot be read does not affect the rest. What was read before `signal` aborts is stored. */
export async function takeInFiles(library: Library, files: readonly SentFile[], signal?: AbortSignal): Promise<SentReport[]> {
  const reports: SentReport[] = [];
  for (const { name, events } of files) {
    const [counts, refusals, faults] = [emptyCounts(), [] as Refusal[], [] as AppError[]];
    let moreFaults = 0;
    const records = recordsOf(events, (fault) => {
      if (faults.length < mostNamed) faults.push(fault);
      else moreFaults++;
    });
    const onRefusal = (refusal: Refusal) => {
      if (refusals.length < mostNamed) refusals.push(refusal);
    };
    await ingest(library, records, counts, { onRefusal, ...(signal === undefined ? {} : { signal }) });
    reports.push({ name, counts, refusals, faults, moreFaults });
  }
  return reports;
}

async function* recordsOf(events: AsyncIterable<FileEvent>, onFault: (error: AppError) => void): AsyncIterable<SourceRecord> {
  for await (const event of events) {
    if (event.kind === "fault") onFault(event.error);
    else yield event;
  }
}
