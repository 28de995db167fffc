/** Errors of background work, in SQLite. */
import { type Fault, keptFaults } from "../../core/upkeep.ts";
import type { Sqlite } from "./database.ts";

export class FaultTable {
  private readonly select;
  private readonly fold;
  private readonly insert;
  private readonly trim;

  constructor(private readonly db: Sqlite) {
    // Of equal errors, the first and the last are kept.
    this.select = db.prepare<[], Fault & { since: string | null }>(
      `SELECT at, work, code, detail, (SELECT MIN(e.at) FROM faults e WHERE e.rowid < f.rowid AND e.work = f.work AND e.code = f.code
       AND e.detail = f.detail) AS since FROM faults f
       WHERE NOT EXISTS (SELECT 1 FROM faults l WHERE l.rowid > f.rowid AND l.work = f.work AND l.code = f.code AND l.detail = f.detail)
       ORDER BY rowid DESC`,
    );
    this.fold = db.prepare(
      `DELETE FROM faults WHERE work = @work AND code = @code AND detail = @detail
       AND rowid > (SELECT MIN(rowid) FROM faults WHERE work = @work AND code = @code AND detail = @detail)`,
    );
    this.insert = db.prepare("INSERT INTO faults (at, work, code, detail) VALUES (@at, @work, @code, @detail)");
    this.trim = db.prepare("DELETE FROM faults WHERE rowid NOT IN (SELECT rowid FROM faults ORDER BY rowid DESC LIMIT ?)");
  }

  add({ at, work, code, detail }: Fault): void {
    this.db
      .transaction(() => {
        this.fold.run({ work, code, detail });
        this.insert.run({ at, work, code, detail });
        this.trim.run(keptFaults);
      })
      .immediate();
  }

  all(): Fault[] {
    return this.select.all().map(({ since, ...fault }) => (since === null ? fault : { ...fault, since }));
  }
}
