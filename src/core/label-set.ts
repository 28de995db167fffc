/** Numbers of papers, and sets of them. */

/** Internal number of a paper: a uint32, never reused. It never leaves the engine. */
export type Label = number;

/** A fixed set of papers. */
export interface LabelSet {
  readonly size: number;
  has(label: Label): boolean;
  /** Ascending. */
  labels(): Iterable<Label>;
}

/** A set of labels that is asked far more often than it is made. */
export class BitmapLabelSet implements LabelSet {
  private readonly bits: Uint8Array;

  /** @param sorted ascending, each label once. */
  constructor(private readonly sorted: Uint32Array) {
    this.bits = new Uint8Array(((sorted.at(-1) ?? 0) >>> 3) + 1);
    for (const label of sorted) this.bits[label >>> 3] = (this.bits[label >>> 3] ?? 0) | (1 << (label & 7));
  }

  get size(): number {
    return this.sorted.length;
  }

  has(label: Label): boolean {
    return ((this.bits[label >>> 3] ?? 0) & (1 << (label & 7))) !== 0;
  }

  labels(): Iterable<Label> {
    return this.sorted;
  }
}

/** The labels of `set` for which `keep` holds. */
export function selectLabels(set: Iterable<Label>, keep: (label: Label) => boolean): BitmapLabelSet {
  return new BitmapLabelSet(Uint32Array.from([...set].filter(keep)));
}
