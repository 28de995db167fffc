/** How far numbers spread: the unit in which meaning and terms are measured, and what is usual in a library. */
import { dot } from "../vectors.ts";

export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** A smaller spread is only rounding, and counts as none: everything is usual then. */
const leastDeviation = 1e-4;

/** Of those that are known. */
export function spreadOf(values: readonly (number | undefined)[]): Spread {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
  return { mean, deviation: Math.max(leastDeviation, Math.sqrt(variance)) };
}

/** What is not known is taken to be usual. */
export function standardized(value: number | undefined, { mean, deviation }: Spread): number {
  return value === undefined ? 0 : (value - mean) / deviation;
}

/** @param sorted ascending. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/** Papers of which each is compared with all. */
const mostCompared = 100;
const measured = new WeakMap<readonly { readonly vector: Float32Array | undefined }[], number>();

/**
 * The spread of a paper's cosines to the others, for the median paper; 0 without vectors. Cached with the list, which many interests
 * share.
 */
export function usualDeviation(ordinary: readonly { readonly vector: Float32Array | undefined }[]): number {
  const kept = measured.get(ordinary);
  if (kept !== undefined) return kept;
  const vectors = ordinary.flatMap(({ vector }) => vector ?? []);
  const deviations = vectors
    .slice(0, mostCompared)
    .map((vector) => spreadOf(vectors.flatMap((other) => (other === vector ? [] : dot(vector, other)))).deviation)
    .sort((a, b) => a - b);
  const deviation = quantile(deviations, 0.5);
  measured.set(ordinary, deviation);
  return deviation;
}
