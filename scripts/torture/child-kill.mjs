// Performs every kind of change to a library in turn until it is killed; reports its intention before each change, and its completion
// afterwards.
import { writeSync } from "node:fs";
import { hookIndex, installKillPoints } from "./kill-points.mjs";

const { folder, backup, seed, first, ids, rounds, order, point } = JSON.parse(process.argv[2]);
const { counts, around } = installKillPoints(point);
const { mulberry32 } = await import("../../dist/core/ranking/metrics.js");
const { embedBacklog } = await import("../../dist/engine/generations/embed-backlog.js");
const { pruneGenerations, reindex, rollBack } = await import("../../dist/engine/generations/reindex.js");
const { backUp } = await import("../../dist/storage/local/backup.js");
const { HnswIndex } = await import("../../dist/storage/local/hnsw-index.js");
const { LocalLibrary } = await import("../../dist/storage/local/local-library.js");
const { restore } = await import("../../dist/storage/local/restore.js");
const { embedderOf, inventPapers, questions } = await import("./invented.mjs");
hookIndex(HnswIndex, around);

// Synchronous, since buffered output would be lost when the process is killed.
const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
const random = mulberry32(seed);
const open = () => LocalLibrary.open({ folder, create: true, maintain: true });
const embedder = embedderOf();
let library = await open();
let next = first;
const known = [...ids];

const works = {
  async import() {
    const papers = inventPapers(5, next);
    next += 5;
    const own = papers.map((paper) => paper.ids[0]);
    say({ intend: "store", ids: own });
    await library.upsert(papers);
    say({ done: "store", ids: own });
    known.push(...own);
  },
  async remove() {
    const own = known.splice(0, known.length > 120 ? 40 : 3);
    say({ intend: "remove", ids: own });
    await library.remove(own);
    say({ done: "remove", ids: own });
  },
  embed: () => embedBacklog(library, embedder),
  checkpoint: () => library.checkpoint(),
  async reindex() {
    const filling = (await library.generations()).find(({ state }) => state === "filling");
    const graph = random() < 0.5 ? { M: 8, efConstruction: 40 } : undefined;
    await reindex(
      library,
      embedder,
      filling !== undefined && random() < 0.5 ? { graph: filling.generation.graph } : { fresh: true, graph },
    );
    await pruneGenerations(library, 1);
  },
  async rollBack() {
    if ((await library.generations()).some(({ state }) => state === "retired")) await rollBack(library);
  },
  backUp: () => backUp(folder, backup, { version: "0.0.0", now: new Date() }),
  async restore() {
    // A new backup, so that it contains everything that was acknowledged.
    await backUp(folder, backup, { version: "0.0.0", now: new Date() });
    await library.close();
    await restore(backup, folder, { replace: true });
    library = await open();
  },
  async search() {
    const generation = await library.liveGeneration();
    if (generation !== undefined) await library.neighbours(generation, await embedder.embedQuery(questions[0]), { k: 10 });
  },
};
const names = Object.keys(works);
say({ begun: true });
for (let round = 0; round < (rounds ?? Number.POSITIVE_INFINITY); round++) {
  const work = order?.[round % order.length] ?? names[Math.floor(random() * names.length)];
  say({ work });
  await works[work]();
}
await library.close();
say({ counts });
