/** Texts as weighted terms, for comparing papers by the words that set them apart (TF-IDF; Salton and Buckley 1988). */

/** Unit length, or empty. Terms are numbered; the numbers are valid only within one open library. */
export interface TermVector {
  /** Ascending. */
  readonly terms: Uint32Array;
  readonly weights: Float32Array;
}

export const noTerms: TermVector = { terms: new Uint32Array(0), weights: new Float32Array(0) };

/**
 * `(1 + ln tf) · (1 + ln((1 + N) / (1 + df)))`, normalised to unit length. @param frequencies of each term; above 0. @param holding the
 * number of `documents` that contain a term.
 */
export function weighTerms(
  terms: ArrayLike<number>,
  frequencies: ArrayLike<number>,
  holding: (term: number) => number,
  documents: number,
): TermVector {
  const weights = new Float32Array(terms.length);
  let squares = 0;
  for (let at = 0; at < terms.length; at++) {
    const rarity = 1 + Math.log((1 + documents) / (1 + holding(terms[at] ?? 0)));
    const weight = (1 + Math.log(Math.max(1, frequencies[at] ?? 1))) * rarity;
    weights[at] = weight;
    squares += weight * weight;
  }
  const length = Math.sqrt(squares);
  if (length === 0) return noTerms;
  for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] ?? 0) / length;
  return { terms: new Uint32Array(terms), weights };
}

/** The cosine of two. */
export function likenessOfTerms(a: TermVector, b: TermVector): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length; ) {
    const [first, second] = [a.terms[i] ?? 0, b.terms[j] ?? 0];
    if (first === second) sum += (a.weights[i] ?? 0) * (b.weights[j] ?? 0);
    if (first <= second) i++;
    if (second <= first) j++;
  }
  return sum;
}
