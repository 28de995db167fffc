// Searches a prebuilt index, and compares the results with an exact scan.
import { createReadStream } from "node:fs";
import { VectorIndex } from "../../dist/storage/local/vector-index.js";
import { report } from "./papers.mjs";
import { searchTimes } from "./search-times.mjs";
import { dimensions, makeVectors, paperShape, questionShape } from "./synthetic-vectors.mjs";

const queries = 1_000;

const { graph, vectors, count } = JSON.parse(process.argv[2]);
const index = new VectorIndex(dimensions);
let label = 1;
for await (const chunk of createReadStream(vectors, { highWaterMark: 4 * dimensions * 512 })) {
  const numbers = new Float32Array(chunk.buffer.slice(chunk.byteOffset, chunk.byteOffset + chunk.byteLength));
  for (let at = 0; at < numbers.length; at += dimensions) index.matrix.put(label++, numbers.subarray(at, at + dimensions));
}
await index.readGraph(graph, []);
if (!index.usesGraph || index.matrix.size !== count) throw new Error("the index is not what was built");
const search = async (vector, k) => index.nearest(vector, k, undefined);
const searchExactly = async (vector, k) => index.matrix.nearest(vector, k);
report({
  count,
  dimensions,
  papers: await searchTimes([...makeVectors(queries, 3, paperShape)], search, searchExactly),
  questions: await searchTimes([...makeVectors(queries, 4, questionShape)], search, searchExactly),
});
