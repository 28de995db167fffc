/** Gauges of the library's state, which are updated when the metrics are read. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Engine } from "../engine/engine.ts";
import type { EngineStatus } from "../engine/upkeep/status.ts";

type Show = (status: EngineStatus) => void;

/** @returns a function that updates all gauges from one status of the library. */
export function stateGauges(engine: Engine, registry: Registry): () => Promise<void> {
  const parts = [
    paperGauges(registry),
    searchGauges(registry),
    generationGauges(registry),
    workGauges(registry),
    healthGauges(registry),
    embeddingGauges(registry, engine),
  ];
  return async () => {
    const status = await engine.status();
    for (const show of parts) show(status);
  };
}

function gaugeOf<T extends string>(registry: Registry, name: string, help: string, labelNames: T[]): Gauge<T> {
  return new Gauge({ name: `paperkin_${name}`, help, labelNames, registers: [registry] });
}

function paperGauges(registry: Registry): Show {
  const papers = gaugeOf(registry, "papers", "Papers in the library, by whether they have an embedding", ["state"]);
  const behind = gaugeOf(registry, "checkpoint_changes_behind", "Changes that the index files do not contain yet", []);
  const files = gaugeOf(registry, "file_bytes", "Size of the files of the library", ["kind"]);
  return (status) => {
    papers.set({ state: "embedded" }, status.embedded);
    papers.set({ state: "waiting" }, status.backlog);
    behind.set(status.lastChange - (status.checkpointChange ?? 0));
    files.reset();
    for (const { name, sizeBytes } of status.files) files.inc({ kind: kindOfFile(name) }, sizeBytes);
  };
}

function searchGauges(registry: Registry): Show {
  const index = gaugeOf(registry, "vector_search", "1 for the method of finding the nearest papers", ["search"]);
  const width = gaugeOf(registry, "search_width", "Search width of the index (efSearch); 0 until it is measured", []);
  const found = gaugeOf(registry, "search_recall_at_10", "Share of the ten nearest papers that searches find; 0 until it is measured", []);
  return ({ vectorSearch, searchWidth }) => {
    for (const search of ["hnsw", "exact"] as const) index.set({ search }, vectorSearch === search ? 1 : 0);
    width.set(searchWidth?.efSearch ?? 0);
    found.set(searchWidth?.recallAt10 ?? 0);
  };
}

function generationGauges(registry: Registry): Show {
  const generations = gaugeOf(registry, "generations", "Generations of embeddings", ["state"]);
  const recall = gaugeOf(registry, "recall_at_10", "Recall of a generation at its audit; absent if there was none", ["generation"]);
  return (status) => {
    for (const stale of [generations, recall]) stale.reset();
    for (const { generation, state, audit } of status.generations) {
      generations.inc({ state });
      if (audit !== undefined) recall.set({ generation: String(generation.id) }, audit.recallAt10);
    }
  };
}

function workGauges(registry: Registry): Show {
  const rate = gaugeOf(registry, "work_per_second", "Recent rate of long-running work in papers per second", ["work"]);
  const left = gaugeOf(registry, "work_left", "Remaining papers of long-running work", ["work"]);
  return (status) => {
    for (const stale of [rate, left]) stale.reset();
    for (const { work, progress } of status.work) {
      if (progress === undefined) continue;
      rate.set({ work }, progress.perSecond);
      left.set({ work }, progress.total - progress.done);
    }
  };
}

function healthGauges(registry: Registry): Show {
  const rebuilding = gaugeOf(registry, "index_rebuilding", "1 while an index that was damaged or missing is rebuilt", ["index"]);
  const stopped = gaugeOf(registry, "writes_stopped", "1 when nothing is written any more because the disk failed to sync", []);
  const rebuilds = new Counter({
    name: "paperkin_index_rebuilds_total",
    help: "Indexes that were damaged or missing and had to be rebuilt",
    labelNames: ["index"],
    registers: [registry],
  });
  return ({ health }) => {
    rebuilds.reset();
    for (const index of ["vectors", "words"] as const) {
      const own = health.rebuilds.filter((rebuild) => rebuild.index === index);
      rebuilds.inc({ index }, own.length);
      rebuilding.set({ index }, own.some(({ state }) => state === "rebuilding") ? 1 : 0);
    }
    stopped.set(health.writesStopped === undefined ? 0 : 1);
  };
}

function embeddingGauges(registry: Registry, engine: Engine): Show {
  const ready = gaugeOf(registry, "embedding_ready", "1 if texts can be embedded; 0 while the model is being loaded, or fails", []);
  const succeeded = gaugeOf(
    registry,
    "embedding_last_success_timestamp_seconds",
    "When a text was last embedded here; 0 before the first",
    [],
  );
  const crashes = new Counter({
    name: "paperkin_embedding_process_crashes_total",
    help: "Model processes that crashed, or hung and were ended",
    registers: [registry],
  });
  return () => {
    const { embedding } = engine;
    ready.set(embedding.isReady && embedding.fault === undefined ? 1 : 0);
    succeeded.set((embedding.lastSuccess?.getTime() ?? 0) / 1000);
    crashes.reset();
    crashes.inc(embedding.crashes);
  };
}

/** The names of index files contain the number of a change; each would become a time series of its own. */
function kindOfFile(name: string): string {
  if (name.endsWith("-wal")) return "database_log";
  if (name.endsWith(".sqlite")) return "database";
  return /\/(hnsw|lexical)-/.exec(name)?.[1] ?? "other";
}
