/** A backlog in which the model fails on one text, or on all of them. */
import { expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import type { PreparedText } from "../../../../src/core/prepare.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { MissingModel, undescribed } from "../../../../src/embedding/missing-model.ts";
import { embedBacklog } from "../../../../src/engine/generations/embed-backlog.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../../contract/invented-papers.ts";

class RefusingEmbedder extends HashingEmbedder {
  state = { isReady: true, fault: undefined as AppError | undefined, crashes: 0, lastSuccess: undefined };
  readonly asked: string[] = [];

  constructor(private readonly refuses: (text: string) => boolean) {
    super(32);
  }

  override async embedDocument(prepared: PreparedText): ReturnType<HashingEmbedder["embedDocument"]> {
    this.asked.push(prepared.text);
    if (this.refuses(prepared.text))
      throw new AppError("embedding_failed", "The worker process that was embedding a text ended (SIGSEGV).");
    return await super.embedDocument(prepared);
  }
}

async function filled(papers: number): Promise<MemoryLibrary> {
  const library = new MemoryLibrary();
  await library.upsert(inventPapers(papers));
  return library;
}

const waiting = async (library: MemoryLibrary) => (await library.status()).backlog;

it("a text on which the model fails keeps no other paper from being embedded, and is named", async () => {
  const library = await filled(12);
  const [first] = inventPapers(1);
  const embedder = new RefusingEmbedder((text) => text.startsWith(first?.title ?? ""));
  await expect(embedBacklog(library, embedder)).rejects.toMatchObject({
    code: "embedding_failed",
    message: expect.stringMatching(new RegExp(`The paper “${first?.title}.*SIGSEGV`)),
    mend: expect.stringContaining("The others are embedded."),
  });
  expect(await waiting(library)).toBe(1);
});

it("such a text is reported to concurrent work, once for each attempt", async () => {
  const library = await filled(6);
  const embedder = new RefusingEmbedder((text) => text.startsWith(inventPapers(1)[0]?.title ?? ""));
  const told: string[] = [];
  const onRefused = ({ code }: AppError) => told.push(code);
  expect(await embedBacklog(library, embedder, { onRefused })).toBe(5);
  expect(await embedBacklog(library, embedder, { onRefused, since: await library.lastChange() })).toBe(0);
  expect(told).toEqual(["embedding_failed"]);
  expect(embedder.asked).toHaveLength(6);
});

it("I4: a missing model, whose dimensions are unknown, begins no generation", async () => {
  const library = await filled(2);
  const fault = new AppError("model_not_found", "The model is gone.");
  const options = { truncation: undefined, concurrency: 1, fault, open: async () => await Promise.reject(fault) };
  await expect(embedBacklog(library, new MissingModel({ ...options, description: undescribed("invented/model") }))).rejects.toBe(fault);
  expect(await library.generations()).toEqual([]);
});

it("a model that fails altogether, or on text after text, is not tried further", async () => {
  const library = await filled(100);
  const embedder = new RefusingEmbedder(() => true);
  await expect(embedBacklog(library, embedder)).rejects.toMatchObject({ message: expect.stringContaining("SIGSEGV") });
  expect(embedder.asked.length).toBeLessThan(40);
  embedder.asked.length = 0;
  embedder.state.fault = new AppError("embedding_failed", "The embedding workers end as soon as they start.");
  await expect(embedBacklog(library, embedder)).rejects.toMatchObject({ code: "embedding_failed" });
  expect(embedder.asked.length).toBeLessThan(10);
});
