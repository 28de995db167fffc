/** Long-running work that a server does on request: what was requested, and what became of it. */
import type { Generation, GenerationAudit, GraphParameters } from "./generation.ts";
import type { Finding, WorkProgress } from "./upkeep.ts";

export const jobKinds = ["reindex", "verify"] as const;
export type JobKind = (typeof jobKinds)[number];

/**
 * `queued` runs when its turn comes. `paused` waits to be resumed, and keeps what it has done. `done`, `failed` and `cancelled` are
 * final.
 */
export const jobStates = ["queued", "running", "paused", "done", "failed", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

/** What a reindex is asked to make. */
export interface ReindexRequest {
  /** That of the library where undefined. */
  readonly model?: string | undefined;
  /** The usual parameters where undefined. */
  readonly graph?: GraphParameters | undefined;
  /** Tokens that are read of a text; the model's length where undefined. */
  readonly truncation?: number | undefined;
  /** Starts over, whatever exists. */
  readonly fresh: boolean;
  /** Generations that stay to go back to. */
  readonly keep: number;
  /** Processes that embed; as many as the server has if undefined. */
  readonly workers?: number | undefined;
}

/** What a reindex did. */
export interface ReindexResult {
  /** `live`: the generation answers now. `unchanged`: the live one already had the specification. */
  readonly outcome: "live" | "unchanged";
  readonly generation: Generation;
  /** Papers that the model was run for. */
  readonly embedded: number;
  /** Papers whose embedding was copied from another generation. */
  readonly reused: number;
  readonly audit?: Omit<GenerationAudit, "at">;
  /** Generations that were removed afterwards. */
  readonly removed: readonly Generation[];
}

export interface VerifyResult {
  readonly findings: readonly Finding[];
}

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** When its state was the last to change. */
  readonly changed: string;
  /** Of a reindex. */
  readonly request?: ReindexRequest;
  /** The generation that a reindex fills. */
  readonly generation?: number;
  /** How often the server ended while it ran. */
  readonly interruptions: number;
  /** While it runs, or where it stopped. */
  readonly progress?: WorkProgress;
  readonly error?: { readonly code: string; readonly detail: string };
  /** What was done. */
  readonly result?: ReindexResult | VerifyResult;
}

/** The unfinished job of a kind, of which there is at most one. */
export function unfinishedOf(jobs: readonly Job[], kind: Job["kind"]): Job | undefined {
  return jobs.find((job) => job.kind === kind && !isFinished(job));
}

export function isFinished({ state }: Job): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Jobs that are kept; beyond that, the oldest finished ones are removed. */
export const keptJobs = 100;

export interface JobStore {
  /** Adds it, or replaces that of the same id. Durable when it resolves. */
  put(job: Job): Promise<void>;
  get(id: string): Promise<Job | undefined>;
  /** The latest first. */
  all(): Promise<Job[]>;
}
