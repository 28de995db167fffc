/** The library that a new installation begins with: known papers of many fields, and topics over them. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../core/errors.js";
const topicsSchema = z.array(z.object({ name: z.string(), description: z.string() }));
/** Does nothing when the library holds, or ever held, anything. @returns whether it was filled. */
export async function seedLibrary(engine, corpus, topicsPath) {
    const { lastChange } = await engine.library.status();
    if (lastChange > 0)
        return false;
    // Topics first, papers in one transaction: when the papers are there, everything is.
    for (const { name, description } of topicsSchema.parse(JSON.parse(await readFile(topicsPath, "utf8")))) {
        await engine.addTopic(name, description).catch((error) => {
            if (!(error instanceof AppError && error.code === "topic_exists"))
                throw error;
        });
    }
    const papers = [];
    for await (const record of corpus) {
        if (record.kind === "refused")
            throw new AppError("internal", `The starter corpus cannot be read: ${record.refusal.reason}.`);
        if (record.kind === "paper")
            papers.push(record.paper);
    }
    await engine.library.upsert(papers);
    return true;
}
//# sourceMappingURL=starter.js.map