/** The answers of configurations, query by query: the basis of figures, files and reports. */
import type { EvalQuery } from "./collection.ts";

/** Ranks that are considered. */
export const rankingDepth = 100;

export interface RankedDocument {
  readonly id: string;
  readonly score: number;
}

export interface EvalRun {
  /** Of the configuration, or of the system that a file came from. */
  readonly name: string;
  /** Of each query, best first. */
  readonly rankings: readonly (readonly RankedDocument[])[];
}

export interface JudgedRuns {
  readonly set: string;
  /** With the counted judgments: a paper is not its own relative. */
  readonly queries: readonly EvalQuery[];
  readonly runs: readonly EvalRun[];
}

export function idsOf(ranking: readonly RankedDocument[] | undefined): string[] {
  return (ranking ?? []).map(({ id }) => id);
}
