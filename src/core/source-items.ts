/**
 * The names that sources give their records (Zotero's keys, OAI-PMH identifiers), so that a reported deletion can be matched. Records that
 * were fetched before names were stored get theirs from a fetch with `--restart`.
 */

/** A record under its source's name, and the paper it belongs to. */
export interface SourceItem {
  readonly item: string;
  /** Of the contribution (`core/merge.ts`). */
  readonly key: string;
  /** An id of its paper. */
  readonly id: string;
}

export interface DeletedItem extends SourceItem {
  /** When that was told, ISO 8601 in UTC. */
  readonly deleted: string;
}

export interface SourceItemStore {
  /** Stores items that exist, including those that were deleted before. */
  keepItems(items: readonly SourceItem[]): Promise<void>;
  /** Marks items as deleted; changes no paper. @returns how many of them were stored, not yet deleted, and of existing papers. */
  markDeleted(items: readonly string[]): Promise<number>;
  /** Deleted items by name, except those whose record still has another item that exists. */
  deletedItems(): Promise<DeletedItem[]>;
  forgetItems(items: readonly string[]): Promise<void>;
  /**
   * Withdraws one record from a paper that has others too. @param id any of the paper's. @returns `only`, having changed nothing, if
   * there is no other record.
   */
  withdraw(id: string, key: string): Promise<"withdrawn" | "only" | "unknown">;
}
