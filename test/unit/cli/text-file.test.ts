/** Files that commands write piece by piece. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { link, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { checkWritable, writeParts, writeWhole } from "../../../src/cli/text-file.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";
import { LibraryFolder } from "../storage/opened-library.ts";

async function* slowly(...parts: string[]) {
  for (const part of parts) {
    yield part;
    await delay(50);
  }
}

it("the parts are written one after the other, and counted", async () => {
  const folder = await makeTemporaryFolder();
  const path = join(folder.path, "text");
  expect(await writeParts(path, slowly("a", "", "ü\n"))).toBe(3);
  expect(await readFile(path, "utf8")).toBe("aü\n");
  expect(await writeParts(path, ["b"])).toBe(1);
  expect(await readFile(path, "utf8")).toBe("b");
  await folder.remove();
});

it.runIf(existsSync("/dev/full"))("a full disk throws while the next part is awaited", async () => {
  await expect(writeParts("/dev/full", slowly("a", "b", "c"))).rejects.toMatchObject({ code: "ENOSPC" });
});

it.runIf(existsSync("/dev/full"))("a full disk is reported with its location", async () => {
  await expect(writeWhole("/dev/full", ["a"])).rejects.toMatchObject({
    code: "storage_full",
    message: expect.stringContaining("/dev/full"),
  });
});

it("no database is overwritten, whatever its name, and nothing that SQLite would take for a library's log", async () => {
  const folder = await LibraryFolder.make();
  const library = await folder.open();
  await library.close();
  await link(join(folder.path, "library.sqlite"), join(folder.path, "papers.jsonl"));
  for (const name of ["library.sqlite", "library.sqlite-wal", "papers.jsonl"])
    await expect(checkWritable([join(folder.path, name)])).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining(name),
    });
  await checkWritable([join(folder.path, "library.sqlite.jsonl")]);
  await folder.remove();
});

it("an unwritable file is reported before the work", async () => {
  const folder = await makeTemporaryFolder();
  for (const path of [join(folder.path, "missing", "report"), folder.path])
    await expect(checkWritable([undefined, path])).rejects.toMatchObject({ code: "invalid_request" });
  await checkWritable([join(folder.path, "report"), undefined]);
  await folder.remove();
});

it.skipIf(process.platform === "win32")("a pipe or a device is written to and left as it is", async () => {
  const folder = await makeTemporaryFolder();
  const [pipe, link] = [join(folder.path, "pipe"), join(folder.path, "link")];
  execFileSync("mkfifo", [pipe]);
  await symlink("/dev/null", link);
  const [, text] = await Promise.all([writeWhole(pipe, ["a", "b"]), readFile(pipe, "utf8")]);
  await writeWhole(link, ["a"]);
  expect([text, (await stat(pipe)).isFIFO(), (await stat(link)).isFile()]).toEqual(["ab", true, false]);
  await folder.remove();
});
