/** Embeddings from elsewhere: what is accepted, what is skipped, and what is refused before anything is stored. */
import { describe, expect, it } from "vitest";
import type { Embedder } from "../../../../src/core/embedder.ts";
import { preparationVersion } from "../../../../src/core/prepare.ts";
import type { VectorRow, VectorRows } from "../../../../src/core/vector-rows.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../../../src/engine/generations/embed-backlog.ts";
import { exportRows, importRows, waitingTexts } from "../../../../src/engine/generations/embedding-transfer.ts";
import { reindex } from "../../../../src/engine/generations/reindex.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper, inventPapers, inventVector } from "../../../contract/invented-papers.ts";

const embedder = new HashingEmbedder(32);

async function exported(papers = 60): Promise<VectorRow[]> {
  const library = new MemoryLibrary();
  await library.upsert(inventPapers(papers));
  await embedBacklog(library, embedder);
  const generation = await library.liveGeneration();
  const rows: VectorRow[] = [];
  if (generation !== undefined) for await (const row of exportRows(library, generation)) rows.push(row);
  return rows;
}

function fileOf(rows: readonly VectorRow[], changes: Partial<VectorRows> = {}): VectorRows {
  return {
    model: embedder.model.id,
    preparation: preparationVersion,
    rows: rows.length,
    dimensions: 32,
    async *read() {
      yield* rows;
    },
    ...changes,
  };
}

/** With papers waiting for their embedding. */
async function emptyLibrary(papers = 60): Promise<MemoryLibrary> {
  const library = new MemoryLibrary();
  await library.upsert(inventPapers(papers));
  return library;
}

describe("embeddings from elsewhere", () => {
  it("are exported for a paper's current text", async () => {
    const library = await emptyLibrary(5);
    await embedBacklog(library, embedder);
    await library.upsert([inventPaper(2, { title: "Changed" })]);
    const generation = await library.liveGeneration();
    const ids: string[] = [];
    if (generation !== undefined) for await (const { paperId } of exportRows(library, generation)) ids.push(paperId);
    expect(ids).toEqual(["X:0", "X:1", "X:3", "X:4"]);
  });

  it("can be computed elsewhere from the exported texts without embeddings, after which none is missing", async () => {
    const library = await emptyLibrary(40);
    await embedBacklog(library, embedder);
    await library.upsert([inventPaper(2, { title: "Changed" }), inventPaper(50)]);
    const texts = async (of: Embedder) => {
      const rows = [];
      for await (const row of waitingTexts(library, of)) rows.push(row);
      return rows;
    };
    const waiting = await texts(embedder);
    expect(waiting.map(({ paperId }) => paperId)).toEqual(["X:2", "X:50"]);
    const rows = waiting.map(async ({ text, ...row }) => ({
      ...row,
      vector: (await embedder.embedDocument({ text, sentences: [] })).vector,
    }));
    expect(await importRows(library, embedder, fileOf(await Promise.all(rows)))).toMatchObject({
      stored: 2,
      leastCosine: expect.closeTo(1, 5),
    });
    expect(await texts(embedder)).toEqual([]);
    // Another model needs all of them, in the form it reads.
    const other = new HashingEmbedder(16);
    Object.assign(other.model, { prefixes: { query: "", document: "passage: " } });
    expect(await texts(other)).toHaveLength(41);
    expect((await texts(other))[2]?.text).toMatch(/^passage: Changed/);
  });

  it("are not exported from a generation that is removed meanwhile", async () => {
    const library = await emptyLibrary(5);
    await embedBacklog(library, embedder);
    const first = await library.liveGeneration();
    if (first === undefined) throw new Error("nothing was embedded");
    await reindex(library, embedder, { fresh: true });
    const rows = exportRows(library, first);
    expect((await rows.next()).value).toMatchObject({ paperId: "X:0" });
    await library.dropGeneration(first);
    const rest = async () => {
      for await (const _ of rows);
    };
    await expect(rest()).rejects.toMatchObject({ code: "generation_not_found", message: expect.stringContaining("was removed while") });
  });

  it("for a paper that another process changes while the file is read are not compared with its new text", async () => {
    const [library, rows] = [await emptyLibrary(), await exported()];
    // After the first look at the file, and before papers are embedded for comparison.
    const onProgress = (what: string) => {
      if (what === "checking") void library.upsert(Array.from({ length: 60 }, (_, at) => inventPaper(at, { title: `Changed ${at}` })));
    };
    expect(await importRows(library, embedder, fileOf(rows), { onProgress })).toMatchObject({ stored: 0, known: 0, compared: 32 });
  });

  it("are used at once if they are the library's own, and recognised as known the second time", async () => {
    const [library, rows] = [await emptyLibrary(), await exported()];
    const report = await importRows(library, embedder, fileOf(rows));
    expect(report).toMatchObject({ rows: 60, stored: 60, known: 0, unknown: 0, changed: 0, compared: 32, generation: { id: 1 } });
    expect(report.leastCosine).toBeCloseTo(1, 5);
    expect(await embedBacklog(library, embedder)).toBe(0);
    expect(await importRows(library, embedder, fileOf(rows))).toMatchObject({ stored: 0, known: 60 });
  });

  it("from another model wait for the reindex that uses them, which embeds nothing", async () => {
    const [library, rows] = [await emptyLibrary(), await exported()];
    await embedBacklog(library, new HashingEmbedder(16));
    expect(await importRows(library, embedder, fileOf(rows))).toMatchObject({ stored: 60, generation: { id: 2 } });
    expect((await library.liveGeneration())?.dimensions).toBe(16);
    expect(await reindex(library, embedder)).toMatchObject({ outcome: "live", embedded: 0, generation: { id: 2 } });
  });

  it("are skipped for papers that are unknown or have another text", async () => {
    const [library, rows] = [await emptyLibrary(40), await exported()];
    await library.upsert([inventPaper(3, { title: "Changed" })]);
    expect(await importRows(library, embedder, fileOf(rows))).toMatchObject({ stored: 39, unknown: 20, changed: 1 });
    expect(await importRows(new MemoryLibrary(), embedder, fileOf(rows))).toMatchObject({ stored: 0, unknown: 60, compared: 0 });
  });

  it.each([
    ["is not finite", (vector: Float32Array) => vector.fill(Number.NaN), "vectors_refused"],
    ["is not of unit length", (vector: Float32Array) => vector.map((value) => 2 * value), "vectors_refused"],
  ])("I4, I11: change nothing if even the last vector %s", async (_what, spoil, code) => {
    const [library, rows] = [await emptyLibrary(), await exported()];
    const spoilt = rows.map((row, at) => (at === 59 ? { ...row, vector: spoil(row.vector.slice()) } : row));
    const change = await library.lastChange();
    await expect(importRows(library, embedder, fileOf(spoilt))).rejects.toMatchObject({ code, message: expect.stringContaining("row 60") });
    expect(await library.lastChange()).toBe(change);
    expect(await library.generations()).toEqual([]);
  });

  it("I11: change nothing if this machine's model gives different ones", async () => {
    const [library, rows] = [await emptyLibrary(), await exported()];
    const foreign = rows.map((row, at) => ({ ...row, vector: inventVector(at, 32) }));
    await expect(importRows(library, embedder, fileOf(foreign))).rejects.toMatchObject({ code: "vectors_refused" });
    for (const changes of [{ dimensions: 31 }, { preparation: 99 }, { model: "other/model" }])
      await expect(importRows(library, embedder, fileOf(rows, changes))).rejects.toMatchObject({ code: "model_mismatch" });
    expect(await library.generations()).toEqual([]);
    const release = await library.claim("reindex");
    await expect(importRows(library, embedder, fileOf(rows))).rejects.toMatchObject({ code: "reindex_running" });
    await release?.();
  });
});
