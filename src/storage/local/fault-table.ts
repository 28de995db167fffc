/** What went wrong in the background, in SQLite. */
import { type Fault, keptFaults } from "../../core/upkeep.ts";
import type { Sqlite } from "./database.ts";

export class FaultTable {
  private readonly select;
  private readonly insert;
  private readonly trim;

  constructor(private readonly db: Sqlite) {
    this.select = db.prepare<[], Fault>("SELECT at, work, code, detail FROM faults ORDER BY rowid DESC");
    this.insert = db.prepare("INSERT INTO faults (at, work, code, detail) VALUES (@at, @work, @code, @detail)");
    this.trim = db.prepare("DELETE FROM faults WHERE rowid NOT IN (SELECT rowid FROM faults ORDER BY rowid DESC LIMIT ?)");
  }

  add({ at, work, code, detail }: Fault): void {
    this.db
      .transaction(() => {
        this.insert.run({ at, work, code, detail });
        this.trim.run(keptFaults);
      })
      .immediate();
  }

  all(): Fault[] {
    return this.select.all();
  }
}
