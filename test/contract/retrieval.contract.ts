/** Neighbours by meaning: how many, in which order, within which papers. */
import { expect } from "vitest";
import type { Generation } from "../../src/core/generation.ts";
import type { Library } from "../../src/core/library.ts";
import type { Scored } from "../../src/core/retrieval.ts";
import { dot } from "../../src/core/vectors.ts";
import { embedAll, inventPaper, inventPapers, inventVector, testSpec } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

async function embedded(library: Library, count: number): Promise<Generation> {
  const generation = await library.openGeneration(testSpec);
  await library.upsert(inventPapers(count));
  await embedAll(library, generation);
  return generation;
}

const question = inventVector(4242);

export const retrievalBehaviours: Behaviours = {
  "I8: gives the nearest first, with their cosines, equal ones by label": async ({ library }) => {
    const generation = await embedded(library, 60);
    const expected = Array.from({ length: 60 }, (_, at) => ({
      label: at + 1,
      score: dot(question, inventVector(at + 1)),
    }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 7);
    for (const find of ["neighbours", "exactNeighbours"] as const) {
      const hits = await library[find](generation, question, { k: 7 });
      expect(hits.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
      hits.forEach(({ score }, at) => {
        expect(score).toBeCloseTo(expected[at]?.score ?? Number.NaN, 9);
      });
    }
  },

  "I8: orders papers at the same distance by label": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(6));
    const entries = await library.backlog(generation, 0, 9);
    await library.putEmbeddings(
      generation,
      [...entries].reverse().map(({ label, contentHash }) => ({
        label,
        contentHash,
        vector: inventVector(1),
        sentences: undefined,
      })),
    );
    const labelsOf = (hits: Scored[]) => hits.map(({ label }) => label);
    expect(labelsOf(await library.exactNeighbours(generation, question, { k: 4 }))).toEqual([1, 2, 3, 4]);
    // Which of several equals an approximate index leaves out is up to it; the order of those it returns is not.
    expect(labelsOf(await library.neighbours(generation, question, { k: 6 }))).toEqual([1, 2, 3, 4, 5, 6]);
  },

  "I7: gives exactly as many neighbours as were asked for, at any selectivity": async ({ library }) => {
    const generation = await embedded(library, 120);
    for (const years of [1, 2, 5, 10, 19, 20]) {
      const within = await library.matching([{ yearFrom: 2000, yearTo: 1999 + years }]);
      if (within === undefined) throw new TypeError("there is a condition");
      expect(within.size).toBe(years * 6);
      for (const k of [1, 6, 25, 200]) {
        const hits = await library.neighbours(generation, question, {
          k,
          within,
        });
        expect(hits).toHaveLength(Math.min(k, within.size));
        expect(hits.every(({ label }) => within.has(label))).toBe(true);
        expect(hits).toEqual(await library.exactNeighbours(generation, question, { k, within }));
      }
    }
  },

  "returns nothing within an empty set, and nothing when nothing is requested": async ({ library }) => {
    const generation = await embedded(library, 5);
    const within = await library.matching([{ yearFrom: 3000 }]);
    expect(await library.neighbours(generation, question, { k: 3, within })).toEqual([]);
    expect(await library.neighbours(generation, question, { k: 0 })).toEqual([]);
  },

  "gives nothing in a library without embeddings": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(2));
    expect(await library.neighbours(generation, question, { k: 3 })).toEqual([]);
    expect(await library.cosines(generation, question, [1])).toEqual([undefined]);
  },

  "gives the cosine of each paper, and none for one waiting for its embedding": async ({ library }) => {
    const generation = await embedded(library, 4);
    await library.upsert([inventPaper(9)]);
    const cosines = await library.cosines(generation, question, [3, 5, 1, 77]);
    expect(cosines[0]).toBeCloseTo(dot(question, inventVector(3)), 9);
    expect(cosines[1]).toBeUndefined();
    expect(cosines[2]).toBeCloseTo(dot(question, inventVector(1)), 9);
    expect(cosines[3]).toBeUndefined();
  },

  "gives vectors to keep: those of the embeddings, whatever becomes of the papers": async ({ library }) => {
    const generation = await embedded(library, 4);
    await library.upsert([inventPaper(9)]);
    const labels = [3, 5, 1, 77];
    const kept = await library.vectors(generation, labels);
    expect(kept).toEqual([inventVector(3), undefined, inventVector(1), undefined]);
    expect(await library.embeddings(generation, labels)).toEqual(kept);
    kept[0]?.fill(0);
    const [stored] = await library.papers([3]);
    await library.remove([stored?.paper.paperId ?? ""]);
    expect(await library.vectors(generation, labels)).toEqual([undefined, undefined, inventVector(1), undefined]);
    expect(kept[2]).toEqual(inventVector(1));
    expect((await library.cosines(generation, inventVector(1), [1]))[0]).toBeCloseTo(1, 5);
  },

  "gives the same score for a pair as a neighbour and as a cosine": async ({ library }) => {
    const generation = await embedded(library, 40);
    const hits = await library.neighbours(generation, question, { k: 10 });
    const labels = hits.map(({ label }) => label);
    expect(await library.cosines(generation, question, labels)).toEqual(hits.map(({ score }) => score));
  },

  "no longer finds what was removed, and finds what came": async ({ library }) => {
    const generation = await embedded(library, 30);
    const [nearest] = await library.neighbours(generation, question, { k: 1 });
    const [stored] = await library.papers([nearest?.label ?? 0]);
    await library.remove([stored?.paper.paperId ?? ""]);
    const without = await library.neighbours(generation, question, { k: 30 });
    expect(without).toHaveLength(29);
    expect(without.some(({ label }) => label === nearest?.label)).toBe(false);
    await library.upsert([inventPaper(500)]);
    const [entry] = await library.backlog(generation, 0, 1);
    await library.putEmbeddings(generation, [
      {
        label: entry?.label ?? 0,
        contentHash: entry?.contentHash ?? "",
        vector: question,
        sentences: undefined,
      },
    ]);
    const [best] = await library.neighbours(generation, question, { k: 1 });
    expect(best?.label).toBe(31);
    expect(best?.score).toBeCloseTo(1, 6);
  },

  "follows a paper whose embedding is replaced": async ({ library }) => {
    const generation = await embedded(library, 30);
    await library.upsert([inventPaper(3, { title: "Now about something else" })]);
    const [entry] = await library.backlog(generation, 0, 1);
    await library.putEmbeddings(generation, [
      {
        label: 4,
        contentHash: entry?.contentHash ?? "",
        vector: question,
        sentences: undefined,
      },
    ]);
    const hits = await library.neighbours(generation, question, { k: 30 });
    expect(hits[0]?.label).toBe(4);
    expect(new Set(hits.map(({ label }) => label)).size).toBe(30);
  },

  "I5: refuses a query vector of another generation or size": async ({ library }) => {
    const generation = await embedded(library, 3);
    await expect(
      library.neighbours({ ...generation, id: generation.id + 1 }, question, {
        k: 1,
      }),
    ).rejects.toMatchObject({
      name: "AppError",
    });
    await expect(library.neighbours(generation, inventVector(1, 8), { k: 1 })).rejects.toMatchObject({ code: "invalid_embedding" });
    await expect(library.cosines(generation, inventVector(1, 8), [1])).rejects.toMatchObject({ code: "invalid_embedding" });
    expect(await library.embeddings({ ...generation, id: generation.id + 1 }, [1])).toEqual([undefined]);
  },
};
