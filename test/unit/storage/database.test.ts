/** Opening library.sqlite: what makes it durable, and what is reported when it cannot be used. */

import { once } from "node:events";
import { cpSync, existsSync, readdirSync, renameSync } from "node:fs";
import { chown, copyFile, link, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeHolder } from "../../../src/core/holder.ts";
import { openDatabase } from "../../../src/storage/local/database.ts";
import { Lease } from "../../../src/storage/local/lease.ts";
import { migrations } from "../../../src/storage/local/migrations.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { makeEarlier } from "./earlier-database.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("the database", () => {
  let folder: LibraryFolder;
  // Made once, and copied when a test needs papers.
  let filled: LibraryFolder;
  const fill = () => cpSync(filled.path, folder.path, { recursive: true });
  beforeAll(async () => {
    filled = await LibraryFolder.make();
    await (await filled.openFilled(3)).close();
  });
  afterAll(() => filled.remove());
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(() => folder.remove());

  it("under a second name is reported, since opening it by both names would damage it", async () => {
    fill();
    const notices: string[] = [];
    const open = async () => await (await folder.open({ onNotice: (notice) => notices.push(notice) })).close();
    await open();
    expect(notices).toEqual([]);
    await link(join(folder.path, "library.sqlite"), join(folder.path, "snapshot.sqlite"));
    await open();
    expect(notices).toEqual([expect.stringMatching(/library\.sqlite has 2 names/)]);
  });

  it("I1: commits through to the disk, with a log beside it", () => {
    const db = openDatabase(join(folder.path, "library.sqlite"), {
      create: true,
    });
    try {
      expect(db.pragma("synchronous", { simple: true })).toBe(2);
      expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
      expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
    } finally {
      db.close();
    }
  });

  it("is created on request if it is missing, along with its parent folders", async () => {
    const path = join(folder.path, "a", "b", "library.sqlite");
    expect(() => openDatabase(path, { create: false })).toThrow(
      expect.objectContaining({
        code: "library_not_found",
        mend: expect.any(String),
      }),
    );
    openDatabase(path, { create: true }).close();
    openDatabase(path, { create: false }).close();
  });

  it.skipIf(process.getuid?.() !== 0)("names its owner if another user may not open it (skipped without root)", async () => {
    // The superuser may open every file, and may open no folder as a file.
    const path = join(folder.path, "library.sqlite");
    await mkdir(path);
    await writeFile(join(path, "file"), "");
    await chown(path, 4711, 4711);
    expect(() => openDatabase(path, { create: false })).toThrow(
      expect.objectContaining({ code: "file_unreadable", mend: expect.stringContaining("It belongs to user 4711, and this is user 0") }),
    );
  });

  it("waits for another process that is just creating it, where SQLite would not", async () => {
    const path = join(folder.path, "library.sqlite");
    // Opening blocks the event loop: the other one gets its own thread.
    const other = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
      const db = new (require("better-sqlite3"))(workerData);
      db.exec("BEGIN IMMEDIATE");
      parentPort.postMessage("holds it");
      setTimeout(() => { db.exec("COMMIT"); db.close(); }, 200);`,
      { eval: true, workerData: path },
    );
    await once(other, "message");
    const db = openDatabase(path, { create: true });
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    db.close();
    await other.terminate();
  });

  it("that is missing beside its index files is neither created anew nor said never to have existed", async () => {
    const library = await folder.openFilled(3);
    await library.checkpoint();
    await library.close();
    await rm(join(folder.path, "library.sqlite"));
    for (const create of [true, false])
      expect(() => openDatabase(join(folder.path, "library.sqlite"), { create })).toThrow(
        expect.objectContaining({
          code: "library_not_found",
          message: expect.stringContaining("is gone"),
          mend: expect.stringMatching(/restore.*remove generation-1/),
        }),
      );
    expect(existsSync(join(folder.path, "library.sqlite"))).toBe(false);
    await rm(join(folder.path, "generation-1"), { recursive: true });
    openDatabase(join(folder.path, "library.sqlite"), { create: true }).close();
  });

  it("is not taken for an empty library when its file was truncated to nothing", async () => {
    fill();
    await writeFile(join(folder.path, "library.sqlite"), "");
    await expect(folder.open({ create: false })).rejects.toMatchObject({
      code: "library_not_found",
    });
  });

  it.each(migrations.slice(1).map((_, at) => at + 1))("of version %i is migrated, with all its content", async (version) => {
    fill();
    makeEarlier(join(folder.path, "library.sqlite"), version);
    const library = await folder.open();
    expect(await library.countPapers()).toBe(3);
    expect((await library.eachPaper(0, 10)).map(({ paper }) => paper.title)).toHaveLength(3);
    await library.setFetchPosition("arxiv", "{}");
    expect(await library.fetchPosition("arxiv")).toBe("{}");
    expect(await library.personal.interests("me")).toEqual([]);
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("of a newer version is left unchanged", async () => {
    fill();
    folder.sql(`PRAGMA user_version = ${migrations.length + 1}`);
    await expect(folder.open()).rejects.toMatchObject({
      code: "library_newer",
      mend: expect.any(String),
    });
    folder.sql(`PRAGMA user_version = ${migrations.length}`);
    expect(await (await folder.open()).countPapers()).toBe(3);
  });

  it("I11: of another program is left unchanged", async () => {
    folder.sql("CREATE TABLE papers (somebody)");
    const before = await stat(join(folder.path, "library.sqlite"));
    await expect(folder.open()).rejects.toMatchObject({
      code: "file_unreadable",
      message: expect.stringContaining("was not made by Paperkin"),
    });
    folder.sql("INSERT INTO papers VALUES ('Ada')");
    expect((await stat(join(folder.path, "library.sqlite"))).ino).toBe(before.ino);
  });

  it("is the one put in its place while it was being opened", async () => {
    const path = join(folder.path, "library.sqlite");
    await (await folder.openFilled(3)).close();
    await copyFile(path, join(folder.path, "other.sqlite"));
    await (await folder.openFilled(9)).close();
    makeEarlier(path, migrations.length - 1);
    let isReplaced = false;
    const db = openDatabase(path, {
      create: false,
      onMigration: () => {
        if (!isReplaced) renameSync(join(folder.path, "other.sqlite"), path);
        isReplaced = true;
      },
    });
    expect(isReplaced).toBe(true);
    expect(db.prepare("SELECT COUNT(*) FROM papers").pluck().get()).toBe(3);
    db.close();
  });

  it("reports a location that cannot be used", async () => {
    await writeFile(join(folder.path, "file"), "");
    await mkdir(join(folder.path, "folder", "library.sqlite"), {
      recursive: true,
    });
    for (const place of ["file/library.sqlite", "folder/library.sqlite"])
      expect(() => openDatabase(join(folder.path, place), { create: true })).toThrow(
        expect.objectContaining({
          code: "file_unreadable",
          mend: expect.any(String),
        }),
      );
  });

  it("I1: is kept up to date in a second process that has it open", async () => {
    const [first, second] = [await folder.openFilled(4), await folder.open({ maintain: false })];
    await first.upsert(inventPapers(3, 50));
    await first.remove(["X:0"]);
    expect(await second.refresh()).toBe(true);
    expect(await second.refresh()).toBe(false);
    const query = { terms: new Map([["paper", 1]]) };
    expect(await second.matchTerms(query, { k: 50 })).toEqual(await first.matchTerms(query, { k: 50 }));
    expect((await second.matchTerms(query, { k: 50 })).total).toBe(6);
  });
});

describe("a lease", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(() => folder.remove());

  it("has one holder until it is released", () => {
    const db = openDatabase(join(folder.path, "library.sqlite"), {
      create: true,
    });
    try {
      const [first, second] = [new Lease(db, "work"), new Lease(db, "work")];
      expect([first.take(), first.take(), second.take(), new Lease(db, "other").take()]).toEqual([true, true, false, true]);
      second.release();
      expect(second.take()).toBe(false);
      first.release();
      expect([second.take(), first.take()]).toEqual([true, false]);
    } finally {
      db.close();
    }
  });

  it("is taken over from a process that is gone, or whose number belongs to another one now", async () => {
    const library = await folder.open();
    const take = async (pid: number, start: string) => {
      folder.sql("INSERT OR REPLACE INTO leases (work, pid, process_start, token) VALUES ('embedding', ?, ?, 'theirs')", pid, start);
      const release = await library.claim("embedding");
      await release?.();
      return release !== undefined;
    };
    // Above what Linux and macOS assign; and the number of this process with a different start time.
    expect(await take(2 ** 22 + 7, "1")).toBe(true);
    expect(await take(process.pid, "not when it started")).toBe(true);
  });

  it("belongs to another container as long as the process there keeps its file locked, whatever its number means here", async () => {
    const library = await folder.open();
    const name = "claim-6f1c2a9e-0000-4000-8000-000000000000.lock";
    const mark = new Database(join(folder.path, name));
    mark.exec("BEGIN EXCLUSIVE");
    folder.sql("INSERT INTO leases (work, pid, process_start, token) VALUES ('embedding', ?, '1', ?)", 2 ** 22 + 7, name);
    expect(await library.claim("embedding")).toBeUndefined();
    const [holder] = await library.claimedWork();
    expect(holder).toMatchObject({ work: "embedding", elsewhere: true });
    expect(describeHolder(holder)).toContain(`Process ${2 ** 22 + 7} of another container`);
    mark.close();
    expect(await library.claimedWork()).toEqual([]);
    const release = await library.claim("embedding");
    expect((await library.claimedWork()).map(({ work, pid, elsewhere }) => [work, pid, elsewhere])).toEqual([
      ["embedding", process.pid, undefined],
    ]);
    expect(existsSync(join(folder.path, name))).toBe(false);
    await release?.();
    expect(readdirSync(folder.path).filter((file) => file.startsWith("claim-"))).toEqual([]);
  });

  it("stays when the database of another library is linked into the same folder", async () => {
    const paths = ["one", "two"].map((name) => join(folder.path, `${name}.sqlite`));
    const [one, two] = paths.map((path) => openDatabase(path, { create: true }));
    if (one === undefined || two === undefined) throw new TypeError();
    try {
      const [first, theirs] = [new Lease(one, "embedding"), new Lease(two, "embedding")];
      expect([first.take(), theirs.take(), new Lease(one, "jobs").take()]).toEqual([true, true, true]);
      expect([one, two].map((db) => new Lease(db, "embedding").take())).toEqual([false, false]);
      expect(readdirSync(folder.path).filter((file) => file.startsWith("claim-"))).toHaveLength(3);
    } finally {
      one.close();
      two.close();
    }
  });

  it("is acquired even if what looks like a leftover file cannot be removed", async () => {
    const library = await folder.open();
    await mkdir(join(folder.path, "claim-6f1c2a9e-0000-4000-8000-000000000001.lock", "within"), { recursive: true });
    expect(await library.claim("embedding")).toBeDefined();
  });

  it("is released even after the library is closed", async () => {
    const library = await folder.open();
    const release = await library.claim("embedding");
    await library.close();
    await release?.();
    expect(readdirSync(folder.path).filter((file) => file.startsWith("claim-"))).toEqual([]);
    expect(await (await folder.open()).claim("embedding")).toBeDefined();
  });

  it("has no holder in a copy of the folder made while somebody held it", async () => {
    const [library, copy] = [await folder.open(), await LibraryFolder.make()];
    try {
      const release = await library.claim("embedding");
      cpSync(folder.path, copy.path, { recursive: true });
      const other = await copy.open();
      expect(await other.claimedWork()).toEqual([]);
      expect(await other.claim("embedding")).toBeDefined();
      expect(await library.claim("embedding")).toBeUndefined();
      await release?.();
    } finally {
      await copy.remove();
    }
  });
});
