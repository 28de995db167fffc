/** Backups: complete while others write, checked before they are used, and nothing lost whatever goes wrong. */
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUp } from "../../../src/storage/local/backup.ts";
import { checkBackups } from "../../../src/storage/local/backup-source.ts";
import { addCopy } from "../../../src/storage/local/copies.ts";
import { openDatabase } from "../../../src/storage/local/database.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { restore } from "../../../src/storage/local/restore.ts";
import { inventPaper, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

const options = { version: "0.0.0", now: new Date("2026-01-02T03:04:05Z") };

describe("a backup", () => {
  let [folder, target]: LibraryFolder[] = [];
  let file = "";
  beforeEach(async () => {
    [folder, target] = [await LibraryFolder.make(), await LibraryFolder.make()];
    file = join(target.path, "library.backup");
  });
  afterEach(async () => {
    await folder?.remove();
    await target?.remove();
  });

  const from = () => folder?.path ?? "";
  const into = () => join(target?.path ?? "", "restored");
  const openFilled = async (papers: number) => (await folder?.openFilled(papers)) ?? Promise.reject(new Error("not there"));

  async function openRestored(): Promise<{ library: LocalLibrary; notices: string[] }> {
    const notices: string[] = [];
    const library = await LocalLibrary.open({ folder: into(), create: false, maintain: true, onNotice: (notice) => notices.push(notice) });
    return { library, notices };
  }

  async function answersOf(library: LocalLibrary) {
    const generation = await library.openGeneration(testSpec);
    return await Promise.all(Array.from({ length: 50 }, (_, at) => library.neighbours(generation, inventVector(1_000 + at), { k: 100 })));
  }

  it("can be checked without being restored", async () => {
    await (await openFilled(3)).checkpoint();
    const { sizeBytes } = await backUp(from(), file, options);
    expect(await checkBackups(file, undefined)).toEqual([{ created: options.now.toISOString(), sizeBytes: expect.any(Number) }]);
    await truncate(file, sizeBytes - 2_000);
    expect(await checkBackups(file, undefined)).toEqual([{ fault: `The backup ${file} cannot be used: it is truncated.` }]);
    await writeFile(file, "x".repeat(1_024));
    expect(await checkBackups(file, undefined)).toEqual([
      { fault: expect.stringMatching(`${file} .* not an archive that Paperkin wrote`) },
    ]);
    await expect(checkBackups(file, "a copy")).rejects.toMatchObject({ code: "invalid_request" });
    expect(existsSync(into())).toBe(false);
  });

  it("gives the same answers from the index files it includes", async () => {
    const library = await openFilled(300);
    await library.checkpoint();
    await library.upsert([inventPaper(900)]);
    const answers = await answersOf(library);
    const made = await backUp(from(), file, options);
    expect(made.files.map(({ name }) => name)).toContain("library.sqlite");
    expect(made.files).toHaveLength(4);
    expect((await readdir(target?.path ?? "")).sort()).toEqual(["library.backup"]);
    await restore(file, into(), { replace: false });
    const restored = await openRestored();
    expect(await answersOf(restored.library)).toEqual(answers);
    expect((await restored.library.status()).checkpointChange).toBe((await library.status()).checkpointChange);
    expect((await restored.library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    expect(restored.notices).toEqual([]);
    await restored.library.close();
  });

  it("I1: contains what was acknowledged before it, while another process writes", async () => {
    const library = await openFilled(50);
    let isDone = false;
    let stored = 50;
    const writing = (async () => {
      while (!isDone) {
        await library.upsert(inventPapers(5, 10_000 + stored));
        stored += 5;
        await library.checkpoint();
      }
    })();
    for (let round = 0; round < 5; round++) {
      const before = stored;
      await backUp(from(), file, options);
      await restore(file, into(), { replace: true });
      const restored = await openRestored();
      expect(await restored.library.countPapers()).toBeGreaterThanOrEqual(before);
      expect((await restored.library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
      await restored.library.close();
    }
    isDone = true;
    await writing;
  });

  it("I11: does not overwrite an existing library unless told to, nor one in use", async () => {
    await (await openFilled(5)).checkpoint();
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    await expect(restore(file, into(), { replace: false })).rejects.toMatchObject({ code: "library_exists" });
    const { library } = await openRestored();
    const release = await library.claim("jobs");
    await expect(restore(file, into(), { replace: true })).rejects.toMatchObject({
      code: "library_busy",
      message: expect.stringContaining(`Process ${process.pid}`),
    });
    await release?.();
    await library.upsert([inventPaper(70)]);
    await library.close();
    // Foreign files among the index files are not part of it.
    await writeFile(join(into(), "generation-1", "notes.txt"), "mine");
    await restore(file, into(), { replace: true });
    expect(await readFile(join(into(), "generation-1", "notes.txt"), "utf8")).toBe("mine");
    const again = await openRestored();
    expect(await again.library.countPapers()).toBe(5);
    await again.library.close();
    expect(existsSync(join(into(), "replaced"))).toBe(false);
  });

  it("locks others out of the library that it is restored over, and out of the restored one until it is done", async () => {
    await openFilled(40);
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    let tried = 0;
    await restore(file, into(), {
      replace: true,
      onProgress: (what) => {
        if (what !== "restoring") return;
        tried++;
        const other = new Database(join(into(), "library.sqlite"), { timeout: 0 });
        expect(() => other.pragma("user_version")).toThrow(/locked/);
        other.close();
      },
    });
    expect(tried).toBeGreaterThan(0);
    const { library } = await openRestored();
    expect(await library.countPapers()).toBe(40);
    await library.close();
  });

  it("I11: does not replace a library created meanwhile", async () => {
    await openFilled(5);
    await backUp(from(), file, options);
    const restoring = restore(file, into(), {
      replace: false,
      onProgress: (what) => {
        if (what === "restoring") openDatabase(join(into(), "library.sqlite"), { create: true }).close();
      },
    });
    await expect(restoring).rejects.toMatchObject({ code: "library_exists" });
    const { library } = await openRestored();
    expect(await library.countPapers()).toBe(0);
    await library.close();
  });

  it("I11: is written over nothing but an earlier backup, least of all over the library", async () => {
    const library = await openFilled(20);
    await library.checkpoint();
    const other = join(target?.path ?? "", "notes.txt");
    await writeFile(other, "what somebody wrote");
    const [index = ""] = (await readdir(join(from(), "generation-1"))).map((name) => join(from(), "generation-1", name));
    for (const place of [join(from(), "library.sqlite"), join(from(), "library.sqlite-wal"), index, other, target?.path ?? ""])
      await expect(backUp(from(), place, options)).rejects.toMatchObject({ code: "invalid_request", mend: expect.any(String) });
    await expect(backUp(from(), join(from(), "generation-1", "x.backup"), options)).rejects.toMatchObject({ code: "invalid_request" });
    await expect(backUp(from(), join(from(), "library.sqlite-journal"), options)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await readFile(other, "utf8")).toBe("what somebody wrote");
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    await backUp(from(), file, options);
    // A truncated one still counts as one.
    await truncate(file, 5_000);
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    await expect(restore(file, into(), { replace: true, copy: "20260102T030405000Z" })).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("replaces a damaged library when restored", async () => {
    await openFilled(5);
    await backUp(from(), file, options);
    await mkdir(into());
    await writeFile(join(into(), "library.sqlite"), "not a database at all, and long enough to be read as one".repeat(100));
    await restore(file, into(), { replace: true });
    const { library } = await openRestored();
    expect(await library.countPapers()).toBe(5);
    await library.close();
  });

  it("is refused when any of it is damaged, and the library stays unchanged", async () => {
    const library = await openFilled(40);
    await library.checkpoint();
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    const whole = await readFile(file);
    const bad = join(target?.path ?? "", "bad.backup");
    // Every header and one place in every file; not the padding, which is never read.
    const places = Array.from({ length: 40 }, (_, at) => Math.floor((at * whole.length) / 40) + 7);
    for (const place of places) {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ 0x10;
      await writeFile(bad, bytes);
      await restore(bad, into(), { replace: true }).then(
        // The end marker and padding carry no data.
        () => expect(whole[place]).toBe(0),
        (error: unknown) => expect(error).toMatchObject({ code: "backup_damaged" }),
      );
    }
    for (const bytes of [
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, whole.length - 1024),
      Buffer.from("hello"),
      Buffer.alloc(0),
    ]) {
      await writeFile(bad, bytes);
      await expect(restore(bad, into(), { replace: true })).rejects.toMatchObject({ code: "backup_damaged" });
    }
    await expect(restore(`${bad}.missing`, into(), { replace: true })).rejects.toMatchObject({ code: "file_unreadable" });
    const { library: restored } = await openRestored();
    expect(await restored.countPapers()).toBe(40);
    await restored.close();
  });

  it("is readable by its owner alone, as the library is; restored in place of a shared one, it stays shared", async () => {
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    await openFilled(5);
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    const library = join(into(), "library.sqlite");
    const copies = join(target?.path ?? "", "copies");
    await addCopy(from(), copies, options);
    const pieces = (await readdir(copies)).filter((name) => name.endsWith(".chunks")).map((name) => join(copies, name));
    expect(pieces).toHaveLength(1);
    for (const path of [join(from(), "library.sqlite"), join(from(), "library.sqlite-wal"), file, library, ...pieces])
      expect([path, await modeOf(path)]).toEqual([path, 0o600]);
    await chmod(library, 0o660);
    await restore(file, into(), { replace: true });
    expect(await modeOf(library)).toBe(0o660);
  });

  it("with an invalid size in a header is refused", async () => {
    await openFilled(5);
    await backUp(from(), file, options);
    const bytes = await readFile(file);
    for (const size of ["-0000001000", "zzzzzzzzzzz"]) {
      bytes.write(size, 124, "latin1");
      bytes.write(" ".repeat(8), 148, "latin1");
      const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
      bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      await writeFile(file, bytes);
      await expect(restore(file, into(), { replace: false })).rejects.toMatchObject({ code: "backup_damaged" });
    }
  });

  it("restored a second time completes an interrupted restore", async () => {
    await openFilled(5);
    await backUp(from(), file, options);
    await restore(file, into(), { replace: false });
    // As after a kill between moving the old library aside and moving the new one in.
    await mkdir(join(into(), "replaced"));
    await rename(join(into(), "library.sqlite"), join(into(), "replaced", "library.sqlite"));
    await expect(LocalLibrary.open({ folder: into(), create: true, maintain: true })).rejects.toMatchObject({
      code: "library_not_found",
      mend: expect.stringContaining("paperkin restore"),
    });
    await restore(file, into(), { replace: false });
    expect((await readdir(into())).includes("replaced")).toBe(false);
    const { library } = await openRestored();
    expect(await library.countPapers()).toBe(5);
    await library.close();
  });

  it("I11: is restored under a lock that needs no space, so that a full disk leaves everything unchanged", async () => {
    await openFilled(5);
    await backUp(from(), file, options);
    const folder = join(target?.path ?? "", "restored");
    const seen: string[] = [];
    const onProgress = (what: string) => {
      if (what === "restoring") seen.push(...readdirSync(folder));
    };
    await restore(file, folder, { replace: false, onProgress });
    expect(new Set(seen)).toEqual(new Set(["restoring", "restoring.lock"]));
    expect(readdirSync(folder)).not.toContain("restoring.lock");
  });

  it("names its own location when space runs out, which may be on another disk than the library", async () => {
    await openFilled(5);
    // How SQLite and the file system report a full disk.
    const full = (code: string) => () => {
      throw Object.assign(new Error("full"), { code });
    };
    const copies = join(target?.path ?? "", "copies");
    for (const code of ["ENOSPC", "SQLITE_FULL"]) {
      const named = (path: string) => ({ code: "storage_full", message: expect.stringContaining(`where ${path} is to be written`) });
      await expect(backUp(from(), file, { ...options, onProgress: full(code) })).rejects.toMatchObject(named(file));
      await expect(addCopy(from(), copies, { ...options, onProgress: full(code) })).rejects.toMatchObject(named(copies));
    }
  });

  it("reports write errors, keeps the previous backup, and cleans up after a killed process", async () => {
    await openFilled(5);
    await expect(backUp(from(), join(file, "nowhere", "x"), options)).rejects.toMatchObject({ code: "file_unreadable" });
    await expect(backUp(join(from(), "nothing"), file, options)).rejects.toMatchObject({ code: "library_not_found" });
    await backUp(from(), file, options);
    const before = await readFile(file);
    await mkdir(join(target?.path ?? "", `.library.backup.${2 ** 22 + 7}.tmp`));
    await writeFile(`${file}.${2 ** 22 + 7}.tmp`, "half");
    await expect(backUp(join(from(), "nothing"), file, options)).rejects.toMatchObject({ code: "library_not_found" });
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(target?.path ?? "")).toEqual(["library.backup"]);
  });
});
