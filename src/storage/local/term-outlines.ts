/**
 * The letters of the word index's terms as bit masks, grouped by length, so that searching for similar terms takes a fraction of a
 * millisecond.
 */
import { isCorrectable } from "../../core/spelling.ts";

/** Bits of a mask: each letter from a to z has its own, all other characters share them. */
const letterBits = 26;

/** The terms of one length, in arbitrary order. */
interface SameLength {
  /** The letter mask of each term. */
  letters: Uint32Array;
  /** The number of each term. */
  numbers: Uint32Array;
  size: number;
}

export class TermOutlines {
  private readonly byLength: (SameLength | undefined)[] = [];
  /** By number: the length of the term; 0 for one that is not correctable. */
  private lengths = new Uint8Array(1_024);
  /** By number: the index of the term among those of its length. */
  private places = new Uint32Array(1_024);

  /** Sets the term of a number; a previous term is removed. */
  set(number: number, term: string): void {
    if (number >= this.lengths.length) {
      this.lengths = grown(this.lengths, new Uint8Array(2 * number));
      this.places = grown(this.places, new Uint32Array(2 * number));
    }
    this.remove(number);
    if (!isCorrectable(term)) return;
    const same = this.roomFor(term.length);
    this.lengths[number] = term.length;
    this.places[number] = same.size;
    same.letters[same.size] = lettersOf(term);
    same.numbers[same.size++] = number;
  }

  /**
   * Numbers of all correctable terms within `most` edits, and of some further away: an edit adds or removes at most one letter, or does
   * both.
   */
  near(term: string, most: number): number[] {
    const own = lettersOf(term);
    const near: number[] = [];
    for (let length = Math.max(0, term.length - most); length <= term.length + most; length++) {
      const same = this.byLength[length];
      if (same === undefined) continue;
      const { letters, numbers, size } = same;
      for (let at = 0; at < size; at++) {
        const others = letters[at] ?? 0;
        if (clearBits(own & ~others, most) === 0 && clearBits(others & ~own, most) === 0) near.push(numbers[at] ?? 0);
      }
    }
    return near;
  }

  /** The last term of the same length takes its place. */
  private remove(number: number): void {
    const same = this.byLength[this.lengths[number] ?? 0];
    if (same === undefined) return;
    this.lengths[number] = 0;
    const place = this.places[number] ?? 0;
    const last = --same.size;
    const moved = same.numbers[last] ?? 0;
    same.letters[place] = same.letters[last] ?? 0;
    same.numbers[place] = moved;
    this.places[moved] = place;
  }

  private roomFor(length: number): SameLength {
    this.byLength[length] ??= { letters: new Uint32Array(64), numbers: new Uint32Array(64), size: 0 };
    const same = this.byLength[length];
    if (same.size === same.letters.length) {
      same.letters = grown(same.letters, new Uint32Array(2 * same.size));
      same.numbers = grown(same.numbers, new Uint32Array(2 * same.size));
    }
    return same;
  }
}

function lettersOf(term: string): number {
  let letters = 0;
  for (let at = 0; at < term.length; at++) letters |= 1 << (term.charCodeAt(at) % letterBits);
  return letters;
}

function grown<T extends Uint8Array | Uint32Array>(full: T, larger: T): T {
  larger.set(full);
  return larger;
}

function clearBits(bits: number, count: number): number {
  let left = bits;
  for (let cleared = 0; cleared < count && left !== 0; cleared++) left &= left - 1;
  return left;
}
