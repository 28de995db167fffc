/** A library in a folder that this user may not write to. */
import { chmodSync, chownSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { copyDatabase } from "../../../src/storage/local/database.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { inventPaper, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

/** Root may write everywhere. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Runs whatever opens files before it first waits for anything. */
function asNobody<T>(work: () => T): T {
  if (!isRoot) return work();
  process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === "win32")("a read-only library", () => {
  let [folder, target]: LibraryFolder[] = [];
  beforeEach(async () => {
    [folder, target] = [await LibraryFolder.make(), await LibraryFolder.make()];
    const library = await folder.openFilled(30);
    await library.checkpoint();
    await library.close();
    for (const path of [folder.path, join(folder.path, "library.sqlite")]) if (isRoot) chownSync(path, nobody, nobody);
    chmodSync(folder.path, 0o555);
    if (isRoot) chmodSync(target.path, 0o777);
  });
  afterEach(async () => {
    chmodSync(folder?.path ?? "", 0o755);
    for (const one of [folder, target]) await one?.remove();
  });
  const path = () => folder?.path ?? "";
  const open = (maintain: boolean) => asNobody(() => LocalLibrary.open({ folder: path(), create: false, maintain }));

  it("can be queried, and accepts nothing", async () => {
    const before = readdirSync(path());
    const library = await open(false);
    const generation = await library.liveGeneration();
    expect(generation).toMatchObject(testSpec);
    if (generation === undefined) return;
    expect((await library.neighbours(generation, inventVector(7), { k: 1 })).map(({ label }) => label)).toEqual([7]);
    expect((await library.status()).papers).toBe(30);
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    // Nothing is acknowledged that is only in memory.
    await expect(library.upsert([inventPaper(99)])).rejects.toMatchObject({ code: "SQLITE_READONLY" });
    await expect(library.claim("reindex")).rejects.toMatchObject({ code: "SQLITE_READONLY" });
    expect(await library.countPapers()).toBe(30);
    await library.close();
    expect(readdirSync(path())).toEqual(before);
  });

  it("is not opened for writing, nor if its latest writes are only in its log", async () => {
    await expect(open(true)).rejects.toMatchObject({ code: "storage_failed" });
    chmodSync(path(), 0o755);
    writeFileSync(join(path(), "library.sqlite-wal"), "frames");
    chmodSync(path(), 0o555);
    await expect(open(false)).rejects.toMatchObject({ code: "storage_failed", mend: expect.stringContaining("Copy its folder") });
  });

  it("can be queried on a full disk, where no file can be created beside it", async () => {
    chmodSync(path(), 0o755);
    const pragma = vi.spyOn(Database.prototype, "pragma").mockImplementationOnce(() => {
      throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_SHMSIZE" });
    });
    const library = await LocalLibrary.open({ folder: path(), create: false, maintain: false });
    pragma.mockRestore();
    expect(await library.countPapers()).toBe(30);
    await library.close();
  });

  it("can be backed up", async () => {
    const copy = join(target?.path ?? "", "library.sqlite");
    asNobody(() => copyDatabase(join(path(), "library.sqlite"), copy));
    const library = await LocalLibrary.open({ folder: target?.path ?? "", create: false, maintain: true });
    expect(await library.countPapers()).toBe(30);
    await library.upsert([inventPaper(99)]);
    await library.close();
  });
});
