/** A graph from which most papers were removed is rebuilt while the old one answers. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { VectorIndex } from "../../../src/storage/local/vector-index.ts";
import { inventVector, testSpec } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

it("a graph of mostly removed papers is rebuilt, including changes made meanwhile", async () => {
  const index = new VectorIndex(testSpec.dimensions);
  index.startGraph();
  for (let label = 1; label <= 2400; label++) index.put(label, inventVector(label));
  await index.build();
  for (let label = 1; label <= 1100; label++) index.remove(label);
  expect(index.isWasteful).toBe(false);
  for (let label = 1101; label <= 1300; label++) index.remove(label);
  expect(index.isWasteful).toBe(true);
  const compacting = index.compact();
  index.put(5000, inventVector(5000));
  index.remove(2000);
  await compacting;
  expect(index.isWasteful).toBe(false);
  expect([index.usesGraph, index.pendingSize]).toEqual([true, 0]);
  expect(index.graphLabels().sort((a, b) => a - b)).toEqual([...index.matrix.labels()].sort((a, b) => a - b));
  expect(index.nearest(inventVector(5000), 1, undefined)[0]?.label).toBe(5000);
  expect(index.nearest(inventVector(2000), 5, undefined).map(({ label }) => label)).not.toContain(2000);
});

it("a graph replaced while it is being written is still written completely", async () => {
  const folder = await makeTemporaryFolder();
  const index = new VectorIndex(testSpec.dimensions);
  index.startGraph();
  for (let label = 1; label <= 20; label++) index.put(label, inventVector(label));
  await index.build();
  const writing = index.writeGraph(join(folder.path, "hnsw.bin"));
  index.remove(3);
  index.dropGraph();
  await writing;
  expect(index.nearest(inventVector(5), 1, undefined)[0]?.label).toBe(5);
  await folder.remove();
});
