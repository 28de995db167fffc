/** Gets a cross-encoder, and derives its usage from its own configuration. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { rerankerWeights } from "../core/reranker.ts";
import { type RerankerManifest, rerankerManifestSchema, textFiles } from "./manifest.ts";
import { checkId, fetchFile, type ModelFilesOptions, place, readJson, sourceOf, sumFiles } from "./model-files.ts";

export interface PullRerankerOptions extends ModelFilesOptions {
  readonly maxTokens?: string;
}

/**
 * A cross-encoder is a sequence classification model with one label, or two. The quantized weights are used, or the full ones if there are
 * no quantized ones. Throws `download_failed`, `model_damaged`, `file_unreadable`, `invalid_request`, `cancelled`.
 */
export async function pullReranker(options: PullRerankerOptions): Promise<RerankerManifest> {
  checkId(options.id);
  return await place(options, async (fresh) => {
    const config = await readRerankerConfig(fresh, options);
    const [quantized, whole] = rerankerWeights;
    let taken: RerankerManifest["weights"] = quantized;
    try {
      await fetchFile(options, quantized, fresh);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "cancelled") throw error;
      await fetchFile(options, whole, fresh).catch(() => {
        throw error;
      });
      await rm(join(fresh, quantized), { force: true });
      taken = whole;
    }
    return await describeReranker(fresh, options, config, taken);
  });
}

/** The part of a cross-encoder's configuration that is used here. */
interface RerankerConfig {
  readonly labels: 1 | 2;
  readonly maxTokens: number;
}

/** Throws `model_damaged` for a model that is not a cross-encoder, `invalid_request` for an invalid length. */
async function readRerankerConfig(folder: string, { id, maxTokens }: PullRerankerOptions): Promise<RerankerConfig> {
  const config = rerankerConfigSchema.safeParse(await readJson(folder, "config.json", id));
  const mend = "Name a cross-encoder that was converted for transformers.js, such as Xenova/ms-marco-MiniLM-L-6-v2.";
  if (!config.success)
    throw new AppError("model_damaged", `${id} is not a sequence classification model, according to its config.json.`, { mend });
  const { id2label, num_labels, max_position_embeddings = usualTokens } = config.data;
  const labels = num_labels ?? (id2label === undefined ? 2 : Object.keys(id2label).length);
  if (labels !== 1 && labels !== 2)
    throw new AppError("model_damaged", `${id} has ${labels} labels; a reranker has one, or two of which the second means yes.`, {
      mend,
    });
  const tokenizer = tokenizerConfigSchema.safeParse(await readJson(folder, "tokenizer_config.json", id));
  // Tokenizers without a maximum length state an enormous one.
  const longest = Math.min(max_position_embeddings, tokenizer.data?.model_max_length ?? max_position_embeddings, longestPair);
  const wanted = z.coerce
    .number()
    .int()
    .min(8)
    .max(longest)
    .safeParse(maxTokens ?? longest);
  if (!wanted.success) throw new AppError("invalid_request", `--max-tokens is “${maxTokens}”; for ${id} it must be from 8 to ${longest}.`);
  return { labels, maxTokens: wanted.data };
}

const rerankerConfigSchema = z.object({
  architectures: z.array(z.string()).refine((names) => names.some((name) => name.endsWith("ForSequenceClassification"))),
  id2label: z.record(z.string(), z.unknown()).optional(),
  num_labels: z.number().optional(),
  max_position_embeddings: z.number().int().min(8).optional(),
});
const tokenizerConfigSchema = z.object({ model_max_length: z.number().min(8) });
const usualTokens = 512;
/** The cost of attention grows with the square of the length, and abstracts are shorter than this. */
const longestPair = 512;

/** Well-known rerankers; for others, the licence is in the model card. */
const knownRerankers: Readonly<Record<string, Pick<RerankerManifest, "baseModel" | "licence">>> = {
  "Xenova/ms-marco-MiniLM-L-6-v2": { baseModel: "cross-encoder/ms-marco-MiniLM-L-6-v2", licence: "Apache-2.0" },
  "Xenova/bge-reranker-base": { baseModel: "BAAI/bge-reranker-base", licence: "MIT" },
};

async function describeReranker(
  folder: string,
  options: PullRerankerOptions,
  config: RerankerConfig,
  taken: RerankerManifest["weights"],
): Promise<RerankerManifest> {
  const { files, hash } = await sumFiles(folder, [...textFiles, taken]);
  const { baseModel, licence } = knownRerankers[options.id] ?? { baseModel: options.id, licence: "see its model card" };
  const source = sourceOf(options, hash);
  return rerankerManifestSchema.parse({ id: options.id, kind: "reranker", weights: taken, ...config, baseModel, source, licence, files });
}
