/** Backups made by somebody else, and two restores at once. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendFile, appendText, endArchive } from "../../../src/storage/local/archive.ts";
import { backUp } from "../../../src/storage/local/backup.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { migrations } from "../../../src/storage/local/migrations.ts";
import { restore } from "../../../src/storage/local/restore.ts";
import { LibraryFolder } from "./opened-library.ts";

const options = { version: "0.0.0", now: new Date("2026-01-02T03:04:05Z") };

describe("restoring", () => {
  let [folder, other, target]: LibraryFolder[] = [];
  beforeEach(async () => {
    [folder, other, target] = [await LibraryFolder.make(), await LibraryFolder.make(), await LibraryFolder.make()];
  });
  afterEach(async () => {
    for (const one of [folder, other, target]) await one?.remove();
  });

  const place = (name: string) => join(target?.path ?? "", name);
  const filled = async (which: LibraryFolder | undefined, papers: number) => {
    await (await which?.openFilled(papers))?.close();
  };

  it.each([
    ["a trigger", "CREATE TRIGGER lose BEFORE INSERT ON papers BEGIN SELECT RAISE(IGNORE); END"],
    ["a view", "CREATE VIEW spare AS SELECT * FROM papers"],
    ["a generated column", "ALTER TABLE papers ADD COLUMN spare TEXT GENERATED ALWAYS AS (record || record) VIRTUAL"],
    ["a table that is gone", "DROP TABLE comments"],
  ])("refuses a database with %s, and changes nothing", async (_what, sql) => {
    await filled(folder, 5);
    await backUp(folder?.path ?? "", place("good.backup"), options);
    await restore(place("good.backup"), place("into"), { replace: false });
    folder?.sql(sql);
    await backUp(folder?.path ?? "", place("bad.backup"), options);
    for (const [into, replace] of [
      ["into", true],
      ["empty", false],
    ] as const)
      await expect(restore(place("bad.backup"), place(into), { replace })).rejects.toMatchObject({
        code: "backup_damaged",
        message: expect.stringContaining("its database has"),
      });
    const library = await LocalLibrary.open({ folder: place("into"), create: false, maintain: false });
    expect(await library.countPapers()).toBe(5);
    await library.close();
    expect(await readdir(place("empty"))).toEqual([]);
  });

  /** A backup with one database and anything else that its manifest lists. */
  async function pack(database: Buffer, files: readonly { name: string; text: string }[]): Promise<string> {
    const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
    await writeFile(place("database"), database);
    const archive = await open(place("made.backup"), "w");
    await appendFile(archive, "library.sqlite", place("database"), database.length);
    for (const { name, text } of files) await appendText(archive, name, text);
    const listed = files.map(({ name, text }) => ({ name, sizeBytes: text.length, sha256: sha256(text) }));
    const all = [{ name: "library.sqlite", sizeBytes: database.length, sha256: sha256(database) }, ...listed];
    await appendText(archive, "paperkin-backup.json", JSON.stringify({ format: 1, version: "0", created: "now", files: all }));
    await endArchive(archive);
    await archive.close();
    return place("made.backup");
  }

  async function otherDatabase(...pragmas: string[]): Promise<Buffer> {
    const db = new Database(":memory:");
    for (const pragma of pragmas) db.pragma(pragma);
    db.exec("CREATE TABLE spare (x)");
    const bytes = db.serialize();
    db.close();
    return bytes;
  }

  it("refuses databases of other programs or later versions, and files that are not databases", async () => {
    for (const [bytes, code] of [
      [await otherDatabase(), "backup_damaged"],
      [await otherDatabase("application_id = 7", "page_size = 65536", `user_version = ${migrations.length}`), "backup_damaged"],
      [await otherDatabase("user_version = -1"), "backup_damaged"],
      [await otherDatabase("user_version = 99"), "library_newer"],
      [Buffer.from("no database ".repeat(1_000)), "backup_damaged"],
      [Buffer.alloc(0), "backup_damaged"],
    ] as const) {
      await expect(restore(await pack(bytes, []), place("into"), { replace: false })).rejects.toMatchObject({ code });
      expect(await readdir(place("into"))).toEqual([]);
    }
  });

  it.each(["../evil.json", "generation-1/../../evil.json", "/evil.json", "library.sqlite", "generation-1/../x.json"])(
    "writes no file %s",
    async (name) => {
      await mkdir(place("into"));
      const backup = await pack(await otherDatabase(`user_version = ${migrations.length}`), [{ name, text: "{}" }]);
      await expect(restore(backup, place("into"), { replace: false })).rejects.toMatchObject({ code: "backup_damaged" });
      expect(existsSync(place("evil.json"))).toBe(false);
      expect(await readdir(place("into"))).toEqual([]);
    },
  );

  it("into one folder is exclusive: the library is the one reported as restored", async () => {
    await filled(folder, 40);
    await filled(other, 5);
    await backUp(folder?.path ?? "", place("a.backup"), options);
    await backUp(other?.path ?? "", place("b.backup"), options);
    for (let round = 0; round < 5; round++) {
      const into = place(`into-${round}`);
      const ended = await Promise.allSettled(["a", "b"].map((name) => restore(place(`${name}.backup`), into, { replace: false })));
      const won = ended.flatMap(({ status }, at) => (status === "fulfilled" ? [at] : []));
      expect(won).toHaveLength(1);
      for (const result of ended)
        if (result.status === "rejected") expect(["library_busy", "library_exists"]).toContain((result.reason as { code: string }).code);
      const library = await LocalLibrary.open({ folder: into, create: false, maintain: false });
      expect(await library.countPapers()).toBe(won[0] === 0 ? 40 : 5);
      expect((await library.verify({ repair: false })).filter(({ state }) => state === "damaged")).toEqual([]);
      await library.close();
      expect((await readdir(into)).filter((name) => name.startsWith("rest"))).toEqual([]);
    }
  });
});
