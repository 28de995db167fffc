// Writes to a library until it is killed, and prints a line for each acknowledged change: `stored ID`, `removed ID`.
// node import-child.mjs FOLDER FIRST
import { writeSync } from "node:fs";
import { preparationVersion } from "../../dist/core/prepare.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { embedBacklog } from "../../dist/engine/generations/embed-backlog.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, first] = [process.argv[2], Number(process.argv[3])];
const embedder = new HashingEmbedder(32);
const library = await LocalLibrary.open({ folder, create: true, maintain: true });
await library.openGeneration({ model: embedder.model.id, dimensions: 32, preparation: preparationVersion });

for (let round = 0; ; round++) {
  const papers = Array.from({ length: 5 }, (_, at) => paperOf(first + 5 * round + at));
  // Written synchronously, so that nothing reported before the kill is lost.
  const stored = await library.upsert(papers);
  writeSync(1, stored.map(({ paperId }) => `stored ${paperId}\n`).join(""));
  if (round % 2 === 1) await embedBacklog(library, embedder);
  if (round % 5 === 4) {
    const removed = await library.remove([`X:${first + 5 * round}`]);
    writeSync(1, removed.map((paperId) => `removed ${paperId}\n`).join(""));
  }
  if (round % 3 === 2) await library.checkpoint();
}

function paperOf(number) {
  return {
    ids: [`X:${number}`],
    title: `Paper ${number}`,
    abstract: `It is about number ${number} and about ${number % 7} other things.`,
    authors: [{ name: "Ada Example" }],
    published: "2024",
    categories: ["cs.AA"],
    keywords: [],
    sources: ["invented"],
  };
}
