/**
 * Nearest neighbours within one generation. The matrix is always complete; the graph follows it. Vectors that are not in the graph yet are
 * compared one by one; without a graph, all are.
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

/** With more pending vectors than this, an exhaustive search is as fast as searching the graph and comparing them. */
const mostPending = 4_000;
/** Papers in a set of at most this size are compared one by one: see src/README.md, Filters. */
const exactBelow = 8_000;
/** The graph computes in float32, the matrix in float64. */
const scoreTolerance = 1e-5;
/** A graph is rebuilt once it holds more deleted vectors than living ones, and more than this many: nothing else takes them out of it. */
const mostDeleted = 1_000;

export class VectorIndex {
  readonly matrix: VectorMatrix;
  private graph: HnswIndex | undefined;
  /** Labels whose vector in the graph is missing or outdated. */
  private readonly pending = new Set<Label>();
  /** Labels to be deleted from the graph once it may be modified again. */
  private readonly leaving = new Set<Label>();
  private writing = false;
  /** Replaces the graph once none of its vectors are pending. */
  private successor: { readonly graph: HnswIndex; readonly pending: Set<Label> } | undefined;
  /** How widely the graph is searched; the narrowest width until it was measured. */
  searchWidth: SearchWidth | undefined;

  constructor(
    dimensions: number,
    readonly parameters: GraphParameters = defaultGraphParameters,
    /** The share of the ten nearest papers that searches should find. */
    readonly recallTarget = defaultRecallTarget,
    /** Shared by all background work. */
    private readonly slices = new Slices(),
  ) {
    this.matrix = new VectorMatrix(dimensions);
  }

  /**
   * Reads a graph from a verified file, and uses it from then on; until then the old state answers.
   * @param stale the labels that changed after it was written. Called after reading, since changes come in meanwhile.
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

  /** Continues without a graph, with an exhaustive search: exact, but slower in a large library. */
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

  /** Whether searches use the graph. */
  get usesGraph(): boolean {
    return this.graph !== undefined && this.pending.size <= mostPending;
  }

  get pendingSize(): number {
    return this.pending.size;
  }

  nearest(vector: Float32Array, k: number, within: LabelSet | undefined): Scored[] {
    if (!this.usesGraph || this.graph === undefined || (within !== undefined && within.size <= exactBelow))
      return this.matrix.nearest(vector, k, within);
    // Some results of the graph are discarded because of the filter or outdated vectors, so the search asks for correspondingly more, and
    // half as many again.
    const share = (within?.size ?? this.matrix.size) / Math.max(1, this.matrix.size);
    const width = within === undefined && this.pending.size + this.leaving.size === 0 ? k : Math.ceil((1.5 * k) / share) + 16;
    const seen = this.graph.search(vector, width, this.searchWidth?.efSearch ?? leastSearchWidth);
    const found = this.merge(vector, seen, k, within);
    // Papers beyond the graph's last result may be nearer than some that were merged in, so the list is complete only down to that score.
    const horizon = seen.length < width ? Number.NEGATIVE_INFINITY : (seen.at(-1)?.score ?? 0);
    const isWhole = found.length >= Math.min(k, within?.size ?? this.matrix.size) && (found.at(-1)?.score ?? 0) >= horizon - scoreTolerance;
    return isWhole ? found : this.matrix.nearest(vector, k, within);
  }

  /** Updates the graph in short slices; stops early if `signal` is aborted. */
  async build(signal?: AbortSignal, onProgress?: (left: number) => void): Promise<void> {
    const { graph } = this;
    if (graph === undefined) return;
    await this.fill(graph, this.pending, () => signal?.aborted === true || this.writing || this.graph !== graph, onProgress);
  }

  /** Whether most vectors in the graph are deleted ones. */
  get isWasteful(): boolean {
    return this.graph !== undefined && this.graph.deletedSize > Math.max(mostDeleted, this.matrix.size);
  }

  /** Rebuilds a wasteful graph in the background, in the same slices, while the old one answers. */
  async compact(signal?: AbortSignal): Promise<void> {
    const old = this.graph;
    if (!this.isWasteful || old === undefined || this.successor !== undefined) return;
    const graph = HnswIndex.create(this.matrix.dimensions, this.parameters, this.matrix.size);
    const pending = new Set(this.matrix.labels());
    this.successor = { graph, pending };
    await this.fill(graph, pending, () => signal?.aborted === true || this.graph !== old);
    // A graph that is being written is kept until the next change.
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

  /** Whether the search width must be measured again: the number of vectors has changed a lot since, or the target has. */
  get isOutgrown(): boolean {
    return this.graph !== undefined && isOutgrown(this.searchWidth, this.matrix.size, this.recallTarget);
  }

  /** Measures the search width if it {@link isOutgrown}. @returns whether it did. */
  async tune(signal?: AbortSignal): Promise<boolean> {
    const { graph } = this;
    if (graph === undefined || this.pending.size > 0 || !this.isOutgrown) return false;
    const measured = await measureSearchWidth(graph, this.matrix, this.recallTarget, signal);
    this.searchWidth = measured ?? this.searchWidth;
    return measured !== undefined;
  }

  /** Writes the graph to a file; changes wait meanwhile. Throws `storage_full` if it was not written completely. */
  async writeGraph(path: string): Promise<void> {
    const { graph } = this;
    if (graph === undefined) throw new TypeError("there is no graph to write");
    this.writing = true;
    try {
      await graph.write(path);
      const missing = await missingBytes(path);
      if (missing > 0) {
        throw new AppError("storage_full", `The index file could not be written completely: at least ${missing} bytes are missing.`, {
          mend: "Free some space; the index is made again from the stored embeddings.",
        });
      }
    } finally {
      this.writing = false;
      for (const label of this.leaving) graph.remove(label);
      this.leaving.clear();
    }
  }

  /** Labels that the graph can return as neighbours. */
  graphLabels(): Label[] {
    return this.graph?.labels() ?? [];
  }

  /** The graph's results, corrected by the vectors that are not up to date in it. */
  private merge(vector: Float32Array, found: readonly Scored[], k: number, within: LabelSet | undefined): Scored[] {
    const merged = found.filter(
      ({ label }) => this.matrix.has(label) && !this.pending.has(label) && (within === undefined || within.has(label)),
    );
    // The graph computes with its own copies in a different order, but the same pair must have the same score everywhere.
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
