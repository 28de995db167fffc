/** The input of every check of `verify`, and helpers for its findings. */

import type { Generation } from "../../core/generation.ts";
import type { ClaimedWork, Finding } from "../../core/upkeep.ts";
import type { Sqlite } from "./database.ts";
import type { EmbeddingTable } from "./embedding-table.ts";
import type { GenerationTable } from "./generation-table.ts";
import type { LexicalIndex } from "./lexical-index.ts";
import type { PaperTable } from "./paper-table.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface VerifyParts {
  readonly db: Sqlite;
  readonly papers: PaperTable;
  readonly embeddings: EmbeddingTable;
  readonly generations: GenerationTable;
  /** The live generation. */
  readonly generation: Generation | undefined;
  readonly lexical: LexicalIndex;
  /** The last change of papers that the word index includes: later changes by other processes are not faults. */
  lexicalUpTo(): number;
  /** How many more papers it contains than are stored; papers that changed after that do not count. */
  lexicalSurplus(): number;
  readonly vectors: VectorIndex | undefined;
  /** Brings the vectors up to date. */
  followVectors(): void;
  readCheckpoint(): Promise<{ manifest: { count: number; lastChange: number } } | { fault: string; missing: boolean } | undefined>;
  /** The process that writes the index files, if it is another one. */
  filesHeldBy(): ClaimedWork | undefined;
  /** Rebuilds all derived data from what is stored. @returns the indexes to check from then on. */
  rebuild(): Promise<Pick<VerifyParts, "lexical" | "vectors">>;
  readonly repair: boolean;
  readonly onProgress?: (check: string) => void;
}

/** The result of a check, without its name, which the caller adds. */
export type Checked = Omit<Finding, "check">;

/** Rows that are checked in one turn of the event loop. */
export const pageSize = 500;
/** Faults that a finding lists individually. */
export const mostExamples = 3;

export const ok = (detail: string): Checked => ({ state: "ok", detail });

/** @param faults what is wrong, one text for each case. @param good the text if nothing is wrong. */
export function found(faults: readonly string[], good: string, repaired: boolean): Checked {
  if (faults.length === 0) return ok(good);
  const more = faults.length > mostExamples ? ` (and ${faults.length - mostExamples} more)` : "";
  return { state: repaired ? "repaired" : "damaged", detail: `${faults.slice(0, mostExamples).join("; ")}${more}` };
}
