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

/** A set of labels that is read far more often than it is built. */
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

/** A set of labels in any order, some of which may come several times. */
export function labelSetOf(labels: Iterable<Label>): BitmapLabelSet {
  const list = typedLabels(labels);
  return new BitmapLabelSet(isAscending(list) ? list : list.slice().sort().filter(isFirst));
}

/** The labels that are in one of the sets at least. */
export function unionOf(sets: readonly LabelSet[]): LabelSet {
  const [first, ...more] = sets;
  if (first !== undefined && more.length === 0) return first;
  return labelSetOf(sets.flatMap((set) => [...set.labels()]));
}

/** The intersection of both sets; undefined stands for all labels. */
export function intersectionOf(a: LabelSet | undefined, b: LabelSet): LabelSet;
export function intersectionOf(a: LabelSet | undefined, b: LabelSet | undefined): LabelSet | undefined;
export function intersectionOf(a: LabelSet | undefined, b: LabelSet | undefined): LabelSet | undefined {
  return a === undefined || b === undefined ? (a ?? b) : selectLabels(b.labels(), (label) => a.has(label));
}

/** The labels for which `keep` is true. @param labels ascending, without duplicates. */
export function selectLabels(labels: Iterable<Label>, keep: (label: Label) => boolean): BitmapLabelSet {
  const list = typedLabels(labels);
  // A manual loop: each search that excludes a word tests a hundred thousand papers.
  const kept = new Uint32Array(list.length);
  let count = 0;
  for (const label of list) if (keep(label)) kept[count++] = label;
  return new BitmapLabelSet(kept.slice(0, count));
}

function typedLabels(labels: Iterable<Label>): Uint32Array {
  if (labels instanceof Uint32Array) return labels;
  // Reading through an iterator takes several times as long as copying an array.
  return Array.isArray(labels) ? new Uint32Array(labels) : Uint32Array.from(labels);
}

function isAscending(labels: Uint32Array): boolean {
  for (let at = 1; at < labels.length; at++) if ((labels[at] ?? 0) <= (labels[at - 1] ?? 0)) return false;
  return true;
}

function isFirst(label: Label, at: number, sorted: Uint32Array): boolean {
  return at === 0 || sorted[at - 1] !== label;
}
