/** Whether a model gives the vectors that were stored. */
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../../../src/engine/generations/embed-backlog.ts";
import { verifyModel } from "../../../../src/engine/upkeep/verify-model.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper, inventPapers } from "../../../contract/invented-papers.ts";

async function filled() {
  const library = new MemoryLibrary();
  const embedder = new HashingEmbedder(32);
  await library.upsert(inventPapers(30));
  await embedBacklog(library, embedder);
  const generation = await library.liveGeneration();
  if (generation === undefined) throw new Error("nothing is live");
  return { library, embedder, generation };
}

it("the model that embedded a library passes, even if papers have changed since", async () => {
  const { library, embedder, generation } = await filled();
  expect(await verifyModel(library, embedder, generation)).toMatchObject({
    check: "model",
    state: "ok",
    detail: expect.stringContaining("8 papers"),
  });
  await library.upsert(Array.from({ length: 30 }, (_, at) => inventPaper(at, { title: `Quite another title ${at}` })));
  expect(await verifyModel(library, embedder, generation)).toMatchObject({ state: "ok", detail: expect.stringContaining("of 0 papers") });
});

it("another model under the same name is found", async () => {
  const { library, embedder, generation } = await filled();
  const turned = {
    model: embedder.model,
    concurrency: 1,
    embedQuery: (text: string) => embedder.embedQuery(text),
    embedDocument: async (text: Parameters<typeof embedder.embedDocument>[0]) => {
      const { vector, ...rest } = await embedder.embedDocument(text);
      return { ...rest, vector: vector.slice().reverse() };
    },
    knowsWord: () => embedder.knowsWord(),
    ready: async () => undefined,
    close: async () => undefined,
  };
  expect(await verifyModel(library, turned, generation)).toMatchObject({
    state: "damaged",
    detail: expect.stringContaining("does not reproduce the stored vectors"),
  });
});
