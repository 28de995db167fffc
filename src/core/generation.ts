/** What generations have in common, and how they are told apart. */
import type { GenerationSpec, GraphParameters } from "./storage.ts";

/** Of a generation that names no others. */
export const defaultGraphParameters: GraphParameters = {
  M: 16,
  efConstruction: 200,
};

/** Whether a text has the same embedding in both. */
export function hasSameVectors(a: GenerationSpec, b: GenerationSpec): boolean {
  return a.model === b.model && a.dimensions === b.dimensions && a.preparation === b.preparation && a.truncation === b.truncation;
}

/** Whether the graph of neighbours is the same too. */
export function isSameSpec(a: GenerationSpec, b: GenerationSpec): boolean {
  return hasSameVectors(a, b) && a.graph?.M === b.graph?.M && a.graph?.efConstruction === b.graph?.efConstruction;
}
