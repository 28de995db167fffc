/** What /health/ready, /v1/index and the metrics report while no text can be embedded, and afterwards. */
import { expect, it } from "vitest";
import type { EmbedderState } from "../../../src/core/embedder.ts";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { Metrics } from "../../../src/http/metrics.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const working: EmbedderState = { isReady: true, fault: undefined, crashes: 0, lastSuccess: undefined };

class FailingEmbedder extends HashingEmbedder {
  state = working;
  timesAsked = 0;

  override async ready(): Promise<void> {
    this.timesAsked++;
    if (this.state.fault !== undefined) throw this.state.fault;
  }

  override async embedDocument(...text: Parameters<HashingEmbedder["embedDocument"]>): ReturnType<HashingEmbedder["embedDocument"]> {
    if (this.state.fault !== undefined) throw this.state.fault;
    return await super.embedDocument(...text);
  }
}

const fault = new AppError("embedding_failed", "The workers end as soon as they start.", { mend: "Look at the memory." });
const why = "The workers end as soon as they start. Look at the memory.";

function open() {
  const embedder = new FailingEmbedder();
  const engine = new Engine(new MemoryLibrary(), embedder);
  const service = serviceOf(engine, { isLoopback: () => true });
  const ask = async (path: string) => {
    const answer = await service.request(path);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  return { embedder, engine, ask, readiness: () => ask("/health/ready") };
}

it("a server whose embedding workers have failed is not ready, says why, and is ready again when they work", async () => {
  const { embedder, ask, readiness } = open();
  expect(await readiness()).toMatchObject({ status: 200, body: { status: "ready", notes: [] } });
  embedder.state = { ...working, isReady: false, fault };
  expect(await readiness()).toMatchObject({ status: 503, body: { status: "failing", notes: [expect.stringContaining(why)] } });
  expect((await ask("/v1/index")).body).toMatchObject({ embeddingFault: why });
  embedder.state = working;
  expect(await readiness()).toMatchObject({ status: 200, body: { status: "ready", notes: [] } });
});

it("a server whose model is being reloaded is not ready, says what still works, and triggers the load", async () => {
  const { embedder, readiness } = open();
  expect(await readiness()).toMatchObject({ status: 200 });
  embedder.state = { ...working, isReady: false };
  embedder.timesAsked = 0;
  expect(await readiness()).toMatchObject({
    status: 503,
    body: { status: "starting", notes: [expect.stringMatching(/model is being loaded.*by words alone do not/)] },
  });
  expect(embedder.timesAsked).toBe(1);
});

it("the metrics tell whether texts are embedded, when that last succeeded, and how often it failed", async () => {
  const { embedder, engine } = open();
  const metrics = new Metrics(engine);
  await engine.library.upsert(inventPapers(1));
  expect(await metrics.text()).toMatch(/^paperkin_embedding_ready 1$/m);
  embedder.state = { isReady: false, fault, crashes: 3, lastSuccess: new Date("2026-01-02T03:04:05.000Z") };
  await expect(engine.embedBacklog()).rejects.toMatchObject({ code: "embedding_failed" });
  const text = await metrics.text();
  for (const line of [
    /^paperkin_embedding_ready 0$/m,
    /^paperkin_embedding_process_crashes_total 3$/m,
    /^paperkin_embedding_last_success_timestamp_seconds 1767323045$/m,
    /^paperkin_stage_failures_total\{stage="embed_document"\} 1$/m,
    /^paperkin_papers\{state="waiting"\} 1$/m,
  ])
    expect(text).toMatch(line);
});

it("the list of jobs says why nothing proceeds while the library accepts no writes", async () => {
  const { engine, ask } = open();
  const { library } = engine;
  await library.jobs.put({ id: "a", kind: "verify", state: "running", created: "2026", changed: "2026", interruptions: 0 });
  const put = library.jobs.put.bind(library.jobs);
  library.jobs.put = () => Promise.reject(new AppError("storage_full", "There is no space left.", { mend: "Free some." }));
  expect((await ask("/v1/jobs")).body).toMatchObject({
    jobs: [{ id: "a", state: "running" }],
    heldUpBy: "There is no space left. Free some.",
  });
  library.jobs.put = put;
  expect((await ask("/v1/jobs")).body).not.toHaveProperty("heldUpBy");
});
