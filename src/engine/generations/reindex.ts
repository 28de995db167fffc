/**
 * Moves a library to another model or other index parameters: a generation is filled beside the live one, in the same way as any backlog,
 * audited, and made live in one transaction. Progress is stored continuously, so that an interrupted run can be continued.
 */
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import { type Generation, type GenerationEntry, type GraphParameters, isSameSpec } from "../../core/generation.ts";
import { describeHolder } from "../../core/holder.ts";
import { unfinishedOf } from "../../core/job.ts";
import type { Library } from "../../core/library.ts";
import { fillGeneration, specOf } from "./embed-backlog.ts";
import { type PrepareOptions, prepareGeneration } from "./prepare-generation.ts";
import type { ReindexAudit } from "./reindex-audit.ts";
import { reportingProgress } from "./work-progress.ts";

export interface ReindexOptions {
  /** The usual parameters where undefined. */
  readonly graph?: GraphParameters | undefined;
  /** Drops what an earlier run has filled, and makes a new generation even if its specification is the live one's. */
  readonly fresh?: boolean;
  /** The time of the audit. */
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
  /** Completes and audits the index elsewhere than here, as `prepareGeneration` does. */
  readonly prepare?: ((generation: Generation, options: PrepareOptions) => Promise<ReindexAudit | undefined>) | undefined;
  /** Called once with the generation that is filled. From then on, a continuing run is no longer a fresh one. */
  readonly onGeneration?: (generation: Generation) => Promise<void>;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface ReindexReport {
  /** `live`: it answers now. `unchanged`: the live generation already has this specification. `interrupted`: the same call continues. */
  readonly outcome: "live" | "unchanged" | "interrupted";
  readonly generation: Generation;
  /** Papers that the model was run for. */
  readonly embedded: number;
  /** Papers whose embedding was copied from another generation. */
  readonly reused: number;
  readonly audit?: ReindexAudit;
  /** How long the transaction took that made it live. */
  readonly swapMs?: number;
}

/** Throws `reindex_running` while another process does this, `generation_filling`, `generation_unsound`, and what embedding throws. */
export async function reindex(library: Library, embedder: Embedder, options: ReindexOptions = {}): Promise<ReindexReport> {
  const release = await library.claim("reindex");
  if (release === undefined) throw await reindexRunning(library);
  const tell = reportingProgress(library, "reindex");
  const onProgress = (what: string, done: number, total: number) => {
    tell(what, done, total);
    options.onProgress?.(what, done, total);
  };
  try {
    return await run(library, embedder, { ...options, onProgress });
  } finally {
    await release();
  }
}

/** The error for a second reindex, which names who runs the first. */
export async function reindexRunning(library: Library): Promise<AppError> {
  const holder = (await library.claimedWork()).find(({ work }) => work === "reindex");
  const { progress } = holder ?? {};
  const far = progress === undefined ? "" : ` (${progress.stage}, ${progress.done} of ${progress.total})`;
  return new AppError("reindex_running", `${describeHolder(holder)} is reindexing this library${far}.`, {
    mend: "Wait for it, or watch it with `paperkin reindex --status` or, if a server runs it, on its page /admin.",
  });
}

async function run(library: Library, embedder: Embedder, options: ReindexOptions): Promise<ReindexReport> {
  const { signal, onProgress, fresh = false } = options;
  const spec = { ...specOf(embedder), graph: options.graph };
  const live = await library.liveGeneration();
  const unfinished = (await library.generations()).find(({ state }) => state === "filling");
  if (fresh && unfinished !== undefined) await library.dropGeneration(unfinished.generation);
  // A fresh run with the specification of the live generation is continued.
  const goesOn = unfinished !== undefined && isSameSpec(unfinished.generation, spec);
  if (live !== undefined && !fresh && !goesOn && isSameSpec(live, spec))
    return { outcome: "unchanged", generation: live, embedded: 0, reused: 0 };
  const generation = await library.fillGeneration(spec);
  await options.onGeneration?.(generation);
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
  const prepare = options.prepare ?? ((...which) => prepareGeneration(library, ...which));
  const audit = signal?.aborted === true ? undefined : await prepare(generation, { signal, onProgress });
  // What arrived meanwhile; from here on new papers wait as in any library.
  if (signal?.aborted !== true) await fill();
  if (audit === undefined || signal?.aborted === true) return { outcome: "interrupted", generation, embedded, reused };
  await library.recordAudit(generation, { ...audit, at: (options.now?.() ?? new Date()).toISOString() });
  const started = performance.now();
  await library.makeLive(generation);
  return { outcome: "live", generation, embedded, reused, audit, swapMs: performance.now() - started };
}

/** Refuses a generation that no program here could use, because its model is missing or has been replaced. */
export type CheckModel = (generation: Generation) => Promise<void>;

/**
 * Makes the previous live generation live again. Throws `generation_not_found`, and what `check` does.
 * @param from the generation that answers now. If another one already does, that one stays: a second request would lead forward again.
 */
export async function rollBack(library: Library, check: CheckModel = async () => undefined, from?: number): Promise<Generation> {
  const all = await library.generations();
  const live = all.find(({ state }) => state === "live")?.generation;
  if (from !== undefined && live !== undefined && live.id !== from) return live;
  const before = retired(all)[0];
  if (before === undefined) {
    throw new AppError("generation_not_found", "There is no earlier generation to go back to.", {
      mend: "Reindex with the model that you want: `paperkin reindex --model ID`.",
    });
  }
  await check(before);
  await library.makeLive(before);
  return before;
}

/**
 * Removes all but the `keep` generations that were live last. @param unused resolves when no request here uses one any longer. @returns
 * those that are gone.
 */
export async function pruneGenerations(
  library: Library,
  keep: number,
  unused: (generation: Generation) => Promise<void> = async () => undefined,
): Promise<Generation[]> {
  const gone = retired(await library.generations()).slice(keep);
  for (const generation of gone) {
    await unused(generation);
    await library.dropGeneration(generation);
  }
  // Leftovers of a killed removal: nothing else would ever find them.
  if (gone.length === 0) await library.dropLeftovers();
  return gone;
}

/**
 * Removes what an unfinished reindex has filled. Throws `generation_not_found` if there is none, and `reindex_running` while somebody
 * fills it, or a server has a job that continues it.
 */
export async function dropUnfinished(library: Library): Promise<Generation> {
  const release = await library.claim("reindex");
  if (release === undefined) throw await reindexRunning(library);
  try {
    const filling = (await library.generations()).find(({ state }) => state === "filling");
    if (filling === undefined) {
      throw new AppError("generation_not_found", "There is no unfinished generation to drop.", {
        mend: "Remove old ones with `paperkin reindex --prune`.",
      });
    }
    const job = unfinishedOf(await library.jobs.all(), "reindex");
    // A job that no server holds is restarted by the next one, which makes a new generation if there is none.
    if (job !== undefined && (await library.claimedWork()).some(({ work }) => work === "jobs")) {
      throw new AppError("reindex_running", `Generation ${filling.generation.id} belongs to job ${job.id}, which is ${job.state}.`, {
        mend: "Cancel it on the server's page /admin, or with POST /v1/jobs/ID/cancel, which removes what it has filled.",
      });
    }
    await library.dropGeneration(filling.generation);
    return filling.generation;
  } finally {
    await release();
  }
}

function retired(entries: readonly GenerationEntry[]): Generation[] {
  return entries.filter(({ state }) => state === "retired").map(({ generation }) => generation);
}
