/** Compares the files of a model with the checksums in its manifest. Worker processes load this module, so it does not import zod. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { folderOfModel } from "./model-folder.ts";

export interface FileChecksum {
  /** Relative to the model's folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Throws `model_damaged` for the first file that is missing or differs, `file_unreadable` for one that cannot be read.
 * @param mend the advice in the error.
 */
export async function verifyFiles(folder: string, files: readonly FileChecksum[], mend: string): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new AppError("model_damaged", `The model's file ${path} is missing.`, { mend });
    if (found.size !== file.sizeBytes)
      throw new AppError("model_damaged", `The model's file ${path} has ${found.size} bytes instead of ${file.sizeBytes}.`, { mend });
    const sha256 = await sha256OfFile(path).catch((cause: unknown) => {
      throw new AppError(
        "file_unreadable",
        `The model's file ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
        {
          mend: "Give this user permission to read it.",
          cause,
        },
      );
    });
    if (sha256 !== file.sha256)
      throw new AppError("model_damaged", `The model's file ${path} does not have the checksum of its manifest.`, { mend });
  }
}

/**
 * For a process that has just loaded a model which another process verified earlier. If the files were replaced in between, its vectors or
 * scores would be mixed with those of the other model. Throws `model_damaged`, `file_unreadable`.
 */
export async function requireSameFiles(modelsFolder: string, id: string, files: readonly FileChecksum[]): Promise<void> {
  await verifyFiles(
    folderOfModel(modelsFolder, id),
    files,
    "The model has changed since this program started. Put the previous model back; or restart the program, and check with `paperkin verify` whether the new one is the library's.",
  );
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
