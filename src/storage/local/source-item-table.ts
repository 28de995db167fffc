/** Sources' ids for their records, in SQLite. */
import type { DeletedItem, SourceItem } from "../../core/source-items.ts";
import type { Sqlite } from "./database.ts";

export class SourceItemTable {
  private readonly put;
  private readonly mark;
  private readonly selectDeleted;
  private readonly delete;

  constructor(
    private readonly db: Sqlite,
    private readonly now: () => Date,
  ) {
    this.put = db.prepare<[string, string, string]>("INSERT OR REPLACE INTO source_items (item, key, id, deleted) VALUES (?, ?, ?, NULL)");
    this.mark = db.prepare<[string, string]>(
      "UPDATE source_items SET deleted = ? WHERE item = ? AND deleted IS NULL AND id IN (SELECT id FROM paper_ids)",
    );
    this.selectDeleted = db.prepare<[], DeletedItem>(
      `SELECT item, key, id, deleted FROM source_items s WHERE deleted IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM source_items other WHERE other.key = s.key AND other.deleted IS NULL) ORDER BY item`,
    );
    this.delete = db.prepare<[string]>("DELETE FROM source_items WHERE item = ?");
  }

  /** One transaction. */
  keep(items: readonly SourceItem[]): void {
    this.db
      .transaction(() => {
        for (const { item, key, id } of items) this.put.run(item, key, id);
      })
      .immediate();
  }

  /** One transaction. @returns how many existed. */
  markDeleted(items: readonly string[]): number {
    const at = this.now().toISOString();
    return this.db.transaction(() => items.reduce((count, item) => count + this.mark.run(at, item).changes, 0)).immediate();
  }

  deleted(): DeletedItem[] {
    return this.selectDeleted.all();
  }

  /** One transaction. */
  forget(items: readonly string[]): void {
    this.db
      .transaction(() => {
        for (const item of items) this.delete.run(item);
      })
      .immediate();
  }
}
