// Builds the index of synthetic vectors, and writes both to files.
import { closeSync, openSync, writeSync } from "node:fs";
import { VectorIndex } from "../../dist/storage/local/vector-index.js";
import { report } from "./papers.mjs";
import { dimensions, makeVectors, paperShape } from "./synthetic-vectors.mjs";

const { graph, vectors, count } = JSON.parse(process.argv[2]);
const index = new VectorIndex(dimensions);
const file = openSync(vectors, "w");
let label = 1;
for (const vector of makeVectors(count, 2, paperShape)) {
  index.matrix.put(label++, vector);
  writeSync(file, Buffer.from(vector.buffer));
}
closeSync(file);
index.startGraph();
const started = performance.now();
let said = started;
await index.build(undefined, (left) => {
  if (performance.now() - said < 5_000) return;
  said = performance.now();
  process.stderr.write(`building, ${count - left} of ${count} vectors\n`);
});
const seconds = (performance.now() - started) / 1000;
await index.writeGraph(graph);
report({ seconds });
