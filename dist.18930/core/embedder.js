/** Text to vectors: what the rest of Paperkin knows of a model. Implemented in `embedding/`. */
import { z } from "zod";
/** `owner/name`, the folder below that of the models: neither is a way out of it (`..`). */
export const modelIdSchema = z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/, "a model id is owner/name");
/** How a model is used, as its manifest says. */
export const modelDescriptionSchema = z.object({
    id: modelIdSchema,
    dimensions: z.number().int().positive(),
    pooling: z.enum(["mean", "cls", "last_token"]),
    /** Put before a query, and before a document. */
    prefixes: z.object({ query: z.string(), document: z.string() }),
    /** Tokens, special ones included; longer texts are cut. */
    maxTokens: z.number().int().positive(),
    /**
     * The difference of cosine that a search takes for as much as the best match of its words against none. Models differ in
     * it; where it is undefined, the candidates of each query tell.
     */
    cosineSpread: z.number().positive().max(2).optional(),
});
//# sourceMappingURL=embedder.js.map