// Imports a file into a new library and embeds it, as `paperkin import` does.
import { openEngine } from "../../dist/app.js";
import { EmbeddingBeside } from "../../dist/engine/generations/embed-beside.js";
import { emptyCounts } from "../../dist/engine/intake/ingest.js";
import { config, recordsOf, report } from "./papers.mjs";

const { file, library } = JSON.parse(process.argv[2]);
const engine = await openEngine({ ...config, data: library }, { create: true, maintain: true });
// Loading the model takes the same time for any number of papers, so it is not measured.
await engine.ready();
await Promise.all(Array.from({ length: 4 * config.workers }, (_, at) => engine.similarToText(`warming up ${at}`)));
const started = performance.now();
let embedded = 0;
const beside = new EmbeddingBeside(
  (options) => engine.embedBacklog(options),
  new AbortController().signal,
  (done) => {
    embedded = done;
  },
);
const counts = await engine.ingest(recordsOf(file), emptyCounts(), {
  onBatch: () => beside.begin(),
});
const ingested = performance.now();
await beside.stop();
embedded += (await engine.embedBacklog()) ?? 0;
const finished = performance.now();
await engine.library.checkpoint();
const checkpointed = performance.now();
await engine.close();
if (embedded < counts.new) throw new Error(`${embedded} of ${counts.new} papers were embedded`);
report({
  papersPerSecond: (1000 * embedded) / (finished - started),
  ingestSeconds: (ingested - started) / 1000,
  checkpointSeconds: (checkpointed - finished) / 1000,
});
