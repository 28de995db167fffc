// Makes a library of every fourth paper of another one, with its embeddings, and sends both the same queries in turn.
import { termQueryOf } from "../../dist/engine/search/search-request.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { report } from "./papers.mjs";
import { quantile } from "./processes.mjs";

const share = 4;
const asked = 500;
const warmingUp = 50;
const page = 10;

const { library, part } = JSON.parse(process.argv[2]);
const whole = await LocalLibrary.open({ folder: library, create: false, maintain: false });
const generation = await whole.liveGeneration();
if (generation === undefined) throw new Error(`${library} holds no embeddings`);
await copyPart();
const smaller = await LocalLibrary.open({ folder: part, create: false, maintain: false });
const smallerGeneration = await smaller.liveGeneration();

const labels = await whole.sampleLabels(2 * asked);
const papers = await whole.papers(labels);
const queries = papers.flatMap((stored, at) => {
  if (stored === undefined) return [];
  const { title, abstract } = stored.paper;
  const words = (at % 2 === 0 ? title : abstract).split(/\s+/);
  return [termQueryOf(words.slice(0, at % 2 === 0 ? 1 + (at % 12) : 4 + (at % 29)).join(" "))];
});
const vectors = (await whole.embeddings(generation, labels)).filter((vector) => vector !== undefined).slice(0, asked);
const states = [await smaller.status(), await whole.status()];
report({
  papers: { part: states[0].papers, whole: states[1].papers },
  embedded: { part: states[0].embedded, whole: states[1].embedded },
  queries: { words: Math.min(asked, queries.length), vectors: vectors.length },
  words: await inTurns(queries.slice(0, asked), {
    part: (query) => smaller.matchTerms(query, { k: page }),
    whole: (query) => whole.matchTerms(query, { k: page }),
  }),
  vectors: await inTurns(vectors, {
    part: (vector) => smaller.neighbours(smallerGeneration, vector, { k: page }),
    whole: (vector) => whole.neighbours(generation, vector, { k: page }),
  }),
});
await smaller.close();
await whole.close();

async function copyPart() {
  const copy = await LocalLibrary.open({ folder: part, create: true, maintain: false });
  const { model, dimensions, truncation, preparation } = generation;
  const live = await copy.openGeneration({ model, dimensions, truncation, preparation });
  let after = 0;
  for (;;) {
    const stored = await whole.eachPaper(after, 500);
    if (stored.length === 0) break;
    after = stored.at(-1).label;
    await copy.upsert(stored.filter(({ label }) => label % share === 0).map(({ paper }) => paper));
  }
  for (let backlog = await copy.backlog(live, 0, 500); backlog.length > 0; backlog = await copy.backlog(live, backlog.at(-1).label, 500)) {
    const ids = (await copy.papers(backlog.map(({ label }) => label))).map((stored) => stored.paper.paperId);
    const embeddings = await whole.embeddings(generation, await whole.resolve(ids));
    await copy.putEmbeddings(
      live,
      backlog.flatMap(({ label, contentHash }, at) =>
        embeddings[at] === undefined ? [] : [{ label, contentHash, vector: embeddings[at], sentences: undefined }],
      ),
    );
  }
  await copy.checkpoint();
  await copy.close();
}

/**
 * Both answer each query, in alternating order.
 * @returns milliseconds.
 */
async function inTurns(questions, ask) {
  const times = { part: [], whole: [] };
  for (const [at, question] of [...questions.slice(0, warmingUp), ...questions].entries()) {
    for (const which of at % 2 === 0 ? ["part", "whole"] : ["whole", "part"]) {
      const began = performance.now();
      await ask[which](question);
      if (at >= warmingUp) times[which].push(performance.now() - began);
    }
  }
  const spread = (list) => ({ p50: quantile(list, 0.5), p99: quantile(list, 0.99) });
  return { part: spread(times.part), whole: spread(times.whole) };
}
