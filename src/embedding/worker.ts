/** A worker process: loads one model, then embeds what it is sent, one text after another. */
import { AppError } from "../core/errors.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { EmbeddingSession } from "./session.ts";

let session: EmbeddingSession | undefined;
let last: Promise<void> = Promise.resolve();

function send(message: FromWorker): void {
  process.send?.(message);
}

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === "load") {
    try {
      session = await EmbeddingSession.load(message.modelsFolder, message.model);
      send({ kind: "ready" });
    } catch (error) {
      send({ kind: "broken", reason: reasonOf(error) });
    }
    return;
  }
  try {
    if (session === undefined) throw new AppError("embedding_failed", "no model is loaded");
    if (message.kind === "query")
      send({
        kind: "done",
        id: message.id,
        vector: await session.embedQuery(message.text),
        sentences: undefined,
      });
    else
      send({
        kind: "done",
        id: message.id,
        ...(await session.embedDocument(message.text)),
      });
  } catch (error) {
    send({ kind: "failed", id: message.id, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on("message", (message: ToWorker) => {
  last = last.then(() => handle(message));
});
// A terminal's interrupt reaches the whole group: the pool decides when a worker ends.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(0));
