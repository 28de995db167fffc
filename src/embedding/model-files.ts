/** Gets the files of a model from the hub or from a folder. They take their place only once all of them are complete. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { modelIdSchema } from "../core/embedder.ts";
import { AppError, codeOf, toWritingError } from "../core/errors.ts";
import { sha256OfFile } from "./file-checksums.ts";
import { type ModelManifest, manifestFileName, textFiles } from "./manifest.ts";
import { folderOfModel } from "./model-folder.ts";

export interface ModelFilesOptions {
  readonly id: string;
  readonly modelsFolder: string;
  readonly hub: string;
  /** A folder with the model's files, to be used instead of the hub. */
  readonly from?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: string, doneBytes: number, totalBytes: number) => void;
}

/** A download fails if no byte arrives for this long. */
const stalledMs = 60_000;

/** Throws `invalid_request`. */
export function checkId(id: string): void {
  if (!modelIdSchema.safeParse(id).success)
    throw new AppError("invalid_request", `“${id}” is not a model id, which has the form owner/name.`);
}

/**
 * Fills a new folder beside the model's own, and swaps the two once it is complete. `fill` adds the weights; the other files have been
 * fetched before it runs.
 */
export async function place<M>(options: ModelFilesOptions, fill: (fresh: string) => Promise<M>): Promise<M> {
  const target = folderOfModel(options.modelsFolder, options.id);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    for (const file of textFiles) await fetchFile(options, file, fresh);
    const manifest = await fill(fresh);
    await writeFile(join(fresh, manifestFileName), `${JSON.stringify(manifest, null, 2)}\n`);
    const old = `${target}.${process.pid}.old`;
    // Left by a process that was killed: in a container the next process often has the same id.
    await rm(old, { recursive: true, force: true });
    const replaces = (await stat(target).catch(() => undefined)) !== undefined;
    if (replaces) await rename(target, old);
    try {
      await rename(fresh, target);
    } catch (error) {
      if (replaces) await rename(old, target);
      throw error;
    }
    await rm(old, { recursive: true, force: true });
    return manifest;
  } catch (cause) {
    throw unwritable(cause, options.modelsFolder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function unwritable(cause: unknown, folder: string): AppError {
  const code = codeOf(cause);
  if (!["EACCES", "EPERM", "EROFS"].includes(code)) return toWritingError(cause, folder);
  return new AppError("storage_failed", `This user has no permission to write to the models folder ${folder} (${code}).`, {
    mend: "Run this as the folder's owner, or name another folder with --models or PAPERKIN_MODELS. Models that are already there need only be readable.",
    cause,
  });
}

export async function fetchFile(options: ModelFilesOptions, file: string, folder: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  if (options.from === undefined) await download(options, file, join(folder, file));
  else await copyFrom(options.from, file, join(folder, file));
}

async function copyFrom(folder: string, file: string, target: string): Promise<void> {
  try {
    await copyFile(join(folder, file), target);
  } catch (cause) {
    throw new AppError(
      "file_unreadable",
      `The model's file ${join(folder, file)} cannot be copied: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

async function download({ id, hub, signal, onProgress }: ModelFilesOptions, file: string, target: string): Promise<void> {
  const url = `${hub.replace(/\/$/, "")}/${id}/resolve/main/${file}`;
  const failed = (reason: string, cause?: unknown) =>
    new AppError("download_failed", `${url} could not be downloaded: ${reason}.`, {
      mend: "Check the model's id and the network, or copy the files yourself and use --from.",
      cause,
    });
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stalledMs);
  try {
    // The Content-Length of a compressed response would be its compressed size.
    const response = await fetch(url, {
      headers: { "accept-encoding": "identity" },
      signal: AbortSignal.any([stalled.signal, ...(signal === undefined ? [] : [signal])]),
    });
    const { ok, status, headers, body } = response;
    if (!ok || body === null) throw failed(`the hub answers ${status}`);
    const total = headers.has("content-encoding") ? 0 : Number(headers.get("content-length") ?? 0);
    let done = 0;
    const counted = async function* () {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        timer.refresh();
        done += chunk.length;
        onProgress?.(file, done, Math.max(total, done));
        yield chunk;
      }
    };
    await pipeline(counted, createWriteStream(target));
    if (total > 0 && done !== total) throw failed(`${done} of ${total} bytes arrived`);
  } catch (cause) {
    if (signal?.aborted === true) throw new AppError("cancelled", "The download was cancelled.");
    if (cause instanceof AppError) throw cause;
    throw failed(stalled.signal.aborted ? "it stalled" : cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

/** The size and checksum of each file in a folder, and one short hash of all of them. */
export async function sumFiles(folder: string, paths: readonly string[]): Promise<{ files: ModelManifest["files"]; hash: string }> {
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      sizeBytes: (await stat(join(folder, path))).size,
      sha256: await sha256OfFile(join(folder, path)),
    })),
  );
  const all = createHash("sha256").update(files.map((file) => file.sha256).join(""));
  return { files, hash: all.digest("hex").slice(0, 12) };
}

export function sourceOf({ id, from, hub }: ModelFilesOptions, hash: string): string {
  return from === undefined ? `${new URL(hub).host}, ${id}, main, files ${hash}` : `a local folder, files ${hash}`;
}

export async function readJson(folder: string, file: string, id: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, file), "utf8"));
  } catch (cause) {
    throw new AppError("model_damaged", `The ${file} of ${id} is not JSON.`, { cause });
  }
}
