/** A model's folder and the manifest that vouches for it: what the model is, and the checksum of every file. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { modelDescriptionSchema } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";

export const manifestFileName = "paperkin-model.json";

export const modelManifestSchema = modelDescriptionSchema.extend({
  /** The model that it was converted from. */
  baseModel: z.string(),
  /** Where the files come from, with their revision where one is known. */
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
export type ModelManifest = z.infer<typeof modelManifestSchema>;

export function folderOfModel(modelsFolder: string, id: string): string {
  return join(modelsFolder, ...id.split("/"));
}

/** Throws `model_not_found`, `model_damaged` (a manifest that cannot be read). */
export async function readModelManifest(modelsFolder: string, id: string): Promise<ModelManifest> {
  const path = join(folderOfModel(modelsFolder, id), manifestFileName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new AppError("model_not_found", `The model ${id} is not in ${modelsFolder}.`, {
      mend: `Get it with \`paperkin models pull ${id}\`, or set another model.`,
      cause,
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const result = modelManifestSchema.safeParse(parsed);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new AppError("model_damaged", `The manifest ${path} is not valid: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`, {
      mend: `Get the model again with \`paperkin models pull ${id}\`.`,
    });
  }
  if (result.data.id !== id) throw new AppError("model_damaged", `The manifest ${path} describes ${result.data.id} instead of ${id}.`);
  return result.data;
}

/** Compares every file with the manifest. Throws `model_damaged` naming the first that differs. */
export async function verifyModel(modelsFolder: string, manifest: ModelManifest): Promise<void> {
  const folder = folderOfModel(modelsFolder, manifest.id);
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    const mend = `Get the model again with \`paperkin models pull ${manifest.id}\`.`;
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new AppError("model_damaged", `The model's file ${path} is missing.`, { mend });
    if (found.size !== file.sizeBytes)
      throw new AppError("model_damaged", `The model's file ${path} has ${found.size} bytes instead of ${file.sizeBytes}.`, { mend });
    if ((await sha256OfFile(path)) !== file.sha256)
      throw new AppError("model_damaged", `The model's file ${path} does not have the checksum of its manifest.`, { mend });
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The ids of the models below a folder: those with a manifest. */
export async function listModels(modelsFolder: string): Promise<string[]> {
  const ids: string[] = [];
  for (const owner of await foldersIn(modelsFolder)) {
    for (const name of await foldersIn(join(modelsFolder, owner))) {
      if (existsSync(join(modelsFolder, owner, name, manifestFileName))) ids.push(`${owner}/${name}`);
    }
  }
  return ids.sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
