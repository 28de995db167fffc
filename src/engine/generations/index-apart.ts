/**
 * Builds and audits whole indexes in a separate process: searches do not wait for them, and a crash in native code ends that process
 * instead of the one that answers. It leaves the files of a generation behind, which are checked like any others before they are used.
 */
import { beginProcess, yieldToOthers } from "../../background.ts";
import { AppError, type ErrorCode } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { Library } from "../../core/library.ts";
import { type PrepareOptions, prepareGeneration } from "./prepare-generation.ts";
import type { ReindexAudit } from "./reindex-audit.ts";

/** What the process is to do. */
export interface IndexTask {
  /** Of the library. */
  readonly folder: string;
  /** The share of the ten nearest that its searches should find; the default if undefined. */
  readonly recallTarget?: number;
  /** The number of the generation whose index is completed, and its files written. */
  readonly generation: number;
  /** Whether it is compared with the live one, and with exhaustive comparison. */
  readonly audited: boolean;
}

export type FromIndexProcess =
  | { readonly kind: "progress"; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly audit: ReindexAudit | undefined }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly detail: string; readonly mend: string | undefined };

/** The process ended without an answer (killed, out of memory, stuck), which says nothing about the work itself. */
export class IndexProcessEnded extends Error {}

/** Runs one task. @returns its audit; undefined if none was requested, or if it was ended before. */
export type IndexApart = (task: Omit<IndexTask, "folder" | "recallTarget">, options: PrepareOptions) => Promise<ReindexAudit | undefined>;

/** A process that died once may have been killed for its memory; one that dies twice will die again. */
const mostAttempts = 2;
/** It reports every step, a few times a second; reading or writing a large file on a slow disk is one step. */
const longestSilenceMs = 10 * 60_000;

/**
 * @param module the compiled `index-process`. @param onNotice told when it has to start again. @param silenceMs after which it is
 * considered stuck, and killed. Throws what the work does, and `IndexProcessEnded`.
 */
export async function indexApart(
  module: string,
  task: IndexTask,
  options: PrepareOptions,
  onNotice?: (notice: string) => void,
  silenceMs = longestSilenceMs,
): Promise<ReindexAudit | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(module, task, options, silenceMs);
    } catch (error) {
      if (!(error instanceof IndexProcessEnded) || attempt === mostAttempts) throw error;
      onNotice?.(`${error.message} It is restarted.`);
    }
  }
}

/**
 * Prepares a filled generation in a separate process, and loads it here; in this process if that one cannot do it. @param onFault told
 * why.
 */
export async function prepareApart(
  library: Library,
  apart: IndexApart,
  generation: Generation,
  options: PrepareOptions,
  onFault: (error: unknown) => Promise<void>,
): Promise<ReindexAudit | undefined> {
  let audit: ReindexAudit | undefined;
  try {
    audit = await apart({ generation: generation.id, audited: true }, options);
  } catch (error) {
    if (!(error instanceof IndexProcessEnded)) throw error;
    await onFault(error);
    return await prepareGeneration(library, generation, options);
  }
  if (audit !== undefined) await library.loadGeneration(generation);
  return audit;
}

async function runOnce(
  module: string,
  task: IndexTask,
  { signal, onProgress }: PrepareOptions,
  silenceMs: number,
): Promise<ReindexAudit | undefined> {
  const isEnded = () => signal?.aborted === true;
  if (isEnded()) return undefined;
  const child = beginProcess(module, task);
  // Whatever it has not finished is recognised as unfinished, whenever it is killed.
  const end = () => child.pid !== undefined && child.kill("SIGKILL");
  signal?.addEventListener("abort", end);
  yieldToOthers(child.pid);
  let answer: FromIndexProcess | undefined;
  let isStuck = false;
  const silence = setTimeout(() => {
    isStuck = true;
    end();
  }, silenceMs);
  child.on("message", (message) => {
    silence.refresh();
    const said = message as FromIndexProcess;
    if (said.kind === "progress") onProgress?.(said.what, said.done, said.total);
    else answer = said;
  });
  const reason = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, by) => resolve(by ?? `exit code ${code}`));
  });
  clearTimeout(silence);
  signal?.removeEventListener("abort", end);
  if (isEnded()) return undefined;
  if (answer?.kind === "done") return answer.audit;
  if (answer?.kind === "failed") throw new AppError(answer.code, answer.detail, answer.mend === undefined ? {} : { mend: answer.mend });
  throw new IndexProcessEnded(
    `The process that builds the index of generation ${task.generation} ended before it was done (${isStuck ? "it was stuck" : reason}).`,
  );
}
