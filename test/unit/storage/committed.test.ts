/** What was committed is reported as done, whatever fails afterwards. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointFolder } from "../../../src/storage/local/checkpoint.ts";
import { PaperTable } from "../../../src/storage/local/paper-table.ts";
import { inventPaper, inventPapers } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("a library that has committed", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(() => folder.remove());

  it("finds papers that came after another writer's damaged record, reports that record once, and finds it when restored", async () => {
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    await library.upsert(inventPapers(3));
    await (await folder.open({ maintain: false })).upsert([inventPaper(50)]);
    folder.sql("UPDATE papers SET record = replace(record, 'title', 'tltle') WHERE label = 4");
    for (const number of [60, 61]) {
      const [result] = await library.upsert([inventPaper(number)]);
      expect(result?.outcome).toBe("new");
    }
    expect(await library.remove(["X:0"])).toHaveLength(1);
    const found = async () => (await library.matchTerms({ terms: new Map([["paper", 1]]) }, { k: 50 })).total;
    expect(await found()).toBe(4);
    expect(notices).toEqual([expect.stringContaining("The record of X:50 is damaged")]);
    expect(await library.refresh()).toBe(false);
    expect((await library.faults()).map(({ code }) => code)).toEqual(["library_damaged"]);
    await library.remove(["X:50"]);
    await library.upsert([inventPaper(50)]);
    expect(await found()).toBe(5);
  });

  it("reports papers as accepted even if following them fails, and says so once", async () => {
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    await library.upsert(inventPapers(3));
    vi.spyOn(PaperTable.prototype, "changedSince").mockImplementation(() => {
      throw new Error("no changes");
    });
    for (const number of [60, 61]) expect(await library.upsert([inventPaper(number)])).toMatchObject([{ outcome: "new" }]);
    expect(notices).toEqual([expect.stringContaining("is kept, and cannot be searched yet")]);
    await expect(library.refresh()).rejects.toThrow("no changes");
    vi.restoreAllMocks();
    expect(await library.refresh()).toBe(true);
  });

  it("records in the manifest what the written graph contains, whatever arrives while its folder is created", async () => {
    const library = await folder.openFilled(20);
    const { writeFile: original } = CheckpointFolder.prototype;
    vi.spyOn(CheckpointFolder.prototype, "writeFile").mockImplementationOnce(async function (this: CheckpointFolder, ...args) {
      await library.remove(["X:0"]);
      return await original.apply(this, args);
    });
    await library.checkpoint();
    const manifest = JSON.parse(await readFile(join(folder.path, "generation-1", "manifest.json"), "utf8")) as { count: number };
    expect(manifest.count).toBe(19);
  });

  it("reports that the index files are lost with a folder that cannot be written, and makes complete ones next time", async () => {
    const library = await folder.openFilled(20);
    await library.checkpoint();
    await library.upsert([inventPaper(70)]);
    await rm(join(folder.path, "generation-1"), { recursive: true });
    await writeFile(join(folder.path, "generation-1"), "in the way");
    await expect(library.checkpoint()).rejects.toThrow();
    // It was lost with its folder.
    expect((await library.status()).checkpointChange).toBeUndefined();
    await rm(join(folder.path, "generation-1"));
    await mkdir(join(folder.path, "generation-1"));
    await library.checkpoint();
    const findings = await library.verify({ repair: false });
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  });
});
