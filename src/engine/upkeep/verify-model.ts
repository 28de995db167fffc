/**
 * Whether the model gives the vectors that are stored. Its files may have been replaced under the same name: then all of them agree with
 * the manifest, and new papers and queries would silently be compared with vectors of another model.
 */
import { type Embedder, isModelFileFault } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { Library } from "../../core/library.ts";
import { prepareText } from "../../core/prepare.ts";
import type { Finding } from "../../core/upkeep.ts";
import { dot } from "../../core/vectors.ts";
import { leastCosine } from "../generations/embedding-transfer.ts";

/** Papers that are embedded again. */
const sampleSize = 8;

/** Throws what embedding does, unless the model's files are at fault. */
export async function verifyModel(library: Library, embedder: Embedder, generation: Generation): Promise<Finding> {
  try {
    return await compareModel(library, embedder, generation);
  } catch (error) {
    if (!(error instanceof AppError && isModelFileFault(error))) throw error;
    return { check: "model", state: "damaged", detail: error.explanation };
  }
}

async function compareModel(library: Library, embedder: Embedder, generation: Generation): Promise<Finding> {
  const labels = await library.sampleLabels(sampleSize);
  const papers = await library.papers(labels);
  const hashes = await library.embeddedHashes(generation, labels);
  const vectors = await library.embeddings(generation, labels);
  const cosines: number[] = [];
  for (const [at, stored] of papers.entries()) {
    const vector = vectors[at];
    if (stored === undefined || vector === undefined || hashes[at] !== stored.contentHash) continue;
    cosines.push(dot((await embedder.embedDocument(prepareText(stored.paper))).vector, vector));
  }
  const least = Math.min(1, ...cosines);
  const { id } = embedder.model;
  if (least >= leastCosine)
    return { check: "model", state: "ok", detail: `${id} reproduces the stored vectors of ${cosines.length} papers` };
  return {
    check: "model",
    state: "damaged",
    detail: `${id} does not reproduce the stored vectors (a cosine of ${least.toFixed(3)}): put back the model that the library was embedded with, or pull the new one under another name, and reindex`,
  };
}
