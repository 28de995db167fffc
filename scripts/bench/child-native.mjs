// Builds and searches an index with one compiled module of hnswlib-node, as Paperkin does.
import { createRequire } from "node:module";
import { dot } from "../../dist/core/vectors.js";
import { report } from "./papers.mjs";
import { dimensions, makeVectors, paperShape, questionShape } from "./synthetic-vectors.mjs";

const k = 10;
const { addon, count } = JSON.parse(process.argv[2]);
const { HierarchicalNSW } = createRequire(import.meta.url)(addon);
const vectors = [...makeVectors(count, 2, paperShape)];
const questions = [...makeVectors(200, 3, questionShape)];
const index = new HierarchicalNSW("ip", dimensions);
index.initIndex(count, 16, 200, 100);
const arrays = vectors.map((vector) => Array.from(vector));
let started = performance.now();
for (let label = 0; label < count; label++) index.addPoint(arrays[label], label);
const build = performance.now() - started;
index.setEf(120);
const asked = questions.map((question) => Array.from(question));
started = performance.now();
const found = asked.map((question) => index.searchKnn(question, k).neighbors);
const search = (performance.now() - started) / asked.length;
let hits = 0;
for (const [at, question] of questions.entries()) {
  const exact = vectors.map((vector, label) => [dot(question, vector), label]).sort((a, b) => b[0] - a[0]);
  const nearest = new Set(exact.slice(0, k).map(([, label]) => label));
  hits += found[at].filter((label) => nearest.has(label)).length;
}
report({ build, search, recall: hits / (k * questions.length) });
