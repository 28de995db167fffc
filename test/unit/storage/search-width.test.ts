/** How widely the graph is searched: measured, stored, and measured again when the library has grown. */
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SearchWidth } from "../../../src/core/upkeep.ts";
import type { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { defaultRecallTarget, leastSearchWidth } from "../../../src/storage/local/search-width.ts";
import { VectorIndex } from "../../../src/storage/local/vector-index.ts";
import type { VerifyParts } from "../../../src/storage/local/verify-check.ts";
import { checkVectors } from "../../../src/storage/local/verify-derived.ts";
import { embedAll, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("the width of searches", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(async () => {
    await folder.remove();
  });

  async function grow(library: LocalLibrary, papers: number): Promise<SearchWidth | undefined> {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(papers));
    await embedAll(library, generation);
    await library.checkpoint();
    return (await library.status()).searchWidth;
  }

  it("is measured with the graph, stored in its files, and measured again once there are a quarter more vectors", async () => {
    const library = await folder.open();
    expect((await library.status()).searchWidth).toBeUndefined();
    const first = await grow(library, 100);
    expect(first).toMatchObject({ efSearch: leastSearchWidth, recallAt10: 1, target: defaultRecallTarget, vectors: 100 });
    expect(await grow(library, 120)).toEqual(first);
    await library.close();
    const second = await folder.open();
    expect((await second.status()).searchWidth).toEqual(first);
    expect(await grow(second, 160)).toMatchObject({ vectors: 160 });
  });

  it("is measured again for another target, even if nothing has changed, and stored in the files", async () => {
    const first = await folder.open();
    expect(await grow(first, 100)).toMatchObject({ target: defaultRecallTarget });
    await first.close();
    const second = await folder.open({ recallTarget: 0.9 });
    await second.checkpoint();
    expect((await second.status()).searchWidth).toMatchObject({ target: 0.9, vectors: 100 });
    expect((await second.status()).checkpointChange).toBe(await second.lastChange());
    await second.close();
    expect((await (await folder.open({ maintain: false, recallTarget: 0.9 })).status()).searchWidth).toMatchObject({ target: 0.9 });
  });

  it("is the widest if that does not reach the target, and the recall reached is reported", async () => {
    const dimensions = 24;
    const index = new VectorIndex(dimensions, { M: 2, efConstruction: 2 }, 0.999);
    index.startGraph();
    for (let label = 1; label <= 4_000; label++) index.put(label, inventVector(label, dimensions));
    await index.build();
    expect(await index.tune()).toBe(true);
    expect(index.searchWidth).toMatchObject({ efSearch: 800, target: 0.999 });
    expect(index.searchWidth?.recallAt10).toBeLessThan(0.999);
    // Nothing helps except another graph.
    expect(await index.tune()).toBe(false);
  });

  it.each([0.8, 0.98])("is not damage if it finds nine of ten, and %f of them are required, unless that is more", (target) => {
    const index = new VectorIndex(24, undefined, target);
    for (let label = 1; label <= 100; label++) index.put(label, inventVector(label, 24));
    index.nearest = (vector, k) => index.matrix.nearest(vector, k).slice(0, 9);
    index.searchWidth = { efSearch: 800, recallAt10: 0.9, target, sampled: 60, vectors: 100 };
    const parts = {
      db: new Database(":memory:"),
      embeddings: { count: () => 100, vector: (_generation: unknown, label: number) => index.matrix.get(label) },
      followVectors: () => undefined,
    };
    const { state, detail } = checkVectors(parts as unknown as VerifyParts, { id: 1, ...testSpec }, index);
    expect(state).toBe(target === 0.8 ? "ok" : "damaged");
    if (target === 0.98)
      expect(detail).toContain("finds 90 % of the nearest papers, and the target is 98 %: `paperkin reindex --m 32` builds one");
  });

  it("grows until the target is reached if the graph has few links", async () => {
    const dimensions = 24;
    const index = new VectorIndex(dimensions, { M: 3, efConstruction: 8 });
    index.startGraph();
    for (let label = 1; label <= 4_000; label++) index.put(label, inventVector(label, dimensions));
    await index.build();
    await index.tune();
    const { efSearch, recallAt10, vectors } = index.searchWidth ?? {};
    expect(vectors).toBe(4_000);
    expect(efSearch).toBeGreaterThan(leastSearchWidth);
    expect(recallAt10).toBeGreaterThan(0.5);
    expect((recallAt10 ?? 0) >= defaultRecallTarget || efSearch === 800).toBe(true);
    const [vector] = [inventVector(90_001, dimensions)];
    const found = index.nearest(vector, 10, undefined).map(({ label }) => label);
    const exact = index.matrix.nearest(vector, 10, undefined).map(({ label }) => label);
    expect(found.filter((label) => exact.includes(label)).length).toBeGreaterThanOrEqual(8);
  });
});
