/** Words that are nearly the same: edit distance with transpositions of neighbours (optimal string alignment). */

export interface NearWord {
  readonly word: string;
  readonly distance: number;
}

/** Letters only, and long enough that one edit leaves most of it. */
export function isCorrectable(term: string): boolean {
  return term.length >= 4 && term.length <= 32 && /^\p{L}+$/u.test(term);
}

/** Edits that a word of this length may be away: one in a short word is much already. */
export function mostEdits(term: string): number {
  return term.length < 7 ? 1 : 2;
}

/** UTF-16 code units that are inserted, removed, replaced or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  const rows = new EditRows(a);
  for (let depth = 0; depth < b.length; depth++) rows.add(depth, b.charCodeAt(depth), b.charCodeAt(depth - 1));
  return rows.distance(b.length);
}

/** Lower-case words that are one edit away, the letters of English put in; each once. */
export function wordsOneEditAway(word: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (let at = 0; at <= word.length; at++) {
    const [before, behind] = [word.slice(0, at), word.slice(at)];
    if (behind !== "") words.add(before + behind.slice(1));
    if (behind.length > 1) words.add(before + behind.charAt(1) + behind.charAt(0) + behind.slice(2));
    for (const letter of "abcdefghijklmnopqrstuvwxyz") {
      words.add(before + letter + behind);
      if (behind !== "") words.add(before + letter + behind.slice(1));
    }
  }
  words.delete(word);
  return words;
}

/**
 * The words of a sorted list (by code units) within `most` edits, in the list's order. Words with one beginning share
 * the work for it, and are passed over together once it is too far away: the list is walked as a trie.
 */
export function nearWords(sorted: readonly string[], word: string, most: number): NearWord[] {
  const rows = new EditRows(word, most);
  const near: NearWord[] = [];
  let previous = "";
  for (let next = 0; next < sorted.length; ) {
    const other = sorted[next++] ?? "";
    if (Math.abs(other.length - word.length) > most) continue;
    let depth = commonPrefix(previous, other);
    previous = other;
    for (; depth < other.length; depth++) {
      rows.add(depth, other.charCodeAt(depth), other.charCodeAt(depth - 1));
      // A swap reaches back over one row.
      if (rows.least(depth + 1) > most && rows.least(depth) >= most) break;
    }
    if (depth < other.length) {
      previous = other.slice(0, depth + 1);
      next = behindPrefix(sorted, next, previous);
    } else if (rows.distance(other.length) <= most) near.push({ word: other, distance: rows.distance(other.length) });
  }
  return near;
}

/** The first place from `start` on whose word does not begin so; the words from `start` to there do. */
function behindPrefix(sorted: readonly string[], start: number, prefix: string): number {
  const begins = (at: number) => at < sorted.length && (sorted[at] ?? "").startsWith(prefix);
  let step = 1;
  while (begins(start + step - 1)) step *= 2;
  // It lies between the last that does and the first that does not.
  let [low, high] = [start + (step >> 1), Math.min(start + step - 1, sorted.length)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function commonPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/**
 * The table of distances between beginnings of one word (columns) and of another one that grows and shrinks (rows). Beginnings
 * whose lengths differ by more than `most` are further apart than that, and are left out.
 */
class EditRows {
  private readonly width: number;
  private values: Uint16Array;
  /** The least value of each row. */
  private readonly leasts: number[] = [0];

  constructor(
    private readonly word: string,
    private readonly most = 0xfffe,
  ) {
    this.width = word.length + 1;
    this.values = Uint16Array.from({ length: this.width * 32 }, (_, at) => (at < this.width ? at : 0));
  }

  /** Puts the row for the other word's code unit at `depth`, in the place of the one that stood there. */
  add(depth: number, unit: number, unitBefore: number): void {
    const { word, width, most } = this;
    const row = (depth + 1) * width;
    if (row + width > this.values.length) {
      const grown = new Uint16Array(2 * (row + width));
      grown.set(this.values);
      this.values = grown;
    }
    const { values } = this;
    const [first, last] = [Math.max(1, depth + 1 - most), Math.min(width - 1, depth + 1 + most)];
    let left = first === 1 ? depth + 1 : most + 1;
    let least = left;
    values[row + first - 1] = left;
    for (let at = first; at <= last; at++) {
      const above = row - width + at;
      let value = (values[above - 1] ?? 0) + (word.charCodeAt(at - 1) === unit ? 0 : 1);
      value = Math.min(value, left + 1, (values[above] ?? 0) + 1);
      if (depth > 0 && at > 1 && word.charCodeAt(at - 2) === unit && word.charCodeAt(at - 1) === unitBefore)
        value = Math.min(value, (values[above - width - 2] ?? 0) + 1);
      values[row + at] = value;
      left = value;
      if (value < least) least = value;
    }
    // The row below looks one further.
    if (last + 1 < width) values[row + last + 1] = most + 1;
    this.leasts[depth + 1] = least;
  }

  least(length: number): number {
    return this.leasts[length] ?? 0;
  }

  distance(length: number): number {
    return this.values[length * this.width + this.width - 1] ?? 0;
  }
}
