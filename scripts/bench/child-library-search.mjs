// Searches the vectors of a library, with the vectors of its own papers and with people's questions, which are embedded in advance.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbedder, starterFolder } from "../../dist/app.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config, report } from "./papers.mjs";
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
const embedder = await openEmbedder({ ...config, model: generation.model }, 1);
const questions = [];
for (const line of readFileSync(join(starterFolder, "queries.jsonl"), "utf8").trim().split("\n"))
  questions.push(await embedder.embedQuery(JSON.parse(line).text));
await embedder.close();
const search = (vector, k) => library.neighbours(generation, vector, { k });
const searchExactly = (vector, k) => library.exactNeighbours(generation, vector, { k });
const { embedded } = await library.status();
report({
  count: embedded,
  dimensions: generation.dimensions,
  papers: await searchTimes(vectors, search, searchExactly),
  questions: await searchTimes(questions, search, searchExactly),
});
await library.close();
