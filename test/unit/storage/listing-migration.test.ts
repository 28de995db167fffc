/** A library created before there was a daily listing has one once it is opened. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NewPaper } from "../../../src/core/paper.ts";
import { migrations } from "../../../src/storage/local/migrations.ts";
import { columnsOf } from "../../../src/storage/local/paper-row.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(() => folder.remove());

const earlier: readonly NewPaper[] = [
  inventPaper(1, { listed: "2025-03-24", published: "2025-03-20" }),
  inventPaper(2, { listed: "2025-03", published: "2025-03-20" }),
  inventPaper(3, { published: "2025-02" }),
  inventPaper(4, { published: "2025" }),
];

/** A database as it was before the migration that adds the listing. */
function writeEarlierDatabase(): void {
  const before = migrations.findIndex((sql) => sql.includes("listing_date"));
  const db = new Database(join(folder.path, "library.sqlite"));
  try {
    for (const sql of migrations.slice(0, before)) db.exec(sql);
    db.prepare("INSERT INTO meta (key, value) VALUES ('library', 'earlier')").run();
    const insert = db.prepare(
      `INSERT INTO papers (paper_id, record, content_hash, title_key, main_title_key, first_day, last_day, year, venue_key, authors_key, has_code, withdrawn, change)
       VALUES (@paperId, @record, @contentHash, @titleKey, @mainTitleKey, @firstDay, @lastDay, @year, @venueKey, @authorsKey, @hasCode, @withdrawn, 1)`,
    );
    for (const paper of earlier) {
      const [paperId = ""] = paper.ids;
      const { listingDate: _, ...columns } = columnsOf({ ...paper, paperId }, JSON.stringify({ ...paper, paperId }));
      insert.run({ ...columns, paperId });
    }
    db.prepare("UPDATE papers SET record = '{broken' WHERE paper_id = 'X:4'").run();
    db.pragma(`user_version = ${before}`);
  } finally {
    db.close();
  }
}

it("the migration adds every paper's listing date, and tolerates unreadable records", async () => {
  writeEarlierDatabase();
  const library = await folder.open({ create: false });
  expect(await library.listingDates([])).toEqual([
    { date: "2025-02", papers: 1 },
    { date: "2025-03-20", papers: 1 },
    { date: "2025-03-24", papers: 1 },
  ]);
});
