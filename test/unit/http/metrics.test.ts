/** Metrics for Prometheus: the library's state, work in progress, and nothing that names a person or a query. */
import { expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { reindex } from "../../../src/engine/generations/reindex.ts";
import { Metrics } from "../../../src/http/metrics.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";

it("reports papers, recall, stages, work, jobs, faults and the event loop, without a word of a query", async () => {
  const library = new MemoryLibrary();
  const engine = new Engine(library, new HashingEmbedder(32));
  const metrics = new Metrics(engine);
  await engine.library.upsert(inventPapers(12));
  await engine.embedBacklog();
  expect(await metrics.text()).not.toMatch(/^paperkin_recall_at_10\{/m);
  await reindex(library, new HashingEmbedder(48), { graph: { M: 8, efConstruction: 50 } });
  await engine.search({ query: "secretword kettle" });
  await engine.recordFault("fetch arxiv", new AppError("source_unreachable", "It is gone: secretdetail."));
  const release = await library.claim("embedding");
  await library.reportWork("embedding", { stage: "embedding", done: 4, total: 12, perSecond: 2.5 });
  await engine.jobs.addVerify();
  for (;;) {
    const [job] = await engine.jobs.list();
    if (job?.state === "done") break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const text = await metrics.text();
  for (const line of [
    /^paperkin_papers\{state="embedded"\} 12$/m,
    /^paperkin_recall_at_10\{generation="2"\} 1$/m,
    /^paperkin_vector_search\{search="exact"\} 1$/m,
    /^paperkin_generations\{state="retired"\} 1$/m,
    /^paperkin_work_per_second\{work="embedding"\} 2.5$/m,
    /^paperkin_work_left\{work="embedding"\} 8$/m,
    /^paperkin_jobs_total\{kind="verify",state="done"\} 1$/m,
    /^paperkin_faults_total\{code="source_unreachable"\} 1$/m,
    /^paperkin_stage_seconds_count\{stage="embed_query"\} 1$/m,
    /^paperkin_stage_seconds_count\{stage="embed_document"\} 12$/m,
    /^paperkin_stage_seconds_count\{stage="store_papers"\} 1$/m,
    /^nodejs_eventloop_lag_p99_seconds /m,
  ])
    expect(text).toMatch(line);
  expect(text).not.toMatch(/secret|kettle/);
  await release?.();
  await engine.jobs.stop();
});
