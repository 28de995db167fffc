/** Initials of names, from a query to an answer. */
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

it("initials of a name match no formulas, and are reported as left out; prose is searched as written", async () => {
  const library = new MemoryLibrary();
  const engine = new Engine(library, new HashingEmbedder());
  const plain = { abstract: "Of boats.", keywords: [] };
  const [wang, formula] = [
    inventPaper(0, { ...plain, title: "Harbours", authors: [{ name: "Yu Wang" }] }),
    inventPaper(1, { ...plain, title: "Where y is x", authors: [{ name: "Ada Example" }] }),
  ];
  await library.upsert([wang, formula]);
  const found = async (query: string, plain = false) =>
    (await engine.search({ query, mode: "keyword", plain })).hits.map(({ paper }) => paper.title);
  expect(await found("Wang, Y.")).toEqual(["Harbours"]);
  expect(await found("Y. Wang")).toEqual(["Harbours"]);
  expect((await found("Wang, Y.", true)).sort()).toEqual(["Harbours", "Where y is x"]);
  const told = await engine.explain({ query: "Wang, Y.", paperId: wang.ids[0] ?? "", mode: "keyword" });
  expect(told.query.words).toEqual([
    { text: "Wang", term: "wang" },
    { text: "Y", term: null },
  ]);
});
