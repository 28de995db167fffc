// Runs an engine as a server does, imports and embeds a file in it, and monitors the delay of the event loop.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openEngine } from "../../dist/app.js";
import { emptyCounts } from "../../dist/engine/intake/ingest.js";
import { config, recordsOf, report, textsOf } from "./papers.mjs";
import { quantile } from "./processes.mjs";

const everyMs = 50;

const { file, library } = JSON.parse(process.argv[2]);
const queries = (await textsOf(file)).map(({ text }) => text.split(" ").slice(0, 8).join(" "));
const engine = await openEngine({ ...config, data: library }, { create: true, maintain: true });
await engine.ready();

const tookMs = [];
let asked = 0;
let failure;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const asking = setInterval(async () => {
  const started = performance.now();
  try {
    // Each query is used once, since repeated ones would be answered from the cache.
    await engine.search({ query: queries[asked++ % queries.length], plain: true, limit: 10 });
    tookMs.push(performance.now() - started);
  } catch (error) {
    failure ??= error;
  }
}, everyMs);
await engine.ingest(recordsOf(file), emptyCounts());
await engine.embedBacklog();
await engine.library.checkpoint();
delay.disable();
clearInterval(asking);
await engine.close();
if (failure !== undefined) throw failure;
const ms = (nanoseconds) => nanoseconds / 1e6;
report({
  p50: ms(delay.percentile(50)),
  p99: ms(delay.percentile(99)),
  max: ms(delay.max),
  searches: tookMs.length,
  searchP50: quantile(tookMs, 0.5),
  searchP99: quantile(tookMs, 0.99),
});
