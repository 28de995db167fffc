/** What single records said about papers, in SQLite, and which ids they may not claim since a paper was split. */

import type { Label } from "../../core/label-set.ts";
import type { Contribution } from "../../core/merge.ts";
import type { NewPaper, Paper } from "../../core/paper.ts";
import type { Sqlite } from "./database.ts";
import { readRecord } from "./paper-row.ts";
import { checksumOfText } from "./row-checksum.ts";

export class ContributionTable {
  private readonly select;
  private readonly insert;
  private readonly deleteAll;
  private readonly selectForbidden;
  private readonly insertForbidden;
  private readonly deleteForbidden;

  constructor(db: Sqlite) {
    this.select = db.prepare<[number], { key: string; record: string | null; checksum: number | null }>(
      "SELECT key, record, checksum FROM contributions WHERE label = ? ORDER BY key",
    );
    this.insert = db.prepare("INSERT OR REPLACE INTO contributions (label, key, record, checksum) VALUES (?, ?, ?, ?)");
    this.deleteAll = db.prepare("DELETE FROM contributions WHERE label = ?");
    this.selectForbidden = db.prepare<[string], string>("SELECT id FROM kept_apart WHERE key = ?").pluck();
    this.insertForbidden = db.prepare("INSERT OR IGNORE INTO kept_apart (key, id) VALUES (?, ?)");
    this.deleteForbidden = db.prepare("DELETE FROM kept_apart WHERE key = ?");
  }

  /** Contributions by key. @param readPaper gives the merged paper. For a paper with a single record nothing else is stored. */
  of(label: Label, readPaper: () => Paper | undefined): Contribution[] {
    return this.select.all(label).map(({ key, record, checksum }) => {
      if (record !== null) return { key, paper: readRecord<NewPaper>(record, checksum, `paper ${label}`) };
      const { paperId: _, ...said } = readPaper() ?? ({} as Paper);
      return { key, paper: said };
    });
  }

  /** Whether the record with this key is the only one of a paper. */
  isOnly(label: Label, key: string): boolean {
    const [first, ...others] = this.select.all(label);
    return first?.key === key && first.record === null && others.length === 0;
  }

  /** Stores the first and only record of a new paper. */
  putFirst(label: Label, key: string): void {
    this.insert.run(label, key, null, null);
  }

  /** Replaces all contributions of a paper. */
  put(label: Label, contributions: ReadonlyMap<string, NewPaper>): void {
    this.deleteAll.run(label);
    for (const [key, paper] of contributions) {
      const record = contributions.size === 1 ? null : JSON.stringify(paper);
      this.insert.run(label, key, record, record === null ? null : checksumOfText(record));
    }
  }

  /** Ids that a record may not claim. */
  forbiddenTo(key: string): ReadonlySet<string> {
    return new Set(this.selectForbidden.all(key));
  }

  forbid(key: string, ids: Iterable<string>): void {
    for (const id of ids) this.insertForbidden.run(key, id);
  }

  permitAll(key: string): void {
    this.deleteForbidden.run(key);
  }
}
