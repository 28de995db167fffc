/**
 * Neighbours within one generation: the matrix is complete at all times, the graph follows it. What the graph does
 * not hold yet is compared one by one; without a graph, everything is.
 */
import { AppError } from "../../core/errors.ts";
import { defaultGraphParameters, type GraphParameters } from "../../core/generation.ts";
import { type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import { compareScored } from "../../core/ranking/top.ts";
import type { Scored } from "../../core/retrieval.ts";
import type { SearchWidth } from "../../core/upkeep.ts";
import { HnswIndex, missingBytes } from "./hnsw-index.ts";
import { defaultRecallTarget, isOutgrown, leastSearchWidth, measureSearchWidth } from "./search-width.ts";
import { Slices } from "./slices.ts";
import { VectorMatrix } from "./vector-matrix.ts";

/** With more than this many vectors outside the graph, comparing with all is as fast as searching it and them. */
const mostPending = 4_000;
/** A set of at most this many papers is compared one by one. Measured: see src/README.md, Filters. */
const exactBelow = 8_000;
/** The graph computes in float32, the matrix in float64. */
const scoreTolerance = 1e-5;
/** A graph is made anew once it holds more removed papers than others, and at least so many: nothing else takes them out of it. */
const mostDeleted = 1_000;

export class VectorIndex {
  readonly matrix: VectorMatrix;
  private graph: HnswIndex | undefined;
  /** Labels whose vector in the graph is missing or old. */
  private readonly pending = new Set<Label>();
  /** Labels to take out of the graph once it may be changed again. */
  private readonly leaving = new Set<Label>();
  private writing = false;
  /** Takes the graph's place when nothing of it is pending any more. */
  private successor: { readonly graph: HnswIndex; readonly pending: Set<Label> } | undefined;
  /** How widely the graph is searched; as it begins until it was measured. */
  searchWidth: SearchWidth | undefined;

  constructor(
    dimensions: number,
    readonly parameters: GraphParameters = defaultGraphParameters,
    /** The share of the ten nearest that searches are to find. */
    readonly recallTarget = defaultRecallTarget,
    /** Of everything that is done beside answering. */
    private readonly slices = new Slices(),
  ) {
    this.matrix = new VectorMatrix(dimensions);
  }

  /**
   * Reads a graph whose file has been verified, and goes on with it; what there was answers until then. @param stale the
   * labels that changed after it was written, asked for when it is read: others come and go meanwhile.
   */
  async readGraph(path: string, stale: () => Iterable<Label>): Promise<void> {
    const graph = await HnswIndex.read(path, this.matrix.dimensions, (label) => this.matrix.has(label));
    for (const label of graph.labels()) if (!this.matrix.has(label)) graph.remove(label);
    this.graph = graph;
    this.successor = undefined;
    this.pending.clear();
    for (const label of this.matrix.labels()) if (!graph.has(label)) this.pending.add(label);
    for (const label of stale()) if (this.matrix.has(label)) this.pending.add(label);
  }

  /** Starts an empty graph, which {@link build} fills. */
  startGraph(): void {
    this.successor = undefined;
    this.graph = HnswIndex.create(this.matrix.dimensions, this.parameters, this.matrix.size);
    this.pending.clear();
    for (const label of this.matrix.labels()) this.pending.add(label);
  }

  /** Goes on without a graph, comparing with everything: exact, and slower in a large library. */
  dropGraph(): void {
    this.graph = undefined;
    this.successor = undefined;
    this.pending.clear();
  }

  /** Whether there is a graph, complete or not. */
  get hasGraph(): boolean {
    return this.graph !== undefined;
  }

  put(label: Label, vector: Float32Array): void {
    this.matrix.put(label, vector);
    if (this.graph !== undefined) this.pending.add(label);
    this.successor?.pending.add(label);
  }

  remove(label: Label): void {
    if (!this.matrix.remove(label)) return;
    this.pending.delete(label);
    this.successor?.pending.delete(label);
    this.successor?.graph.remove(label);
    if (this.writing) this.leaving.add(label);
    else this.graph?.remove(label);
  }

  /** Whether answers come from the graph. */
  get usesGraph(): boolean {
    return this.graph !== undefined && this.pending.size <= mostPending;
  }

  get pendingSize(): number {
    return this.pending.size;
  }

  nearest(vector: Float32Array, k: number, within: LabelSet | undefined): Scored[] {
    if (!this.usesGraph || this.graph === undefined || (within !== undefined && within.size <= exactBelow))
      return this.matrix.nearest(vector, k, within);
    // Some of what the graph finds is dropped, by the filter or where the graph is behind: look for so many more, and half as many again.
    const share = (within?.size ?? this.matrix.size) / Math.max(1, this.matrix.size);
    const width = within === undefined && this.pending.size + this.leaving.size === 0 ? k : Math.ceil((1.5 * k) / share) + 16;
    const seen = this.graph.search(vector, width, this.searchWidth?.efSearch ?? leastSearchWidth);
    const found = this.merge(vector, seen, k, within);
    // Papers behind the last one that the graph gave may be nearer than some that were merged in: the list is whole down to that score only.
    const horizon = seen.length < width ? Number.NEGATIVE_INFINITY : (seen.at(-1)?.score ?? 0);
    const isWhole = found.length >= Math.min(k, within?.size ?? this.matrix.size) && (found.at(-1)?.score ?? 0) >= horizon - scoreTolerance;
    return isWhole ? found : this.matrix.nearest(vector, k, within);
  }

  /** Brings the graph up to date in short slices; stops early when `signal` says so. */
  async build(signal?: AbortSignal, onProgress?: (left: number) => void): Promise<void> {
    const { graph } = this;
    if (graph === undefined) return;
    await this.fill(graph, this.pending, () => signal?.aborted === true || this.writing || this.graph !== graph, onProgress);
  }

  /** Whether most of what the graph holds is gone. */
  get isWasteful(): boolean {
    return this.graph !== undefined && this.graph.deletedSize > Math.max(mostDeleted, this.matrix.size);
  }

  /** Makes a wasteful graph anew beside answering from it, in the same slices. */
  async compact(signal?: AbortSignal): Promise<void> {
    const old = this.graph;
    if (!this.isWasteful || old === undefined || this.successor !== undefined) return;
    const graph = HnswIndex.create(this.matrix.dimensions, this.parameters, this.matrix.size);
    const pending = new Set(this.matrix.labels());
    this.successor = { graph, pending };
    await this.fill(graph, pending, () => signal?.aborted === true || this.graph !== old);
    // What is being written stays until the next change.
    if (pending.size === 0 && !this.writing && this.graph === old) {
      this.graph = graph;
      this.pending.clear();
    }
    this.successor = undefined;
  }

  private async fill(graph: HnswIndex, pending: Set<Label>, isEnded: () => boolean, onProgress?: (left: number) => void): Promise<void> {
    for (const label of pending) {
      if (isEnded()) return;
      const vector = this.matrix.get(label);
      if (vector !== undefined) graph.put(label, vector);
      pending.delete(label);
      const rest = this.slices.giveWay();
      if (rest === undefined) continue;
      onProgress?.(pending.size);
      await rest;
    }
  }

  /** Whether there are so many other vectors, or another share is aimed at, than when the width of searches was measured last. */
  get isOutgrown(): boolean {
    return this.graph !== undefined && isOutgrown(this.searchWidth, this.matrix.size, this.recallTarget);
  }

  /** Measures how widely to search, where that is {@link isOutgrown}. @returns whether it did. */
  async tune(signal?: AbortSignal): Promise<boolean> {
    const { graph } = this;
    if (graph === undefined || this.pending.size > 0 || !this.isOutgrown) return false;
    const measured = await measureSearchWidth(graph, this.matrix, this.recallTarget, signal);
    this.searchWidth = measured ?? this.searchWidth;
    return measured !== undefined;
  }

  /** Writes the graph under a path; changes wait meanwhile. Throws `storage_full` where it was not written to its end. */
  async writeGraph(path: string): Promise<void> {
    const { graph } = this;
    if (graph === undefined) throw new TypeError("there is no graph to write");
    this.writing = true;
    try {
      await graph.write(path);
      const missing = await missingBytes(path);
      if (missing > 0) {
        throw new AppError("storage_full", `The index file could not be written whole: at least ${missing} bytes are missing.`, {
          mend: "Free some space; the index is made again from the stored embeddings.",
        });
      }
    } finally {
      this.writing = false;
      for (const label of this.leaving) graph.remove(label);
      this.leaving.clear();
    }
  }

  /** Labels that the graph gives as neighbours. */
  graphLabels(): Label[] {
    return this.graph?.labels() ?? [];
  }

  /** What the graph found, corrected by what it does not know yet. */
  private merge(vector: Float32Array, found: readonly Scored[], k: number, within: LabelSet | undefined): Scored[] {
    const merged = found.filter(
      ({ label }) => this.matrix.has(label) && !this.pending.has(label) && (within === undefined || within.has(label)),
    );
    // The graph works on its own copy in other steps: the same pair must have the same score everywhere.
    const exact = merged.map(({ label, score }) => ({
      label,
      score: this.matrix.cosine(vector, label) ?? score,
    }));
    if (this.pending.size > 0) {
      const waiting = labelSetOf([...this.pending].filter((label) => within === undefined || within.has(label)));
      exact.push(...this.matrix.nearest(vector, k, waiting));
    }
    return exact.sort(compareScored).slice(0, k);
  }
}
