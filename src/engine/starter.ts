/** The library that a new installation begins with: known papers of many fields, and topics over them. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { NewPaper } from "../core/paper.ts";
import type { SourceRecord } from "../core/source.ts";
import type { Engine } from "./engine.ts";

const topicsSchema = z.array(z.object({ name: z.string(), description: z.string() }));

/** Does nothing if the library contains, or has ever contained, anything. @returns whether it was filled. */
export async function seedLibrary(engine: Engine, corpus: AsyncIterable<SourceRecord>, topicsPath: string): Promise<boolean> {
  const { lastChange } = await engine.library.status();
  if (lastChange > 0) return false;
  // Topics first, then all papers in one transaction: once there are papers, everything is there.
  for (const { name, description } of topicsSchema.parse(JSON.parse(await readFile(topicsPath, "utf8")))) {
    await engine.addTopic(name, description).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "topic_exists")) throw error;
    });
  }
  const papers: NewPaper[] = [];
  for await (const record of corpus) {
    if (record.kind === "refused") throw new AppError("internal", `The starter corpus cannot be read: ${record.refusal.reason}.`);
    if (record.kind === "paper") papers.push(record.paper);
  }
  await engine.library.upsert(papers);
  return true;
}
