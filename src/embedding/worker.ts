/** A worker process: loads one model, then embeds the texts that it receives one at a time, queries first. */
import { AppError } from "../core/errors.ts";
import { requireSameFiles } from "./file-checksums.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { serveModel } from "./model-process.ts";
import { EmbeddingSession } from "./session.ts";

type Load = Extract<ToWorker, { kind: "load" }>;
type Text = Exclude<ToWorker, Load>;
type Done = Extract<FromWorker, { kind: "done" }>;

async function embed(session: EmbeddingSession | undefined, message: Text): Promise<Done> {
  if (session === undefined) throw new AppError("embedding_failed", "no model is loaded");
  const { id } = message;
  return message.kind === "query"
    ? { kind: "done", id, vector: await session.embedQuery(message.text), sentences: undefined }
    : { kind: "done", id, ...(await session.embedDocument(message.text)) };
}

async function load({ modelsFolder, model, files }: Load): Promise<EmbeddingSession> {
  const session = await EmbeddingSession.load(modelsFolder, model);
  // Verified after loading, so that it covers what was actually loaded. It takes a small part of the loading time.
  await requireSameFiles(modelsFolder, model.id, files);
  return session;
}

serveModel(load, embed, ({ kind }) => kind === "query");
