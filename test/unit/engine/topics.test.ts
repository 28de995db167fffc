/** The living list of a topic. */
import { expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

it("a topic's description is treated as prose: nothing in it is a condition, and the model reads it as written", async () => {
  const library = new MemoryLibrary();
  const embedder = new HashingEmbedder();
  const engine = new Engine(library, embedder);
  await library.upsert([inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing." })]);
  await engine.embedBacklog();
  const description = 'pre-trained kettles -sing, "iron pots" OR author:nobody';
  const { slug } = await engine.addTopic("Copper", description);
  const read = vi.spyOn(embedder, "embedQuery");
  const { hits } = await engine.topicPapers(slug);
  expect(hits.map(({ paper }) => paper.paperId)).toEqual(["X:1"]);
  expect(read.mock.calls.map(([text]) => text)).toContain(`Copper. ${description}`);
  await engine.close();
});
