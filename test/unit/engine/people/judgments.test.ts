/** Limits on the judgments of one person. */
import { expect, it, vi } from "vitest";
import { judge } from "../../../../src/engine/people/judgments.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

it("I11: the number of papers that one person judges is limited, and existing judgments can still be changed", async () => {
  const now = new Date("2026-03-02T08:00:00Z");
  const library = new MemoryLibrary(() => now);
  const paper = inventPaper(1);
  await library.upsert([paper]);
  for (const name of ["ada", "bob"]) await library.personal.addPerson(name);
  const [paperId = ""] = paper.ids;
  for (let at = 0; at < 20_000; at++)
    await library.personal.putJudgment("ada", { query: `kettles ${at}`, paperId, relevant: true, at: now.toISOString() });
  const said = (person: string, query: string) => judge(library, person, { query, paperId, relevant: false }, now);
  await expect(said("ada", "one more")).rejects.toMatchObject({ code: "invalid_request", message: expect.stringContaining("20000") });
  expect(await said("ada", "kettles 7")).toMatchObject({ relevant: false });
  expect(await said("bob", "one more")).toMatchObject({ relevant: false });
});

it("existing judgments remain when they cannot be changed", async () => {
  const now = new Date("2026-03-02T08:00:00Z");
  const library = new MemoryLibrary(() => now);
  await library.upsert([inventPaper(1)]);
  const say = (relevant: boolean) => judge(library, "me", { query: "kettles", paperId: "X:1", relevant }, now);
  await say(true);
  const put = vi.spyOn(library.personal, "putJudgment").mockRejectedValueOnce(new Error("the disk is full"));
  await expect(say(false)).rejects.toThrow("the disk is full");
  put.mockRestore();
  expect(await library.personal.judgments("me")).toMatchObject([{ relevant: true }]);
  await say(false);
  expect(await library.personal.judgments("me")).toMatchObject([{ relevant: false }]);
});
