/** The parameters of a reindex, wherever it is requested. */
import { defaultGraphParameters, type GraphParameters } from "../../core/generation.ts";

/** The least and the most of each number. */
export const reindexLimits = {
  M: { least: 4, most: 128 },
  efConstruction: { least: 8, most: 2_000 },
  truncation: { least: 8, most: 100_000 },
  keep: { least: 0, most: 100 },
  workers: { least: 1, most: 256 },
} as const;

/** @returns undefined for the usual parameters. */
export function graphOf(M = defaultGraphParameters.M, efConstruction = defaultGraphParameters.efConstruction): GraphParameters | undefined {
  const isUsual = M === defaultGraphParameters.M && efConstruction === defaultGraphParameters.efConstruction;
  return isUsual ? undefined : { M, efConstruction };
}
