/** An index built by another process: its result is used, that process's fate costs nothing, and answers stay the same. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledModule } from "../../src/compiled.ts";
import { toAppError } from "../../src/core/errors.ts";
import type { Generation } from "../../src/core/generation.ts";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { IndexProcessEnded, indexApart, prepareApart } from "../../src/engine/generations/index-apart.ts";
import { HnswIndex } from "../../src/storage/local/hnsw-index.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { childProcesses } from "../contract/child-processes.ts";
import { embedAll, inventPapers, inventVector, testSpec } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms, wantsAll } from "../long-forms.ts";

/** More than are built in the serving process. */
const papers = 2_600;
const module = compiledModule("index-process");
const otherSpec = { ...testSpec, model: "other/model" };
const patience = { timeout: 60_000, interval: 20 };

const indexProcesses = () => childProcesses(process.pid, "index-process");

async function killNext(afterMs: number): Promise<void> {
  const [pid = 0] = await vi.waitUntil(() => {
    const found = indexProcesses();
    return found.length > 0 ? found : undefined;
  }, patience);
  await delay(afterMs);
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process was quicker.
  }
  await vi.waitUntil(() => !indexProcesses().includes(pid), patience);
}

describe("an index that another process builds", { timeout: 180_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let opened: LocalLibrary[];
  let notices: string[];

  let whole: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeAll(async () => {
    whole = await makeTemporaryFolder();
    const library = await LocalLibrary.open({ folder: whole.path, create: true, maintain: true });
    const generation = await library.openGeneration(testSpec);
    for (let first = 0; first < papers; first += 650) await library.upsert(inventPapers(650, first));
    await embedAll(library, generation);
    await library.checkpoint();
    await library.close();
  });
  afterAll(() => whole.remove());
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    await cp(whole.path, folder.path, { recursive: true });
    opened = [];
    notices = [];
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const library of opened) await library.close();
    await folder.remove();
  });

  const onNotice = (notice: string) => notices.push(notice);

  /** As a server does. */
  async function open(): Promise<LocalLibrary> {
    const library = await LocalLibrary.open({
      folder: folder.path,
      create: false,
      maintain: true,
      onNotice,
      indexApart: async (generation, signal) => {
        await indexApart(module, { folder: folder.path, generation, audited: false }, { signal }, onNotice);
      },
    });
    opened.push(library);
    return library;
  }

  async function damage(): Promise<void> {
    const [name = ""] = (await readdir(join(folder.path, "generation-1"))).filter((file) => file.startsWith("hnsw"));
    await writeFile(join(folder.path, "generation-1", name), "no graph at all");
  }

  const liveOf = async (library: LocalLibrary): Promise<Generation> => library.openGeneration(testSpec);

  async function expectExact(library: LocalLibrary, least = 0.99): Promise<void> {
    const generation = await liveOf(library);
    let [found, wanted] = [0, 0];
    for (let seed = 50_000; seed < 50_030; seed++) {
      const question = inventVector(seed);
      const exact = await library.exactNeighbours(generation, question, { k: 10 });
      const hits = await library.neighbours(generation, question, { k: 10 });
      expect(hits).toHaveLength(10);
      wanted += exact.length;
      found += exact.filter(({ label }) => hits.some((hit) => hit.label === label)).length;
    }
    expect(found / wanted).toBeGreaterThanOrEqual(least);
  }

  const usesGraph = (library: LocalLibrary) =>
    vi.waitUntil(async () => (await library.vectorSearch()) === "hnsw" && indexProcesses().length === 0, patience);
  const expectSound = async (library: LocalLibrary) =>
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);

  it("I2: replaces a damaged one, including changes made meanwhile, and this process adds only those", async () => {
    await damage();
    const put = vi.spyOn(HnswIndex.prototype, "put");
    const library = await open();
    const generation = await liveOf(library);
    await vi.waitUntil(() => indexProcesses().length > 0, patience);
    // Papers are added and removed while it is built.
    await expectExact(library, 1);
    await library.upsert(inventPapers(20, 90_000));
    await embedAll(library, generation);
    await library.remove(["X:3", "X:4"]);
    await library.checkpoint();
    await usesGraph(library);
    expect(notices).toEqual([expect.stringContaining("are rebuilt")]);
    expect(put.mock.calls.length).toBeLessThan(100);
    await expectExact(library);
    expect(await library.neighbours(generation, inventVector(4), { k: 1 })).not.toMatchObject([{ label: 4 }]);
    expect((await library.status()).checkpointChange).toBe(await library.lastChange());
    await expectSound(library);
  });

  it("replaces one of mostly removed papers", async () => {
    const library = await open();
    for (let first = 20_000; first < 22_000; first += 500) await library.upsert(inventPapers(500, first));
    await embedAll(library, await liveOf(library));
    await library.checkpoint();
    const put = vi.spyOn(HnswIndex.prototype, "put");
    for (let first = 0; first < 2_400; first += 400) await library.remove(Array.from({ length: 400 }, (_, at) => `X:${first + at}`));
    await vi.waitUntil(() => indexProcesses().length > 0, patience);
    await expectExact(library);
    await library.checkpoint();
    expect(put).not.toHaveBeenCalled();
    expect(notices).toEqual([]);
    await expectExact(library);
    await expectSound(library);
  });

  const killed = (times: number) => `I2: is begun again when its process is killed, at any moment (${times} times), and nothing is lost`;
  inForms([1, 4], killed, async (times) => {
    const random = mulberry32(29);
    for (let life = 0; life < times; life++) {
      await damage();
      notices = [];
      const library = await open();
      await killNext(random() * 900);
      await usesGraph(library);
      await library.checkpoint();
      await expectExact(library);
      await expectSound(library);
      await library.close();
    }
    expect(await (await open()).countPapers()).toBe(papers);
  });

  it("is built in this process, and this is reported, when its process is killed each time", async () => {
    await damage();
    const library = await open();
    await killNext(0);
    await killNext(0);
    await vi.waitUntil(() => notices.length >= 3, patience);
    expect(notices).toEqual([
      expect.stringContaining("are rebuilt"),
      expect.stringMatching(/ended before it was done \(SIGKILL\)\. It is restarted/),
      expect.stringContaining("is built by this process while it answers"),
    ]);
    await library.checkpoint();
    expect(notices).toHaveLength(3);
    await expectExact(library);
    await expectSound(library);
  });

  it("ends with the library for which it is built", async () => {
    await damage();
    const library = await open();
    const [pid = 0] = await vi.waitUntil(() => {
      const found = indexProcesses();
      return found.length > 0 ? found : undefined;
    }, patience);
    await library.close();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(notices).toHaveLength(1);
    const again = await open();
    await again.checkpoint();
    await expectSound(again);
  });

  it("ends with the process that started it, however that ends", async () => {
    await damage();
    const child = fork(module, { stdio: ["ignore", "ignore", "inherit", "ipc"], serialization: "advanced" });
    const begun = once(child, "message");
    const exited = once(child, "exit");
    child.send({ folder: folder.path, generation: 1, audited: true });
    await begun;
    // What remains of the channel when the other end is gone, whatever the signal.
    child.disconnect();
    expect(await exited).toEqual([0, null]);
    const library = await open();
    expect(notices).toEqual([expect.stringContaining("are rebuilt")]);
    await library.checkpoint();
    await expectSound(library);
  });

  it("is built and audited there for a new generation, or here when its process is killed each time", async () => {
    const library = await open();
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    const faults: string[] = [];
    const prepare = (signal?: AbortSignal) =>
      prepareApart(
        library,
        (task, options) => indexApart(module, { folder: folder.path, ...task }, options, onNotice),
        filling,
        { signal },
        async (error) => {
          expect(error).toBeInstanceOf(IndexProcessEnded);
          faults.push(toAppError(error).message);
        },
      );
    const stopping = new AbortController();
    const stopped = prepare(stopping.signal);
    await vi.waitUntil(() => indexProcesses().length > 0, patience);
    stopping.abort();
    expect(await stopped).toBeUndefined();
    expect(indexProcesses()).toEqual([]);

    const put = vi.spyOn(HnswIndex.prototype, "put");
    const apart = await prepare();
    expect(apart).toMatchObject({ embedded: papers, waiting: 0, sampled: 100, overlapAt10: expect.any(Number) });
    expect(apart?.recallAt10).toBeGreaterThan(0.95);
    expect(put).not.toHaveBeenCalled();
    expect(await library.neighbours(filling, inventVector(7), { k: 1 })).toMatchObject([{ label: 7 }]);

    await library.unloadGeneration(filling);
    await rm(join(folder.path, "generation-2"), { recursive: true });
    const [here] = await Promise.all([prepare(), killNext(0).then(() => killNext(0))]);
    expect(here).toEqual(apart);
    expect(faults).toEqual([expect.stringContaining("SIGKILL")]);
    expect(put.mock.calls.length).toBeGreaterThanOrEqual(papers);
    await library.makeLive(filling);
    await expectSound(library);
  });

  // It waits twenty seconds, since a process that starts on a busy machine is not stuck.
  it.skipIf(!wantsAll)("is restarted when its process is stuck", async () => {
    await damage();
    const building = indexApart(module, { folder: folder.path, generation: 1, audited: false }, {}, onNotice, 20_000);
    const [pid = 0] = await vi.waitUntil(() => (indexProcesses().length > 0 ? indexProcesses() : undefined), patience);
    process.kill(pid, "SIGSTOP");
    await building;
    expect(notices).toEqual([expect.stringMatching(/ended before it was done \(it was stuck\)\. It is restarted/)]);
    await expectSound(await open());
  });

  it("I11: reports an error in the work itself, once", async () => {
    await expect(indexApart(module, { folder: folder.path, generation: 77, audited: true }, {}, onNotice)).rejects.toMatchObject({
      code: "generation_not_found",
    });
    expect(notices).toEqual([]);
  });
});
