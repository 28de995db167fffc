/** What /health/ready and /v1/index say while no text can be embedded, and afterwards. */
import { expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { serviceOf } from "./service-of.ts";

class FailingEmbedder extends HashingEmbedder {
  fault: AppError | undefined;

  override async ready(): Promise<void> {
    if (this.fault !== undefined) throw this.fault;
  }
}

it("a server whose embedding workers have failed is not ready, says why, and is ready again when they work", async () => {
  const embedder = new FailingEmbedder();
  const service = serviceOf(new Engine(new MemoryLibrary(), embedder), { isLoopback: () => true });
  const ask = async (path: string) => {
    const answer = await service.request(path);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  const readiness = () => ask("/health/ready");
  await expect.poll(readiness).toMatchObject({ status: 200, body: { status: "ready", notes: [] } });
  embedder.fault = new AppError("embedding_failed", "The workers end as soon as they start.", { mend: "Look at the memory." });
  const why = "The workers end as soon as they start. Look at the memory.";
  expect(await readiness()).toMatchObject({ status: 503, body: { status: "failing", notes: [expect.stringContaining(why)] } });
  expect((await ask("/v1/index")).body).toMatchObject({ embeddingFault: why });
  embedder.fault = undefined;
  await expect.poll(readiness).toMatchObject({ status: 200, body: { status: "ready", notes: [] } });
});
