/** How a library in a folder is opened. */

export interface LocalLibraryOptions {
  readonly folder: string;
  /** Make the library where there is none. */
  readonly create: boolean;
  /**
   * Whether this process keeps the graph up to date and writes checkpoints (a server, an import); one that only
   * asks a question compares with what the graph lacks instead.
   */
  readonly maintain: boolean;
  /** Whether anything will be searched; without, nothing is loaded, and opening is quick in a large library. */
  readonly searchable?: boolean;
  /** Whether indexes and tables inside SQLite that keep it from being opened are made anew where all they follow from is sound. */
  readonly mendDatabase?: boolean;
  /** The share of the ten nearest that searches by meaning are to find: 0.8 … 0.999; 0.98 unless given. */
  readonly recallTarget?: number;
  /** Whether somebody waits for answers of this process: another one's transaction is waited for beside them. */
  readonly answering?: boolean;
  /** The time at which papers come in. */
  readonly now?: () => Date;
  /**
   * Completes the index of the generation of this number in another process, which leaves its files. Without, everything
   * is built in this one, in slices. Throws what went wrong there; ended by the signal, it resolves.
   */
  readonly indexApart?: (generation: number, signal: AbortSignal) => Promise<void>;
  /** Told when derived data has to be made anew, and how far that is. */
  readonly onNotice?: (notice: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
  /** Told before each step of bringing a library of an earlier version up to date. */
  readonly onMigration?: (done: number, total: number) => void;
}
