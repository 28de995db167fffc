/** What sources call their records, so that it means something when they delete one. */

/** A record as its source names it, and whose it is. */
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
  /** Remembers items that are there, also those that were deleted before. */
  keepItems(items: readonly SourceItem[]): Promise<void>;
  /** Remembers that they were deleted; changes no paper. @returns how many of them were known and there, of papers that are. */
  markDeleted(items: readonly string[]): Promise<number>;
  /** Deleted ones by name, without those of whose record another item is still there. */
  deletedItems(): Promise<DeletedItem[]>;
  forgetItems(items: readonly string[]): Promise<void>;
  /**
   * Takes back what one record said of a paper that others know too.
   * @param id any of the paper's. @returns `only` where there is no other record, which changes nothing.
   */
  withdraw(id: string, key: string): Promise<"withdrawn" | "only" | "unknown">;
}
