/** A list of numbers for each label, in two arrays instead of one array each: a hundred thousand small arrays take a lot of memory. */

export class NumberLists {
  private starts = new Uint32Array(1024);
  private lengths = new Uint32Array(1024);
  private numbers = new Uint32Array(4096);
  private end = 0;
  private used = 0;

  get(label: number): Uint32Array {
    const start = this.starts[label] ?? 0;
    return this.numbers.subarray(start, start + (this.lengths[label] ?? 0));
  }

  set(label: number, list: readonly number[]): void {
    if (label >= this.starts.length) {
      this.starts = grown(this.starts, label + 1);
      this.lengths = grown(this.lengths, label + 1);
    }
    this.used += list.length - (this.lengths[label] ?? 0);
    this.lengths[label] = 0;
    if (this.end + list.length > this.numbers.length) this.makeRoom(list.length);
    this.numbers.set(list, this.end);
    this.starts[label] = this.end;
    this.lengths[label] = list.length;
    this.end += list.length;
  }

  /** Removes entries that no list uses any more, and enlarges the array if that is not enough. */
  private makeRoom(more: number): void {
    const roomy = new Uint32Array(Math.ceil(1.5 * (this.used + more)) + 4096);
    let end = 0;
    for (let label = 0; label < this.starts.length; label++) {
      const list = this.get(label);
      roomy.set(list, end);
      this.starts[label] = end;
      end += list.length;
    }
    this.numbers = roomy;
    this.end = end;
  }
}

/** A larger copy. */
export function grown(array: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(least, 2 * array.length));
  copy.set(array);
  return copy;
}
