/** Measurements for Prometheus: requests, the event loop, the library. Nothing that names a person or a query. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Engine } from "../engine/engine.ts";

export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram<"method" | "route" | "status">;

  constructor(engine: Engine) {
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: "paperkin_http_request_seconds",
      help: "Time from a request to its answer",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers: [this.registry],
    });
    const papers = new Gauge({
      name: "paperkin_papers",
      help: "Papers in the library, by whether they have an embedding",
      labelNames: ["state"],
      registers: [this.registry],
      collect: async () => {
        const status = await engine.status();
        papers.set({ state: "embedded" }, status.embedded);
        papers.set({ state: "waiting" }, status.backlog);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** @param route the pattern, not the path: paths hold ids. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}
