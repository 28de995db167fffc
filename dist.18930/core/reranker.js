/** A second look at the best papers: what the rest of Paperkin knows of a cross-encoder. Implemented in `embedding/`. */
import { z } from "zod";
import { modelIdSchema } from "./embedder.js";
/** Files of weights that are known, in the order in which they are looked for: int8 is a quarter of the size and quicker. */
export const rerankerWeights = ["onnx/model_quantized.onnx", "onnx/model.onnx"];
/** How a cross-encoder is used, as its manifest says. */
export const rerankerDescriptionSchema = z.object({
    id: modelIdSchema,
    kind: z.literal("reranker"),
    weights: z.enum(rerankerWeights),
    /** One logit, or two of which the second says yes. */
    labels: z.union([z.literal(1), z.literal(2)]),
    /** Tokens of query and document together, special ones included; longer documents are cut. */
    maxTokens: z.number().int().positive(),
});
//# sourceMappingURL=reranker.js.map