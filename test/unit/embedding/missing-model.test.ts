/** The stand-in for a model whose files are missing. */
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { MissingModel, undescribed } from "../../../src/embedding/missing-model.ts";

const fault = new AppError("model_not_found", "The model is gone.");

function standIn(open: () => Promise<HashingEmbedder>, { restMs = 0, dimensions }: { restMs?: number; dimensions?: number } = {}) {
  const description = undescribed("invented/model", dimensions);
  return new MissingModel({ description, truncation: undefined, concurrency: 1, fault, open, restMs });
}

describe("a stand-in for a missing model", () => {
  it("answers as the model does once its files are back", async () => {
    let isBack = false;
    const model = new HashingEmbedder();
    const embedder = standIn(async () => (isBack ? model : await Promise.reject(fault)));
    await expect(embedder.embedQuery("waves")).rejects.toBe(fault);
    expect(embedder.state).toMatchObject({ isReady: false, fault });
    isBack = true;
    expect(await embedder.embedQuery("waves")).toEqual(await model.embedQuery("waves"));
    expect(embedder.state?.fault).toBeUndefined();
    expect(embedder.model).toEqual(model.model);
  });

  it("does not read the model's files again for every query", async () => {
    let attempts = 0;
    const embedder = standIn(
      async () => {
        attempts++;
        return await Promise.reject(fault);
      },
      { restMs: 3_600_000 },
    );
    await expect(embedder.embedQuery("waves")).rejects.toBe(fault);
    await expect(embedder.ready()).rejects.toBe(fault);
    expect(attempts).toBe(0);
  });

  it("I5: refuses a model whose vectors have other dimensions than the library's", async () => {
    const embedder = standIn(async () => new HashingEmbedder(), { dimensions: 7 });
    await expect(embedder.embedQuery("waves")).rejects.toMatchObject({ code: "model_mismatch" });
  });
});
