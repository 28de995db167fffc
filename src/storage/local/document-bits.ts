/** A bit set of a segment's documents. Its operations cost the same however many documents are in it. */

/** Documents in one word of bits. */
export const documentsAWord = 32;

export class DocumentBits {
  private readonly words: Int32Array;

  /** An empty set for `size` documents. */
  constructor(private readonly size: number) {
    this.words = new Int32Array(Math.ceil(size / documentsAWord));
  }

  has(document: number): boolean {
    return ((this.words[document >>> 5] ?? 0) & (1 << (document & 31))) !== 0;
  }

  addEach(documents: Uint32Array): void {
    const { words } = this;
    for (let at = 0; at < documents.length; at++) {
      const document = documents[at] ?? 0;
      words[document >>> 5] = (words[document >>> 5] ?? 0) | (1 << (document & 31));
    }
  }

  /** Adds all documents. */
  fill(): void {
    this.words.fill(-1);
    const inLast = this.size & 31;
    if (inLast > 0) this.words[this.words.length - 1] = 2 ** inLast - 1;
  }

  delete(document: number): void {
    this.words[document >>> 5] = (this.words[document >>> 5] ?? 0) & ~(1 << (document & 31));
  }

  /** Adds the documents of another set of the same segment. */
  unite(other: DocumentBits): void {
    const { words } = this;
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) | (other.words[at] ?? 0);
  }

  /** Keeps the documents that are also in another set of the same segment. */
  intersect(other: DocumentBits): void {
    const { words } = this;
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) & (other.words[at] ?? 0);
  }

  count(): number {
    let count = 0;
    for (let at = 0; at < this.words.length; at++) count += onesIn(this.words[at] ?? 0);
    return count;
  }

  /** Ascending. */
  documents(): Uint32Array {
    const found = new Uint32Array(this.count());
    let next = 0;
    for (let at = 0; at < this.words.length; at++) {
      // Takes the lowest remaining bit until none is left.
      for (let left = this.words[at] ?? 0; left !== 0; left &= left - 1)
        found[next++] = documentsAWord * at + 31 - Math.clz32(left & -left);
    }
    return found;
  }
}

/** Population count of 32 bits: sums pairs, groups of four and bytes in parallel. */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
