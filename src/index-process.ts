/**
 * A child process that builds and audits the index of a generation, while its parent serves requests
 * (`engine/generations/index-apart.ts`). It opens the library like any other process, and writes the index files of that generation.
 */
import { AppError, toAppError } from "./core/errors.ts";
import type { FromIndexProcess, IndexTask } from "./engine/generations/index-apart.ts";
import { prepareGeneration } from "./engine/generations/prepare-generation.ts";
import { LocalLibrary } from "./storage/local/local-library.ts";

/** The interval between reports of progress. */
const tellMs = 200;

async function run({ folder, recallTarget, generation: id, audited }: IndexTask): Promise<FromIndexProcess> {
  // Damage is reported by the parent, which detects it too.
  const library = await LocalLibrary.open({ folder, create: false, maintain: false, ...(recallTarget !== undefined && { recallTarget }) });
  try {
    const generation = (await library.generations()).find((entry) => entry.generation.id === id)?.generation;
    if (generation === undefined) throw new AppError("generation_not_found", `There is no generation ${id} of embeddings in the library.`);
    let [told, stage] = [0, ""];
    const onProgress = (what: string, done: number, total: number) => {
      if (what === stage && performance.now() - told < tellMs) return;
      [told, stage] = [performance.now(), what];
      process.send?.({ kind: "progress", what, done, total } satisfies FromIndexProcess);
    };
    if (audited) return { kind: "done", audit: await prepareGeneration(library, generation, { onProgress }) };
    await library.indexGeneration(generation, { onProgress: (done, total) => onProgress("indexing", done, total) });
    return { kind: "done", audit: undefined };
  } finally {
    await library.close();
  }
}

function failureOf(error: unknown): FromIndexProcess {
  const { code, message, mend } = toAppError(error);
  return { kind: "failed", code, detail: message, mend };
}

process.once("message", async (task: IndexTask) => {
  const answer = await run(task).catch(failureOf);
  process.send?.(answer, () => process.disconnect());
});
// A terminal sends its signals to the whole process group, but the parent decides when this process ends. It also ends with its parent.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit(0));
