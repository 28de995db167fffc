/** The shipped model in worker processes: always the same bytes, and no text is lost. */
import { appendFile, cp, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiledModule, projectRoot } from "../../../src/compiled.ts";
import type { DocumentEmbedding, ModelDescription } from "../../../src/core/embedder.ts";
import { prepareText } from "../../../src/core/prepare.ts";
import { cosineOfQuantized, dot, faultOfVector } from "../../../src/core/vectors.ts";
import { readModelManifest } from "../../../src/embedding/manifest.ts";
import { EmbeddingPool } from "../../../src/embedding/pool.ts";
import { childProcesses } from "../../contract/child-processes.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

const modelsFolder = join(projectRoot, "models");
const workerModule = compiledModule("embedding/worker");
const texts = [
  ...Array.from({ length: 12 }, (_, at) => prepareText(inventPaper(at))),
  prepareText({ title: "A", abstract: "" }),
  prepareText({ title: "Title only, with é, 漢字 and $x^2$", abstract: "" }),
  prepareText({ title: "Long", abstract: "It goes on and on about rivers. ".repeat(120).trim() }),
];

let model: ModelDescription;
/** Each text alone, one after the other, in a fresh process. */
let expected: DocumentEmbedding[];

async function withPool<T>(workers: number, use: (pool: EmbeddingPool) => Promise<T>, folder = modelsFolder, id = model.id): Promise<T> {
  const pool = new EmbeddingPool({ modelsFolder: folder, model: { ...model, id }, workers, workerModule });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

describe("the shipped model", () => {
  beforeAll(async () => {
    const { id, dimensions, pooling, prefixes, maxTokens } = await readModelManifest(modelsFolder, "Xenova/all-MiniLM-L6-v2");
    model = { id, dimensions, pooling, prefixes, maxTokens };
    expected = await withPool(1, async (pool) => {
      const embeddings: DocumentEmbedding[] = [];
      for (const text of texts) embeddings.push(await pool.embedDocument(text));
      return embeddings;
    });
  });
  afterAll(() => expect(childProcesses(process.pid, "embedding/worker.js")).toEqual([]));

  it("I4: gives unit vectors of its dimensions, and one for each sentence that was not cut off", () => {
    expected.forEach(({ vector, sentences }, at) => {
      expect(faultOfVector(vector, model.dimensions)).toBeUndefined();
      const count = (sentences?.length ?? 0) / model.dimensions;
      const wanted = texts[at]?.sentences.length ?? 0;
      if (wanted > 100) expect(count).toSatisfy((kept: number) => kept > 10 && kept < wanted);
      else expect(count).toBe(wanted);
    });
  });

  it("embeds a query before the document queued in its worker", async () => {
    await withPool(1, async (pool) => {
      await pool.ready();
      const order: string[] = [];
      const embedded = (name: string) => () => void order.push(name);
      const documents = texts.slice(0, 3).map((text, at) => pool.embedDocument(text).then(embedded(`document ${at}`)));
      await Promise.all([...documents, pool.embedQuery("copper kettles").then(embedded("query"))]);
      // Perhaps before the first one too, if the worker had all of them before it began.
      expect(order.slice(0, 2)).toContain("query");
    });
  });

  it("I6: gives a text the same bytes, whatever is embedded beside it, in any worker, and after a restart", async () => {
    await withPool(2, async (pool) => {
      const order = [...texts, ...[...texts].reverse()];
      const [, ...together] = await Promise.all([pool.embedQuery("something else"), ...order.map((text) => pool.embedDocument(text))]);
      expect(together.slice(0, texts.length)).toEqual(expected);
      expect(together.slice(texts.length).reverse()).toEqual(expected);
    });
  });

  it("places similar meanings nearer than different ones, for texts and for sentences", async () => {
    await withPool(1, async (pool) => {
      const text = prepareText({ title: "Brewing tea", abstract: "Water is boiled in a kettle. The bridge over the river was closed." });
      const { vector, sentences = new Int8Array() } = await pool.embedDocument(text);
      const [tea, bridge] = [
        await pool.embedQuery("how to make a hot drink"),
        await pool.embedQuery("a river crossing that nobody may use"),
      ];
      expect(dot(vector, tea)).toBeGreaterThan(dot(vector, await pool.embedQuery("quantum chromodynamics on a lattice")));
      const [first, second] = [sentences.subarray(0, model.dimensions), sentences.subarray(model.dimensions)];
      expect(cosineOfQuantized(tea, first)).toBeGreaterThan(cosineOfQuantized(tea, second));
      expect(cosineOfQuantized(bridge, second)).toBeGreaterThan(cosineOfQuantized(bridge, first));
    });
  });

  it("I6: loses nothing when a worker is killed: its texts are embedded elsewhere, to the same bytes", async () => {
    await withPool(2, async (pool) => {
      await pool.ready();
      const embedding = Promise.all(texts.map((text) => pool.embedDocument(text)));
      const [pid = 0, ...others] = childProcesses(process.pid, "embedding/worker.js");
      expect(others).toHaveLength(1);
      process.kill(pid, "SIGKILL");
      expect(await embedding).toEqual(expected);
      expect(childProcesses(process.pid, "embedding/worker.js")).not.toContain(pid);
      // There are two again, and the next texts give the same.
      expect(await Promise.all(texts.map((text) => pool.embedDocument(text)))).toEqual(expected);
      expect(childProcesses(process.pid, "embedding/worker.js")).toHaveLength(2);
    });
  });

  it("lets a query go before waiting documents", async () => {
    await withPool(1, async (pool) => {
      let finished = 0;
      await pool.ready();
      const documents = texts.map((text) => pool.embedDocument(text).then(() => finished++));
      await pool.embedQuery("kettles");
      // What a worker already had, and no more.
      expect(finished).toBeLessThanOrEqual(2);
      await Promise.all(documents);
      expect(finished).toBe(texts.length);
    });
  });

  it("when missing, damaged or changed since verification fails with embedding_failed and advice, and downloads nothing (I10)", async () => {
    const folder = await makeTemporaryFolder();
    try {
      await cp(join(modelsFolder, model.id), join(folder.path, model.id), { recursive: true });
      // Another model under the same name, which the next worker would load: vectors of two models would be mixed.
      await appendFile(join(folder.path, model.id, "tokenizer_config.json"), "\n");
      const { files } = await readModelManifest(modelsFolder, model.id);
      const changed = new EmbeddingPool({ modelsFolder: folder.path, model, files, workers: 1, workerModule });
      await expect(changed.embedQuery("kettles")).rejects.toMatchObject({
        code: "embedding_failed",
        message: expect.stringContaining("tokenizer_config.json"),
        mend: expect.stringContaining("has changed since this program started"),
      });
      await changed.close();
      await truncate(join(folder.path, model.id, "onnx", "model_quantized.onnx"), 1000);
      for (const id of [model.id, "Xenova/nothing-here"])
        await withPool(
          1,
          (pool) =>
            expect(pool.embedQuery("kettles")).rejects.toMatchObject({
              code: "embedding_failed",
              message: expect.stringContaining(id),
              mend: expect.any(String),
            }),
          folder.path,
          id,
        );
    } finally {
      await folder.remove();
    }
  });
});
