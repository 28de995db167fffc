/** A library of an earlier version is killed while being migrated: it is unchanged, and the next opening migrates it. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { migrations } from "../../src/storage/local/migrations.ts";
import { paperkin } from "../integration/command-line.ts";
import { makeEarlier } from "../unit/storage/earlier-database.ts";
import { LibraryFolder } from "../unit/storage/opened-library.ts";
import { killWhileAtIt } from "./killed.ts";

const earlier = 3;
const steps = migrations.length - earlier;

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  await (await folder.openFilled(1500)).close();
  makeEarlier(join(folder.path, "library.sqlite"), earlier);
});
afterEach(() => folder.remove());

/** Its contents, without migrating it. */
function contents() {
  const db = new Database(join(folder.path, "library.sqlite"));
  try {
    return {
      version: db.pragma("user_version", { simple: true }),
      sound: db.pragma("integrity_check", { simple: true }),
      tables: db.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").all(),
      papers: db.prepare("SELECT * FROM papers ORDER BY label").all(),
    };
  } finally {
    db.close();
  }
}

it("I1: a library killed at any step of its migration is whole in its old version", async () => {
  const before = contents();
  expect(before).toMatchObject({ version: earlier, sound: "ok" });
  for (let step = 0; step < steps; step += 2) {
    expect((await killWhileAtIt("migration-child.mjs", [folder.path, String(step)])).signal).toBe("SIGKILL");
    expect(contents(), `step ${step}`).toEqual(before);
  }
  const library = await folder.open();
  expect(await library.countPapers()).toBe(1500);
  expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  expect(contents().version).toBe(migrations.length);
});

it("the command line reports the progress of the migration", async () => {
  const first = await paperkin(["papers", "show", "X:1", "--data", folder.path]);
  expect(first.stderr).toContain(
    `The library is brought up to date: step 1 of ${steps}. If it is ended before the last step, the library stays as it was.`,
  );
  expect(first.stderr).toContain(`step ${steps} of ${steps}.`);
  expect((await paperkin(["papers", "show", "X:1", "--data", folder.path])).stderr).not.toContain("brought up to date");
});
