/** Where the parts of a file of embeddings lie, whichever format says so, and how its beginning is read. */
import { open, stat } from "node:fs/promises";
import { z } from "zod";
import { modelIdSchema } from "../core/embedder.js";
import { unreadable } from "./vector-lines.js";
export const descriptionSchema = z.object({
    model: modelIdSchema,
    preparation: z.coerce.number().int().positive(),
    truncation: z.coerce.number().int().positive().optional(),
});
export const longestHeader = 1 << 20;
export async function readStart(path, bytes, from = 0) {
    await partOf(path);
    const file = await open(path, "r").catch((cause) => {
        throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
    });
    try {
        const buffer = Buffer.alloc(bytes);
        const { bytesRead } = await file.read(buffer, 0, bytes, from);
        if (bytesRead < bytes)
            throw unreadable(path, "it ends within its header");
        return buffer;
    }
    finally {
        await file.close();
    }
}
export async function partOf(path) {
    const found = await stat(path).catch((cause) => {
        throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
    });
    if (!found.isFile())
        throw unreadable(path, "it is no file");
    return { path, start: 0, end: found.size };
}
export function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=vector-layout.js.map