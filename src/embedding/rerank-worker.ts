/** The reranker's process: loads one model, then scores the pairs that it receives, one at a time. */
import { AppError } from "../core/errors.ts";
import { requireSameFiles } from "./file-checksums.ts";
import { serveModel } from "./model-process.ts";
import type { FromRerankWorker, ToRerankWorker } from "./rerank-messages.ts";
import { RerankSession } from "./rerank-session.ts";

type Load = Extract<ToRerankWorker, { kind: "load" }>;
type Pair = Extract<ToRerankWorker, { kind: "pair" }>;
type Scored = Extract<FromRerankWorker, { kind: "scored" }>;

async function score(session: RerankSession | undefined, { id, query, document }: Pair): Promise<Scored> {
  if (session === undefined) throw new AppError("reranking_failed", "no model is loaded");
  return { kind: "scored", id, score: await session.score(query, document) };
}

async function load({ modelsFolder, model, files }: Load): Promise<RerankSession> {
  const session = await RerankSession.load(modelsFolder, model);
  // As for embedding, one program never scores with two models.
  await requireSameFiles(modelsFolder, model.id, files);
  return session;
}

serveModel(load, score);
