/** The folder of a model and its manifest, which describes the model and lists the checksum of every file. */
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { modelDescriptionSchema } from "../core/embedder.ts";
import { AppError, codeOf, toAppError } from "../core/errors.ts";
import { rerankerDescriptionSchema } from "../core/reranker.ts";
import { verifyFiles } from "./file-checksums.ts";
import { folderOfModel, weightsFile } from "./model-folder.ts";

export const manifestFileName = "paperkin-model.json";
/** The files that every model has besides its weights. */
export const textFiles = ["config.json", "tokenizer.json", "tokenizer_config.json"];

/** The origin of a model, and its files. */
const originSchema = z.object({
  /** The model that it was converted from. */
  baseModel: z.string(),
  /** Where the files come from, with their revision if it is known. */
  source: z.string(),
  licence: z.string(),
  files: z
    .array(
      z.object({
        path: z.string().regex(/^(?!\/)(?!.*\.\.)[\w./-]+$/),
        sizeBytes: z.number().int(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
});

export const modelManifestSchema = modelDescriptionSchema.extend(originSchema.shape);
export type ModelManifest = z.infer<typeof modelManifestSchema>;

export const rerankerManifestSchema = rerankerDescriptionSchema.extend(originSchema.shape);
export type RerankerManifest = z.infer<typeof rerankerManifestSchema>;

/**
 * Reads the manifest of an embedding model. Throws `model_not_found`, `model_damaged` (an invalid manifest), `invalid_config` (it is a
 * reranker).
 */
export async function readModelManifest(modelsFolder: string, id: string): Promise<ModelManifest> {
  const manifest = await readManifest(modelsFolder, id, "embedding model");
  if (!("kind" in manifest)) return manifest;
  throw new AppError("invalid_config", `${id} is a reranker and cannot embed texts.`, {
    mend: "Set it with --reranker or the setting `reranker` instead, and name an embedding model here, or none.",
  });
}

/** Reads the manifest of a reranker. Throws `model_not_found`, `model_damaged`, `invalid_config` (it is an embedding model). */
export async function readRerankerManifest(modelsFolder: string, id: string): Promise<RerankerManifest> {
  const manifest = await readManifest(modelsFolder, id, "reranker");
  if ("kind" in manifest) return manifest;
  throw new AppError("invalid_config", `${id} is an embedding model and cannot rerank.`, {
    mend: "Name a cross-encoder in the setting `reranker`, or none.",
  });
}

/** Reads the manifest of a model of either kind; both kinds may be in one folder. Throws `model_not_found`, `model_damaged`, `storage_failed`. */
export async function readManifest(
  modelsFolder: string,
  id: string,
  wanted: "embedding model" | "reranker" | "model" = "model",
): Promise<ModelManifest | RerankerManifest> {
  const folder = folderOfModel(modelsFolder, id);
  const path = join(folder, manifestFileName);
  const pull = `paperkin models pull ${id}${wanted === "reranker" ? " --as-reranker" : ""}`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    // Too many open files, or a failing disk, say nothing about the model.
    const error = toAppError(cause);
    if (error.code === "storage_failed") throw error;
    const isThere = existsSync(folder);
    throw new AppError(
      "model_not_found",
      `The ${wanted} ${id} ${isThere ? `in ${modelsFolder} has no manifest` : `is not in ${modelsFolder}`}.`,
      {
        mend: isThere
          ? `Create its manifest with \`${pull} --from ${folder}\`, or set another model.`
          : `Get it with \`${pull}\`, or set ${wanted === "reranker" ? "none" : "another model"}.`,
        cause,
      },
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (parsed === undefined)
    throw new AppError("model_damaged", `The manifest ${path} is not JSON.`, { mend: `Get the model again with \`${pull}\`.` });
  const isReranker = z.object({ kind: z.literal("reranker") }).safeParse(parsed).success;
  const result = (isReranker ? rerankerManifestSchema : modelManifestSchema).safeParse(parsed);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new AppError("model_damaged", `The manifest ${path} is not valid: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`, {
      mend: `Get the model again with \`${pull}\`.`,
    });
  }
  if (result.data.id !== id) throw new AppError("model_damaged", `The manifest ${path} describes ${result.data.id} instead of ${id}.`);
  return result.data;
}

/**
 * Verifies every file against the manifest, which must list every file that is loaded. Throws `model_damaged` for the first that differs.
 */
export async function verifyModel(modelsFolder: string, manifest: ModelManifest | RerankerManifest): Promise<void> {
  const folder = folderOfModel(modelsFolder, manifest.id);
  const mend = `Get the model again with \`paperkin models pull ${manifest.id}${"kind" in manifest ? " --as-reranker" : ""}\`.`;
  const unnamed = [...textFiles, "kind" in manifest ? manifest.weights : weightsFile].find(
    (loaded) => !manifest.files.some(({ path }) => path === loaded),
  );
  if (unnamed !== undefined)
    throw new AppError("model_damaged", `The manifest ${join(folder, manifestFileName)} has no checksum for ${unnamed}.`, { mend });
  await verifyFiles(folder, manifest.files, mend);
}

/** The ids of the models in a folder, which are those with a manifest. */
export async function listModels(modelsFolder: string): Promise<string[]> {
  const ids: string[] = [];
  for (const owner of await foldersIn(modelsFolder)) {
    for (const name of await foldersIn(join(modelsFolder, owner))) {
      if (existsSync(join(modelsFolder, owner, name, manifestFileName))) ids.push(`${owner}/${name}`);
    }
  }
  return ids.sort();
}

/** Those of {@link listModels} that are embedding models. Unreadable manifests are included, so that using them reports the error. */
export async function listEmbeddingModels(modelsFolder: string): Promise<string[]> {
  const ids = await listModels(modelsFolder);
  const manifests = await Promise.all(ids.map((id) => readManifest(modelsFolder, id).catch(() => undefined)));
  return ids.filter((_, at) => !("kind" in (manifests[at] ?? {})));
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    // Follows links: large models are sometimes kept on another disk.
    const areFolders = await Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.isDirectory()));
    return names.filter((_, at) => areFolders[at] === true);
  } catch (error) {
    // One that is there and may not be read would look like one without models.
    if (codeOf(error) === "EACCES") throw error;
    return [];
  }
}
