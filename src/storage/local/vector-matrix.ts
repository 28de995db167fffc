/** All embeddings of one generation in memory, in rows by label: exhaustive search and exact scores. */

import type { Label, LabelSet } from "../../core/label-set.ts";
import { TopScored } from "../../core/ranking/top.ts";
import type { Scored } from "../../core/retrieval.ts";

/** Rows are stored in blocks, so that growing never copies them. */
const rowsPerBlock = 4096;

export class VectorMatrix {
  private readonly blocks: Float32Array[] = [];
  private readonly labelOfRow: Label[] = [];
  private readonly rowOfLabel = new Map<Label, number>();

  constructor(readonly dimensions: number) {}

  get size(): number {
    return this.labelOfRow.length;
  }

  has(label: Label): boolean {
    return this.rowOfLabel.has(label);
  }

  labels(): readonly Label[] {
    return this.labelOfRow;
  }

  /** A view; not to be kept across changes. */
  get(label: Label): Float32Array | undefined {
    const row = this.rowOfLabel.get(label);
    return row === undefined ? undefined : this.row(row);
  }

  /** Copies that share one buffer: hundreds of small ones would cost more in garbage collection than in copying. */
  copiesOf(labels: readonly Label[]): (Float32Array | undefined)[] {
    const copies = new Float32Array(labels.length * this.dimensions);
    return labels.map((label, at) => {
      const row = this.get(label);
      if (row === undefined) return undefined;
      copies.set(row, at * this.dimensions);
      return copies.subarray(at * this.dimensions, (at + 1) * this.dimensions);
    });
  }

  put(label: Label, vector: Float32Array): void {
    let row = this.rowOfLabel.get(label);
    if (row === undefined) {
      row = this.labelOfRow.length;
      this.labelOfRow.push(label);
      this.rowOfLabel.set(label, row);
      if (row % rowsPerBlock === 0) this.blocks.push(new Float32Array(rowsPerBlock * this.dimensions));
    }
    this.row(row).set(vector);
  }

  /** The last row moves to the place of the removed one. */
  remove(label: Label): boolean {
    const row = this.rowOfLabel.get(label);
    if (row === undefined) return false;
    const lastRow = this.labelOfRow.length - 1;
    const lastLabel = this.labelOfRow[lastRow] ?? 0;
    if (row !== lastRow) {
      this.row(row).set(this.row(lastRow));
      this.labelOfRow[row] = lastLabel;
      this.rowOfLabel.set(lastLabel, row);
    }
    this.labelOfRow.pop();
    this.rowOfLabel.delete(label);
    if (lastRow % rowsPerBlock === 0) this.blocks.pop();
    return true;
  }

  /** The cosine with one paper; undefined if it has no embedding. */
  cosine(vector: Float32Array, label: Label): number | undefined {
    const row = this.rowOfLabel.get(label);
    return row === undefined ? undefined : this.dotRow(vector, row);
  }

  /** The `k` nearest of all papers, or of a set, by exhaustive search. */
  nearest(vector: Float32Array, k: number, within?: LabelSet): Scored[] {
    const top = new TopScored(k);
    if (within === undefined) {
      for (let row = 0; row < this.labelOfRow.length; row++) {
        const score = this.dotRow(vector, row);
        if (score >= top.threshold) top.offer(this.labelOfRow[row] ?? 0, score);
      }
    } else {
      for (const label of within.labels()) {
        const score = this.cosine(vector, label);
        if (score !== undefined && score >= top.threshold) top.offer(label, score);
      }
    }
    return top.sorted();
  }

  private row(row: number): Float32Array {
    const start = (row % rowsPerBlock) * this.dimensions;
    return (this.blocks[Math.floor(row / rowsPerBlock)] ?? new Float32Array()).subarray(start, start + this.dimensions);
  }

  /** Four partial sums, so that the additions do not wait for each other. Always in the same order (I6). */
  private dotRow(vector: Float32Array, row: number): number {
    const block = this.blocks[Math.floor(row / rowsPerBlock)] ?? new Float32Array();
    const start = (row % rowsPerBlock) * this.dimensions;
    let [a, b, c, d] = [0, 0, 0, 0];
    const whole = this.dimensions - (this.dimensions % 4);
    for (let i = 0; i < whole; i += 4) {
      a += (vector[i] ?? 0) * (block[start + i] ?? 0);
      b += (vector[i + 1] ?? 0) * (block[start + i + 1] ?? 0);
      c += (vector[i + 2] ?? 0) * (block[start + i + 2] ?? 0);
      d += (vector[i + 3] ?? 0) * (block[start + i + 3] ?? 0);
    }
    for (let i = whole; i < this.dimensions; i++) a += (vector[i] ?? 0) * (block[start + i] ?? 0);
    return a + b + c + d;
  }
}
