/** Papers are embedded while others are being imported; failures are left to the process that embeds the rest. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../../../src/engine/generations/embed-backlog.ts";
import { EmbeddingBeside } from "../../../../src/engine/generations/embed-beside.ts";
import { emptyCounts, ingest } from "../../../../src/engine/intake/ingest.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../../contract/invented-papers.ts";

const embedder = new HashingEmbedder(32);
const never = new AbortController().signal;

it("papers are embedded before the last one has arrived, each of them once", async () => {
  const library = new MemoryLibrary();
  const told: number[] = [];
  const beside = new EmbeddingBeside(
    (options) => embedBacklog(library, embedder, options),
    never,
    (embedded) => told.push(embedded),
  );
  async function* records() {
    for (const [at, paper] of inventPapers(60).entries()) {
      // Like a service, it yields the processor now and then.
      if (at % 10 === 0) await nextTurn();
      if (at % 10 === 0) expect((await library.status()).backlog).toBe(0);
      yield { kind: "paper" as const, paper, place: { file: "-", line: at + 1 } };
    }
  }
  await ingest(library, records(), emptyCounts(), { batchSize: 10, onBatch: () => beside.begin() });
  await nextTurn();
  expect((await library.status()).backlog).toBe(0);
  expect(told.at(-1)).toBe(60);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

it("a failing model is tried once, and does not stop the import", async () => {
  let tried = 0;
  const beside = new EmbeddingBeside(
    async () => {
      tried++;
      throw new AppError("embedding_failed", "The model cannot be loaded.");
    },
    never,
    () => undefined,
  );
  beside.begin();
  await nextTurn();
  beside.begin();
  await beside.stop();
  expect(tried).toBe(1);
});

it("stopping waits until what is in flight is stored", async () => {
  const library = new MemoryLibrary();
  await library.upsert(inventPapers(200));
  const beside = new EmbeddingBeside(
    (options) => embedBacklog(library, embedder, options),
    never,
    () => undefined,
  );
  beside.begin();
  await beside.stop();
  const { backlog } = await library.status();
  expect(backlog).toBeGreaterThan(0);
  await nextTurn();
  expect((await library.status()).backlog).toBe(backlog);
});
