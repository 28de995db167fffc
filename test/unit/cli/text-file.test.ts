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

it("writes the parts one behind the other, and counts them", async () => {
  const folder = await makeTemporaryFolder();
  const path = join(folder.path, "text");
  expect(await writeParts(path, slowly("a", "", "ü\n"))).toBe(3);
  expect(await readFile(path, "utf8")).toBe("aü\n");
  expect(await writeParts(path, ["b"])).toBe(1);
  expect(await readFile(path, "utf8")).toBe("b");
  await folder.remove();
});

it.runIf(existsSync("/dev/full"))("throws where the disk is full while the next part is waited for", async () => {
  await expect(writeParts("/dev/full", slowly("a", "b", "c"))).rejects.toMatchObject({ code: "ENOSPC" });
});

it.runIf(existsSync("/dev/full"))("says where there is no space", async () => {
  await expect(writeWhole("/dev/full", ["a"])).rejects.toMatchObject({
    code: "storage_full",
    message: expect.stringContaining("/dev/full"),
  });
});

it("writes over no database, whatever it is called, and nothing that SQLite would take for the log of a library", async () => {
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

it("says before the work that a file cannot be written", async () => {
  const folder = await makeTemporaryFolder();
  for (const path of [join(folder.path, "missing", "report"), folder.path])
    await expect(checkWritable([undefined, path])).rejects.toMatchObject({ code: "invalid_request" });
  await checkWritable([join(folder.path, "report"), undefined]);
  await folder.remove();
});

it.skipIf(process.platform === "win32")("writes into a pipe or a device and leaves it what it is", async () => {
  const folder = await makeTemporaryFolder();
  const [pipe, link] = [join(folder.path, "pipe"), join(folder.path, "link")];
  execFileSync("mkfifo", [pipe]);
  await symlink("/dev/null", link);
  const [, text] = await Promise.all([writeWhole(pipe, ["a", "b"]), readFile(pipe, "utf8")]);
  await writeWhole(link, ["a"]);
  expect([text, (await stat(pipe)).isFIFO(), (await stat(link)).isFile()]).toEqual(["ab", true, false]);
  await folder.remove();
});
