/** An opening that fails after its first steps. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { VectorIndex } from "../../../src/storage/local/vector-index.ts";
import { LibraryFolder } from "./opened-library.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await folder.remove();
});

it("a failed opening leaves no build running", async () => {
  const library = await folder.openFilled(600);
  await library.checkpoint();
  await library.close();
  // The graph is to be rebuilt, and so is the word index, of which the latter fails.
  await rm(join(folder.path, "generation-1"), { recursive: true });
  const { build } = VectorIndex.prototype;
  let [begun, ended] = [0, 0];
  vi.spyOn(VectorIndex.prototype, "build").mockImplementation(async function (this: VectorIndex, ...options) {
    begun++;
    await build.apply(this, options);
    ended++;
  });
  const failing = folder.open({
    onProgress: (what) => {
      if (what === "indexing words") throw new Error("no words today");
    },
  });
  await expect(failing).rejects.toThrow("no words today");
  expect(begun).toBe(1);
  expect(ended).toBe(1);
  expect(await (await folder.open()).countPapers()).toBe(600);
});
