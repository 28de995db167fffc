/** Exports and imports embeddings. Imported ones, which were computed elsewhere, are first compared with some that are computed here. */
import type { Embedder } from "../../core/embedder.ts";
import type { NewEmbedding } from "../../core/embedding-store.ts";
import { AppError } from "../../core/errors.ts";
import { type Generation, type GraphParameters, hasSameVectors } from "../../core/generation.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { preparationVersion, prepareText } from "../../core/prepare.ts";
import { mulberry32 } from "../../core/ranking/metrics.ts";
import type { VectorRow, VectorRows } from "../../core/vector-rows.ts";
import { dot, faultOfVector, toUnit } from "../../core/vectors.ts";
import { pagesOfPapers } from "../papers.ts";
import { specOf } from "./embed-backlog.ts";
import { reindexRunning } from "./reindex.ts";

const pageSize = 500;
/** Papers that are embedded here too. */
const sampleSize = 32;
/** Different hardware and rounding stay above this; a different model, pooling or preparation does not. */
export const leastCosine = 0.99;

/**
 * The papers whose current text has its embedding in a generation. @param onPage told about each page of papers.
 * Throws `generation_not_found` if the generation is removed meanwhile: what was read until then is incomplete.
 */
export async function* exportRows(library: Library, generation: Generation, onPage?: () => void): AsyncGenerator<VectorRow> {
  for await (const page of pagesOfPapers(library, onPage)) {
    const labels = page.map(({ label }) => label);
    const hashes = await library.embeddedHashes(generation, labels);
    const vectors = await library.embeddings(generation, labels);
    for (const [at, { paper, contentHash }] of page.entries()) {
      const vector = vectors[at];
      if (vector !== undefined && hashes[at] === contentHash && !isNoLine(paper.paperId))
        yield { paperId: paper.paperId, contentHash, vector };
    }
  }
  if ((await library.generations()).some((one) => one.generation.id === generation.id)) return;
  throw new AppError("generation_not_found", `Generation ${generation.id} was removed while it was being read.`, {
    mend: "List the existing ones with `paperkin reindex --status`, and try again.",
  });
}

/** A text to be embedded elsewhere, with the ids that its embedding needs. */
export interface TextRow {
  readonly paperId: string;
  readonly contentHash: string;
  /** With what the model wants before a document. */
  readonly text: string;
}

/** The texts that have no embedding by this model in any generation. @param onPage told about each page of papers. */
export async function* waitingTexts(library: Library, embedder: Embedder, onPage?: () => void): AsyncGenerator<TextRow> {
  const spec = specOf(embedder);
  const same = (await library.generations()).map(({ generation }) => generation).filter((one) => hasSameVectors(one, spec));
  for await (const page of pagesOfPapers(library, onPage)) {
    const labels = page.map(({ label }) => label);
    const known = await Promise.all(same.map((generation) => library.embeddedHashes(generation, labels)));
    for (const [at, { paper, contentHash }] of page.entries()) {
      const { paperId } = paper;
      if (known.some((hashes) => hashes[at] === contentHash) || isNoLine(paperId)) continue;
      yield { paperId, contentHash, text: embedder.model.prefixes.document + prepareText(paper).text };
    }
  }
}

/** Ids stand one on a line in files of embeddings. */
function isNoLine(paperId: string): boolean {
  return /[\r\n]/.test(paperId);
}

export interface TransferReport {
  readonly rows: number;
  readonly stored: number;
  /** Had the same embedding already. */
  readonly known: number;
  /** Rows whose paper is not in the library. */
  readonly unknown: number;
  /** Rows of another text than the paper has. */
  readonly changed: number;
  /** Papers that were embedded here too, and the lowest cosine between both. */
  readonly compared: number;
  readonly leastCosine: number | undefined;
  /** Where they were stored: the live generation, or the one that a reindex continues. */
  readonly generation: Generation | undefined;
}

export interface ImportOptions {
  /** The graph parameters of the reindex that will use them; the defaults if undefined. */
  readonly graph?: GraphParameters | undefined;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * Stores what fits the library, after checking all of it. Throws `model_mismatch`, `vectors_unreadable`, `vectors_refused`,
 * `reindex_running`, `generation_filling`.
 */
export async function importRows(
  library: Library,
  embedder: Embedder,
  file: VectorRows,
  options: ImportOptions = {},
): Promise<TransferReport> {
  const { dimensions } = embedder.model;
  if (file.dimensions !== dimensions || file.preparation !== preparationVersion || file.model !== embedder.model.id)
    throw new AppError(
      "model_mismatch",
      `The file has ${file.dimensions} dimensions of ${file.model} (preparation ${file.preparation}); ${embedder.model.id} has ${dimensions} (preparation ${preparationVersion}).`,
    );
  const seen = await lookThrough(library, file, options);
  const least = await compare(library, embedder, seen.sample);
  const counts = { rows: file.rows, unknown: seen.unknown, changed: seen.changed, compared: seen.sample.length, leastCosine: least };
  if (seen.sample.length === 0) return { ...counts, stored: 0, known: 0, generation: undefined };
  const release = await library.claim("reindex");
  if (release === undefined) throw await reindexRunning(library);
  try {
    const spec = { ...specOf(embedder), graph: options.graph };
    const live = (await library.liveGeneration()) ?? (await library.openGeneration(spec));
    const generation = hasSameVectors(live, spec) ? live : await library.fillGeneration(spec);
    return { ...counts, ...(await store(library, generation, file, options)), generation };
  } finally {
    await release();
  }
}

interface Sampled {
  readonly label: Label;
  readonly contentHash: string;
  readonly vector: Float32Array;
}

/** Throws `vectors_refused` for the first invalid vector. */
async function lookThrough(library: Library, file: VectorRows, { onProgress }: ImportOptions) {
  const random = mulberry32(file.rows);
  const sample: Sampled[] = [];
  let [unknown, changed, fitting, done] = [0, 0, 0, 0];
  for await (const page of paged(file)) {
    for (const [at, { vector, paperId }] of page.entries()) {
      const fault = faultOfVector(vector, file.dimensions);
      if (fault !== undefined)
        throw new AppError("vectors_refused", `The vector of ${paperId} (row ${done + at + 1}) is not accepted: ${fault}.`, {
          mend: "Divide each vector by its length before writing it. Nothing was changed.",
        });
    }
    for (const { row, paper } of await papersOf(library, page)) {
      if (paper === undefined) unknown++;
      else if (paper.contentHash !== row.contentHash) changed++;
      else {
        // Each that fits has the same chance (reservoir sampling).
        fitting++;
        const place = fitting <= sampleSize ? fitting - 1 : Math.floor(random() * fitting);
        if (place < sampleSize) sample[place] = { label: paper.label, contentHash: row.contentHash, vector: row.vector.slice() };
      }
    }
    done += page.length;
    onProgress?.("checking", done, file.rows);
  }
  return { sample, unknown, changed };
}

/** Throws `vectors_refused`. @returns the least cosine; undefined if there is nothing to compare. */
async function compare(library: Library, embedder: Embedder, sample: readonly Sampled[]): Promise<number | undefined> {
  const papers = await library.papers(sample.map(({ label }) => label));
  const cosines = await Promise.all(
    sample.map(async ({ vector, contentHash }, at) => {
      const stored = papers[at];
      // If a paper was removed or changed since it was looked up, the vector belongs to another text.
      if (stored?.contentHash !== contentHash) return 1;
      return dot((await embedder.embedDocument(prepareText(stored.paper))).vector, toUnit(vector));
    }),
  );
  if (cosines.length === 0) return undefined;
  const least = Math.min(...cosines);
  if (least >= leastCosine) return least;
  const worst = papers[cosines.indexOf(least)]?.paper.paperId ?? "";
  const poor = cosines.filter((cosine) => cosine < leastCosine).length;
  throw new AppError(
    "vectors_refused",
    `${poor} of ${cosines.length} papers that are also embedded here differ from the file: ${worst} has a cosine of ${least.toFixed(3)}, and ${leastCosine} is required.`,
    { mend: "Use the same model, pooling, prefixes, text and length. Nothing was changed." },
  );
}

async function store(library: Library, generation: Generation, file: VectorRows, { onProgress }: ImportOptions) {
  let [stored, known, done] = [0, 0, 0];
  for await (const page of paged(file)) {
    const fitting = (await papersOf(library, page)).flatMap(({ row, paper }) =>
      paper?.contentHash === row.contentHash ? [{ row, label: paper.label }] : [],
    );
    const hashes = await library.embeddedHashes(
      generation,
      fitting.map(({ label }) => label),
    );
    const fresh = fitting.filter(({ row }, at) => hashes[at] !== row.contentHash);
    const embeddings = fresh.map(
      ({ row, label }): NewEmbedding => ({ label, contentHash: row.contentHash, vector: toUnit(row.vector), sentences: undefined }),
    );
    if (embeddings.length > 0) await library.putEmbeddings(generation, embeddings);
    stored += embeddings.length;
    known += fitting.length - embeddings.length;
    done += page.length;
    onProgress?.("storing", done, file.rows);
  }
  return { stored, known };
}

async function* paged(file: VectorRows): AsyncGenerator<VectorRow[]> {
  let page: VectorRow[] = [];
  for await (const row of file.read()) {
    page.push(row);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function papersOf(library: Library, page: readonly VectorRow[]): Promise<{ row: VectorRow; paper: StoredPaper | undefined }[]> {
  const labels = await library.resolve(page.map(({ paperId }) => paperId));
  const papers = await library.papers(labels.map((label) => label ?? 0));
  return page.map((row, at) => ({ row, paper: labels[at] === undefined ? undefined : papers[at] }));
}
