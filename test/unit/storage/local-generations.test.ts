/** Generations of a library in a folder: their files, other processes, and failures while an index is built. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Generation } from "../../../src/core/generation.ts";
import { pruneGenerations } from "../../../src/engine/generations/reindex.ts";
import { HnswIndex } from "../../../src/storage/local/hnsw-index.ts";
import type { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { embedAll, inventPapers, inventVector } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

const otherSpec = { model: "other/model", dimensions: 8, preparation: 1, graph: { M: 8, efConstruction: 50 } };

describe("generations in a folder", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  async function fillOther(library: LocalLibrary): Promise<Generation> {
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    return filling;
  }

  it("I2: have the files of the new one before it is live, and remove those of a dropped one", async () => {
    const library = await folder.openFilled(30);
    await library.checkpoint();
    const filling = await fillOther(library);
    await library.indexGeneration(filling);
    expect(existsSync(join(folder.path, "generation-2", "manifest.json"))).toBe(true);
    await library.makeLive(filling);
    const notices: string[] = [];
    const second = await folder.open({ onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([]);
    expect((await second.status()).checkpointChange).toBeDefined();
    const names = (await second.status()).files.map(({ name }) => name);
    expect(names.some((name) => name.startsWith("generation-1/"))).toBe(true);
    for (const { generation, state } of await library.generations()) if (state === "retired") await library.dropGeneration(generation);
    expect(existsSync(join(folder.path, "generation-1"))).toBe(false);
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("are cleared of what a killed removal has left, even if there is no generation to remove", async () => {
    const library = await folder.openFilled(3);
    await library.checkpoint();
    folder.sql(
      "INSERT INTO embeddings (generation, label, content_hash, vector, change) SELECT 77, label, content_hash, vector, change FROM embeddings",
    );
    await mkdir(join(folder.path, "generation-77"));
    expect(await pruneGenerations(library, 1)).toEqual([]);
    expect(existsSync(join(folder.path, "generation-77"))).toBe(false);
    expect(existsSync(join(folder.path, "generation-1", "manifest.json"))).toBe(true);
    const db = new Database(join(folder.path, "library.sqlite"), { readonly: true });
    expect(db.prepare("SELECT DISTINCT generation FROM embeddings").pluck().all()).toEqual([1]);
    db.close();
  });

  it("I5: let another process use the old one until it loads the new one", async () => {
    const [first, second] = [await folder.openFilled(30), await folder.open()];
    const old = await second.liveGeneration();
    const filling = await fillOther(first);
    await first.makeLive(filling);
    await second.refresh();
    expect(await second.liveGeneration()).toEqual(filling);
    if (old === undefined) throw new TypeError("there was one");
    expect(await second.neighbours(old, inventVector(3), { k: 1 })).toMatchObject([{ label: 3 }]);
    await first.upsert(inventPapers(2, 90));
    await embedAll(first, filling);
    await second.loadGeneration(filling);
    expect(await second.neighbours(filling, inventVector(32, 8), { k: 1 })).toMatchObject([{ label: 32 }]);
  });

  it("finish an interrupted removal", async () => {
    const library = await folder.openFilled(10);
    await fillOther(library);
    folder.sql("DELETE FROM generations WHERE id = 2");
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    await library.dropGeneration(await library.fillGeneration(otherSpec));
    expect(await library.embeddings({ ...otherSpec, id: 2 }, [1])).toEqual([undefined]);
  });

  it("are looked for again if they could not be read before", async () => {
    const library = await folder.openFilled(5);
    const filling = await fillOther(library);
    folder.sql("UPDATE generations SET id = 7 WHERE id = 2");
    await expect(library.loadGeneration(filling)).rejects.toMatchObject({ code: "generation_not_found" });
    folder.sql("UPDATE generations SET id = 2 WHERE id = 7");
    await library.loadGeneration(filling);
    expect(await library.neighbours(filling, inventVector(3, 8), { k: 1 })).toMatchObject([{ label: 3 }]);
  });

  it("write no files when closed before the graph is complete, and do so the next time", async () => {
    const library = await folder.open({ maintain: false });
    const generation = await library.openGeneration({ ...otherSpec, graph: undefined });
    await library.upsert(inventPapers(60));
    await embedAll(library, generation);
    await library.checkpoint({ signal: AbortSignal.abort() });
    expect((await library.status()).checkpointChange).toBeUndefined();
    expect(await library.neighbours(generation, inventVector(4, 8), { k: 1 })).toMatchObject([{ label: 4 }]);
    await library.checkpoint();
    expect((await library.status()).checkpointChange).toBe(await library.lastChange());
  });

  it("compare with every vector, and say so, when the graph cannot be built", async () => {
    vi.spyOn(HnswIndex.prototype, "put").mockImplementation(() => {
      throw new Error("no memory for the graph");
    });
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    const generation = await library.openGeneration({ ...otherSpec, graph: undefined });
    await library.upsert(inventPapers(10));
    await embedAll(library, generation);
    await vi.waitFor(() => expect(notices).toEqual([expect.stringContaining("no memory for the graph")]));
    expect(await library.vectorSearch()).toBe("exact");
    expect(await library.neighbours(generation, inventVector(4, 8), { k: 1 })).toMatchObject([{ label: 4 }]);
    await library.checkpoint();
    expect((await library.status()).checkpointChange).toBeUndefined();
  });
});
