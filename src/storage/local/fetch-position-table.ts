/** How far fetches have come, in SQLite. */
import type { Sqlite } from "./database.ts";

export class FetchPositionTable {
  private readonly select;
  private readonly put;
  private readonly delete;

  constructor(db: Sqlite) {
    this.select = db.prepare<[string], string>("SELECT position FROM fetch_positions WHERE key = ?").pluck();
    this.put = db.prepare("INSERT OR REPLACE INTO fetch_positions (key, position, updated) VALUES (?, ?, ?)");
    this.delete = db.prepare("DELETE FROM fetch_positions WHERE key = ?");
  }

  get(key: string): string | undefined {
    return this.select.get(key);
  }

  set(key: string, position: string | undefined): void {
    if (position === undefined) this.delete.run(key);
    else this.put.run(key, position, new Date().toISOString());
  }
}
