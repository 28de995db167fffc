/** A server's jobs: run one after the other, paused, resumed, cancelled, and resumed after the server ended. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Embedder } from "../../../../src/core/embedder.ts";
import { AppError } from "../../../../src/core/errors.ts";
import type { Job, ReindexRequest } from "../../../../src/core/job.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../../contract/invented-papers.ts";

const papers = 40;
const usual: ReindexRequest = { model: "new/model", fresh: false, keep: 1 };

/** An embedder under a given id that can be made to wait after some documents. */
class GatedEmbedder implements Embedder {
  readonly concurrency = 2;
  private readonly own = new HashingEmbedder(32);
  readonly model;
  documents = 0;
  /** Documents from this one on wait until {@link open} is called. */
  gate = Number.POSITIVE_INFINITY;
  private readonly waiting: (() => void)[] = [];
  private reached: () => void = () => undefined;
  readonly atGate = new Promise<void>((resolve) => {
    this.reached = resolve;
  });

  constructor(id: string) {
    this.model = { ...this.own.model, id };
  }

  open(): void {
    this.gate = Number.POSITIVE_INFINITY;
    for (const go of this.waiting.splice(0)) go();
  }

  embedQuery(text: string) {
    return this.own.embedQuery(text);
  }

  knowsWord() {
    return this.own.knowsWord();
  }

  async embedDocument(text: Parameters<Embedder["embedDocument"]>[0], signal?: AbortSignal) {
    if (++this.documents > this.gate) {
      this.reached();
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        signal?.addEventListener("abort", () => resolve());
      });
      if (signal?.aborted === true) throw new AppError("cancelled", "Embedding was cancelled.");
    }
    return await this.own.embedDocument(text);
  }

  async ready() {}
  async close() {}
}

describe("jobs", () => {
  const engines: Engine[] = [];
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.jobs.stop();
  });

  /** A server on a library; each model has one embedder for the whole test. */
  function serve(library: MemoryLibrary, embedders: Record<string, GatedEmbedder>): Engine {
    const open = async (model: string) => {
      const embedder = embedders[model];
      if (embedder === undefined) throw new AppError("model_not_found", `The model ${model} is not there.`);
      return embedder;
    };
    const engine = new Engine(library, new GatedEmbedder("old/model"), {
      openEmbedder: open,
      openForReindex: ({ model = "old/model" }) => open(model),
    });
    engines.push(engine);
    return engine;
  }

  async function filled() {
    const library = new MemoryLibrary();
    const embedders = { "old/model": new GatedEmbedder("old/model"), "new/model": new GatedEmbedder("new/model") };
    const engine = serve(library, embedders);
    await library.upsert(inventPapers(papers));
    await engine.embedBacklog();
    return { library, embedders, engine, slow: embedders["new/model"] };
  }

  async function ended(engine: Engine, id: string): Promise<Job> {
    for (;;) {
      const job = await engine.jobs.get(id);
      if (["done", "failed", "cancelled"].includes(job.state)) return job;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("reindex, report the result of the audit, and answer from the new generation", async () => {
    const { engine, library } = await filled();
    const { id, state, request } = await engine.jobs.addReindex(usual);
    expect([state, request?.model]).toEqual(["queued", "new/model"]);
    const job = await ended(engine, id);
    expect(job).toMatchObject({
      state: "done",
      generation: 2,
      result: { outcome: "live", embedded: papers, reused: 0, removed: [], audit: { embedded: papers, recallAt10: 1 } },
    });
    expect(engine.model).toBe("new/model");
    expect((await library.generations())[0]).toMatchObject({ state: "live", audit: { recallAt10: 1 } });
    expect(await library.claimedWork()).toMatchObject([{ work: "jobs", pid: process.pid }]);
  });

  it("keep no old generation if told so, even though it was live until just before", async () => {
    const { engine, library } = await filled();
    const job = await ended(engine, (await engine.jobs.addReindex({ ...usual, keep: 0 })).id);
    expect(job).toMatchObject({ state: "done", result: { removed: [{ id: 1 }] } });
    expect(await library.generations()).toHaveLength(1);
    expect((await engine.search({ query: "kettle", limit: 5 })).hits.length).toBeGreaterThan(0);
  });

  it("refuse a second reindex, naming who runs the first, in this process and elsewhere", async () => {
    const { engine, library, slow } = await filled();
    const release = await library.claim("reindex");
    await expect(engine.jobs.addReindex(usual)).rejects.toMatchObject({
      code: "reindex_running",
      message: expect.stringContaining(String(process.pid)),
    });
    await release?.();
    slow.gate = 3;
    const { id } = await engine.jobs.addReindex(usual);
    await slow.atGate;
    await expect(engine.jobs.addReindex(usual)).rejects.toMatchObject({ code: "reindex_running", message: expect.stringContaining(id) });
    await engine.jobs.pause(id);
    await expect(engine.jobs.addReindex(usual)).rejects.toMatchObject({ mend: "Resume it, or cancel it." });
  });

  it("show their progress on every server", async () => {
    const { engine, library, embedders, slow } = await filled();
    slow.gate = 12;
    const { id } = await engine.jobs.addReindex(usual);
    await slow.atGate;
    await library.reportWork("reindex", { stage: "embedding", done: 9, total: papers, perSecond: 3 });
    const other = serve(library, embedders);
    expect(await other.jobs.get(id)).toMatchObject({ state: "running", progress: { stage: "embedding", done: 9, total: papers } });
    expect((await other.jobs.list())[0]).toMatchObject({ id, progress: { done: 9 } });
    slow.open();
    expect((await ended(engine, id)).state).toBe("done");
  });

  it("pause where they are, let others run, and resume without embedding twice", async () => {
    const { engine, library, slow } = await filled();
    slow.gate = 12;
    const { id } = await engine.jobs.addReindex({ ...usual, fresh: true });
    await slow.atGate;
    const verify = await engine.jobs.addVerify();
    expect((await engine.jobs.get(verify.id)).state).toBe("queued");
    expect(await engine.jobs.pause(id)).toMatchObject({ state: "paused", generation: 2, progress: { stage: "embedding" } });
    expect((await ended(engine, verify.id)).result).toMatchObject({ findings: [{ state: "ok" }] });
    const embedded = (await library.generations()).find(({ state }) => state === "filling")?.embedded ?? 0;
    expect(embedded).toBeGreaterThan(0);
    slow.gate = Number.POSITIVE_INFINITY;
    expect((await engine.jobs.resume(id)).state).not.toBe("paused");
    const done = await ended(engine, id);
    expect(done).toMatchObject({ state: "done", generation: 2, result: { embedded: papers - embedded } });
    // Its progress when it was paused.
    expect(done.progress).toBeUndefined();
  });

  it("remove what they have filled when cancelled; the library answers as before", async () => {
    const { engine, library, slow } = await filled();
    slow.gate = 5;
    const { id } = await engine.jobs.addReindex(usual);
    await slow.atGate;
    expect((await engine.jobs.cancel(id)).state).toBe("cancelled");
    expect((await library.generations()).map(({ state }) => state)).toEqual(["live"]);
    expect(engine.model).toBe("old/model");
    await expect(engine.jobs.resume(id)).rejects.toMatchObject({ code: "job_state" });
    await expect(engine.jobs.get("nothing")).rejects.toMatchObject({ code: "job_not_found" });
  });

  it("are resumed by the next server, without embedding twice and whether or not the last one ended well", async () => {
    const { engine, library, embedders, slow } = await filled();
    slow.gate = 12;
    const { id } = await engine.jobs.addReindex({ ...usual, fresh: true });
    await slow.atGate;
    await engine.jobs.stop();
    expect(await library.jobs.get(id)).toMatchObject({ state: "queued", generation: 2 });
    const embedded = (await library.generations()).find(({ state }) => state === "filling")?.embedded ?? 0;
    // As a killed server leaves it.
    await library.jobs.put({ ...(await engine.jobs.get(id)), state: "running" });
    slow.gate = Number.POSITIVE_INFINITY;
    const next = serve(library, embedders);
    await next.jobs.start();
    expect(await ended(next, id)).toMatchObject({ state: "done", interruptions: 1, result: { embedded: papers - embedded } });
  });

  it("that crashed their server three times wait for an explicit request", async () => {
    const { library, embedders, engine } = await filled();
    const job: Job = { id: "a", kind: "verify", state: "running", created: "2026", changed: "2026", interruptions: 2 };
    await library.jobs.put(job);
    await engine.jobs.stop();
    const next = serve(library, embedders);
    expect((await next.jobs.list())[0]).toMatchObject({ state: "paused", interruptions: 3, error: { code: "cancelled" } });
    await next.jobs.resume("a");
    expect((await ended(next, "a")).state).toBe("done");
  });

  it("are run by one server of several, and the others say so", async () => {
    const { library, embedders, engine } = await filled();
    await engine.jobs.start();
    const second = serve(library, embedders);
    await second.jobs.start();
    await expect(second.jobs.addVerify()).rejects.toMatchObject({ code: "library_busy" });
    expect(await second.jobs.list()).toEqual([]);
  });

  it("I11: are not started for a missing model, nor while another generation is being filled", async () => {
    const { engine, library, slow } = await filled();
    await expect(engine.jobs.addReindex({ ...usual, model: "no/model" })).rejects.toMatchObject({ code: "model_not_found" });
    await library.fillGeneration({ model: "third/model", dimensions: 8, preparation: 1 });
    await expect(engine.jobs.addReindex(usual)).rejects.toMatchObject({ code: "generation_filling" });
    expect(await engine.jobs.list()).toEqual([]);
    expect(slow.documents).toBe(0);
  });

  it("say why they failed, and record it among the faults", async () => {
    const { engine, library } = await filled();
    library.embeddings = async (_generation, labels) => labels.map(() => new Float32Array(32).fill(2));
    const job = await ended(engine, (await engine.jobs.addReindex(usual)).id);
    expect(job).toMatchObject({ state: "failed", error: { code: "generation_unsound" } });
    expect(await library.faults()).toMatchObject([{ work: "reindex", code: "generation_unsound" }]);
  });

  describe("on a library that temporarily refuses writes", () => {
    const later = 2_000;
    afterEach(() => {
      vi.useRealTimers();
    });

    /** Refuses writes of jobs in these states. */
    function refuse({ jobs }: MemoryLibrary, ...states: Job["state"][]): { refused: Job[]; allow: () => void } {
      const put = jobs.put.bind(jobs);
      const refused: Job[] = [];
      jobs.put = async (job) => {
        if (!states.includes(job.state)) return await put(job);
        refused.push(job);
        throw new AppError("storage_full", "The disk is full.");
      };
      return {
        refused,
        allow: () => {
          jobs.put = put;
        },
      };
    }

    async function onFakeTime() {
      const all = await filled();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      return all;
    }

    async function until(engine: Engine, id: string, state: Job["state"]): Promise<void> {
      await vi.waitFor(async () => expect((await engine.jobs.get(id)).state).toBe(state));
    }

    it("start once it accepts them, and still end with the server", async () => {
      const { engine, library } = await onFakeTime();
      await engine.jobs.start();
      const { allow } = refuse(library, "running");
      const { id } = await engine.jobs.addVerify();
      await vi.waitFor(async () => expect(await library.faults()).toMatchObject([{ work: "jobs", code: "storage_full" }]));
      await until(engine, id, "queued");
      allow();
      await vi.advanceTimersByTimeAsync(later);
      await until(engine, id, "done");
      refuse(library, "running");
      await engine.jobs.addVerify();
      await engine.jobs.stop();
      expect(await library.claimedWork()).toEqual([]);
    });

    it("resume by themselves after a full disk ended a reindex, which keeps what it has filled and lets others run", async () => {
      const { engine, library } = await onFakeTime();
      await engine.jobs.start();
      const put = library.putEmbeddings.bind(library);
      let room = 1;
      library.putEmbeddings = async (...what) => {
        if (room-- <= 0) throw new AppError("storage_full", "The disk is full.");
        await put(...what);
      };
      const { id } = await engine.jobs.addReindex(usual);
      await vi.waitFor(async () => expect(await engine.jobs.get(id)).toMatchObject({ state: "queued", error: { code: "storage_full" } }));
      expect(await library.faults()).toMatchObject([{ work: "reindex", code: "storage_full" }]);
      const filled = (await library.generations()).find(({ state }) => state === "filling")?.embedded ?? 0;
      expect(filled).toBeGreaterThan(0);
      await until(engine, (await engine.jobs.addVerify()).id, "done");
      room = Number.POSITIVE_INFINITY;
      await vi.advanceTimersByTimeAsync(later);
      expect((await engine.jobs.get(id)).state).toBe("queued");
      await vi.advanceTimersByTimeAsync(30_000);
      await until(engine, id, "done");
      const done = await engine.jobs.get(id);
      expect(done).toMatchObject({ result: { embedded: papers - filled } });
      expect(done.error).toBeUndefined();
    });

    it("are taken over from a dead server once it accepts them, and do not keep a server from starting", async () => {
      const { engine, library } = await onFakeTime();
      await library.jobs.put({ id: "a", kind: "verify", state: "running", created: "2026", changed: "2026", interruptions: 0 });
      const { allow } = refuse(library, "queued");
      await engine.jobs.start();
      expect(await library.faults()).toMatchObject([{ work: "jobs", code: "storage_full" }]);
      expect(await library.jobs.get("a")).toMatchObject({ state: "running" });
      // What cannot be written to can be read, and says why nothing proceeds.
      expect(await engine.jobs.list()).toMatchObject([{ id: "a", state: "running" }]);
      expect(engine.jobs.heldUpBy).toMatchObject({ code: "storage_full" });
      allow();
      await vi.advanceTimersByTimeAsync(later);
      await until(engine, "a", "done");
      expect(engine.jobs.heldUpBy).toBeUndefined();
    });

    it("are run again if their completion could not be recorded", async () => {
      const { engine, library } = await onFakeTime();
      await engine.jobs.start();
      const { refused, allow } = refuse(library, "done", "failed");
      const { id } = await engine.jobs.addVerify();
      await vi.waitFor(() => expect(refused.map(({ state }) => state)).toEqual(["done", "failed"]));
      expect(await library.jobs.get(id)).toMatchObject({ state: "running" });
      allow();
      await vi.advanceTimersByTimeAsync(later);
      await until(engine, id, "done");
      expect(await engine.jobs.get(id)).toMatchObject({ interruptions: 1 });
    });
  });
});
