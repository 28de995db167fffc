/** A library from before names were compared by plain letters has today's keys once it is opened. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nameKey } from "../../../src/core/author-names.ts";
import { foldWords } from "../../../src/core/text.ts";
import { migrations } from "../../../src/storage/local/migrations.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { makeEarlier } from "./earlier-database.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(() => folder.remove());

const names = ["Łukasz Øde", "Đặng Þór Ħal", "Æsa Œuvre", "Isık Straßer", "Ada Example"];

it("authors are found by the letters that a catalogue uses", async () => {
  const earlier = await folder.open();
  await earlier.upsert(names.map((name, at) => inventPaper(at, { authors: [{ name }] })));
  await earlier.close();
  const path = join(folder.path, "library.sqlite");
  const db = new Database(path);
  const update = db.prepare("UPDATE papers SET authors_key = ? WHERE label = ?");
  for (const [at, name] of names.entries()) update.run(foldWords(name), at + 1);
  db.close();
  makeEarlier(
    path,
    migrations.findIndex((sql) => sql.includes("SET authors_key")),
  );
  const library = await folder.open({ create: false });
  for (const [at, name] of names.entries()) {
    const found = await library.matching([{ authors: [nameKey(name)] }]);
    expect([...(found?.labels() ?? [])]).toEqual([at + 1]);
  }
});
