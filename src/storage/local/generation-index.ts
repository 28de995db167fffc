/**
 * One generation in memory: its vectors and graph. They are read from a checkpoint's files if these match the database, otherwise rebuilt
 * from the stored embeddings, and then updated by following the change counter.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import { defaultGraphParameters, type Generation } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";
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

/** What a generation's index is built from and persisted with. */
export interface GenerationParts {
  readonly papers: PaperTable;
  readonly counter: ChangeCounter;
  readonly embeddings: EmbeddingTable;
  readonly libraryId: string;
  readonly folder: CheckpointFolder;
  readonly generations: GenerationTable;
  /** The share of the ten nearest papers that searches should find. */
  readonly recallTarget: number | undefined;
  readonly slices: Slices;
  /** Whether the graph is updated as changes come in. */
  readonly maintain: boolean;
  /**
   * Has another process update the files of a generation.
   * @returns false if this is not available, or if a third process owns the files. Throws that process's error.
   */
  readonly buildApart: (generation: Generation, signal: AbortSignal) => Promise<boolean>;
  /** Stops building. */
  readonly closing: AbortSignal;
  readonly onNotice: ((notice: string) => void) | undefined;
  /** Called once if the files cannot be used, with the reason. */
  readonly onRebuild: (fault: string, vectors: VectorIndex) => void;
  readonly onProgress: ((what: string, done: number, total: number) => void) | undefined;
}

/** How often reading files is retried when another process replaces them meanwhile. */
const mostAttempts = 3;
/** Rows per read: searches have to wait meanwhile. */
const pageSize = 100;
/** From this many pending vectors on, which take a few seconds, another process builds. Fewer are done before that process has started. */
const apartFrom = 2_000;

export class GenerationIndex {
  readonly vectors: VectorIndex;
  /** The last change that the files include. */
  checkpointChange: number | undefined;
  /** The manifest of the files that it was read from. */
  manifest: Manifest | undefined;
  /** The last change that it includes. */
  private seen = 0;
  private building: Promise<void> = Promise.resolve();
  /** Serialises writing its files, by this process or on its behalf. */
  private readonly writing = new OneAtATime();
  /** Whether no other process could build it, so that this one does until it is complete. */
  private isBuiltHere = false;
  /** Stops building before the library is closed. */
  private readonly stopping = new AbortController();
  /** Aborted by either of the two signals. Made once, since a signal keeps a reference to each that was derived from it. */
  private readonly ending: AbortSignal;

  private constructor(
    readonly generation: Generation,
    private readonly parts: GenerationParts,
  ) {
    this.ending = AbortSignal.any([parts.closing, this.stopping.signal]);
    this.vectors = new VectorIndex(generation.dimensions, generation.graph, parts.recallTarget, parts.slices);
  }

  /** @param fromFiles whether a checkpoint's files may be used. */
  static async load(generation: Generation, parts: GenerationParts, fromFiles: boolean): Promise<GenerationIndex> {
    const index = new GenerationIndex(generation, parts);
    // Changes that are made while rows are read are applied again afterwards.
    index.seen = parts.counter.last();
    await index.readVectors();
    const fault = fromFiles ? await index.readFiles() : undefined;
    if (fault !== undefined) parts.onRebuild(fault, index.vectors);
    if (index.manifest === undefined) index.vectors.startGraph();
    index.follow();
    return index;
  }

  /** Applies all changes since the last call. */
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

  /** Completes the graph, and rebuilds it if it is wasteful. @returns false if it was aborted, or if there is no graph. */
  async complete({ signal, onProgress }: LongWorkOptions = {}): Promise<boolean> {
    const ending = signal === undefined ? this.ending : AbortSignal.any([signal, this.ending]);
    // Without files the other process would start from scratch.
    const isLeft = await this.completeApart(ending, () => this.isLarge || (this.vectors.isOutgrown && this.checkpointChange !== undefined));
    while (this.vectors.hasGraph && this.vectors.pendingSize > 0 && !ending.aborted) {
      const total = this.vectors.matrix.size;
      await this.vectors.build(ending, (left) => onProgress?.(total - left, total));
      await nextTurn();
    }
    if (isLeft && this.vectors.isWasteful) {
      await this.vectors.compact(ending);
      // The files contain the old graph.
      this.checkpointChange = undefined;
    }
    // The search width is stored in the files.
    if (await this.vectors.tune(ending)) this.checkpointChange = undefined;
    return this.vectors.hasGraph && this.vectors.pendingSize === 0;
  }

  /** Writes graph and words, then the manifest. @param lastChange the last change that both include at least. Throws `storage_full`. */
  async writeFiles(words: StoredLexicalIndex, lastChange: number): Promise<void> {
    await this.writing.run(() => this.write(words, lastChange));
    this.keepBuilding();
  }

  private async write(words: StoredLexicalIndex, lastChange: number): Promise<void> {
    const { vectors, generation, parts } = this;
    let count = 0;
    const hnsw = await parts.folder.writeFile("hnsw", lastChange, (temporary) => {
      // Counted here, after the folder is ready: from now on nothing changes the graph until it is written.
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
    // Retried separately: a busy database is no reason to write complete files again.
    await patiently(() => parts.generations.recordCheckpoint(generation, lastChange));
    this.checkpointChange = lastChange;
  }

  /**
   * Checks whether somebody removed files that this process has read or written. If so, the next checkpoint writes them again.
   * @returns what is missing, reported once; undefined if nothing is.
   */
  async missingFile(): Promise<string | undefined> {
    if (this.checkpointChange === undefined) return undefined;
    const missing = await this.parts.folder.missing();
    if (missing !== undefined) this.checkpointChange = undefined;
    return missing;
  }

  /** Stops building; the index is no longer used. */
  stop(): void {
    this.stopping.abort();
  }

  /** Resolves when no building is under way; soon after `closing`. */
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

  /** Reads the graph from a checkpoint's files. @returns why they cannot be used; undefined if they can, or if there never were any. */
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
        // Another process that writes a checkpoint removes the files of the previous one. If that did not happen, the files are corrupt
        // although their checksums match.
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
        // If the graph becomes wasteful during this, the next round compacts it.
        if (isLeft) await this.vectors.compact(this.ending);
      })
      .catch((error: unknown) => {
        this.vectors.dropGraph();
        onNotice?.(
          `The vector index of generation ${this.generation.id} could not be built, so every vector is compared until it is opened again: ${toAppError(error).message}`,
        );
      });
  }

  /** Whether building the graph is large enough for a process of its own. */
  private get isLarge(): boolean {
    const { hasGraph, pendingSize, isWasteful } = this.vectors;
    return hasGraph && (pendingSize >= apartFrom || isWasteful);
  }

  /**
   * Has another process complete the graph if that is too much work next to answering requests, and then loads its files.
   * @returns whether the work is needed and could not be delegated, so that this process must do it in slices.
   */
  private async completeApart(ending: AbortSignal, isNeeded: () => boolean): Promise<boolean> {
    const { generation, parts, vectors } = this;
    return await this.writing.run(async () => {
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
          `The index of generation ${generation.id} is built by this process while it answers, since no other process could do it: ${reason}`,
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
}

/**
 * Explains missing files if there is no manifest. An interrupted first checkpoint leaves no manifest, which is normal; if a checkpoint was
 * completed (the database records it), its manifest was lost.
 */
export function whatIsGone(generation: Generation, generations: GenerationTable): string | undefined {
  const finished = generations.checkpointOf(generation);
  return finished === undefined ? undefined : `the manifest of the files up to change ${finished} is gone`;
}

/** The manifest of a generation's checkpoint, or why it cannot be used. */
export async function readCheckpoint(
  generation: Generation,
  { folder, libraryId, counter }: Pick<GenerationParts, "folder" | "libraryId" | "counter">,
): ReturnType<CheckpointFolder["read"]> {
  const parameters = generation.graph ?? defaultGraphParameters;
  return await folder.read({ library: libraryId, generation, parameters, lastChange: () => counter.last() });
}
