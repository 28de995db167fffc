// Searches the vectors of a library; its own papers ask.
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { report } from "./papers.mjs";
import { searchTimes } from "./search-times.mjs";

const queries = 1_000;

const { library: folder } = JSON.parse(process.argv[2]);
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const generation = await library.liveGeneration();
if (generation === undefined || (await library.vectorSearch()) !== "hnsw") throw new Error(`${folder} holds no index that is in use`);
const labels = [];
for (let page = await library.eachPaper(0, 500); page.length > 0; page = await library.eachPaper(labels.at(-1), 500))
  labels.push(...page.map((paper) => paper.label));
const step = Math.max(1, Math.floor(labels.length / queries));
const asking = labels.filter((_, at) => at % step === 0).slice(0, queries);
const vectors = (await library.embeddings(generation, asking)).filter((vector) => vector !== undefined);
const times = await searchTimes(
  vectors,
  (vector) => library.neighbours(generation, vector, { k: 10 }),
  (vector) => library.exactNeighbours(generation, vector, { k: 10 }),
);
const { embedded } = await library.status();
await library.close();
report({ ...times, count: embedded, dimensions: generation.dimensions });
