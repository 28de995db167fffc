/**
 * Moves a library to another model or other parameters of the index: a generation is filled beside the live one, on
 * the same way as any backlog, audited, and made live in one transaction. What is done is stored at every moment, so
 * that an interrupted run goes on where it was.
 */
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import { isSameSpec } from "../core/generation.ts";
import type { Generation, GenerationEntry, GraphParameters, Library } from "../core/storage.ts";
import { fillGeneration, specOf } from "./embed-backlog.ts";
import { auditGeneration, type ReindexAudit } from "./reindex-audit.ts";

export interface ReindexOptions {
  /** The usual parameters where undefined. */
  readonly graph?: GraphParameters | undefined;
  /** Drops what an earlier run has filled, and makes a new generation even of what is live. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface ReindexReport {
  /** `live`: it answers now; `unchanged`: what is live is what was asked for; `interrupted`: the same call goes on. */
  readonly outcome: "live" | "unchanged" | "interrupted";
  readonly generation: Generation;
  /** Papers that the model was run for. */
  readonly embedded: number;
  /** Papers whose embedding another generation had already. */
  readonly reused: number;
  readonly audit?: ReindexAudit;
  /** How long the transaction took that made it live. */
  readonly swapMs?: number;
}

/** Throws `library_busy` while another process does this, `generation_filling`, `generation_unsound`, and what embedding throws. */
export async function reindex(library: Library, embedder: Embedder, options: ReindexOptions = {}): Promise<ReindexReport> {
  const release = await library.claim("reindex");
  if (release === undefined) {
    throw new AppError("library_busy", "Another process reindexes this library.", {
      mend: "Wait for it, or look at it with `paperkin reindex --status`.",
    });
  }
  try {
    return await run(library, embedder, options);
  } finally {
    await release();
  }
}

async function run(library: Library, embedder: Embedder, options: ReindexOptions): Promise<ReindexReport> {
  const { signal, onProgress, fresh = false } = options;
  const spec = { ...specOf(embedder), graph: options.graph };
  const live = await library.liveGeneration();
  const unfinished = (await library.generations()).find(({ state }) => state === "filling");
  if (fresh && unfinished !== undefined) await library.dropGeneration(unfinished.generation);
  // One that was begun anew with what is live goes on.
  const goesOn = unfinished !== undefined && isSameSpec(unfinished.generation, spec);
  if (live !== undefined && !fresh && !goesOn && isSameSpec(live, spec))
    return { outcome: "unchanged", generation: live, embedded: 0, reused: 0 };
  const generation = await library.fillGeneration(spec);
  const reporting = (what: string) => ({
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done: number, total: number) => onProgress?.(what, done, total),
  });
  const reused = await library.reuseEmbeddings(generation, reporting("reusing embeddings"));
  let embedded = 0;
  const fill = async () => {
    embedded += await fillGeneration(library, embedder, generation, reporting("embedding"));
  };
  await fill();
  if (signal?.aborted !== true) await library.indexGeneration(generation, reporting("indexing"));
  const audit = signal?.aborted === true ? undefined : await auditGeneration(library, generation, live, reporting("auditing"));
  // What came meanwhile; what comes from here on waits as in any library.
  if (signal?.aborted !== true) await fill();
  if (audit === undefined || signal?.aborted === true) return { outcome: "interrupted", generation, embedded, reused };
  const started = performance.now();
  await library.makeLive(generation);
  return { outcome: "live", generation, embedded, reused, audit, swapMs: performance.now() - started };
}

/** Makes the generation live again that was so before. Throws `generation_not_found`. */
export async function rollBack(library: Library): Promise<Generation> {
  const before = retired(await library.generations())[0];
  if (before === undefined) {
    throw new AppError("generation_not_found", "There is no earlier generation to go back to.", {
      mend: "Reindex with the model that you want: `paperkin reindex --model ID`.",
    });
  }
  await library.makeLive(before);
  return before;
}

/** Removes all but the `keep` generations that were live last. @returns those that are gone. */
export async function pruneGenerations(library: Library, keep: number): Promise<Generation[]> {
  const gone = retired(await library.generations()).slice(keep);
  for (const generation of gone) await library.dropGeneration(generation);
  return gone;
}

function retired(entries: readonly GenerationEntry[]): Generation[] {
  return entries.filter(({ state }) => state === "retired").map(({ generation }) => generation);
}
