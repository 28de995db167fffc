// Adds backups of a changing library to a folder, keeping the newest COPIES, until it is killed.
// node copies-child.mjs FOLDER COPIES FIRST
import { writeSync } from "node:fs";
import { addCopy } from "../../dist/storage/local/copies.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, copies, first] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const library = await LocalLibrary.open({ folder, create: true, maintain: true, searchable: false });

for (let round = first; ; round++) {
  const papers = Array.from({ length: 60 }, (_, at) => ({
    ids: [`X:${at}`],
    title: `Paper ${at} of round ${round}`,
    abstract: `It is about number ${round * at} and about ${round} other things. `.repeat(10),
    authors: [{ name: "Ada Example" }],
    published: "2024",
    categories: ["cs.AA"],
    keywords: [],
    sources: ["invented"],
  }));
  await library.upsert(papers);
  const { name } = await addCopy(folder, copies, { version: "0.0.0", now: new Date(), keep: 1 + (round % 3) });
  writeSync(1, `${name}\n`);
}
