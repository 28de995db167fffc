/** Opening a library when this process may hardly open another file. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDatabase } from "../../../src/storage/local/database.ts";
import { LibraryFolder } from "./opened-library.ts";

/** More than a library needs, and few enough to open them all. */
const spare = 20;
const canLimit = spawnSync("prlimit", ["--version"]).status === 0;

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  await (await folder.openFilled(3)).close();
});
afterEach(() => folder.remove());

/** Runs `work` when only as many descriptors are free. Starting `prlimit` needs some itself. */
function withFree(descriptors: number, work: () => void): void {
  const limit = (most: string) => execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${most}:`]);
  const before = execFileSync("prlimit", ["--pid", String(process.pid), "--nofile", "--noheadings", "--raw", "-o", "SOFT"], {
    encoding: "utf8",
  });
  limit(String(Math.max(...readdirSync("/proc/self/fd").map(Number)) + spare));
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync("/dev/null", "r"));
  } catch {
    for (const fd of taken.splice(0, descriptors)) closeSync(fd);
    work();
  } finally {
    for (const fd of taken) closeSync(fd);
    limit(before.trim());
  }
}

it.skipIf(!canLimit)("it says that too many files are open, however many are left, and not that a permission is missing", () => {
  const outcomes: string[] = [];
  for (const isAsked of [false, true])
    for (let free = 0; free < spare / 2; free++)
      withFree(free, () => {
        try {
          openDatabase(join(folder.path, "library.sqlite"), { create: false, isAsked }).close();
          outcomes.push("opened");
        } catch (error) {
          outcomes.push((error as Error).message);
        }
      });
  expect(new Set(outcomes)).toEqual(new Set(["opened", expect.stringMatching(/^Too many files are open/)]));
});
