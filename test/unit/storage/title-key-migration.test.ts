/** A library created when title keys still divided words has today's keys once it is opened. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mainTitleKey } from "../../../src/core/same-work.ts";
import { foldWords } from "../../../src/core/text.ts";
import { migrations } from "../../../src/storage/local/migrations.ts";
import { columnsOf } from "../../../src/storage/local/paper-row.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(() => folder.remove());

const titles = [
  "Automated code checking in the E-Permit BIM process",
  "A symmetric kin of vitamin A and a A A a 1 a 2 b",
  "From 1 to 12 3, 4.5 and GPT-4 1 a 22",
  "Ä 9 漢字 と 7 7",
  "One",
  "?!",
];

/** A database as it was before the migration that joins words. */
function writeEarlierDatabase(): void {
  const before = migrations.findIndex((sql) => sql.includes("SET main_title_key"));
  const db = new Database(join(folder.path, "library.sqlite"));
  try {
    for (const sql of migrations.slice(0, before)) db.exec(sql);
    db.prepare("INSERT INTO meta (key, value) VALUES ('library', 'earlier')").run();
    const insert = db.prepare(
      `INSERT INTO papers (paper_id, record, content_hash, title_key, main_title_key, first_day, last_day, year, venue_key, authors_key, has_code, withdrawn,
         published, has_abstract, has_pdf, checksum, change)
       VALUES (@paperId, @record, @contentHash, @titleKey, @mainTitleKey, @firstDay, @lastDay, @year, @venueKey, @authorsKey, @hasCode, @withdrawn,
         @published, @hasAbstract, @hasPdf, @checksum, 1)`,
    );
    for (const [at, title] of titles.entries()) {
      const paper = inventPaper(at, { title });
      const [paperId = ""] = paper.ids;
      insert.run({ ...columnsOf({ ...paper, paperId }, JSON.stringify({ ...paper, paperId })), paperId, mainTitleKey: foldWords(title) });
    }
    db.pragma(`user_version = ${before}`);
  } finally {
    db.close();
  }
}

function readKeys(): string[] {
  const db = new Database(join(folder.path, "library.sqlite"), { readonly: true });
  try {
    return db.prepare<[], string>("SELECT main_title_key FROM papers ORDER BY label").pluck().all();
  } finally {
    db.close();
  }
}

it("every paper gets its title's current key, by which incoming papers are merged", async () => {
  writeEarlierDatabase();
  const library = await folder.open({ create: false });
  expect(readKeys()).toEqual(titles.map(mainTitleKey));
  const [result] = await library.upsert([
    inventPaper(0, { ids: ["other:1"], title: "Automated code checking in the Epermit BIM process", sources: ["elsewhere"] }),
  ]);
  expect(result).toMatchObject({ outcome: "merged", label: 1 });
});
