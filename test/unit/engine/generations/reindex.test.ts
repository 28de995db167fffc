/** Moving a library to another model: what is embedded, reused and audited, and who answers meanwhile. */
import { describe, expect, it } from "vitest";
import type { Embedder } from "../../../../src/core/embedder.ts";
import { AppError } from "../../../../src/core/errors.ts";
import { preparationVersion } from "../../../../src/core/prepare.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { pruneGenerations, reindex, rollBack } from "../../../../src/engine/generations/reindex.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper, inventPapers } from "../../../contract/invented-papers.ts";

/** An embedder with another id, that counts its documents. */
function namedEmbedder(id: string, dimensions = 32) {
  const own = new HashingEmbedder(dimensions);
  const counts = { documents: 0, closed: 0 };
  const embedder: Embedder = {
    model: { ...own.model, id },
    concurrency: own.concurrency,
    embedQuery: async (text) => {
      if (counts.closed > 0) throw new Error("this embedder is closed");
      return await own.embedQuery(text);
    },
    embedDocument: (text) => {
      counts.documents++;
      return own.embedDocument(text);
    },
    knowsWord: () => own.knowsWord(),
    ready: () => own.ready(),
    close: async () => {
      counts.closed++;
    },
  };
  return { embedder, counts };
}

async function filledEngine(openEmbedder?: (model: string) => Promise<Embedder>) {
  const library = new MemoryLibrary();
  const { embedder, counts } = namedEmbedder("old/model");
  const engine = new Engine(library, embedder, openEmbedder === undefined ? {} : { openEmbedder });
  await library.upsert(inventPapers(30));
  await engine.embedBacklog();
  return { library, engine, counts };
}

describe("reindexing", () => {
  it("fills, audits and activates another model, and reports what it did", async () => {
    const { library } = await filledEngine();
    const { embedder } = namedEmbedder("new/model", 48);
    const report = await reindex(library, embedder);
    expect(report).toMatchObject({ outcome: "live", embedded: 30, reused: 0, generation: { id: 2, model: "new/model", dimensions: 48 } });
    expect(report.audit).toMatchObject({ embedded: 30, waiting: 0, sampled: 30, recallAt10: 1 });
    expect(report.audit?.overlapAt10).toBeGreaterThan(0);
    expect(await library.liveGeneration()).toEqual(report.generation);
    expect(await reindex(library, embedder)).toMatchObject({ outcome: "unchanged", embedded: 0 });
  });

  it("embeds nothing again when going back, and nothing at all for other parameters", async () => {
    const { library } = await filledEngine();
    await reindex(library, namedEmbedder("new/model").embedder);
    await library.upsert([inventPaper(99)]);
    const back = namedEmbedder("old/model");
    expect(await reindex(library, back.embedder)).toMatchObject({ outcome: "live", embedded: 1, reused: 30 });
    expect(await reindex(library, back.embedder, { graph: { M: 8, efConstruction: 50 } })).toMatchObject({ embedded: 0, reused: 31 });
    expect(back.counts.documents).toBe(1);
  });

  it("resumes where it was interrupted", async () => {
    const { library } = await filledEngine();
    const stopping = new AbortController();
    const { embedder, counts } = namedEmbedder("new/model");
    const embedDocument = embedder.embedDocument.bind(embedder);
    const interrupted: Embedder = {
      ...embedder,
      embedDocument: (text, signal) => {
        if (counts.documents === 12) stopping.abort();
        return embedDocument(text, signal);
      },
    };
    const first = await reindex(library, interrupted, { signal: stopping.signal });
    expect(first.outcome).toBe("interrupted");
    expect(first.embedded).toBeGreaterThan(0);
    expect((await library.liveGeneration())?.model).toBe("old/model");
    const second = await reindex(library, embedder);
    expect(second).toMatchObject({ outcome: "live", generation: first.generation, embedded: 30 - first.embedded });
  });

  it("resumes a restarted generation of the live model", async () => {
    const { library } = await filledEngine();
    const { embedder } = namedEmbedder("old/model");
    const begun = await library.fillGeneration({ model: "old/model", dimensions: 32, preparation: preparationVersion });
    expect(await reindex(library, embedder)).toMatchObject({ outcome: "live", generation: begun, embedded: 0, reused: 30 });
    expect((await reindex(library, embedder)).outcome).toBe("unchanged");
  });

  it("I4: does not activate vectors that differ from those stored", async () => {
    const { library } = await filledEngine();
    const { embedder } = namedEmbedder("new/model");
    library.embeddings = async (_generation, labels) => labels.map(() => new Float32Array(32).fill(2));
    await expect(reindex(library, embedder)).rejects.toMatchObject({ code: "generation_unsound" });
    expect((await library.liveGeneration())?.model).toBe("old/model");
  });

  it.each([
    [0.8, "live"],
    [0.98, "generation_unsound"],
  ])("activates an index that finds nine of ten when %f of the nearest are required: %s", async (recallTarget, outcome) => {
    const { library } = await filledEngine();
    Object.assign(library, { recallTarget });
    const neighbours = library.neighbours.bind(library);
    library.neighbours = async (generation, ...asked) => {
      const hits = await neighbours(generation, ...asked);
      // Itself, and the nine after the nearest.
      return generation.id === 1 ? hits : [...hits.slice(0, 1), ...hits.slice(2)];
    };
    const moved = await reindex(library, namedEmbedder("new/model").embedder).catch((error: AppError) => error);
    expect(moved instanceof AppError ? moved.code : moved.outcome).toBe(outcome);
    if (moved instanceof AppError) expect(moved.message).toContain("finds 90 % of the nearest papers; 98 % are required");
  });

  it("is run by one process at a time, and refuses to mix two", async () => {
    const { library } = await filledEngine();
    const release = await library.claim("reindex");
    await expect(reindex(library, namedEmbedder("new/model").embedder)).rejects.toMatchObject({ code: "reindex_running" });
    await release?.();
    const begun = await library.fillGeneration({ model: "third/model", dimensions: 32, preparation: preparationVersion });
    await expect(reindex(library, namedEmbedder("new/model").embedder)).rejects.toMatchObject({ code: "generation_filling" });
    expect((await reindex(library, namedEmbedder("new/model").embedder, { fresh: true })).outcome).toBe("live");
    expect((await library.generations()).map(({ generation }) => generation.id)).not.toContain(begun.id);
  });

  it("does not go back to a generation whose model is missing", async () => {
    const { library } = await filledEngine();
    await reindex(library, namedEmbedder("b/model").embedder);
    const gone = new AppError("model_not_found", "It is gone.");
    const engine = new Engine(library, namedEmbedder("b/model").embedder, { checkModel: async () => Promise.reject(gone) });
    await expect(engine.rollBack()).rejects.toBe(gone);
    expect((await library.liveGeneration())?.model).toBe("b/model");
  });

  it("lists unfinished generations, and drops them unless somebody is working on them or has a paused job", async () => {
    const { library, engine } = await filledEngine();
    await expect(engine.dropUnfinished()).rejects.toMatchObject({ code: "generation_not_found" });
    const stopping = new AbortController();
    await reindex(library, namedEmbedder("new/model").embedder, {
      signal: stopping.signal,
      onProgress: (_what, done) => {
        if (done >= 10) stopping.abort();
      },
    });
    const [, filling] = (await engine.status()).generations;
    expect(filling).toMatchObject({ state: "filling", begun: expect.stringMatching(/^\d{4}-/) });
    expect(filling?.embedded).toBeGreaterThan(0);
    const release = await library.claim("reindex");
    await expect(engine.dropUnfinished()).rejects.toMatchObject({ code: "reindex_running" });
    await release?.();
    const at = "2026-01-01T00:00:00.000Z";
    const job = { id: "one", kind: "reindex", created: at, changed: at, interruptions: 0 } as const;
    await library.jobs.put({ ...job, state: "paused" });
    const server = await library.claim("jobs");
    await expect(engine.dropUnfinished()).rejects.toMatchObject({ code: "reindex_running", mend: expect.stringContaining("Cancel it") });
    await server?.();
    expect((await engine.dropUnfinished()).model).toBe("new/model");
    expect((await engine.status()).generations.map(({ state }) => state)).toEqual(["live"]);
  });

  it("rolls back and prunes", async () => {
    const { library } = await filledEngine();
    await expect(rollBack(library)).rejects.toMatchObject({ code: "generation_not_found" });
    for (const model of ["b/model", "c/model"]) await reindex(library, namedEmbedder(model).embedder);
    expect((await rollBack(library)).model).toBe("b/model");
    expect((await rollBack(library)).model).toBe("c/model");
    expect((await pruneGenerations(library, 1)).map(({ model }) => model)).toEqual(["old/model"]);
    expect((await pruneGenerations(library, 0)).map(({ model }) => model)).toEqual(["b/model"]);
  });
});

describe("a rollback from the generation shown on a page", () => {
  it("is done once, however often it is requested", async () => {
    const { library } = await filledEngine();
    await reindex(library, namedEmbedder("b/model").embedder);
    const live = (await library.generations()).find(({ state }) => state === "live")?.generation.id;
    for (let click = 0; click < 2; click++) expect((await rollBack(library, undefined, live)).model).toBe("old/model");
    expect((await rollBack(library)).model).toBe("b/model");
  });
});

describe("an engine, when another process makes a generation live", () => {
  it("I5: completes each request with the generation and the model that it began with", async () => {
    const next = namedEmbedder("new/model", 48);
    const { library, engine, counts } = await filledEngine(async () => next.embedder);
    const before = await engine.search({ query: "copper lantern" });
    let resume: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const find = library.neighbours.bind(library);
    const begun = new Promise<void>((resolve) => {
      library.neighbours = async (...question) => {
        library.neighbours = find;
        resolve();
        await paused;
        return await find(...question);
      };
    });
    const running = engine.search({ query: "copper lantern" });
    await begun;
    await reindex(library, namedEmbedder("new/model", 48).embedder);
    expect(engine.generation?.id).toBe(1);
    await engine.follow();
    expect(engine.generation?.id).toBe(2);
    expect(counts.closed).toBe(0);
    resume();
    expect(await running).toEqual(before);
    expect(counts.closed).toBe(1);
    expect((await engine.search({ query: "copper lantern" })).hits).toHaveLength(10);
    await engine.close();
    expect([counts.closed, next.counts.closed]).toEqual([1, 1]);
  });

  it("keeps using the old one, and says why, while the new one's model cannot be opened", async () => {
    const { library, engine } = await filledEngine(() => Promise.reject(new Error("not there")));
    await reindex(library, namedEmbedder("new/model").embedder);
    await expect(engine.follow()).rejects.toThrow("not there");
    expect((await engine.search({ query: "copper lantern" })).hits).toHaveLength(10);
    expect(engine.generation?.id).toBe(1);
  });

  it("writes digests with the new one's model", async () => {
    const { library, engine, counts } = await filledEngine(async (model) => namedEmbedder(model, 48).embedder);
    await engine.person("me").addInterest({ name: "lanterns", words: "copper lantern" });
    await reindex(library, namedEmbedder("new/model", 48).embedder);
    await engine.follow();
    expect(counts.closed).toBe(1);
    expect(await engine.digests.preview("owner", "picks", undefined)).toMatchObject({ to: expect.any(String) });
  });

  it("embeds papers waiting in the new one", async () => {
    const { library, engine } = await filledEngine(async (model) => namedEmbedder(model).embedder);
    await reindex(library, namedEmbedder("new/model").embedder);
    await library.upsert([inventPaper(77)]);
    expect(await engine.embedBacklog()).toBe(1);
    expect(await library.status()).toMatchObject({ embedded: 31, backlog: 0 });
  });
});
