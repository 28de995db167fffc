/** How records are merged and stored: in batches, and those in transactions. */
import { expect, it } from "vitest";
import type { NewPaper } from "../../../../src/core/paper.ts";
import { emptyCounts, type IngestOptions, ingest } from "../../../../src/engine/intake/ingest.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../../contract/invented-papers.ts";

async function* recordsOf(papers: readonly NewPaper[]) {
  for (const [at, paper] of papers.entries()) yield { kind: "paper" as const, paper, place: { file: "-", line: at + 1 } };
}

const takeIn = (library: MemoryLibrary, papers: readonly NewPaper[], options: IngestOptions) =>
  ingest(library, recordsOf(papers), emptyCounts(), options);

it("duplicates far apart in a batch are merged, however small its transactions", async () => {
  const papers = inventPapers(25);
  const [first] = papers;
  if (first === undefined) throw new TypeError("there are papers");
  const double = { ...first, abstract: "", venue: "Said by the double alone" };
  const library = new MemoryLibrary();
  const options = { batchSize: 100, transactionSize: 5 };
  expect(await takeIn(library, [...papers, double], options)).toMatchObject({ read: 26, new: 25 });
  const [label] = await library.resolve([first.ids[0] ?? ""]);
  const [stored] = await library.papers([label ?? 0]);
  expect(stored?.paper).toMatchObject({ abstract: first.abstract, venue: double.venue });
  expect(await takeIn(library, [...papers, double], options)).toMatchObject({ read: 26, unchanged: 26 });
});

it("each transaction is reported once stored, and other work has its turn in between", async () => {
  const told: number[] = [];
  let turns = 0;
  const turn = () => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  await takeIn(new MemoryLibrary(), inventPapers(50), { batchSize: 100, transactionSize: 10, onBatch: ({ read }) => told.push(read) });
  clearImmediate(next);
  expect(told).toEqual([10, 20, 30, 40, 50]);
  expect(turns).toBeGreaterThanOrEqual(4);
});
