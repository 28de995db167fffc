/** Incremental copies: each is complete, takes only the space of what changed, and is not restored if a piece of it has changed. */
import { mkdirSync } from "node:fs";
import { cp, mkdir, open, readdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { checkBackups } from "../../../src/storage/local/backup-source.ts";
import { addCopy } from "../../../src/storage/local/copies.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { restore } from "../../../src/storage/local/restore.ts";
import { inventPaper, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
let target: LibraryFolder;
let copies: string;
let library: LocalLibrary;
let seconds = 0;

// Made once, and copied for each test: inserting so many vectors into a graph takes seconds.
let filled: LibraryFolder;
beforeAll(async () => {
  filled = await LibraryFolder.make();
  const made = await filled.openFilled(1200);
  await made.checkpoint();
  await made.close();
});
afterAll(() => filled.remove());
beforeEach(async () => {
  [folder, target] = [await LibraryFolder.make(), await LibraryFolder.make()];
  copies = join(target.path, "copies");
  await cp(filled.path, folder.path, { recursive: true });
  library = await folder.open();
});
afterEach(async () => {
  await folder.remove();
  await target.remove();
});

const copy = (keep?: number, now = new Date(Date.UTC(2026, 0, 2, 3, 4, seconds++))) =>
  addCopy(folder.path, copies, { version: "0.0.0", now, keep });
const namesOf = async (ending: string) => (await readdir(copies)).filter((name) => name.endsWith(ending)).sort();

async function answersOf(one: LocalLibrary) {
  const generation = await one.openGeneration(testSpec);
  const nearest = Array.from({ length: 20 }, (_, at) => one.neighbours(generation, inventVector(1_000 + at), { k: 100 }));
  return { papers: await one.eachPaper(0, 1000), change: await one.lastChange(), nearest: await Promise.all(nearest) };
}

async function restored(name?: string) {
  const into = join(target.path, "restored");
  await restore(copies, into, { replace: true, copy: name });
  const notices: string[] = [];
  const one = await LocalLibrary.open({ folder: into, create: false, maintain: true, onNotice: (notice) => notices.push(notice) });
  const answers = await answersOf(one);
  expect((await one.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  expect(notices).toEqual([]);
  await one.close();
  return answers;
}

it("each copy gives the library as it was then, and one after a small change takes little space", async () => {
  const first = await copy();
  const before = await answersOf(library);
  expect(first.addedBytes).toBeGreaterThan(0.8 * first.sizeBytes);
  await library.upsert([inventPaper(5, { title: "Changed since" }), ...inventPapers(2, 90_000)]);
  await library.remove(["X:9"]);
  const second = await copy();
  const after = await answersOf(library);
  expect(after.papers).not.toEqual(before.papers);
  expect(second.addedBytes).toBeLessThan(0.3 * second.sizeBytes);
  // Only the list of pieces, and the few pieces of its own.
  expect((await copy()).addedBytes).toBeLessThan(0.1 * second.sizeBytes);
  expect(await restored(first.name)).toEqual(before);
  expect(await restored()).toEqual(after);
  expect(await restored(second.name)).toEqual(after);
});

it("a copy is made while others write, and contains what was acknowledged before", async () => {
  let isDone = false;
  let stored = 1200;
  const writing = (async () => {
    for (; !isDone; stored += 5) {
      await library.upsert(inventPapers(5, 10_000 + stored));
      await library.checkpoint();
    }
  })();
  for (let round = 0; round < 3; round++) {
    const before = stored;
    await copy();
    await restore(copies, join(target.path, "restored"), { replace: true });
    const one = await LocalLibrary.open({ folder: join(target.path, "restored"), create: false, maintain: false });
    expect(await one.countPapers()).toBeGreaterThanOrEqual(before);
    await one.close();
  }
  isDone = true;
  await writing;
});

it("a copy with a damaged or missing piece is refused, the piece is named, and nothing is changed", async () => {
  const first = await copy();
  await library.upsert(inventPapers(3, 90_000));
  const second = await copy();
  const chunks = join(copies, `${first.name}.chunks`);
  const into = join(target.path, "new");
  const restoring = () => restore(copies, into, { replace: false });
  const refused = async (words: RegExp) => {
    await expect(restoring()).rejects.toMatchObject({ code: "backup_damaged", message: expect.stringMatching(words) });
    expect(await readdir(target.path)).toEqual(["copies"]);
  };
  const file = await open(chunks, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, 20_000);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 20_000);
  await refused(new RegExp(`the piece [0-9a-f]{64} is damaged or missing \\(16384 bytes at 16384 of ${first.name}\\.chunks\\)`));
  await file.write(byte, 0, 1, 20_000);
  await file.close();
  await restoring();
  await rm(into, { recursive: true });
  await truncate(chunks, 20_000);
  await refused(/is damaged or missing/);
  await rename(chunks, `${chunks}.away`);
  await refused(new RegExp(`${first.name}\\.chunks`));
  await rename(`${chunks}.away`, chunks);
  await writeFile(join(copies, `${second.name}.json`), "{}");
  await refused(new RegExp(`${second.name}\\.json is damaged`));
  await expect(restore(copies, into, { replace: false, copy: "yesterday" })).rejects.toMatchObject({
    code: "file_unreadable",
    mend: expect.stringContaining(first.name),
  });
});

it("damaged pieces of earlier copies are stored again, so that the new copy is complete without them", async () => {
  const first = await copy();
  const answers = await answersOf(library);
  await truncate(join(copies, `${first.name}.chunks`), 40_000);
  const second = await copy();
  expect(second.addedBytes).toBeGreaterThan(0.8 * (second.sizeBytes - 40_000));
  expect(await restored()).toEqual(answers);
  await rm(join(copies, `${second.name}.chunks`));
  await rm(join(copies, `${first.name}.json`));
  await copy();
  expect(await restored()).toEqual(answers);
});

it("what a killed process has left is removed", async () => {
  await copy();
  const left = ["20260102T030405000Z.chunks.999999.tmp", ".copy.999999.tmp"];
  for (const name of left) await writeFile(join(copies, name), "left");
  await writeFile(join(copies, "notes.tmp"), "of somebody else");
  await copy();
  expect((await readdir(copies)).filter((name) => name.endsWith(".tmp"))).toEqual(["notes.tmp"]);
});

it("a copy whose list cannot be written leaves nothing behind", async () => {
  await copy();
  const before = await readdir(copies);
  await library.upsert(inventPapers(3, 90_000));
  const now = new Date(Date.UTC(2027, 0, 1));
  const inTheWay = join(copies, `20270101T000000000Z.json.${process.pid}.tmp`);
  const onProgress = () => mkdirSync(inTheWay, { recursive: true });
  await expect(addCopy(folder.path, copies, { version: "0.0.0", now, onProgress })).rejects.toThrow();
  await rm(inTheWay, { recursive: true });
  expect((await readdir(copies)).sort()).toEqual(before.sort());
});

it("the requested number of newest copies is kept, complete, using only the space they need", async () => {
  const made: string[] = [];
  let sizeBytes = 0;
  for (let round = 0; round < 5; round++) {
    // Every record differs, so that few copies share pieces.
    await library.upsert(
      inventPapers(1200).map((paper) => ({ ...paper, venue: `Round ${round}`, abstract: `${round} ${paper.abstract}` })),
    );
    const added = await copy(2);
    made.push(added.name);
    sizeBytes = added.sizeBytes;
    expect(added.removed).toEqual(round < 2 ? [] : [made[round - 2]]);
    expect(added.freedBytes > 0).toBe(round >= 2);
    expect(await namesOf(".json")).toEqual(made.slice(-2).map((name) => `${name}.json`));
  }
  const sizes = await Promise.all((await namesOf(".chunks")).map(async (name) => (await stat(join(copies, name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3.5 * sizeBytes);
  expect(await namesOf(".chunks")).not.toContain(`${made[0]}.chunks`);
  const after = await answersOf(library);
  expect(await restored()).toEqual(after);
  expect((await restored(made.at(-2))).papers).not.toEqual(after.papers);
  await copy(1);
  expect(await namesOf(".json")).toHaveLength(1);
  expect(await restored()).toEqual(after);
});

it("a file of pieces outlives its copy while another one needs it, and pieces in no list are removed", async () => {
  const first = await copy();
  await library.upsert(inventPapers(2, 90_000));
  const second = await copy(1);
  expect(second.removed).toEqual([first.name]);
  expect(await namesOf(".chunks")).toEqual([`${first.name}.chunks`, `${second.name}.chunks`]);
  // As after a kill between writing the pieces and their list.
  await writeFile(join(copies, "20260102T030401500Z.chunks"), "pieces that no list names");
  const third = await copy();
  expect(third.addedBytes).toBeLessThan(0.1 * third.sizeBytes);
  expect(third).toMatchObject({ removed: [], freedBytes: 25 });
  const answers = await answersOf(library);
  expect(await restored(second.name)).toEqual(answers);
  expect(await restored()).toEqual(answers);
});

it("no pieces are removed while a remaining list cannot be read, and no more than requested", async () => {
  const first = await copy();
  await library.upsert(inventPapers(3, 90_000));
  const second = await copy();
  await writeFile(join(copies, "20260102T030400500Z.chunks"), "pieces that no list names");
  const list = join(copies, `${second.name}.json`);
  await rename(list, `${list}.away`);
  await writeFile(list, "{}");
  expect(await copy(2)).toMatchObject({ removed: [], freedBytes: 0 });
  expect(await namesOf(".chunks")).toHaveLength(4);
  await rm(list);
  await rename(`${list}.away`, list);
  expect((await copy(2)).removed).toEqual([first.name, second.name]);
  expect(await restored()).toEqual(await answersOf(library));
});

it("the newest copy is recognised even if the clock was set back", async () => {
  const first = await copy(undefined, new Date(Date.UTC(2099, 0, 1)));
  await library.upsert(inventPapers(3, 90_000));
  const second = await copy(1);
  expect(second.removed).toEqual([first.name]);
  expect(second.created).toMatch(/^2026/);
  expect(await restored()).toEqual(await answersOf(library));
});

it("a copy is refused in a folder with copies of another library, and while another process adds one", async () => {
  await copy();
  const other = await LibraryFolder.make();
  await other.openFilled(3);
  const options = { version: "0.0.0", now: new Date(), keep: 1 };
  await expect(addCopy(other.path, copies, options)).rejects.toMatchObject({ code: "invalid_request" });
  await other.remove();
  expect(await namesOf(".json")).toHaveLength(1);
  const [one, two] = await Promise.allSettled([copy(), copy()]);
  expect([one.status, two.status].sort()).toEqual(["fulfilled", "rejected"]);
  expect([one, two].find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "library_busy" } });
});

it("each copy in a folder is reported as complete or not, and if one is not, others are suggested", async () => {
  const first = (await copy()).name;
  await library.upsert([inventPaper(5_000)]);
  const second = (await copy()).name;
  expect(await checkBackups(copies, undefined)).toEqual(
    [first, second].map((name) => expect.objectContaining({ copy: name, created: expect.any(String) })),
  );
  await truncate(join(copies, `${second}.chunks`), 10);
  const [one, two] = await checkBackups(copies, undefined);
  expect(one).not.toHaveProperty("fault");
  expect(two).toMatchObject({ copy: second, fault: expect.stringContaining("damaged or missing") });
  await expect(restore(copies, join(target.path, "restored"), { replace: false })).rejects.toMatchObject({
    code: "backup_damaged",
    mend: expect.stringContaining("--check"),
  });
  await writeFile(join(copies, `${second}.json`), "{}");
  expect(await checkBackups(copies, second)).toEqual([{ copy: second, fault: expect.stringContaining(".json is damaged") }]);
  await rm(join(copies, `${first}.json`));
  await rm(join(copies, `${second}.json`));
  await expect(checkBackups(copies, undefined)).rejects.toMatchObject({ code: "file_unreadable" });
});

it("copies are refused in the library's own folder, and among its index files, which are deleted when they are rebuilt", async () => {
  for (const name of ["", "generation-1", join("generation-1", "copies"), "restoring"]) {
    const place = join(folder.path, name);
    await expect(addCopy(folder.path, place, { version: "0.0.0", now: new Date() })).rejects.toMatchObject({ code: "invalid_request" });
  }
  await mkdir(copies);
  await writeFile(join(copies, "file"), "");
  await expect(addCopy(folder.path, join(copies, "file"), { version: "0.0.0", now: new Date() })).rejects.toMatchObject({
    code: "file_unreadable",
  });
});
