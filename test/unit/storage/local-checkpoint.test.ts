/** When and what a library in a folder writes beside its database, and how it uses this when it opens. */
import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointFolder, type Manifest } from "../../../src/storage/local/checkpoint.ts";
import { checksum } from "../../../src/storage/local/durable-file.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { embedAll, inventPaper, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

describe("a checkpoint", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let opened: LocalLibrary[];

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    opened = [];
  });
  afterEach(async () => {
    for (const library of opened) await library.close();
    await folder.remove();
  });

  async function open(notices: string[] = [], maintain = true): Promise<LocalLibrary> {
    const library = await LocalLibrary.open({
      folder: folder.path,
      create: true,
      maintain,
      onNotice: (notice) => notices.push(notice),
    });
    opened.push(library);
    return library;
  }

  async function filled(count: number): Promise<LocalLibrary> {
    const library = await open();
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(count));
    await embedAll(library, generation);
    return library;
  }

  const files = async () => (await readdir(join(folder.path, "generation-1"))).sort();

  it("I2: is three files that replace those of the previous one", async () => {
    const library = await filled(20);
    await library.checkpoint();
    const first = await library.lastChange();
    expect(await files()).toEqual([`hnsw-${first}.bin`, `lexical-${first}.bin`, "manifest.json"]);
    await library.upsert([inventPaper(99)]);
    await library.checkpoint();
    expect(await files()).toEqual(["hnsw-3.bin", "lexical-3.bin", "manifest.json"].map((name) => name.replace("3", String(first + 1))));
    expect((await library.status()).checkpointChange).toBe(first + 1);
  });

  it("is written, replaced and removed without touching foreign files in its folder", async () => {
    const library = await filled(20);
    await library.checkpoint();
    for (const name of ["generation-1/drafts", "generation-99"]) await mkdir(join(folder.path, name));
    const foreign = ["generation-1/notes.txt", "generation-1/drafts/one.txt", "generation-99/thesis.txt", "generation-7"];
    for (const name of foreign) await writeFile(join(folder.path, name), name);
    await library.upsert([inventPaper(99)]);
    await library.checkpoint();
    expect((await library.status()).checkpointChange).toBe(await library.lastChange());
    expect((await files()).filter((name) => name.startsWith("hnsw"))).toHaveLength(1);
    await library.dropLeftovers();
    for (const name of foreign) expect(await readFile(join(folder.path, name), "utf8")).toBe(name);
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("that may not be written is reported as such, and nothing is lost", async () => {
    const library = await filled(20);
    const refused = vi
      .spyOn(CheckpointFolder.prototype, "writeFile")
      .mockRejectedValue(Object.assign(new Error("EACCES: permission denied, open '/x/hnsw-2.bin'"), { code: "EACCES" }));
    await expect(library.checkpoint()).rejects.toMatchObject({
      code: "storage_failed",
      message: expect.stringContaining("/x/hnsw-2.bin"),
      mend: expect.any(String),
    });
    refused.mockRestore();
    await library.checkpoint();
    expect(await files()).toHaveLength(3);
  });

  it("is readable by whoever may read the database, even in a folder that was open to all", async () => {
    const library = await filled(5);
    await library.checkpoint();
    const modeOf = async () => (await stat(join(folder.path, "generation-1"))).mode & 0o777;
    expect(await modeOf()).toBe(0o700);
    await chmod(join(folder.path, "generation-1"), 0o755);
    await chmod(join(folder.path, "library.sqlite"), 0o660);
    await library.upsert([inventPaper(99)]);
    await library.checkpoint();
    expect(await modeOf()).toBe(0o770);
  });

  it("is not written before anything is embedded", async () => {
    const library = await open();
    await library.upsert(inventPapers(3));
    await library.checkpoint();
    expect((await readdir(folder.path)).filter((name) => name.startsWith("generation"))).toEqual([]);
  });

  it("of an index without vectors accepts vectors after reopening", async () => {
    const first = await open();
    await first.openGeneration(testSpec);
    await first.upsert(inventPapers(3));
    await first.checkpoint();
    await first.close();
    const second = await open();
    const generation = await second.openGeneration(testSpec);
    await embedAll(second, generation);
    await second.checkpoint();
    expect((await second.neighbours(generation, inventVector(2), { k: 2 }))[0]?.label).toBe(2);
    expect(await second.vectorSearch()).toBe("hnsw");
  });

  it("requested while another is being written comes after it", async () => {
    const library = await filled(30);
    const generation = await library.openGeneration(testSpec);
    const first = library.checkpoint();
    const more = library.upsert(inventPapers(30, 100)).then(() => embedAll(library, generation));
    const second = library.checkpoint();
    await Promise.all([first, more, second, library.checkpoint()]);
    await library.checkpoint();
    expect((await library.status()).checkpointChange).toBe(await library.lastChange());
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("that could not be finished before closing leaves a library that opens", async () => {
    const library = await filled(200);
    const writing = library.checkpoint().catch((error: unknown) => error);
    await library.close();
    await writing;
    const again = await open();
    expect(await again.countPapers()).toBe(200);
    expect((await again.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("is left to the process that holds it", async () => {
    const first = await filled(5);
    await first.checkpoint();
    const second = await open();
    await second.upsert([inventPaper(50)]);
    await second.checkpoint();
    expect((await second.status()).checkpointChange).toBeLessThan(await second.lastChange());
    await first.close();
    await second.checkpoint();
    expect((await second.status()).checkpointChange).toBe(await second.lastChange());
  });

  it("I2: from another history of the library is not used", async () => {
    const { cp } = await import("node:fs/promises");
    const library = await filled(10);
    await library.close();
    const copy = join(folder.path, "earlier.sqlite");
    await cp(join(folder.path, "library.sqlite"), copy);
    const later = await open();
    await later.upsert(inventPapers(5, 300));
    await later.checkpoint();
    await later.close();
    await cp(copy, join(folder.path, "library.sqlite"));
    const notices: string[] = [];
    const restored = await open(notices);
    expect(notices.join()).toContain("another history");
    expect(await restored.countPapers()).toBe(10);
    expect((await restored.matchTerms({ terms: new Map([["paper", 1]]) }, { k: 100 })).total).toBe(10);
  });

  it("I2: opens silently when it is complete, and includes later changes", async () => {
    const library = await filled(40);
    await library.checkpoint();
    await library.remove(["X:1"]);
    await library.upsert([inventPaper(2, { title: "Zeppelin" }), inventPaper(70)]);
    await library.close();
    const notices: string[] = [];
    const again = await open(notices);
    expect(notices).toEqual([]);
    expect((await again.matchTerms({ terms: new Map([["zeppelin", 1]]) }, { k: 9 })).hits.map(({ label }) => label)).toEqual([3]);
    expect((await again.status()).checkpointChange).toBeLessThan(await again.lastChange());
  });

  it.each(["hnsw", "lexical"] as const)("I2: with an incomplete %s file, even if vouched for, is rebuilt", async (which) => {
    const library = await filled(60);
    await library.checkpoint();
    const generation = await library.openGeneration(testSpec);
    await library.close();
    const path = join(folder.path, `generation-${generation.id}`);
    const files = new CheckpointFolder(path);
    const { sha256: _, ...manifest } = JSON.parse((await files.named())?.manifest.text ?? "") as Manifest & { sha256: string };
    const file = join(path, manifest[which].name);
    await truncate(file, manifest[which].sizeBytes - 40);
    const short = { name: manifest[which].name, sizeBytes: manifest[which].sizeBytes - 40, sha256: await checksum(file) };
    await files.commit({ ...manifest, [which]: short });
    const notices: string[] = [];
    const again = await open(notices);
    expect(notices.join()).toMatch(/rebuilt.*cannot be read/);
    expect((await again.neighbours(generation, inventVector(2), { k: 3 }))[0]?.label).toBe(2);
    expect((await again.matchTerms({ terms: new Map([["paper", 1]]) }, { k: 99 })).total).toBe(60);
    await again.checkpoint();
    await again.close();
    const later: string[] = [];
    await open(later);
    expect(later).toEqual([]);
  });

  it("rebuilds the word index once, and keeps the graph, if another version analysed words differently", async () => {
    const library = await filled(20);
    await library.checkpoint();
    const generation = await library.openGeneration(testSpec);
    await library.close();
    const files = new CheckpointFolder(join(folder.path, `generation-${generation.id}`));
    const text = (await files.named())?.manifest.text ?? "";
    const { sha256: _, ...manifest } = JSON.parse(text) as Manifest & { sha256: string };
    await files.commit({ ...manifest, analysis: undefined });
    const notices: string[] = [];
    const second = await open(notices, false);
    expect(notices).toEqual([expect.stringContaining("word index is rebuilt")]);
    expect((await second.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    // Read-only use keeps it too: it is not rebuilt for each search.
    await second.close();
    const later: string[] = [];
    await open(later);
    expect(later).toEqual([]);
  });
});
