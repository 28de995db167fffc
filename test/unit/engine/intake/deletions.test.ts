/** What happens to papers whose records have been deleted by their source. */
import { beforeEach, describe, expect, it } from "vitest";
import type { SourceRecord } from "../../../../src/core/source.ts";
import { applyDeletions, deletedRecords } from "../../../../src/engine/intake/deletions.ts";
import { emptyCounts, ingest } from "../../../../src/engine/intake/ingest.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

let library: MemoryLibrary;
beforeEach(() => {
  library = new MemoryLibrary();
});

const place = { file: "invented" };
const fetched = (number: number): SourceRecord => ({ kind: "paper", paper: inventPaper(number), place, item: `z:${number}` });
const deleted = (number: number): SourceRecord => ({ kind: "deleted", item: `z:${number}`, place });
const elsewhere = (number: number): SourceRecord => ({ kind: "paper", paper: inventPaper(number, { sources: ["elsewhere"] }), place });

async function takeIn(...records: SourceRecord[]) {
  async function* each() {
    yield* records;
  }
  return await ingest(library, each(), emptyCounts());
}
const fates = async () => (await deletedRecords(library)).map(({ paperId, fate }) => [paperId, fate]);

describe("a deletion at the source", () => {
  it("is counted and reported, and removes nothing", async () => {
    expect(await takeIn(fetched(1), fetched(2), deleted(2), deleted(7))).toMatchObject({ read: 2, new: 2, deleted: 1 });
    expect(await library.countPapers()).toBe(2);
    expect(await deletedRecords(library)).toEqual([
      { item: "z:2", paperId: "X:2", title: inventPaper(2).title, deleted: expect.any(String), fate: "removed" },
    ]);
  });

  it("removes a paper once a person confirms, if no other source has it", async () => {
    await takeIn(fetched(1), fetched(2), elsewhere(1), deleted(1), deleted(2));
    expect(await fates()).toEqual([
      ["X:1", "known"],
      ["X:2", "removed"],
    ]);
    await applyDeletions(library);
    expect((await library.eachPaper(0, 10)).map(({ paper }) => [paper.paperId, paper.sources])).toEqual([["X:1", ["elsewhere"]]]);
    expect(await fates()).toEqual([]);
  });

  it.each([
    ["saved it", () => library.personal.putFeedback("me", { paperId: "X:1", kind: "save", at: "2026-01-01T00:00:00Z" })],
    [
      "comments it",
      () => library.comments.addComment({ id: "1", paperId: "X:1", person: "ada", text: "Fine.", created: "2026-01-01T00:00:00Z" }),
    ],
    ["judged it", () => library.personal.putJudgment("me", { query: "kin", paperId: "X:1", relevant: true, at: "2026-01-01T00:00:00Z" })],
  ])("keeps a paper when somebody %s", async (_, want) => {
    await takeIn(fetched(1), deleted(1));
    await want();
    expect(await fates()).toEqual([["X:1", "wanted"]]);
    await applyDeletions(library);
    expect(await library.countPapers()).toBe(1);
    expect(await fates()).toEqual([["X:1", "wanted"]]);
  });

  it("of both records of a paper removes it", async () => {
    await takeIn(fetched(1), { ...elsewhere(1), item: "oai:1" } as SourceRecord);
    await takeIn(deleted(1), { kind: "deleted", item: "oai:1", place });
    await applyDeletions(library);
    expect(await library.countPapers()).toBe(0);
  });

  it("is forgotten when the record reappears, or its paper was removed", async () => {
    await takeIn(fetched(1), fetched(2), deleted(1), deleted(2));
    await takeIn(fetched(1));
    await library.remove(["X:2"]);
    expect(await fates()).toEqual([]);
    expect(await takeIn(deleted(2))).toMatchObject({ deleted: 0 });
  });
});
