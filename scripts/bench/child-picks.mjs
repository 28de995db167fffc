// Picks for people with ten interests and five hundred examples each, some of whose papers are new.
import { openEmbedder } from "../../dist/app.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config, report } from "./papers.mjs";
import { quantile } from "./processes.mjs";

const interests = 10;
const examples = 50;
const newPapers = 300;
const day = 24 * 60 * 60 * 1000;

const { library: folder, people } = JSON.parse(process.argv[2]);
let now = new Date();
const library = await LocalLibrary.open({ folder, create: false, maintain: false, now: () => now });
const generation = await library.liveGeneration();
if (generation === undefined) throw new Error(`${folder} holds no embeddings`);
const embedder = await openEmbedder({ ...config, model: generation.model }, 1);
const engine = new Engine(library, embedder, { now: () => now });

const asking = await library.sampleLabels(people * interests);
const today = now.toISOString().slice(0, 10);
for (let at = 0; at < people; at++) {
  await engine.addPerson(`bench-${at}`, "write");
  const person = engine.person(`bench-${at}`);
  for (let number = 0; number < interests; number++) {
    const [vector] = await library.embeddings(generation, [asking[(number * people + at) % asking.length]]);
    if (vector === undefined) throw new Error("papers of the library wait for their embedding: `paperkin import` or a server makes it");
    const near = await library.neighbours(generation, vector, { k: examples });
    const stored = await library.papers(near.map(({ label }) => label));
    const words = number % 2 === 0 ? "" : `what people ask about ${number}`;
    await person.addInterest({ name: `interest ${number}`, words, positives: stored.map(({ paper }) => paper.paperId) });
  }
}
/** The first day of each interest, and an ordinary day. */
const [beginning, usual] = [[], []];
const pickFor = async (date, times) => {
  for (let at = 0; at < people; at++) {
    const started = performance.now();
    const { picks } = await engine.person(`bench-${at}`).picks(date);
    times.push(performance.now() - started);
    if (picks.candidates < newPapers / 2) throw new Error(`only ${picks.candidates} papers were considered`);
  }
};
await pickFor(today, beginning);
now = new Date(now.getTime() + day);
const tomorrow = now.toISOString().slice(0, 10);
const samples = await library.papers(await library.sampleLabels(newPapers));
await library.upsert(
  samples.map(({ paper: { title, abstract, authors } }, at) => ({
    ids: [`bench:${at}`],
    title: `${title} once more, number ${at}`,
    abstract,
    authors,
    published: today,
    categories: [],
    keywords: [],
    sources: ["bench"],
  })),
);
await engine.embedBacklog({});

await pickFor(tomorrow, usual);
report({
  papers: await library.countPapers(),
  beginning: quantile(beginning, 0.5),
  p50: quantile(usual, 0.5),
  p99: quantile(usual, 0.99),
  total: usual.reduce((sum, ms) => sum + ms, 0),
});
await engine.close();
