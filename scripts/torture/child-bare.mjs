// The behaviour of hnswlib-node alone on damaged index files.
import hnswlib from "hnswlib-node";
import { report } from "../bench/papers.mjs";
import { dimensions, embedderOf, questions } from "./invented.mjs";

const { files } = JSON.parse(process.argv[2]);
for (const [at, path] of files.entries()) {
  report({ begun: at });
  let answers;
  try {
    const index = new hnswlib.HierarchicalNSW("ip", dimensions);
    index.readIndexSync(path);
    index.setEf(120);
    answers = [];
    for (const question of questions) answers.push(index.searchKnn(Array.from(await embedderOf().embedQuery(question)), 20));
  } catch {
    answers = undefined;
  }
  report({ done: at, answers: answers === undefined ? undefined : JSON.stringify(answers) });
}
