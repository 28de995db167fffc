/** A model's folder against the manifest that vouches for it. */
import { createHash } from "node:crypto";
import { mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/compiled.ts";
import { listModels, manifestFileName, modelManifestSchema, readModelManifest, verifyModel } from "../../../src/embedding/manifest.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

const id = "invented/model";
const files = {
  "config.json": '{"a": 1}',
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
  "onnx/model_quantized.onnx": "not really a model",
};

const manifest = modelManifestSchema.parse({
  id,
  baseModel: "invented/base",
  source: "nowhere",
  licence: "Apache-2.0",
  dimensions: 4,
  pooling: "mean",
  prefixes: { query: "", document: "" },
  maxTokens: 16,
  files: Object.entries(files).map(([path, text]) => ({
    path,
    sizeBytes: text.length,
    sha256: createHash("sha256").update(text).digest("hex"),
  })),
});

describe("a model's manifest", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    await mkdir(join(folder.path, id, "onnx"), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder.path, id, path), text);
    await writeManifest(manifest);
  });
  afterEach(() => folder.remove());

  async function writeManifest(value: unknown): Promise<void> {
    await writeFile(join(folder.path, id, manifestFileName), typeof value === "string" ? value : JSON.stringify(value));
  }

  it("is read, and matches its files", async () => {
    expect(await readModelManifest(folder.path, id)).toEqual(manifest);
    await expect(verifyModel(folder.path, manifest)).resolves.toBeUndefined();
  });

  it("of the shipped model is right about every file", async () => {
    const models = join(projectRoot, "models");
    const [shipped = ""] = await listModels(models);
    await expect(verifyModel(models, await readModelManifest(models, shipped))).resolves.toBeUndefined();
  });

  it("I11: names a file that is missing, has another size, or has changed", async () => {
    const path = join(folder.path, id, "onnx/model_quantized.onnx");
    const expectDamaged = (message: string) =>
      expect(verifyModel(folder.path, manifest)).rejects.toMatchObject({
        code: "model_damaged",
        message: expect.stringContaining(message),
        mend: expect.stringContaining(`models pull ${id}`),
      });
    await writeFile(path, "not really a modem");
    await expectDamaged("onnx/model_quantized.onnx does not have the checksum");
    await writeFile(path, "shorter");
    await expectDamaged("has 7 bytes instead of 18");
    await rm(path);
    await expectDamaged("onnx/model_quantized.onnx is missing");
  });

  it.each(Object.keys(files))("I11: without a checksum for %s, which is loaded, is refused", async (path) => {
    const described = { ...manifest, files: manifest.files.filter((file) => file.path !== path) };
    await expect(verifyModel(folder.path, described)).rejects.toMatchObject({
      code: "model_damaged",
      message: expect.stringContaining(`has no checksum for ${path}`),
      mend: expect.stringContaining(`models pull ${id}`),
    });
  });

  it("I11: that is missing says how to get the model", async () => {
    for (const other of ["invented/other", "nobody/model"])
      await expect(readModelManifest(folder.path, other)).rejects.toMatchObject({
        code: "model_not_found",
        mend: expect.stringContaining(other),
      });
  });

  it("I11: that is damaged, or another model's, is refused", async () => {
    const [file] = manifest.files;
    const wrong: unknown[] = [
      "",
      "{",
      "[]",
      "null",
      { ...manifest, dimensions: 0 },
      { ...manifest, pooling: "max" },
      { ...manifest, files: [] },
      { ...manifest, files: [{ ...file, sha256: "short" }] },
      { ...manifest, files: [{ ...file, path: "../../elsewhere" }] },
      { ...manifest, files: [{ ...file, path: "/etc/passwd" }] },
      { ...manifest, id: "invented/other" },
      { ...manifest, id: "../model" },
    ];
    for (const value of wrong) {
      await writeManifest(value);
      await expect(readModelManifest(folder.path, id)).rejects.toMatchObject({
        code: "model_damaged",
        message: expect.stringContaining(manifestFileName),
      });
    }
  });

  it("I11: names a file that cannot be read", async () => {
    const path = join(folder.path, id, "config.json");
    await rm(path);
    await mkdir(path);
    const { size } = await stat(path);
    const described = {
      ...manifest,
      files: manifest.files.map((file) => (file.path === "config.json" ? { ...file, sizeBytes: size } : file)),
    };
    await expect(verifyModel(folder.path, described)).rejects.toMatchObject({
      code: "file_unreadable",
      message: expect.stringContaining(`${path} cannot be read`),
    });
  });

  it("may be elsewhere, with a link to its folder", async () => {
    await mkdir(join(folder.path, "linked"));
    await symlink(join(folder.path, id), join(folder.path, "linked", "model"));
    await symlink(join(folder.path, "nowhere"), join(folder.path, "linked", "broken"));
    expect(await listModels(folder.path)).toEqual([id, "linked/model"]);
  });

  it("makes its folder a model, listed by name", async () => {
    await mkdir(join(folder.path, "another", "model"), { recursive: true });
    await mkdir(join(folder.path, "empty"), { recursive: true });
    expect(await listModels(folder.path)).toEqual([id]);
    await writeFile(join(folder.path, "another", "model", manifestFileName), "");
    expect(await listModels(folder.path)).toEqual(["another/model", id]);
    expect(await listModels(join(folder.path, "nowhere"))).toEqual([]);
  });
});
