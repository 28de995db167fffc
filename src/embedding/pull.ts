/** Gets a model: its files from the hub or a folder, checked, with a manifest of its own, and in place only when whole. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { z } from "zod";
import type { ModelDescription } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import { folderOfModel, type ModelManifest, manifestFileName, modelManifestSchema, sha256OfFile } from "./manifest.ts";

export interface PullOptions {
  readonly id: string;
  readonly modelsFolder: string;
  readonly hub: string;
  /** A folder with the model's files, instead of the hub. */
  readonly from?: string;
  readonly pooling?: string;
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  readonly maxTokens?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: string, doneBytes: number, totalBytes: number) => void;
}

type Usage = Pick<ModelDescription, "pooling" | "prefixes" | "maxTokens"> & {
  baseModel: string;
  licence: string;
  sha256?: string;
};

/** How well-known models are used, as their authors say; others need to be told. */
const knownModels: Record<string, Usage> = {
  "Xenova/all-MiniLM-L6-v2": {
    baseModel: "sentence-transformers/all-MiniLM-L6-v2",
    licence: "Apache-2.0",
    pooling: "mean",
    prefixes: { query: "", document: "" },
    maxTokens: 256,
    sha256: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
  },
  "Xenova/bge-small-en-v1.5": {
    baseModel: "BAAI/bge-small-en-v1.5",
    licence: "MIT",
    pooling: "cls",
    prefixes: {
      query: "Represent this sentence for searching relevant passages: ",
      document: "",
    },
    maxTokens: 512,
    sha256: "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
  },
};

const weights = "onnx/model_quantized.onnx";
const modelFiles = ["config.json", "tokenizer.json", "tokenizer_config.json", weights];
/** Without a byte for this long, a download has failed. */
const stalledMs = 60_000;

/** Throws `download_failed`, `model_damaged`, `file_unreadable`, `invalid_request`, `cancelled`. */
export async function pullModel(options: PullOptions): Promise<ModelManifest> {
  const { id, modelsFolder } = options;
  if (!/^[\w.-]+\/[\w.-]+$/.test(id)) throw new AppError("invalid_request", `“${id}” is not a model id; it is owner/name.`);
  const usage = usageOf(options);
  const target = folderOfModel(modelsFolder, id);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    for (const file of modelFiles) {
      await mkdir(dirname(join(fresh, file)), { recursive: true });
      if (options.from === undefined) await download(options, file, join(fresh, file));
      else await copyFrom(options.from, file, join(fresh, file));
    }
    const manifest = await describe(fresh, id, usage, options);
    await writeFile(join(fresh, manifestFileName), `${JSON.stringify(manifest, null, 2)}\n`);
    const old = `${target}.${process.pid}.old`;
    const replaces = (await stat(target).catch(() => undefined)) !== undefined;
    if (replaces) await rename(target, old);
    await rename(fresh, target);
    await rm(old, { recursive: true, force: true });
    return manifest;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function usageOf({ id, pooling, queryPrefix, documentPrefix, maxTokens }: PullOptions): Usage {
  const known = knownModels[id];
  if (known === undefined && pooling === undefined) {
    throw new AppError("invalid_request", `Paperkin does not know how ${id} is used.`, {
      mend: "Say how with --pooling, and --query-prefix, --document-prefix and --max-tokens where its model card names them.",
    });
  }
  const result = z
    .object({
      pooling: z.enum(["mean", "cls", "last_token"]),
      maxTokens: z.coerce.number().int().min(8).max(8192),
    })
    .safeParse({
      pooling: pooling ?? known?.pooling,
      maxTokens: maxTokens ?? known?.maxTokens ?? 512,
    });
  if (!result.success)
    throw new AppError(
      "invalid_request",
      `The model's usage is not valid: ${result.error.issues[0]?.path.join(".")} ${result.error.issues[0]?.message}.`,
    );
  return {
    baseModel: known?.baseModel ?? id,
    licence: known?.licence ?? "see its model card",
    ...result.data,
    prefixes: {
      query: queryPrefix ?? known?.prefixes.query ?? "",
      document: documentPrefix ?? known?.prefixes.document ?? "",
    },
    ...(known?.sha256 === undefined ? {} : { sha256: known.sha256 }),
  };
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

async function download({ id, hub, signal, onProgress }: PullOptions, file: string, target: string): Promise<void> {
  const url = `${hub.replace(/\/$/, "")}/${id}/resolve/main/${file}`;
  const failed = (reason: string, cause?: unknown) =>
    new AppError("download_failed", `${url} could not be downloaded: ${reason}.`, {
      mend: "Check the model's id and the network, or copy the files by hand and use --from.",
      cause,
    });
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stalledMs);
  const output = createWriteStream(target);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([stalled.signal, ...(signal === undefined ? [] : [signal])]),
    });
    if (!response.ok || response.body === null) throw failed(`the hub answers ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    let done = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), stalledMs);
      done += chunk.length;
      onProgress?.(file, done, Math.max(total, done));
      if (!output.write(chunk)) await once(output, "drain");
    }
    if (total > 0 && done !== total) throw failed(`${done} of ${total} bytes arrived`);
    output.end();
    await finished(output);
  } catch (cause) {
    output.destroy();
    if (signal?.aborted === true) throw new AppError("cancelled", "The download was cancelled.");
    if (cause instanceof AppError) throw cause;
    throw failed(stalled.signal.aborted ? "it stalled" : cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

async function describe(folder: string, id: string, usage: Usage, { from, hub }: PullOptions): Promise<ModelManifest> {
  const files = await Promise.all(
    modelFiles.map(async (path) => ({
      path,
      sizeBytes: (await stat(join(folder, path))).size,
      sha256: await sha256OfFile(join(folder, path)),
    })),
  );
  const { sha256, ...rest } = usage;
  const found = files.find((file) => file.path === weights)?.sha256;
  if (sha256 !== undefined && found !== sha256) {
    throw new AppError("model_damaged", `The weights of ${id} have the checksum ${found}, and are known with ${sha256}.`, {
      mend: "Get them again; if the model was changed at its source, pull it under another name.",
    });
  }
  const config: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  const dimensions = z.object({ hidden_size: z.number().int() }).safeParse(config);
  if (!dimensions.success) throw new AppError("model_damaged", `The config.json of ${id} names no hidden_size.`);
  const hash = createHash("sha256")
    .update(files.map((file) => file.sha256).join(""))
    .digest("hex")
    .slice(0, 12);
  return modelManifestSchema.parse({
    id,
    source: from === undefined ? `${new URL(hub).host}, ${id}, main, files ${hash}` : `a local folder, files ${hash}`,
    dimensions: dimensions.data.hidden_size,
    ...rest,
    files,
  });
}
