/** Moving to another generation of embeddings, and back. */
import { expect } from "vitest";
import type { Generation } from "../../src/core/generation.ts";
import type { Library } from "../../src/core/library.ts";
import { embedAll, embeddingOf, inventPaper, inventPapers, inventVector, testSpec } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const otherSpec = { model: "other/model", dimensions: 8, preparation: 1 };

/** A library with a live generation of papers that all have embeddings. */
async function fill(library: Library, papers = 20): Promise<Generation> {
  const generation = await library.openGeneration(testSpec);
  await library.upsert(inventPapers(papers));
  await embedAll(library, generation);
  return generation;
}

async function statesOf(library: Library): Promise<string[]> {
  return (await library.generations()).map(({ generation, state, embedded }) => `${generation.id} ${state} ${embedded}`);
}

export const generationBehaviours: Behaviours = {
  "fills a generation while the live one answers as before": async ({ library }) => {
    const live = await fill(library);
    const before = await library.exactNeighbours(live, inventVector(99), { k: 5 });
    const filling = await library.fillGeneration(otherSpec);
    expect(filling).toMatchObject(otherSpec);
    expect(await library.fillGeneration({ ...otherSpec })).toEqual(filling);
    expect(await library.backlogSize(filling)).toBe(20);
    await embedAll(library, filling);
    expect(await library.backlogSize(filling)).toBe(0);
    expect(await library.liveGeneration()).toEqual(live);
    expect(await library.exactNeighbours(live, inventVector(99), { k: 5 })).toEqual(before);
    expect(await statesOf(library)).toEqual(["1 live 20", "2 filling 20"]);
    const begun = (await library.generations()).map((entry) => entry.begun);
    expect(begun).toEqual([undefined, expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)]);
  },

  "fills one generation at a time": async ({ library }) => {
    await fill(library, 1);
    await library.fillGeneration(otherSpec);
    for (const spec of [testSpec, { ...otherSpec, graph: { M: 8, efConstruction: 50 } }])
      await expect(library.fillGeneration(spec)).rejects.toMatchObject({ code: "generation_filling" });
  },

  "puts papers added meanwhile into the backlog of both generations": async ({ library }) => {
    const live = await fill(library, 3);
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    await library.upsert([inventPaper(50), inventPaper(1, { title: "Changed" })]);
    await library.remove(["X:0"]);
    for (const generation of [live, filling]) expect((await library.backlog(generation, 0, 9)).map(({ label }) => label)).toEqual([2, 4]);
    expect(await statesOf(library)).toEqual(["1 live 2", "2 filling 2"]);
  },

  "I5: answers from the new generation once it is live, and from the old one for readers that began with it": async ({ library }) => {
    const live = await fill(library);
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    await library.indexGeneration(filling);
    const change = await library.lastChange();
    await library.makeLive(filling);
    expect(await library.lastChange()).toBe(change + 1);
    expect(await library.liveGeneration()).toEqual(filling);
    expect(await statesOf(library)).toEqual(["2 live 20", "1 retired 20"]);
    for (const generation of [live, filling]) {
      const own = inventVector(7, generation.dimensions);
      expect((await library.neighbours(generation, own, { k: 1 })).map(({ label }) => label)).toEqual([7]);
      expect((await library.cosines(generation, own, [7]))[0]).toBeCloseTo(1, 5);
    }
    await library.unloadGeneration(live);
    await library.unloadGeneration(filling);
    expect(await library.neighbours(filling, inventVector(7, 8), { k: 20 })).toHaveLength(20);
    expect((await library.status()).generation).toEqual(filling);
  },

  "goes back to the generation that retired last, in which papers changed meanwhile wait": async ({ library }) => {
    const live = await fill(library, 4);
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    await library.makeLive(filling);
    await library.upsert([inventPaper(60)]);
    expect(await library.backlogSize(live)).toBe(0);
    await library.makeLive(live);
    expect(await statesOf(library)).toEqual(["1 live 4", "2 retired 4"]);
    expect((await library.backlog(live, 0, 9)).map(({ label }) => label)).toEqual([5]);
    await library.makeLive(live);
    expect(await statesOf(library)).toEqual(["1 live 4", "2 retired 4"]);
  },

  "reuses the embeddings that a generation of the same model has of the same text": async ({ library }) => {
    const live = await fill(library, 6);
    const filling = await library.fillGeneration(otherSpec);
    expect(await library.reuseEmbeddings(filling)).toBe(0);
    await embedAll(library, filling);
    await library.makeLive(filling);
    await library.upsert([inventPaper(2, { title: "Changed" }), inventPaper(70)]);
    const graph = { M: 8, efConstruction: 50 };
    const again = await library.fillGeneration({ ...testSpec, graph });
    expect(again.graph).toEqual(graph);
    expect(await library.reuseEmbeddings(again)).toBe(5);
    expect(await library.reuseEmbeddings(again)).toBe(0);
    expect(await library.embeddings(again, [1, 2, 3, 7])).toEqual([inventVector(1), inventVector(2), undefined, undefined]);
    expect(await library.sentenceEmbeddings(again, [1, 3])).toEqual(
      await library.sentenceEmbeddings(live, [1]).then(([own]) => [own, undefined]),
    );
    expect((await library.backlog(again, 0, 9)).map(({ label }) => label)).toEqual([3, 7]);
  },

  "drops a generation for good, and never the live one": async ({ library }) => {
    const live = await fill(library, 3);
    const filling = await library.fillGeneration(otherSpec);
    await embedAll(library, filling);
    await library.dropGeneration(filling);
    await expect(library.dropGeneration(live)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await statesOf(library)).toEqual(["1 live 3"]);
    expect(await library.backlogSize(filling)).toBe(0);
    expect(await library.embeddings(filling, [1])).toEqual([undefined]);
    expect((await library.fillGeneration(otherSpec)).id).toBe(3);
  },

  "I11: refuses operations on a generation that does not exist": async ({ library }) => {
    const live = await fill(library, 1);
    const [{ contentHash } = { contentHash: "" }] = (await library.papers([1])).flatMap((stored) => stored ?? []);
    const unknown = { ...otherSpec, id: 77 };
    const change = await library.lastChange();
    for (const refused of [
      library.putEmbeddings(unknown, [embeddingOf(1, contentHash, 8)]),
      library.loadGeneration(unknown),
      library.makeLive(unknown),
      library.dropGeneration(unknown),
      library.neighbours(unknown, inventVector(1, 8), { k: 1 }),
    ])
      await expect(refused).rejects.toMatchObject({ code: "generation_not_found" });
    expect(await library.lastChange()).toBe(change);
    expect(await library.liveGeneration()).toEqual(live);
  },
};
