/** How far each fetch from a source has come, as text that only the source reads. */

export interface FetchPositionStore {
  fetchPosition(key: string): Promise<string | undefined>;
  /** Durable when it resolves; undefined forgets it. */
  setFetchPosition(key: string, position: string | undefined): Promise<void>;
}
