/**
 * Ingests papers from a source into the library: in batches, each acknowledged when it is durable, with a count of the outcomes of all
 * records.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { partsOf } from "../../core/doubles.ts";
import { contributionKey } from "../../core/merge.ts";
import type { PaperStore } from "../../core/paper-store.ts";
import type { Refusal, SourceRecord } from "../../core/source.ts";
import type { SourceItem, SourceItemStore } from "../../core/source-items.ts";

export interface IngestCounts {
  read: number;
  new: number;
  changed: number;
  unchanged: number;
  merged: number;
  refused: number;
  /** Ids stored for later lookup, of papers that do not exist yet. */
  kept: number;
  /** Existing records that their source has deleted. Nothing is removed until a person applies it. */
  deleted: number;
}

export function emptyCounts(): IngestCounts {
  return { read: 0, new: 0, changed: 0, unchanged: 0, merged: 0, refused: 0, kept: 0, deleted: 0 };
}

export interface IngestOptions {
  readonly signal?: AbortSignal;
  /** Records among which duplicates are combined; {@link wholeBatch} unless given. */
  readonly batchSize?: number;
  /** Papers per transaction; few unless given, since the process does other work between transactions. */
  readonly transactionSize?: number;
  /** Called with each refused record, in order. */
  readonly onRefusal?: (refusal: Refusal) => void;
  /** Called when a transaction is durable. */
  readonly onBatch?: (counts: Readonly<IngestCounts>) => void;
}

/** Records per batch, and papers per transaction of a process that does nothing else: larger transactions share their fixed cost. */
export const wholeBatch = 2_000;
/** Papers per transaction if others wait for it: between transactions a server answers and a model gets texts. */
const politeTransaction = 100;

/**
 * Stores every paper of a source. Stops cleanly between batches when `signal` aborts: what was counted is stored.
 * @returns the counts; `counts` is also updated along the way.
 */
export async function ingest(
  store: PaperStore & SourceItemStore,
  records: AsyncIterable<SourceRecord>,
  counts: IngestCounts,
  options: IngestOptions = {},
): Promise<IngestCounts> {
  const { batchSize = wholeBatch, transactionSize = politeTransaction } = options;
  const onBatch = () => options.onBatch?.(counts);
  let batch = emptyBatch();
  for await (const record of records) {
    if (options.signal?.aborted === true) break;
    if (record.kind === "refused") {
      counts.read++;
      counts.refused++;
      options.onRefusal?.(record.refusal);
      continue;
    }
    if (record.kind === "collection") continue;
    if (record.kind === "deleted") batch.deleted.push(record.item);
    else if (record.kind === "id") batch.ids.push(record.id);
    else batch.papers.push(record);
    if (batch.papers.length + batch.ids.length + batch.deleted.length >= batchSize) {
      await storeBatch(store, batch, counts, transactionSize, onBatch);
      batch = emptyBatch();
    }
  }
  await storeBatch(store, batch, counts, transactionSize, onBatch);
  return counts;
}

type PaperRecord = Extract<SourceRecord, { readonly kind: "paper" }>;

/** What is stored together. */
interface Batch {
  readonly papers: PaperRecord[];
  readonly ids: string[];
  readonly deleted: string[];
}

function emptyBatch(): Batch {
  return { papers: [], ids: [], deleted: [] };
}

/** @param onBatch called when a transaction is durable; between two transactions the process does other work. */
async function storeBatch(
  store: PaperStore & SourceItemStore,
  { papers, ids, deleted }: Batch,
  counts: IngestCounts,
  transactionSize: number,
  onBatch: () => void,
): Promise<void> {
  if (ids.length > 0) {
    counts.read += ids.length;
    const kept = await store.keepIds(ids);
    counts.kept += kept;
    counts.unchanged += ids.length - kept;
  }
  const parts = partsOf(papers, transactionSize);
  for (const [at, part] of parts.entries()) {
    await storePapers(store, part, counts);
    if (at === parts.length - 1) break;
    onBatch();
    await nextTurn();
  }
  // After the papers: a record may be new and deleted in one answer.
  if (deleted.length > 0) counts.deleted += await store.markDeleted(deleted);
  onBatch();
}

async function storePapers(store: PaperStore & SourceItemStore, records: readonly PaperRecord[], counts: IngestCounts): Promise<void> {
  const papers = records.map(({ paper }) => paper);
  const keys = records.map((record) => record.keys);
  const items = records.flatMap(({ paper, item }): SourceItem[] =>
    item === undefined ? [] : [{ item, key: contributionKey(paper), id: paper.ids[0] ?? "" }],
  );
  for (const { outcome } of await store.upsert(papers, keys)) {
    counts.read++;
    counts[outcome]++;
  }
  if (items.length > 0) await store.keepItems(items);
}
