/** How a library in a folder is opened. */

export interface LocalLibraryOptions {
  readonly folder: string;
  /** Create the library if it does not exist. */
  readonly create: boolean;
  /**
   * Whether this process keeps the graph up to date and writes checkpoints (a server, an import). One that only answers a question compares
   * it with the pending vectors instead.
   */
  readonly maintain: boolean;
  /** Whether anything will be searched; if not, no index is loaded, and a large library opens quickly. */
  readonly searchable?: boolean;
  /** Whether SQLite indexes and derived tables that prevent opening are rebuilt, if the primary data is intact. */
  readonly mendDatabase?: boolean;
  /** The share of the ten nearest papers that searches by meaning should find: 0.8 … 0.999; 0.98 by default. */
  readonly recallTarget?: number;
  /** Whether this process answers requests, so that waiting for another process's transaction must not block it. */
  readonly answering?: boolean;
  /** The clock for the time at which papers come in. */
  readonly now?: () => Date;
  /**
   * Completes the index of the generation with this number in another process, which leaves its files. Without it, this process builds
   * everything itself, in slices. Throws that process's error; resolves if the signal ends it.
   */
  readonly indexApart?: (generation: number, signal: AbortSignal) => Promise<void>;
  /** Called when derived data has to be rebuilt, and with the progress of that. */
  readonly onNotice?: (notice: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
  /** Called before each migration of a library of an earlier version. */
  readonly onMigration?: (done: number, total: number) => void;
}
