/** What every check of `verify` is given, and how it says what it found. */

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
  /** The live one. */
  readonly generation: Generation | undefined;
  readonly lexical: LexicalIndex;
  /** The last change of papers that the word index holds: what other processes write behind it is no fault. */
  lexicalUpTo(): number;
  /** How many papers more it holds than are stored, those that changed behind that left out. */
  lexicalSurplus(): number;
  readonly vectors: VectorIndex | undefined;
  /** Brings the vectors up to the moment. */
  followVectors(): void;
  readCheckpoint(): Promise<{ manifest: { count: number; lastChange: number } } | { fault: string; missing: boolean } | undefined>;
  /** The process that writes them, where that is another one. */
  filesHeldBy(): ClaimedWork | undefined;
  /** Makes all derived data anew from what is stored. @returns what is to be looked at from then on. */
  rebuild(): Promise<Pick<VerifyParts, "lexical" | "vectors">>;
  readonly repair: boolean;
  readonly onProgress?: (check: string) => void;
}

/** What a check found; its name is added by who runs it. */
export type Checked = Omit<Finding, "check">;

/** Rows that are looked at in one turn. */
export const pageSize = 500;
/** Faults that are named one by one in a finding. */
export const mostExamples = 3;

export const ok = (detail: string): Checked => ({ state: "ok", detail });

/**
 * @param faults what is wrong, one text for each case.
 * @param good what to say where nothing is.
 */
export function found(faults: readonly string[], good: string, repaired: boolean): Checked {
  if (faults.length === 0) return ok(good);
  const more = faults.length > mostExamples ? ` (and ${faults.length - mostExamples} more)` : "";
  return { state: repaired ? "repaired" : "damaged", detail: `${faults.slice(0, mostExamples).join("; ")}${more}` };
}
