/** A write-ahead log that was damaged after its process died: what it lost is named, and never dropped silently. */
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { inventPapers } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { damageFile, damages } from "./damaging.ts";

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let left: string;
const acknowledged = 60;

/** As a killed process leaves it: never closed. */
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  left = join(folder.path, "left");
  const library = await LocalLibrary.open({ folder: join(folder.path, "living"), create: true, maintain: false, searchable: false });
  for (let at = 0; at < acknowledged; at += 5) await library.upsert(inventPapers(5, at));
  await cp(join(folder.path, "living"), left, { recursive: true });
  await library.close();
});
afterAll(() => folder.remove());

let copies = 0;
async function copyOfLeft(): Promise<string> {
  const copy = join(folder.path, `copy-${copies++}`);
  await cp(left, copy, { recursive: true });
  return copy;
}

async function countPapers(path: string): Promise<number> {
  const library = await LocalLibrary.open({ folder: path, create: false, maintain: false, searchable: false });
  try {
    return await library.countPapers();
  } finally {
    await library.close();
  }
}

describe("I1: what only the write-ahead log holds", () => {
  it("is still there after the process has died", async () => {
    expect(await countPapers(await copyOfLeft())).toBe(acknowledged);
  });

  it("is looked for beside the file that a link leads to", async () => {
    const path = await copyOfLeft();
    await damageFile(join(path, "library.sqlite-wal"), "truncate", 3);
    const linked = join(folder.path, "linked");
    await mkdir(linked);
    await symlink(join(path, "library.sqlite"), join(linked, "library.sqlite"));
    await expect(countPapers(linked)).rejects.toMatchObject({ code: "library_damaged" });
  });

  it.each(damages)("is either complete or reported as incomplete: %s", async (damage) => {
    let refused = 0;
    for (let seed = 0; seed < 12; seed++) {
      const path = await copyOfLeft();
      await damageFile(join(path, "library.sqlite-wal"), damage, seed);
      const count = await countPapers(path).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "library_damaged", mend: expect.stringMatching(/backup.*library\.sqlite-shm/s) });
        refused++;
        return acknowledged;
      });
      expect(count).toBe(acknowledged);
    }
    expect(refused).toBeGreaterThan(6);
  });

  it("is reported missing when the log is deleted, until the operator chooses to continue without it", async () => {
    const path = await copyOfLeft();
    await rm(join(path, "library.sqlite-wal"));
    // When the first frames are damaged, SQLite itself reports that there was never anything.
    await expect(countPapers(path)).rejects.toMatchObject({ code: expect.stringMatching(/library_(?:damaged|not_found)/) });
    const cut = await copyOfLeft();
    await damageFile(join(cut, "library.sqlite-wal"), "truncate", 3);
    await expect(countPapers(cut)).rejects.toMatchObject({ code: "library_damaged" });
    await rm(join(cut, "library.sqlite-shm"));
    expect(await countPapers(cut)).toBeLessThan(acknowledged);
  });

  it("may be read and written by two at once while it is being checked", async () => {
    const path = await copyOfLeft();
    const writer = await LocalLibrary.open({ folder: path, create: false, maintain: false, searchable: false });
    for (let at = 0; at < 200; at += 5) {
      await writer.upsert(inventPapers(5, 1000 + at));
      expect(await countPapers(path)).toBe(acknowledged + at + 5);
    }
    await writer.close();
  });
});
