/** The graph of neighbours against comparing with everything: additions and removals, waiting vectors, and filters. */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LabelSet, selectLabels } from "../../src/core/label-set.ts";
import { compareScored } from "../../src/core/ranking/top.ts";
import type { Scored } from "../../src/core/retrieval.ts";
import { VectorIndex } from "../../src/storage/local/vector-index.ts";
import { inventVector } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { holds } from "./settings.ts";

const dimensions = 6;
const label = fc.integer({ min: 1, max: 60 });
const command = fc.oneof(
  // Few different vectors, so that many papers are the same.
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      labels: fc.array(label, { maxLength: 20 }),
      seed: fc.nat(30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      labels: fc.array(label, { maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("build" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("write and read" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("remove while writing" as const),
      labels: fc.array(label, { maxLength: 8 }),
    }),
  },
);

/** What every answer must be, however approximate. */
function expectSoundAnswer(index: VectorIndex, question: Float32Array, k: number, within: LabelSet | undefined): Scored[] {
  const hits = index.nearest(question, k, within);
  const exact = index.matrix.nearest(question, k, within);
  expect(hits).toHaveLength(exact.length);
  expect(hits).toEqual([...hits].sort(compareScored));
  expect(new Set(hits.map((hit) => hit.label)).size).toBe(hits.length);
  for (const hit of hits) {
    expect(index.matrix.cosine(question, hit.label)).toBe(hit.score);
    expect(within === undefined || within.has(hit.label)).toBe(true);
  }
  return hits;
}

describe("the vector index", () => {
  it("I4, I7, I8: returns no removed paper, none twice, and as many as there are", async () => {
    const folder = await makeTemporaryFolder();
    let file = 0;
    const write = async (index: VectorIndex) => {
      const path = join(folder.path, `${file++}.bin`);
      await index.writeGraph(path);
      return path;
    };
    try {
      await holds(
        fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 70 }), async (commands, k) => {
          let index = new VectorIndex(dimensions, {
            M: 4,
            efConstruction: 20,
          });
          index.startGraph();
          const gone = new Set<number>();
          for (const step of commands) {
            switch (step.kind) {
              case "put":
                // A label is never reused.
                for (const own of step.labels.filter((one) => !gone.has(one)))
                  index.put(own, inventVector((step.seed + own) % 30, dimensions));
                break;
              case "remove":
                for (const own of step.labels) if (index.matrix.has(own)) gone.add(own);
                for (const own of step.labels) index.remove(own);
                break;
              case "build":
                await index.build();
                expect(index.pendingSize).toBe(0);
                break;
              case "write and read": {
                const path = await write(index);
                const stale = [...index.matrix.labels()];
                const read = new VectorIndex(dimensions, index.parameters);
                for (const own of stale) read.matrix.put(own, index.matrix.get(own) ?? new Float32Array(dimensions));
                await read.readGraph(path, () => stale);
                index = read;
                break;
              }
              case "remove while writing": {
                const writing = write(index);
                for (const own of step.labels) if (index.matrix.has(own)) gone.add(own);
                for (const own of step.labels) index.remove(own);
                expectSoundAnswer(index, inventVector(3, dimensions), k, undefined);
                await writing;
                break;
              }
            }
            for (const seed of [0, 1]) expectSoundAnswer(index, inventVector(seed, dimensions), k, undefined);
          }
          await index.build();
          expect([...index.graphLabels()].sort((a, b) => a - b)).toEqual([...index.matrix.labels()].sort((a, b) => a - b));
        }),
        150,
      );
    } finally {
      await folder.remove();
    }
  });

  it("I7: respects filters that most papers pass, finds nearly all of the nearest, and always returns the full count", async () => {
    const index = new VectorIndex(dimensions, { M: 8, efConstruction: 40 });
    for (let own = 1; own <= 10_000; own++) index.matrix.put(own, inventVector(own, dimensions));
    index.startGraph();
    await index.build();
    for (let own = 50; own <= 10_000; own += 50) index.remove(own);
    for (let own = 10_001; own <= 10_100; own++) index.put(own, inventVector(own, dimensions));
    expect(index.usesGraph).toBe(true);
    const filters: (((own: number) => boolean) | undefined)[] = [
      undefined,
      (own) => own % 10 !== 0,
      (own) => own % 11 !== 3,
      // Unevenly distributed sets: where one query searches, nothing passes.
      (own) => own > 1500,
      (own) => (index.matrix.cosine(inventVector(70_001, dimensions), own) ?? 0) < 0.4,
      (own) => own % 50 === 7,
    ];
    for (const filter of filters) {
      const within =
        filter === undefined
          ? undefined
          : selectLabels(
              [...index.matrix.labels()].sort((a, b) => a - b),
              filter,
            );
      let [found, wanted] = [0, 0];
      for (let seed = 70_000; seed < 70_010; seed++) {
        const question = inventVector(seed, dimensions);
        const hits = new Set(expectSoundAnswer(index, question, 20, within).map((hit) => hit.label));
        const exact = index.matrix.nearest(question, 20, within);
        wanted += exact.length;
        found += exact.filter((hit) => hits.has(hit.label)).length;
      }
      // In six dimensions the graph finds every one of them.
      expect(found / wanted).toBeGreaterThan(0.99);
    }
  });

  it("finds the nearest even if the graph contains old vectors of what was nearest before", async () => {
    const index = new VectorIndex(dimensions, { M: 8, efConstruction: 40 });
    const question = inventVector(1, dimensions);
    for (let own = 1; own <= 400; own++) index.matrix.put(own, inventVector(own, dimensions));
    index.startGraph();
    await index.build();
    const away = question.map((value) => -value);
    for (const { label: own } of index.matrix.nearest(question, 60)) index.put(own, away);
    expect(index.nearest(question, 20, undefined)).toEqual(index.matrix.nearest(question, 20));
  });
});
