/** Whether the file of a graph was written completely, which hnswlib-node does not report. */
import { stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HnswIndex, missingBytes } from "../../../src/storage/local/hnsw-index.ts";
import { VectorIndex } from "../../../src/storage/local/vector-index.ts";
import { inventVector } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let path: string;
const dimensions = inventVector(0).length;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  path = join(folder.path, "graph.bin");
});
afterEach(() => folder.remove());

it("I2: a truncated graph lacks only what was cut off, wherever that is", async () => {
  for (const [count, M] of [
    [0, 16],
    [1, 16],
    [300, 4],
    [300, 16],
  ] as const) {
    const graph = HnswIndex.create(dimensions, { M, efConstruction: 40 }, 10);
    for (let label = 0; label < count; label++) graph.put(label, inventVector(label));
    await graph.write(path);
    expect(await missingBytes(path)).toBe(0);
    const { size } = await stat(path);
    // The links above the lowest level come last.
    for (const cut of [1, 2, 4, 5, 60, 500, 3_000, size - 97, size - 96, size - 50, size - 1, size]) {
      if (cut < 1 || cut > size) continue;
      await graph.write(path);
      await truncate(path, size - cut);
      expect(await missingBytes(path)).toBeGreaterThan(0);
    }
  }
});

it.skipIf(process.platform !== "linux")("I2: a graph that cannot be written is refused as on a full disk", async () => {
  const index = new VectorIndex(dimensions);
  for (let label = 0; label < 20; label++) index.put(label, inventVector(label));
  index.startGraph();
  await index.build();
  await index.writeGraph(path);
  // hnswlib-node claims to have written it.
  await expect(index.writeGraph("/dev/full")).rejects.toMatchObject({ code: "storage_full" });
});
