/** Words that are nearly the same: edit distance with transpositions of neighbours (optimal string alignment). */

/** Only letters, and long enough that one edit leaves most of the word. */
export function isCorrectable(term: string): boolean {
  return term.length >= 4 && term.length <= 32 && /^\p{L}+$/u.test(term);
}

/** The number of edits that a word of this length may be away: in a short word even one is a lot. */
export function mostEdits(term: string): number {
  return term.length < 7 ? 1 : 2;
}

/**
 * UTF-16 code units that are inserted, removed, replaced or swapped with their neighbour. @param most the search stops there: if more are
 * needed, the result is some larger number.
 */
export function editDistance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  // Rows of the distance matrix of prefixes: of the current row of a, the one above, and the one above that.
  let row: number[] = [];
  let above: number[] = [];
  let twoAbove: number[] = [];
  for (let j = 0; j <= b.length; j++) {
    row.push(j);
    above.push(0);
    twoAbove.push(0);
  }
  for (let i = 1; i <= a.length; i++) {
    [row, above, twoAbove] = [twoAbove, row, above];
    // Prefixes whose lengths differ by more are too far apart.
    const [first, last] = [Math.max(1, i - most), Math.min(b.length, i + most)];
    let left = first === 1 ? i : most + 1;
    let least = left;
    row[first - 1] = left;
    const [unit, unitBefore] = [a.charCodeAt(i - 1), a.charCodeAt(i - 2)];
    for (let j = first; j <= last; j++) {
      const other = b.charCodeAt(j - 1);
      let value = Math.min((above[j - 1] ?? 0) + (unit === other ? 0 : 1), (above[j] ?? 0) + 1, left + 1);
      if (i > 1 && j > 1 && other === unitBefore && unit === b.charCodeAt(j - 2)) value = Math.min(value, (twoAbove[j - 2] ?? 0) + 1);
      row[j] = value;
      left = value;
      if (value < least) least = value;
    }
    // The row below looks one further.
    if (last < b.length) row[last + 1] = most + 1;
    // From row to row the value grows by at most one, so what a swap refers to, two rows above, is too far as well.
    if (least > most) return most + 1;
  }
  return row[b.length] ?? 0;
}

/** Lower-case words that are one edit away, with the letters of English; each once. */
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
