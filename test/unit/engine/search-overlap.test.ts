/** What a search does while its query is being embedded elsewhere, and what becomes of it where that fails. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { search } from "../../../src/engine/search.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

const library = new MemoryLibrary();
const embedder = new HashingEmbedder();
const engine = new Engine(library, embedder);

beforeAll(async () => {
  const copper = Array.from({ length: 30 }, (_, at) => inventPaper(at + 1, { title: `Copper kettles ${at}`, abstract: "Kettles sing." }));
  await library.upsert(copper);
  await engine.embedBacklog();
});
afterAll(() => engine.close());

describe("while a query is being embedded", () => {
  it("its words are looked up and its spelling is looked at", async () => {
    const [matchTerms, knowsWord] = [vi.spyOn(library, "matchTerms"), vi.spyOn(embedder, "knowsWord")];
    const vector = await embedder.embedQuery("copper kettels");
    let done: (() => void) | undefined;
    const embedQuery = vi.spyOn(embedder, "embedQuery").mockReturnValue(new Promise((resolve) => (done = () => resolve(vector))));
    const answer = search(library, embedder, { query: "copper kettels", correct: true });
    await vi.waitFor(() => {
      expect(matchTerms).toHaveBeenCalled();
      expect(knowsWord).toHaveBeenCalledWith("kettels");
    });
    done?.();
    expect(await answer).toMatchObject({ mode: "hybrid", suggestion: "copper kettles" });
    for (const spy of [matchTerms, knowsWord, embedQuery]) spy.mockRestore();
  });

  it("a failure is that of the search, once, whatever else fails", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const embedQuery = vi.spyOn(embedder, "embedQuery").mockRejectedValue(new AppError("embedding_failed", "The model is gone."));
    await expect(search(library, embedder, { query: "copper", correct: true })).rejects.toMatchObject({ code: "embedding_failed" });
    const matchTerms = vi.spyOn(library, "matchTerms").mockRejectedValue(new AppError("library_damaged", "No words."));
    await expect(search(library, embedder, { query: "copper", correct: true })).rejects.toMatchObject({ code: "library_damaged" });
    for (const spy of [matchTerms, embedQuery]) spy.mockRestore();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled).not.toHaveBeenCalled();
    process.off("unhandledRejection", unhandled);
  });
});
