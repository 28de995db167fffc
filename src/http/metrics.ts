/** Metrics for Prometheus: requests, stages, the event loop, the library, jobs. None contains a person or a query. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Engine } from "../engine/engine.ts";
import { stateGauges } from "./state-gauges.ts";

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
    this.readState = stateGauges(engine, this.registry);
    this.addJobs(engine);
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
      help: "Faults in background work",
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

  /** @param route the pattern, not the path, which contains ids. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}
