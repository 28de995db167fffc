/** What is usual in a library, and words as examples. */
import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { itemOfWords, ordinaryItems } from "../../../../src/engine/recommend/items.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../../contract/invented-papers.ts";

it("what is usual is read once for each change, and again after a failed attempt", async () => {
  const library = new MemoryLibrary();
  await library.upsert(inventPapers(3));
  const sample = vi.spyOn(library, "sampleLabels").mockRejectedValueOnce(new Error("not now"));
  await expect(ordinaryItems(library)).rejects.toThrow("not now");
  expect(await ordinaryItems(library)).toHaveLength(3);
  await ordinaryItems(library);
  expect(sample).toHaveBeenCalledTimes(2);
  await library.upsert(inventPapers(4));
  expect(await ordinaryItems(library)).toHaveLength(4);
});

it("word vectors are cached, but not the words", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const [library, embedder] = [new MemoryLibrary(), new HashingEmbedder()];
  const embed = vi.spyOn(embedder, "embedQuery").mockImplementation(async () => new Float32Array(8).fill(Math.sqrt(1 / 8)));
  const heapBytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await itemOfWords(library, embedder, "kettles");
  await itemOfWords(library, embedder, "kettles");
  expect(embed).toHaveBeenCalledTimes(1);
  embed.mockClear();
  const before = heapBytes();
  for (let at = 0; at < 200; at++) await itemOfWords(library, embedder, randomBytes(50_000).toString("hex"));
  embed.mockReset();
  expect(heapBytes() - before).toBeLessThan(5_000_000);
});
