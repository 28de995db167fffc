// Reindexes, swaps, rolls back, prunes and backs up a library until it is killed.
// node reindex-child.mjs FOLDER BACKUP SEED
import { preparationVersion } from "../../dist/core/prepare.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { embedBacklog } from "../../dist/engine/generations/embed-backlog.js";
import { pruneGenerations, reindex, rollBack } from "../../dist/engine/generations/reindex.js";
import { backUp } from "../../dist/storage/local/backup.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, backup, seed] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const embedders = [24, 32, 40].map((dimensions) => new HashingEmbedder(dimensions));
const library = await LocalLibrary.open({ folder, create: false, maintain: true });
process.stdout.write("begun\n");

for (let round = seed; ; round++) {
  const embedder = embedders[round % embedders.length];
  // What an earlier run began with another model is sometimes dropped and sometimes continued.
  const unfinished = (await library.generations()).find(({ state }) => state === "filling");
  const own = embedders.find(({ model }) => model.dimensions === unfinished?.generation.dimensions);
  if (round % 2 === 0 && own !== undefined) await reindex(library, own, { graph: unfinished.generation.graph });
  else await reindex(library, embedder, { fresh: true, graph: round % 3 === 0 ? { M: 8, efConstruction: 40 } : undefined });
  if (round % 4 === 1) await rollBack(library);
  const live = await library.liveGeneration();
  if (live?.preparation !== preparationVersion) throw new Error("another preparation is live");
  await embedBacklog(
    library,
    embedders.find(({ model }) => model.dimensions === live.dimensions),
  );
  if (round % 3 === 2) await library.checkpoint();
  if (round % 2 === 1) await backUp(folder, backup, { version: "0.0.0", now: new Date() });
  await pruneGenerations(library, 1);
}
