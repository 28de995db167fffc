/** What a search does while its query is being embedded elsewhere, and what happens if that fails. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { search } from "../../../../src/engine/search/search.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

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
  it("its words are looked up and its spelling is checked", async () => {
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

  it("a failure is reported as the search's, once, whatever else fails", async () => {
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

describe("when the model does not respond, or fails", () => {
  const silent = new AppError("embedding_failed", "The embedding processes are not responding.");
  const asked = { query: "copper", wordsIfNeeded: true };

  it("words alone answer requests that accept this, and work waiting for the vector is released", async () => {
    const waiting: (AbortSignal | undefined)[] = [];
    const hanging = Object.assign(new HashingEmbedder(), {
      state: { isReady: false, fault: silent, crashes: 0, lastSuccess: undefined },
      embedQuery: (_: string, signal?: AbortSignal) => {
        waiting.push(signal);
        return new Promise<Float32Array>(() => undefined);
      },
    });
    const answer = await search(library, hanging, asked);
    expect(answer).toMatchObject({ mode: "keyword", total: 30, withoutMeaning: silent.message });
    expect(waiting.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it("requests for meaning alone, or that choose to wait, fail; and a failure of something else is reported as such", async () => {
    const failing = Object.assign(new HashingEmbedder(), { embedQuery: () => Promise.reject(silent) });
    expect(await search(library, failing, asked)).toMatchObject({ mode: "keyword", withoutMeaning: silent.message });
    await expect(search(library, failing, { ...asked, mode: "semantic" })).rejects.toBe(silent);
    await expect(search(library, failing, { query: "copper" })).rejects.toBe(silent);
    const cancelled = new AppError("cancelled", "Embedding was cancelled.");
    const left = Object.assign(new HashingEmbedder(), { embedQuery: () => Promise.reject(cancelled) });
    await expect(search(library, left, asked)).rejects.toBe(cancelled);
  });

  it("a slow model without a fault is waited for", async () => {
    const vector = await embedder.embedQuery("copper");
    const slow = Object.assign(new HashingEmbedder(), {
      state: { isReady: false, fault: undefined, crashes: 0, lastSuccess: undefined },
      embedQuery: () => new Promise<Float32Array>((resolve) => setTimeout(() => resolve(vector), 600)),
    });
    const answer = await search(library, slow, asked);
    expect(answer.mode).toBe("hybrid");
    expect(answer.withoutMeaning).toBeUndefined();
  });
});
