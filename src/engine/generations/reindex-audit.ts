/** The checks that a new generation must pass before it is made live. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import type { Generation, GenerationAudit } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { leastOfSample, percent } from "../../core/ranking/metrics.ts";
import { faultOfVector } from "../../core/vectors.ts";
import { pagesOfPapers } from "../papers.ts";

export type ReindexAudit = Omit<GenerationAudit, "at">;

/** Exhaustive comparison takes 0.1 s per paper at 100,000 papers. */
const sampleSize = 100;

/** Throws `generation_unsound`. */
export async function auditGeneration(
  library: Library,
  generation: Generation,
  live: Generation | undefined,
  options: LongWorkOptions,
): Promise<ReindexAudit> {
  const counts = await countVectors(library, generation, options);
  const sample = await library.sampleLabels(sampleSize);
  let [recalled, wanted, overlapping, compared, sampled] = [0, 0, 0, 0, 0];
  for (const label of sample) {
    if (options.signal?.aborted === true) break;
    const [vector] = await library.embeddings(generation, [label]);
    if (vector === undefined) continue;
    sampled++;
    const found = await nearestTo(library, generation, vector, label, false);
    const exact = await nearestTo(library, generation, vector, label, true);
    wanted += exact.length;
    recalled += common(exact, found);
    const [before] = live === undefined ? [] : await library.embeddings(live, [label]);
    if (live !== undefined && before !== undefined) {
      const known = await nearestTo(library, live, before, label, false);
      compared += known.length;
      overlapping += common(known, found);
    }
    options.onProgress?.(sampled, sample.length);
    await nextTurn();
  }
  const recallAt10 = wanted === 0 ? 1 : recalled / wanted;
  const { recallTarget } = library;
  if (recallAt10 < leastOfSample(recallTarget, wanted)) {
    throw new AppError(
      "generation_unsound",
      `The index of generation ${generation.id} finds ${percent(recallAt10)} % of the nearest papers; ${percent(recallTarget)} % are required.`,
      { mend: "Nothing was changed. Reindex with a greater --m or --ef-construction, and --new, or set a lower recallTarget." },
    );
  }
  return { ...counts, sampled, recallAt10, overlapAt10: compared === 0 ? undefined : overlapping / compared };
}

/** Throws `generation_unsound` if a vector is not finite or not of unit length. */
async function countVectors(library: Library, generation: Generation, { signal }: LongWorkOptions) {
  let [embedded, waiting] = [0, 0];
  for await (const page of pagesOfPapers(library)) {
    if (signal?.aborted === true) break;
    const labels = page.map(({ label }) => label);
    for (const [at, vector] of (await library.embeddings(generation, labels)).entries()) {
      const fault = vector === undefined ? undefined : faultOfVector(vector, generation.dimensions);
      if (fault !== undefined) {
        throw new AppError(
          "generation_unsound",
          `The vector of paper ${labels[at]} in generation ${generation.id} is not valid: ${fault}.`,
          {
            mend: "Nothing was changed. Start again with `paperkin reindex --new`.",
          },
        );
      }
      if (vector === undefined) waiting++;
      else embedded++;
    }
    await nextTurn();
  }
  return { embedded, waiting };
}

/** Its ten nearest, without itself. */
async function nearestTo(library: Library, generation: Generation, vector: Float32Array, own: Label, isExact: boolean): Promise<Label[]> {
  const hits = await (isExact ? library.exactNeighbours(generation, vector, { k: 11 }) : library.neighbours(generation, vector, { k: 11 }));
  return hits
    .map(({ label }) => label)
    .filter((label) => label !== own)
    .slice(0, 10);
}

function common(a: readonly Label[], b: readonly Label[]): number {
  return a.filter((label) => b.includes(label)).length;
}
