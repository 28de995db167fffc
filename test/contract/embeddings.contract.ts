/** Generations, the backlog, and what may be stored as an embedding. */
import { expect } from "vitest";
import type { NewEmbedding } from "../../src/core/embedding-store.ts";
import { embedAll, embeddingOf, inventPaper, inventPapers, inventVector, testSpec } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

export const embeddingBehaviours: Behaviours = {
  "has no generation before one is opened": async ({ library }) => {
    expect(await library.liveGeneration()).toBeUndefined();
    const generation = await library.openGeneration(testSpec);
    expect(generation).toMatchObject(testSpec);
    expect(await library.liveGeneration()).toEqual(generation);
    expect(await library.openGeneration({ ...testSpec })).toEqual(generation);
  },

  "I5: refuses another model, other dimensions and another preparation": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    for (const other of [{ model: "other/model" }, { dimensions: 8 }, { preparation: 2 }])
      await expect(library.openGeneration({ ...testSpec, ...other })).rejects.toMatchObject({ code: "model_mismatch" });
    expect(await library.liveGeneration()).toEqual(generation);
  },

  "pages through the backlog in the order of labels": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(5));
    const page = await library.backlog(generation, 0, 2);
    expect(page.map(({ label }) => label)).toEqual([1, 2]);
    expect(page[0]?.text.text).toContain(inventPaper(0).abstract);
    expect(page[0]?.text.sentences).toHaveLength(2);
    expect((await library.backlog(generation, 2, 10)).map(({ label }) => label)).toEqual([3, 4, 5]);
    expect(await library.backlog(generation, 5, 10)).toEqual([]);
    expect(await library.backlogSize(generation)).toBe(5);
  },

  "removes papers from the backlog as they are embedded": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(3));
    const [, second] = await library.backlog(generation, 0, 3);
    await library.putEmbeddings(generation, [embeddingOf(2, second?.contentHash ?? "")]);
    expect((await library.backlog(generation, 0, 9)).map(({ label }) => label)).toEqual([1, 3]);
    expect(await library.backlogSize(generation)).toBe(2);
    expect((await library.status()).embedded).toBe(1);
  },

  "reports which of the backlog came after a change": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(2));
    const change = await library.lastChange();
    await library.upsert([inventPaper(7), inventPaper(0, { title: "Changed" })]);
    expect((await library.backlog(generation, 0, 9, change)).map(({ label }) => label)).toEqual([1, 3]);
    expect((await library.backlog(generation, 1, 9, change)).map(({ label }) => label)).toEqual([3]);
    expect(await library.backlog(generation, 0, 9, await library.lastChange())).toEqual([]);
  },

  "embeds again when the text changes, and not for anything else": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(2));
    await embedAll(library, generation);
    await library.upsert([inventPaper(0, { citations: 5 })]);
    expect(await library.backlogSize(generation)).toBe(0);
    await library.upsert([inventPaper(1, { abstract: "Other words." })]);
    expect((await library.backlog(generation, 0, 9)).map(({ label }) => label)).toEqual([2]);
  },

  "does not store the embedding of a text that the paper no longer has": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert([inventPaper(0)]);
    const [entry] = await library.backlog(generation, 0, 1);
    await library.upsert([inventPaper(0, { title: "Changed meanwhile" })]);
    await library.putEmbeddings(generation, [embeddingOf(1, entry?.contentHash ?? "")]);
    expect(await library.embeddings(generation, [1])).toEqual([undefined]);
    expect(await library.backlogSize(generation)).toBe(1);
  },

  "does not store the embedding of a paper that is gone": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(2));
    const [entry] = await library.backlog(generation, 0, 1);
    await library.remove(["X:0"]);
    await library.putEmbeddings(generation, [embeddingOf(1, entry?.contentHash ?? "")]);
    expect(await library.embeddings(generation, [1])).toEqual([undefined]);
    expect((await library.status()).embedded).toBe(0);
  },

  "I4, I11: refuses a batch with a vector that is not finite, not of unit length or of another size, and stores none of it": async ({
    library,
  }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(2));
    const [first, second] = await library.backlog(generation, 0, 2);
    const good = embeddingOf(1, first?.contentHash ?? "");
    const change = await library.lastChange();
    const spoiled = (at: number, value: number) => inventVector(2).map((own, i) => (i === at ? value : own));
    const bad: Float32Array[] = [
      spoiled(3, Number.NaN),
      spoiled(0, Number.POSITIVE_INFINITY),
      spoiled(15, Number.NEGATIVE_INFINITY),
      new Float32Array(16),
      inventVector(2).map((own) => own * 1.1),
      inventVector(2, 8),
      inventVector(2, 17),
      new Float32Array(),
    ];
    for (const vector of bad) {
      const batch: NewEmbedding[] = [
        good,
        {
          label: 2,
          contentHash: second?.contentHash ?? "",
          vector,
          sentences: undefined,
        },
      ];
      await expect(library.putEmbeddings(generation, batch)).rejects.toMatchObject({ code: "invalid_embedding" });
    }
    expect(await library.embeddings(generation, [1, 2])).toEqual([undefined, undefined]);
    expect(await library.lastChange()).toBe(change);
    expect(await library.neighbours(generation, good.vector, { k: 5 })).toEqual([]);
  },

  "returns embeddings bit for bit, including those of sentences": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(3));
    const entries = await library.backlog(generation, 0, 3);
    const [first, second] = entries.map(({ label, contentHash }) => embeddingOf(label, contentHash));
    if (first === undefined || second === undefined) throw new TypeError("two papers wait");
    await library.putEmbeddings(generation, [first, { ...second, sentences: undefined }]);
    expect(await library.embeddings(generation, [2, 1, 3])).toEqual([second.vector, first.vector, undefined]);
    expect(await library.sentenceEmbeddings(generation, [2, 1, 3])).toEqual([undefined, first.sentences, undefined]);
    await library.putEmbeddings(generation, [{ ...first, sentences: undefined }]);
    expect(await library.sentenceEmbeddings(generation, [1])).toEqual([undefined]);
  },
};
