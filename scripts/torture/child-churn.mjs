// Changes and searches a library without a pause, and reports samples of its state. Needs --expose-gc.
import { readdirSync } from "node:fs";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { report } from "../bench/papers.mjs";
import { embedderOf, inventPaper, inventPapers, questions } from "./invented.mjs";

const { folder, size, seconds, samples, seed } = JSON.parse(process.argv[2]);
const random = mulberry32(seed);
const open = (where) => LocalLibrary.open({ folder: where, create: true, maintain: true });
const engine = new Engine(await open(folder), embedderOf(64));
await engine.library.upsert(inventPapers(size));
await engine.embedBacklog();
await engine.library.checkpoint();

const alive = new Map(Array.from({ length: size }, (_, at) => [at, 0]));
let [next, replaced, searches, ghosts, twice] = [size, 0, 0, 0, 0];
let times = [];
const [started, everyMs] = [performance.now(), (1000 * seconds) / samples];
let [sampleDue, checkpointDue] = [started + everyMs, started + 10_000];
const perRound = Math.ceil(size / 100);
for (let number = 0; number < samples; ) {
  const removed = [...alive.keys()].slice(0, perRound);
  for (const one of removed) alive.delete(one);
  await engine.removePapers(removed.map((one) => `X:${one}`));
  const fresh = inventPapers(perRound, next);
  for (let at = 0; at < perRound; at++) alive.set(next++, 0);
  // Some existing papers get a new text.
  const known = [...alive.keys()];
  const rewritten = Array.from({ length: perRound }, () => known[Math.floor(random() * known.length)]);
  await engine.library.upsert([...fresh, ...rewritten.map((one) => inventPaper(one, next))]);
  replaced += 2 * perRound;
  await engine.embedBacklog();
  for (let at = 0; at < 10; at++) {
    const begun = performance.now();
    const { hits } = await engine.search({ query: questions[at % questions.length], limit: 20, offset: 0 });
    times.push(performance.now() - begun);
    searches++;
    const ids = hits.map(({ paper }) => Number(paper.paperId.slice(2)));
    ghosts += ids.filter((id) => !alive.has(id)).length;
    twice += ids.length - new Set(ids).size;
  }
  if (performance.now() >= checkpointDue) {
    await engine.library.checkpoint();
    checkpointDue = performance.now() + 10_000;
  }
  if (performance.now() >= sampleDue) {
    globalThis.gc();
    // A second collection releases what the first one found unused.
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    report({ sample: { usedBytes: heapUsed + external, rssBytes: rss, descriptors: readdirSync("/proc/self/fd").length, times } });
    times = [];
    number++;
    sampleDue += everyMs;
  }
}
await engine.library.checkpoint();
const recall = await recallOf(engine.library);
const count = await engine.library.countPapers();
const papers = (await engine.library.eachPaper(0, 2 * size)).map(({ paper }) => paper);
await engine.close();
// The same papers in a library that never contained others.
const anew = new Engine(await open(`${folder}-anew`), embedderOf(64));
await anew.library.upsert(papers);
await anew.embedBacklog();
await anew.library.checkpoint();
report({ end: { replaced, searches, ghosts, twice, count, expected: alive.size, recall, recallAnew: await recallOf(anew.library) } });
await anew.close();

async function recallOf(library) {
  const generation = await library.liveGeneration();
  const [sampled] = [await library.sampleLabels(200)];
  let [found, wanted] = [0, 0];
  for (const vector of await library.embeddings(generation, sampled)) {
    const exact = await library.exactNeighbours(generation, vector, { k: 10 });
    const got = new Set((await library.neighbours(generation, vector, { k: 10 })).map(({ label }) => label));
    wanted += exact.length;
    found += exact.filter(({ label }) => got.has(label)).length;
  }
  return found / wanted;
}
