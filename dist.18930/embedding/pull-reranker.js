/** Gets a cross-encoder, and reads off its own settings how it is used. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import { rerankerWeights } from "../core/reranker.js";
import { rerankerManifestSchema } from "./manifest.js";
import { checkId, fetchFile, place, readJson, sourceOf, sumFiles, textFiles } from "./model-files.js";
/**
 * A cross-encoder is a model of sequence classification with one label, or two. Of its weights the quantized ones are
 * taken, and the whole ones where there are no others. Throws `download_failed`, `model_damaged`, `file_unreadable`,
 * `invalid_request`, `cancelled`.
 */
export async function pullReranker(options) {
    checkId(options.id);
    return await place(options, async (fresh) => {
        const config = await readRerankerConfig(fresh, options);
        const [quantized, whole] = rerankerWeights;
        let taken = quantized;
        try {
            await fetchFile(options, quantized, fresh);
        }
        catch (error) {
            if (!(error instanceof AppError) || error.code === "cancelled")
                throw error;
            await fetchFile(options, whole, fresh).catch(() => {
                throw error;
            });
            await rm(join(fresh, quantized), { force: true });
            taken = whole;
        }
        return await describeReranker(fresh, options, config, taken);
    });
}
/** Throws `model_damaged` for what is no cross-encoder, `invalid_request` for a length that is none. */
async function readRerankerConfig(folder, { id, maxTokens }) {
    const config = rerankerConfigSchema.safeParse(await readJson(folder, "config.json", id));
    const mend = "Name a cross-encoder that was converted for transformers.js, such as Xenova/ms-marco-MiniLM-L-6-v2.";
    if (!config.success)
        throw new AppError("model_damaged", `${id} is no model of sequence classification, as its config.json says.`, { mend });
    const { id2label, num_labels, max_position_embeddings = usualTokens } = config.data;
    const labels = num_labels ?? (id2label === undefined ? 2 : Object.keys(id2label).length);
    if (labels !== 1 && labels !== 2)
        throw new AppError("model_damaged", `${id} tells ${labels} labels apart; a reranker has one, or two of which the second says yes.`, {
            mend,
        });
    const tokenizer = tokenizerConfigSchema.safeParse(await readJson(folder, "tokenizer_config.json", id));
    // Tokenizers without a length of their own name an enormous one.
    const longest = Math.min(max_position_embeddings, tokenizer.data?.model_max_length ?? max_position_embeddings, longestPair);
    const wanted = z.coerce
        .number()
        .int()
        .min(8)
        .max(longest)
        .safeParse(maxTokens ?? longest);
    if (!wanted.success)
        throw new AppError("invalid_request", `--max-tokens is “${maxTokens}”; ${id} reads 8 to ${longest} tokens.`);
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
/** Attention grows with the square of the length, and abstracts are shorter. */
const longestPair = 512;
/** Well-known ones; what is not among them says so in its model card. */
const knownRerankers = {
    "Xenova/ms-marco-MiniLM-L-6-v2": { baseModel: "cross-encoder/ms-marco-MiniLM-L-6-v2", licence: "Apache-2.0" },
    "Xenova/bge-reranker-base": { baseModel: "BAAI/bge-reranker-base", licence: "MIT" },
};
async function describeReranker(folder, options, config, taken) {
    const { files, hash } = await sumFiles(folder, [...textFiles, taken]);
    const { baseModel, licence } = knownRerankers[options.id] ?? { baseModel: options.id, licence: "see its model card" };
    const source = sourceOf(options, hash);
    return rerankerManifestSchema.parse({ id: options.id, kind: "reranker", weights: taken, ...config, baseModel, source, licence, files });
}
//# sourceMappingURL=pull-reranker.js.map