/** After a failed sync, nothing is written any more, in any way, and everything can be read; other failures have no such effect. */

import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { WriteGuard } from "../../../src/storage/local/write-guard.ts";
import { embedAll, inventPaper, inventPapers, testSpec } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

function opened(code: string) {
  const db = new Database(":memory:");
  db.exec("CREATE TABLE words (word TEXT)");
  db.function("fail", () => {
    throw Object.assign(new Error("the disk"), { code });
  });
  const guard = new WriteGuard(db);
  const put = db.prepare("INSERT INTO words VALUES (?)");
  const putAndSay = db.prepare<[string], string>("INSERT INTO words VALUES (?) RETURNING word").pluck();
  const ways = {
    run: () => put.run("a"),
    get: () => putAndSay.get("a"),
    all: () => putAndSay.all("a"),
    transaction: () => db.transaction(() => put.run("a"))(),
    immediate: () => db.transaction(() => put.run("a")).immediate(),
    exec: () => db.exec("INSERT INTO words VALUES ('a')"),
  };
  const failing = () => db.transaction(() => db.prepare("INSERT INTO words VALUES (fail())").run()).immediate();
  const words = () => db.prepare<[], string>("SELECT word FROM words").pluck().all();
  return { guard, ways, failing, words };
}

it.each(["SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"])("I1: %s ends writing for good", (code) => {
  const { guard, ways, failing, words } = opened(code);
  for (const write of Object.values(ways)) write();
  expect(guard.stopped).toBeUndefined();
  expect(failing).toThrow(expect.objectContaining({ code: "storage_failed", message: expect.stringContaining(code) }));
  const before = words();
  expect(before).toHaveLength(Object.keys(ways).length);
  for (const [way, write] of Object.entries(ways)) {
    const refused =
      way === "exec" ? { code: "SQLITE_READONLY" } : { code: "storage_failed", mend: expect.stringContaining("start the server again") };
    expect(write, way).toThrow(expect.objectContaining(refused));
  }
  expect(words()).toEqual(before);
});

it.each(["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_BUSY"])("%s is thrown unchanged, and the next write is tried", (code) => {
  const { guard, ways, failing, words } = opened(code);
  expect(failing).toThrow(expect.objectContaining({ code }));
  expect(guard.stopped).toBeUndefined();
  ways.immediate();
  expect(words()).toEqual(["a"]);
});

it("a file beside the database that fails to sync ends writing as well, one that cannot be written does not", () => {
  const { guard, ways } = opened("");
  const error = (syscall: string) => Object.assign(new Error("EIO"), { code: "EIO", syscall });
  expect(guard.judge(error("write"))).toMatchObject({ code: "EIO" });
  ways.run();
  expect(guard.judge(error("fsync"))).toMatchObject({ code: "storage_failed" });
  expect(ways.run).toThrow(expect.objectContaining({ code: "storage_failed" }));
});

it("I1: nothing is acknowledged once the library's folder was moved away, or replaced by another", async () => {
  const folder = await makeTemporaryFolder();
  const [place, away] = [join(folder.path, "library"), join(folder.path, "away")];
  const open = () => LocalLibrary.open({ folder: place, create: true, maintain: true });
  try {
    const library = await open();
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(10));
    await embedAll(library, generation);
    expect((await library.health()).writesStopped).toBeUndefined();
    await rename(place, away);
    expect((await library.health()).writesStopped).toMatch(/was moved, removed or replaced/);
    await expect(library.upsert([inventPaper(90)])).rejects.toMatchObject({ code: "storage_failed", mend: expect.any(String) });
    await library.checkpoint();
    expect(await readdir(folder.path)).toEqual(["away"]);
    expect(await library.countPapers()).toBe(10);
    await library.close();

    const second = await open();
    await second.upsert(inventPapers(3));
    await rename(place, join(folder.path, "second"));
    await rename(away, place);
    await expect(second.remove(["X:1"])).rejects.toMatchObject({ code: "storage_failed" });
    await second.checkpoint();
    await second.close();
    const first = await open();
    expect(await first.countPapers()).toBe(10);
    expect((await first.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    await first.close();
  } finally {
    await folder.remove();
  }
});

it("I1: nothing is acknowledged once the log is missing beside the library, and its content is there after closing", async () => {
  const folder = await makeTemporaryFolder();
  const open = () => LocalLibrary.open({ folder: folder.path, create: true, maintain: true });
  try {
    const library = await open();
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(10));
    await embedAll(library, generation);
    await rm(join(folder.path, "library.sqlite-wal"));
    await expect(library.upsert([inventPaper(90)])).rejects.toMatchObject({
      code: "storage_failed",
      message: expect.stringContaining("library.sqlite-wal was moved, removed or replaced"),
    });
    expect(await library.countPapers()).toBe(10);
    await library.close();
    const again = await open();
    expect(await again.countPapers()).toBe(10);
    expect((await again.verify({ repair: false })).filter(({ state }) => state === "damaged")).toEqual([]);
    await again.upsert([inventPaper(90)]);
    await again.close();
  } finally {
    await folder.remove();
  }
});

it("a library migrated by a newer Paperkin underneath a program accepts nothing more from it, and can be read", async () => {
  const { path, remove } = await makeTemporaryFolder();
  const library = await LocalLibrary.open({ folder: path, create: true, maintain: true });
  try {
    await library.upsert(inventPapers(2));
    const newer = new Database(join(path, "library.sqlite"));
    newer.pragma("user_version = 9999");
    newer.close();
    const refused = {
      code: "storage_failed",
      message: expect.stringContaining("schema 9999"),
      mend: expect.stringContaining("newer version"),
    };
    await expect(library.upsert([inventPaper(7)])).rejects.toMatchObject(refused);
    expect((await library.health()).writesStopped).toContain("brought the library up to date");
    expect(await library.countPapers()).toBe(2);
  } finally {
    await library.close();
    await remove();
  }
});
