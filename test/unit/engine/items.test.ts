/** What is usual in a library. */
import { expect, it, vi } from "vitest";
import { ordinaryItems } from "../../../src/engine/items.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";

it("is read once for each change, and again by the next one who asks where that failed", async () => {
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
