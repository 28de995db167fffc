// Warms up a library, and requests suggestions from an HTTP server on it.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createServer } from "../../dist/app-server.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config, report } from "./papers.mjs";
import { quantile } from "./processes.mjs";

const sampled = 300;
const longest = 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const usedMb = () => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
};

const { library: folder } = JSON.parse(process.argv[2]);
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const papers = await library.countPapers();
await library.facets(undefined, 1);
await library.nearTerms("suggestion", 1);
const before = usedMb();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
await library.warmUp();
const warmMs = performance.now() - started;
// Includes merges that run beside other work.
await new Promise((resolve) => setTimeout(resolve, 5_000));
delay.disable();
const mb = usedMb() - before;

const engine = new Engine(library, new HashingEmbedder());
const { listening } = createServer(engine, { ...config, data: folder, port: 0, apiKeys: [], logLevel: "error" });
const server = await listening();
const ask = async (text) => {
  const began = performance.now();
  const response = await fetch(`${server.address}/v1/suggest?${new URLSearchParams({ q: text })}`);
  const { complete } = await response.json();
  if (!response.ok || complete !== true) throw new Error(`“${text}” was answered with ${response.status}, complete: ${complete}`);
  return performance.now() - began;
};
const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const ofLetters = [];
for (let round = 0; round < 10; round++) for (const letter of letters) ofLetters.push(await ask(letter));
const times = [...ofLetters];
const stored = (await library.papers(await library.sampleLabels(sampled))).filter((paper) => paper !== undefined);
for (const [at, { paper }] of stored.entries()) {
  for (const text of [paper.title, paper.authors[0]?.name, paper.authors.at(-1)?.name.split(" ").at(-1)]) {
    // Different lengths for each paper, so that all lengths occur.
    for (let length = 1 + (at % 3); length <= Math.min(longest, text?.length ?? 0); length += 3)
      times.push(await ask(text.slice(0, length)));
  }
}
await server.close(1_000);
report({
  papers,
  asked: times.length,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  max: Math.max(...times),
  lettersP50: quantile(ofLetters, 0.5),
  lettersMax: Math.max(...ofLetters),
  warmMs,
  delay: delay.max / 1e6,
  mb,
});
await engine.close();
