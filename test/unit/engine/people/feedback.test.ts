/** Feedback on a paper, under any of its ids and even after the paper is gone. */
import { expect, it } from "vitest";
import { giveFeedback, takeBackFeedback } from "../../../../src/engine/people/feedback.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

it("feedback is undone with any spelling of the paper's id, even when the paper is gone", async () => {
  const library = new MemoryLibrary();
  await library.personal.addPerson("ada");
  await library.upsert([inventPaper(1, { paperId: "arXiv:2101.00001", ids: ["arXiv:2101.00001"] })]);
  await giveFeedback(library, "ada", "arXiv:2101.00001", { kind: "save" }, new Date(0));
  await library.remove(["arXiv:2101.00001"]);
  expect(await takeBackFeedback(library, "ada", "https://arxiv.org/abs/2101.00001v2", "save")).toBe(true);
  expect(await library.personal.feedback("ada")).toEqual([]);
});

it.each([
  [{ kind: "note" }, "The note has no text."],
  [{ kind: "note", note: " \n" }, "The note has no text."],
  [{ kind: "note", note: "x".repeat(10_001) }, "The note has 10001 characters."],
  [{ kind: "save", note: "x" }, "Only a note has a text."],
] as const)("a note with no text or too much, and a text that is no note, are told apart: %#", async (input, message) => {
  const library = new MemoryLibrary();
  await library.upsert([inventPaper(1)]);
  await expect(giveFeedback(library, "me", "X:1", input, new Date(0))).rejects.toThrow(message);
});
