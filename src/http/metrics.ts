/** Measurements for Prometheus: requests, stages, the event loop, the library, jobs. Nothing that names a person or a query. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Engine } from "../engine/engine.ts";

export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram<"method" | "route" | "status">;
  private readonly stages: Histogram<"stage">;
  private readonly readState: () => Promise<void>;

  constructor(engine: Engine) {
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: "paperkin_http_request_seconds",
      help: "Time from a request to its answer",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers: [this.registry],
    });
    this.stages = new Histogram({
      name: "paperkin_stage_seconds",
      help: "Time that a stage of answering or importing takes",
      labelNames: ["stage"],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10],
      registers: [this.registry],
    });
    const failures = new Counter({
      name: "paperkin_stage_failures_total",
      help: "Stages of answering or importing that failed",
      labelNames: ["stage"],
      registers: [this.registry],
    });
    engine.observeStages((stage, seconds, hasFailed) => {
      this.stages.observe({ stage }, seconds);
      if (hasFailed) failures.inc({ stage });
    });
    this.readState = this.addState(engine);
    this.addJobs(engine);
  }

  /** @returns how to read what the library is at the moment; asked once for all of it. */
  private addState(engine: Engine): () => Promise<void> {
    const gauge = <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Gauge({ name: `paperkin_${name}`, help, labelNames, registers: [this.registry] });
    const papers = gauge("papers", "Papers in the library, by whether they have an embedding", ["state"]);
    const index = gauge("vector_search", "1 for the way in which the nearest papers are found", ["search"]);
    const behind = gauge("checkpoint_changes_behind", "Changes that the files beside the database do not hold yet", []);
    const generations = gauge("generations", "Generations of embeddings", ["state"]);
    const recall = gauge("recall_at_10", "Recall of a generation at its audit; absent where there was none", ["generation"]);
    const width = gauge("search_width", "How widely the index is searched (efSearch); 0 until it was measured", []);
    const found = gauge("search_recall_at_10", "Share of the ten nearest papers that searches find; 0 until it was measured", []);
    const files = gauge("file_bytes", "Size of the files of the library", ["kind"]);
    const rate = gauge("work_per_second", "Papers a second that long work does of late", ["work"]);
    const left = gauge("work_left", "Papers that long work has before it", ["work"]);
    const rebuilding = gauge("index_rebuilding", "1 while an index that was damaged or missing is made anew", ["index"]);
    const stopped = gauge("writes_stopped", "1 when nothing is written any more because the disk failed to sync", []);
    const ready = gauge("embedding_ready", "1 while texts are embedded at once; 0 while the model is being loaded, or fails", []);
    const embeddedAt = gauge("embedding_last_success_timestamp_seconds", "When a text was embedded here last; 0 before the first", []);
    const crashes = new Counter({
      name: "paperkin_embedding_process_crashes_total",
      help: "Processes of the model that ended unasked, or hung and were ended",
      registers: [this.registry],
    });
    const rebuilds = new Counter({
      name: "paperkin_index_rebuilds_total",
      help: "Indexes that were damaged or missing and had to be made anew",
      labelNames: ["index"],
      registers: [this.registry],
    });
    return async () => {
      const status = await engine.status();
      const { embedding } = engine;
      ready.set(embedding.isReady && embedding.fault === undefined ? 1 : 0);
      embeddedAt.set((embedding.lastSuccess?.getTime() ?? 0) / 1000);
      crashes.reset();
      crashes.inc(embedding.crashes);
      for (const stale of [generations, recall, width, found, files, rate, left]) stale.reset();
      rebuilds.reset();
      for (const index of ["vectors", "words"] as const) {
        const own = status.health.rebuilds.filter((rebuild) => rebuild.index === index);
        rebuilds.inc({ index }, own.length);
        rebuilding.set({ index }, own.some(({ state }) => state === "rebuilding") ? 1 : 0);
      }
      stopped.set(status.health.writesStopped === undefined ? 0 : 1);
      papers.set({ state: "embedded" }, status.embedded);
      papers.set({ state: "waiting" }, status.backlog);
      for (const search of ["hnsw", "exact"] as const) index.set({ search }, status.vectorSearch === search ? 1 : 0);
      if (status.searchWidth !== undefined) {
        width.set(status.searchWidth.efSearch);
        found.set(status.searchWidth.recallAt10);
      }
      behind.set(status.lastChange - (status.checkpointChange ?? 0));
      for (const { generation, state, audit } of status.generations) {
        generations.inc({ state });
        if (audit !== undefined) recall.set({ generation: String(generation.id) }, audit.recallAt10);
      }
      for (const { name, sizeBytes } of status.files) files.inc({ kind: kindOfFile(name) }, sizeBytes);
      for (const { work, progress } of status.work) {
        if (progress === undefined) continue;
        rate.set({ work }, progress.perSecond);
        left.set({ work }, progress.total - progress.done);
      }
    };
  }

  private addJobs(engine: Engine): void {
    const ended = new Counter({
      name: "paperkin_jobs_total",
      help: "Changes of jobs to a state",
      labelNames: ["kind", "state"],
      registers: [this.registry],
    });
    engine.jobs.onChange(({ kind, state }) => ended.inc({ kind, state }));
    const faults = new Counter({
      name: "paperkin_faults_total",
      help: "What went wrong where nobody was waiting for an answer",
      labelNames: ["code"],
      registers: [this.registry],
    });
    engine.observeFaults(({ code }) => faults.inc({ code }));
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  async text(): Promise<string> {
    await this.readState();
    return await this.registry.metrics();
  }

  /** @param route the pattern, not the path: paths hold ids. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}

/** Names of index files hold the number of a change, which would make each a series of its own. */
function kindOfFile(name: string): string {
  if (name.endsWith("-wal")) return "database_log";
  if (name.endsWith(".sqlite")) return "database";
  return /\/(hnsw|lexical)-/.exec(name)?.[1] ?? "other";
}
