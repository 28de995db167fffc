/**
 * Weights for a few terms, by term number: an open-addressing hash table with keys and weights side by side in typed arrays. A vocabulary
 * is a hundred times larger than what a few papers contain of it, and a `Map` takes several times as long.
 */

/** A power of two. */
const leastSlots = 1024;

export class TermWeights {
  /** The number of a term plus one; 0 for a free slot. */
  private keys = new Uint32Array(leastSlots);
  private weights = new Float64Array(leastSlots);
  private taken = 0;

  /** 0 for a term that it does not hold. */
  of(term: number): number {
    return this.weights[this.slotOf(term)] ?? 0;
  }

  add(term: number, weight: number): void {
    let slot = this.slotOf(term);
    if (this.keys[slot] === 0) {
      if (2 * this.taken >= this.keys.length) {
        this.grow();
        slot = this.slotOf(term);
      }
      this.keys[slot] = term + 1;
      this.taken++;
    }
    this.weights[slot] = (this.weights[slot] ?? 0) + weight;
  }

  /** The slot of a term, or where it would go: at most half of the slots are taken. */
  private slotOf(term: number): number {
    const { keys } = this;
    const last = keys.length - 1;
    // Knuth's multiplicative hashing, because consecutive numbers are common.
    let slot = (Math.imul(term, 0x9e3779b1) >>> 7) & last;
    while (keys[slot] !== 0 && keys[slot] !== term + 1) slot = (slot + 1) & last;
    return slot;
  }

  private grow(): void {
    const { keys, weights } = this;
    this.keys = new Uint32Array(2 * keys.length);
    this.weights = new Float64Array(2 * keys.length);
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from] ?? 0;
      if (key === 0) continue;
      const slot = this.slotOf(key - 1);
      this.keys[slot] = key;
      this.weights[slot] = weights[from] ?? 0;
    }
  }
}
