/** Gets an embedding model, and records its usage in its manifest. */
import { z } from "zod";
import type { ModelDescription } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import { type ModelManifest, modelManifestSchema, textFiles } from "./manifest.ts";
import { checkId, fetchFile, type ModelFilesOptions, place, readJson, sourceOf, sumFiles } from "./model-files.ts";
import { weightsFile } from "./model-folder.ts";

export interface PullOptions extends ModelFilesOptions {
  readonly pooling?: string;
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  readonly maxTokens?: string;
}

type Usage = Pick<ModelDescription, "pooling" | "prefixes" | "maxTokens" | "cosineSpread"> & {
  baseModel: string;
  licence: string;
  sha256?: string;
};

/**
 * The usage of well-known models as stated by their authors, and their measured cosine spread. For other models it must be given as
 * options.
 */
const knownModels: Record<string, Usage> = {
  "Xenova/all-MiniLM-L6-v2": {
    baseModel: "sentence-transformers/all-MiniLM-L6-v2",
    licence: "Apache-2.0",
    pooling: "mean",
    prefixes: { query: "", document: "" },
    maxTokens: 256,
    cosineSpread: 0.3,
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
    cosineSpread: 0.15,
    sha256: "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
  },
};

/** Throws `download_failed`, `model_damaged`, `file_unreadable`, `invalid_request`, `cancelled`. */
export async function pullModel(options: PullOptions): Promise<ModelManifest> {
  const { id } = options;
  checkId(id);
  const usage = usageOf(options);
  return await place(options, async (fresh) => {
    await fetchFile(options, weightsFile, fresh);
    return await describe(fresh, id, usage, options);
  });
}

function usageOf({ id, pooling, queryPrefix, documentPrefix, maxTokens }: PullOptions): Usage {
  const known = knownModels[id];
  if (known === undefined && pooling === undefined) {
    throw new AppError("invalid_request", `Paperkin does not know how ${id} is used.`, {
      mend: "Set --pooling, and also --query-prefix, --document-prefix and --max-tokens if its model card names them.",
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

async function describe(folder: string, id: string, usage: Usage, options: PullOptions): Promise<ModelManifest> {
  const { files, hash } = await sumFiles(folder, [...textFiles, weightsFile]);
  const { sha256, ...rest } = usage;
  const found = files.find((file) => file.path === weightsFile)?.sha256;
  if (sha256 !== undefined && found !== sha256) {
    throw new AppError("model_damaged", `The weights of ${id} have the checksum ${found} instead of ${sha256}.`, {
      mend: "Pull the model again; if it was changed at its source, pull it under another name.",
    });
  }
  const dimensions = z.object({ hidden_size: z.number().int() }).safeParse(await readJson(folder, "config.json", id));
  if (!dimensions.success) throw new AppError("model_damaged", `The config.json of ${id} has no hidden_size.`);
  return modelManifestSchema.parse({ id, source: sourceOf(options, hash), dimensions: dimensions.data.hidden_size, ...rest, files });
}
