/** How far each fetch from a source has got, as text that only the source interprets. */

export interface FetchPositionStore {
  fetchPosition(key: string): Promise<string | undefined>;
  /** Durable when it resolves; undefined forgets it. */
  setFetchPosition(key: string, position: string | undefined): Promise<void>;
}
