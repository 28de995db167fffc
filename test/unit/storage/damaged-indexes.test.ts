/** Damage to SQLite's own indexes, which derive from its tables; and to a table, which looks much the same. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Finding } from "../../../src/core/upkeep.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  const library = await folder.openFilled(30);
  await library.checkpoint();
  await library.close();
});
afterEach(() => folder.remove());

const faults = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check}: ${state}`);

/** Changes the first page of an index: with 30 papers it holds all of a short one. */
async function damage(index: string, change: (page: Buffer) => void): Promise<void> {
  const path = join(folder.path, "library.sqlite");
  const db = new Database(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  const root = db.prepare<[string], number>("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(index) ?? 0;
  const size = Number(db.pragma("page_size", { simple: true }));
  db.close();
  const bytes = await readFile(path);
  change(bytes.subarray((root - 1) * size, root * size));
  await writeFile(path, bytes);
}

async function expectWhole(library: LocalLibrary): Promise<void> {
  expect(faults(await library.verify({ repair: false }))).toEqual([]);
  const { title, ids } = inventPaper(3);
  const [label] = await library.resolve([...ids]);
  expect((await library.papers([label ?? 0]))[0]?.paper).toMatchObject({ title });
  expect((await library.eachPaper(0, 100)).map(({ label }) => label)).toHaveLength(30);
}

it("an index that contradicts its table is rebuilt by `verify --repair`, and by nothing else", async () => {
  await damage("papers_main_title", (page) => {
    // One letter of the last title.
    page[page.length - 5] = (page[page.length - 5] ?? 0) ^ 1;
  });
  const library = await folder.open();
  const [database, derived, indexes] = await library.verify({ repair: false });
  expect([database, derived]).toMatchObject([
    { check: "database", state: "ok" },
    { check: "derived tables", state: "ok" },
  ]);
  expect(indexes).toMatchObject({
    check: "database indexes",
    state: "damaged",
    detail: expect.stringMatching(/papers_main_title.*verify --repair/),
  });
  expect(faults(await library.verify({ repair: true }))).toEqual(["database indexes: repaired"]);
  await expectWhole(library);
});

it("an index with a torn page is rebuilt, even if the library cannot be opened with it", async () => {
  // Every incoming paper is recorded there.
  await damage("papers_change", (page) => page.fill(0xff));
  await damage("sqlite_autoindex_papers_1", (page) => page.fill(0));
  const opening = { folder: folder.path, create: false, maintain: true };
  await expect(LocalLibrary.open(opening)).rejects.toMatchObject({
    code: "library_damaged",
    message: expect.stringContaining("An index in the database"),
    mend: expect.stringContaining("verify --repair"),
  });
  const notices: string[] = [];
  const library = await LocalLibrary.open({ ...opening, mendDatabase: true, onNotice: (notice) => notices.push(notice) });
  expect(notices).toEqual([expect.stringMatching(/is damaged.*It was rebuilt, with all indexes\./)]);
  await expectWhole(library);
  await library.close();
});

it("rows missing from a table are not damage to its indexes, which still list them: nothing is rebuilt", async () => {
  // As when an old page of the table replaces a newer one.
  const db = new Database(join(folder.path, "library.sqlite"));
  db.unsafeMode();
  const indexes = "type = 'index' AND tbl_name = 'papers' AND sql IS NOT NULL";
  db.exec(`CREATE TEMP TABLE kept AS SELECT * FROM main.sqlite_schema WHERE ${indexes}`);
  const kept = db.prepare("SELECT * FROM temp.kept").all();
  db.pragma("writable_schema = ON");
  db.prepare(`DELETE FROM sqlite_schema WHERE ${indexes}`).run();
  db.pragma("writable_schema = RESET");
  db.prepare("DELETE FROM papers WHERE label = 3").run();
  db.pragma("writable_schema = ON");
  for (const row of kept) db.prepare("INSERT INTO main.sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)").run(row);
  db.close();
  const library = await folder.open();
  const [database, ...others] = await library.verify({ repair: true });
  expect(database).toMatchObject({
    check: "database",
    state: "damaged",
    detail: expect.stringMatching(/missing from table papers.*Restore a backup/),
  });
  expect(others).toEqual([]);
});

it.each(["contributions", "feedback"])(
  "a torn page of a table is reported with the table's name, and what can be rescued without a backup (%s)",
  async (table) => {
    await damage(table, (page) => page.fill(0xff));
    const library = await folder.open();
    const [database, ...others] = await library.verify({ repair: true });
    expect(database).toMatchObject({
      check: "database",
      state: "damaged",
      detail: expect.stringMatching(new RegExp(`table ${table}\\b.*Restore a backup.*paperkin export --format jsonl`)),
    });
    expect(others).toEqual([]);
    expect((await library.eachPaper(0, 100)).map(({ label }) => label)).toHaveLength(30);
  },
);
