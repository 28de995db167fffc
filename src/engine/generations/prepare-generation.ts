/** Prepares a filled generation before it may answer: completes its index, writes its files, and audits it. */
import type { Generation } from "../../core/generation.ts";
import type { Library } from "../../core/library.ts";
import { auditGeneration, type ReindexAudit } from "./reindex-audit.ts";

export interface PrepareOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** @returns undefined if it was ended before. Throws `generation_unsound`, and what writing the files does. */
export async function prepareGeneration(
  library: Library,
  generation: Generation,
  { signal, onProgress }: PrepareOptions = {},
): Promise<ReindexAudit | undefined> {
  const reporting = (what: string) => ({
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done: number, total: number) => onProgress?.(what, done, total),
  });
  const isEnded = () => signal?.aborted === true;
  await library.indexGeneration(generation, reporting("indexing"));
  if (isEnded()) return undefined;
  const audit = await auditGeneration(library, generation, await library.liveGeneration(), reporting("auditing"));
  return isEnded() ? undefined : audit;
}
