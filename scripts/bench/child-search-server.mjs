// Serves a library as `paperkin serve` does, but without maintenance, and reports where the time of answers is spent.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openEmbedder } from "../../dist/app.js";
import { createServer, keepMemorySmall } from "../../dist/app-server.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config } from "./papers.mjs";

const { library: folder } = JSON.parse(process.argv[2]);
/** Milliseconds per method of the library and the model. */
let spent = {};

function timed(target) {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args) => {
        const began = performance.now();
        const given = value.apply(target, args);
        if (!(given instanceof Promise)) return given;
        return given.finally(() => {
          spent[name] = (spent[name] ?? 0) + performance.now() - began;
        });
      };
    },
  });
}

keepMemorySmall();
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const generation = await library.liveGeneration();
if (generation === undefined) throw new Error(`${folder} holds no embeddings`);
const embedder = await openEmbedder({ ...config, model: generation.model }, config.workers, generation.model, {
  truncation: generation.truncation,
});
const engine = new Engine(timed(library), timed(embedder));
const { listening } = createServer(engine, { ...config, data: folder, port: 0, apiKeys: [], logLevel: "error" });
const ready = engine.ready();
const server = await listening();
await ready;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

/** Background work after the start runs for some seconds. */
async function untilIdle() {
  for (let utilization = 1; utilization > 0.1; ) {
    const before = performance.eventLoopUtilization();
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ utilization } = performance.eventLoopUtilization(before));
  }
}

/** The requests of the measuring process. */
const answers = {
  state: async () => ({
    ...(await library.status()),
    vectorSearch: await library.vectorSearch(),
    rssMb: process.memoryUsage().rss / 1e6,
  }),
  warmUp: async () => {
    await library.warmUp();
    await untilIdle();
    return {};
  },
  texts: async ({ count }) =>
    (await library.papers(await library.sampleLabels(count))).flatMap((stored) =>
      stored === undefined ? [] : [{ title: stored.paper.title, abstract: stored.paper.abstract }],
    ),
  /** Since the last call. */
  times: async () => {
    const since = { spent, delayP99: delay.percentile(99) / 1e6, delayMax: delay.max / 1e6 };
    spent = {};
    delay.reset();
    return since;
  },
};
process.on("message", async ({ ask, ...how }) => process.send({ answer: await answers[ask](how) }));
process.on("disconnect", async () => {
  await server.close(1_000);
  await engine.close();
});
process.send({ answer: { address: server.address } });
