/** Maintenance of a library: its parts, checks, rebuilds, and work that one process at a time does. */
import type { Generation } from "./generation.ts";

/** Something that `verify` found: `ok` for a check that passed. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "repaired" | "damaged";
  readonly detail: string;
}

export type NativeBuild = "avx" | "sse" | "unknown";

/** How widely the graph of neighbours is searched, and what that finds (`efSearch` of arXiv 1603.09320). */
export interface SearchWidth {
  readonly efSearch: number;
  /** The share of the ten exact nearest neighbours that it finds, for points between papers. */
  readonly recallAt10: number;
  /** The target; above `recallAt10` if even the widest search does not reach it. */
  readonly target: number;
  readonly sampled: number;
  /** In the graph when it was measured. */
  readonly vectors: number;
}

export interface LibraryStatus {
  readonly papers: number;
  readonly embedded: number;
  readonly backlog: number;
  readonly generation: Generation | undefined;
  readonly vectorSearch: "hnsw" | "exact";
  /** Undefined until the graph is complete for the first time. */
  readonly searchWidth: SearchWidth | undefined;
  /** The instruction set that the vector index was compiled for: `avx` if it was built for this machine. */
  readonly nativeBuild: NativeBuild;
  /** Number of the last change that is stored. */
  readonly lastChange: number;
  /** Number of the last change that the files beside the database hold. */
  readonly checkpointChange: number | undefined;
  readonly files: readonly {
    readonly name: string;
    readonly sizeBytes: number;
  }[];
}

/** How far work has come. */
export interface WorkProgress {
  /** What is done at the moment, in words: `embedding`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Of late; 0 while nobody can say. */
  readonly perSecond: number;
}

/** Work that a living process has claimed. */
export interface ClaimedWork {
  readonly work: string;
  /** The number of the process. */
  readonly pid: number;
  /** Set if it runs in another container of this machine, which numbers processes by itself. */
  readonly elsewhere?: true;
  /** When the process started, if the system reports it; ISO 8601 in UTC. */
  readonly since?: string;
  readonly progress?: WorkProgress;
}

/** A failure of background work, for which nobody was waiting. */
export interface Fault {
  /** ISO 8601 in UTC; if the same fault occurred again, the last time. */
  readonly at: string;
  /** If the same fault occurred before: the first time. */
  readonly since?: string;
  /** What was being done, in words. */
  readonly work: string;
  readonly code: string;
  readonly detail: string;
}

/** Faults that are kept: the last ones. */
export const keptFaults = 20;

/** Derived data that was not as it should be, and is rebuilt from what is stored. */
export interface Rebuild {
  readonly index: "vectors" | "words";
  /** What was wrong, in words. */
  readonly reason: string;
  /** While vectors are `rebuilding`, or if that has `failed`, queries use exhaustive comparison. */
  readonly state: "rebuilding" | "rebuilt" | "failed";
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** When it was seen to be there again. */
  readonly until?: string;
}

/** How this process gets on with the disk. */
export interface LibraryHealth {
  /** Since it opened the library; the latest first. */
  readonly rebuilds: readonly Rebuild[];
  /** Why it refuses writes until it is restarted, and what to do; undefined while it accepts them. */
  readonly writesStopped: string | undefined;
}

export interface Upkeep {
  /** Takes in what other processes have written since. Cheap if there is nothing. @returns whether there was anything. */
  refresh(): Promise<boolean>;
  /** How neighbours are currently found: `exact` while there is no usable index. */
  vectorSearch(): Promise<"hnsw" | "exact">;
  health(): Promise<LibraryHealth>;
  /**
   * Builds what would otherwise be built at first use, in slices between which requests are answered. Resolves when all of it is there.
   */
  warmUp(): Promise<void>;
  /** The number of the last change that is stored, whoever wrote it. */
  lastChange(): Promise<number>;
  /**
   * Completes the derived files and writes them, so that the next opening is fast; does nothing if another process owns them. If `signal`
   * aborts before they are complete, the existing files stay.
   */
  checkpoint(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Checks every promise that the library makes; repairs derived data on request. */
  verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]>;
  status(): Promise<LibraryStatus>;
  /**
   * Claims work that only one process at a time may do (embedding the backlog). @returns how to release it, or undefined while another
   * living process holds it.
   */
  claim(work: string): Promise<(() => Promise<void>) | undefined>;
  /** What living processes have claimed, this one included; by name. */
  claimedWork(): Promise<ClaimedWork[]>;
  /** Publishes the progress of work that this process has claimed. */
  reportWork(work: string, progress: WorkProgress): Promise<void>;
  recordFault(fault: Fault): Promise<void>;
  /** The last ones, the latest first. */
  faults(): Promise<Fault[]>;
  close(): Promise<void>;
}
