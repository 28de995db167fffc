/**
 * One generation in memory: its vectors and graph, read from the files of a checkpoint where those agree with the
 * database, made from the stored embeddings where they do not, and brought up to date by the change counter.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import { defaultGraphParameters, type Generation } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import { counted } from "../../core/text.ts";
import type { ChangeCounter } from "./change-counter.ts";
import type { CheckpointFolder, Manifest } from "./checkpoint.ts";
import { type EmbeddingTable, usableVector } from "./embedding-table.ts";
import type { GenerationTable } from "./generation-table.ts";
import { type StoredLexicalIndex, writeLexicalFile } from "./lexical-file.ts";
import type { PaperTable } from "./paper-table.ts";
import { patiently } from "./patience.ts";
import type { Slices } from "./slices.ts";
import { VectorIndex } from "./vector-index.ts";

/** What a generation's index is made from and kept with. */
export interface GenerationParts {
  readonly papers: PaperTable;
  readonly counter: ChangeCounter;
  readonly embeddings: EmbeddingTable;
  readonly libraryId: string;
  readonly folder: CheckpointFolder;
  readonly generations: GenerationTable;
  /** The share of the ten nearest that searches are to find. */
  readonly recallTarget: number | undefined;
  readonly slices: Slices;
  /** Whether the graph is brought up to date as changes come. */
  readonly maintain: boolean;
  /**
   * Has another process bring the files of a generation up to date. @returns false where none is there for that, or yet
   * another process owns the files. Throws what went wrong there.
   */
  readonly buildApart: (generation: Generation, signal: AbortSignal) => Promise<boolean>;
  /** Ends building. */
  readonly closing: AbortSignal;
  readonly onNotice: ((notice: string) => void) | undefined;
  /** Told once when the files cannot be used, and why. */
  readonly onRebuild: (fault: string, vectors: VectorIndex) => void;
  readonly onProgress: ((what: string, done: number, total: number) => void) | undefined;
}

/** How often files are read again that are replaced meanwhile. */
const mostAttempts = 3;
/** Rows that are read at once: whoever searches waits for them. */
const pageSize = 100;
/** From so many vectors on, which take a few seconds, another process builds; fewer are there before it has begun. */
const apartFrom = 2_000;

export class GenerationIndex {
  readonly vectors: VectorIndex;
  /** The last change that the files hold. */
  checkpointChange: number | undefined;
  /** The files that it was read from. */
  manifest: Manifest | undefined;
  /** The last change that it holds. */
  private seen = 0;
  private building: Promise<void> = Promise.resolve();
  /** Who writes its files, here or for this process: one at a time. */
  private writing: Promise<unknown> = Promise.resolve();
  /** No other process could build it: it is done here, until it is done. */
  private isBuiltHere = false;
  /** Ends building before the library is closed. */
  private readonly stopping = new AbortController();
  /** Aborted by either; made once, since signals keep a trace of each that was made of them. */
  private readonly ending: AbortSignal;

  private constructor(
    readonly generation: Generation,
    private readonly parts: GenerationParts,
  ) {
    this.ending = AbortSignal.any([parts.closing, this.stopping.signal]);
    this.vectors = new VectorIndex(generation.dimensions, generation.graph, parts.recallTarget, parts.slices);
  }

  /** @param fromFiles whether the files of a checkpoint may be used. */
  static async load(generation: Generation, parts: GenerationParts, fromFiles: boolean): Promise<GenerationIndex> {
    const index = new GenerationIndex(generation, parts);
    // What changes while rows are read is taken in again afterwards.
    index.seen = parts.counter.last();
    await index.readVectors();
    const fault = fromFiles ? await index.readFiles() : undefined;
    if (fault !== undefined) parts.onRebuild(fault, index.vectors);
    if (index.manifest === undefined) index.vectors.startGraph();
    index.follow();
    return index;
  }

  /** Takes in every change since the last time. */
  follow(): void {
    const { papers, counter, embeddings } = this.parts;
    const upTo = counter.last();
    for (const row of embeddings.changedSince(this.generation, this.seen)) {
      const vector = usableVector(row, this.generation);
      if (vector !== undefined) this.vectors.put(row.label, vector);
    }
    for (const label of papers.removedSince(this.seen)) this.vectors.remove(label);
    this.seen = upTo;
    this.keepBuilding();
  }

  /** Brings the graph up to date, and makes a wasteful one anew. @returns false where it was ended before, or there is none. */
  async complete({ signal, onProgress }: LongWorkOptions = {}): Promise<boolean> {
    const ending = signal === undefined ? this.ending : AbortSignal.any([signal, this.ending]);
    // Without files the other process would begin with nothing.
    const isLeft = await this.completeApart(ending, () => this.isLarge || (this.vectors.isOutgrown && this.checkpointChange !== undefined));
    while (this.vectors.hasGraph && this.vectors.pendingSize > 0 && !ending.aborted) {
      const total = this.vectors.matrix.size;
      await this.vectors.build(ending, (left) => onProgress?.(total - left, total));
      await nextTurn();
    }
    if (isLeft && this.vectors.isWasteful) {
      await this.vectors.compact(ending);
      // The files have the graph as it was.
      this.checkpointChange = undefined;
    }
    // The files keep it.
    if (await this.vectors.tune(ending)) this.checkpointChange = undefined;
    return this.vectors.hasGraph && this.vectors.pendingSize === 0;
  }

  /** Writes graph and words, then the manifest. @param lastChange what both hold at least. Throws `storage_full`. */
  async writeFiles(words: StoredLexicalIndex, lastChange: number): Promise<void> {
    await this.alone(() => this.write(words, lastChange));
    this.keepBuilding();
  }

  private async write(words: StoredLexicalIndex, lastChange: number): Promise<void> {
    const { vectors, generation, parts } = this;
    let count = 0;
    const hnsw = await parts.folder.writeFile("hnsw", lastChange, (temporary) => {
      // Here, and not before the folder was waited for: from here on nothing else changes the graph until it is written.
      count = vectors.graphLabels().length;
      return vectors.writeGraph(temporary);
    });
    const lexical = await parts.folder.writeFile("lexical", lastChange, (temporary) => writeLexicalFile(temporary, words));
    const { id, model, dimensions, preparation } = generation;
    const { M, efConstruction } = vectors.parameters;
    await parts.folder.commit({
      format: 1,
      library: parts.libraryId,
      generation: id,
      model,
      dimensions,
      preparation,
      metric: "cosine",
      M,
      efConstruction,
      count,
      lastChange,
      analysis: analysisVersion,
      searchWidth: vectors.searchWidth,
      hnsw,
      lexical,
    });
    // By itself: files that are whole are not written again because somebody else writes.
    await patiently(() => parts.generations.recordCheckpoint(generation, lastChange));
    this.checkpointChange = lastChange;
  }

  /**
   * Looks whether somebody took away what this process has read or written, so that the next one need not find it out; it is written anew then.
   * @returns what is gone, told once; undefined where nothing is.
   */
  async missingFile(): Promise<string | undefined> {
    if (this.checkpointChange === undefined) return undefined;
    const missing = await this.parts.folder.missing();
    if (missing !== undefined) this.checkpointChange = undefined;
    return missing;
  }

  /** Nothing is built from here on: it is not used any more. */
  stop(): void {
    this.stopping.abort();
  }

  /** Resolves when nothing is built any more; ends soon after `closing`. */
  async settled(): Promise<void> {
    await this.building;
  }

  private async readVectors(): Promise<void> {
    const { embeddings, onProgress, onNotice } = this.parts;
    const total = embeddings.count(this.generation);
    let [after, read] = [0, 0];
    for (;;) {
      const rows = embeddings.page(this.generation, after, pageSize);
      for (const row of rows) {
        const vector = usableVector(row, this.generation);
        if (vector !== undefined) this.vectors.matrix.put(row.label, vector);
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.label;
      read += rows.length;
      onProgress?.("loading vectors", this.vectors.matrix.size, total);
      await nextTurn();
    }
    const broken = read - this.vectors.matrix.size;
    if (broken > 0)
      onNotice?.(
        `${counted(broken, "stored vector")} ${broken === 1 ? "is damaged and is" : "are damaged and are"} not used: \`paperkin verify --repair\` removes what is damaged, so that it is embedded again.`,
      );
  }

  /** Reads the graph from the files of a checkpoint. @returns why they cannot be used; undefined where they are, or there never were any. */
  private async readFiles(): Promise<string | undefined> {
    const { generation, parts } = this;
    for (let attempt = 1; ; attempt++) {
      const checkpoint = await readCheckpoint(generation, parts);
      if (!("manifest" in checkpoint)) return checkpoint.missing ? whatIsGone(generation, parts.generations) : checkpoint.fault;
      const { manifest } = checkpoint;
      try {
        await this.readGraph(manifest);
        return undefined;
      } catch (error) {
        // Another process that writes a checkpoint takes away the files of the one before. Else they are what was written, and that was
        // not whole.
        if (attempt < mostAttempts && (await parts.folder.isReplaced(manifest))) continue;
        return `the graph cannot be read (${toAppError(error).message})`;
      }
    }
  }

  private keepBuilding(): void {
    const { maintain, onNotice } = this.parts;
    if (!maintain || (this.vectors.pendingSize === 0 && !this.vectors.isWasteful)) return;
    this.building = this.building
      .then(async () => {
        const isLeft = await this.completeApart(this.ending, () => this.isLarge);
        await this.vectors.build(this.ending);
        // Of what has become wasteful since then, another round takes care.
        if (isLeft) await this.vectors.compact(this.ending);
      })
      .catch((error: unknown) => {
        this.vectors.dropGraph();
        onNotice?.(
          `The vector index of generation ${this.generation.id} could not be built, so every vector is compared until it is opened again: ${toAppError(error).message}`,
        );
      });
  }

  /** Whether a graph is to be built, rather than papers to be added to one. */
  private get isLarge(): boolean {
    const { hasGraph, pendingSize, isWasteful } = this.vectors;
    return hasGraph && (pendingSize >= apartFrom || isWasteful);
  }

  /**
   * Has another process complete what is too much to be done beside answering, and goes on with its files.
   * @returns whether it is needed and that could not be: it is left to be done here, in slices.
   */
  private async completeApart(ending: AbortSignal, isNeeded: () => boolean): Promise<boolean> {
    const { generation, parts, vectors } = this;
    return await this.alone(async () => {
      if (!isNeeded()) {
        this.isBuiltHere = false;
        return false;
      }
      if (ending.aborted || vectors.matrix.size < apartFrom || this.isBuiltHere) return true;
      try {
        if (!(await parts.buildApart(generation, ending)) || ending.aborted) return true;
        const checkpoint = await readCheckpoint(generation, parts);
        if (!("manifest" in checkpoint)) throw new AppError("library_damaged", `${checkpoint.fault}.`);
        await this.readGraph(checkpoint.manifest);
        return false;
      } catch (error) {
        if (ending.aborted) return true;
        this.isBuiltHere = true;
        const reason = toAppError(error).message;
        parts.onNotice?.(
          `The index of generation ${generation.id} is built beside answering, since no other process could do it: ${reason}`,
        );
        return true;
      }
    });
  }

  private async readGraph(manifest: Manifest): Promise<void> {
    const { hnsw, lastChange, searchWidth } = manifest;
    const { embeddings, folder } = this.parts;
    await this.vectors.readGraph(folder.path(hnsw), () => embeddings.changedSince(this.generation, lastChange).map((row) => row.label));
    this.vectors.searchWidth = searchWidth;
    this.checkpointChange = lastChange;
    this.manifest = manifest;
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const own = this.writing.then(work);
    this.writing = own.catch(() => undefined);
    return await own;
  }
}

/** Of files without a manifest. A first checkpoint that was ended leaves such ones, or none; one that was finished does not, and is noted. */
export function whatIsGone(generation: Generation, generations: GenerationTable): string | undefined {
  const finished = generations.checkpointOf(generation);
  return finished === undefined ? undefined : `the manifest of the files up to change ${finished} is gone`;
}

/** The files of a generation, or why they cannot be used. */
export async function readCheckpoint(
  generation: Generation,
  { folder, libraryId, counter }: Pick<GenerationParts, "folder" | "libraryId" | "counter">,
): ReturnType<CheckpointFolder["read"]> {
  const parameters = generation.graph ?? defaultGraphParameters;
  return await folder.read({ library: libraryId, generation, parameters, lastChange: () => counter.last() });
}
