/** The reranker's process: loads one model, then scores the pairs that it is sent, one after another. */
import { AppError } from "../core/errors.ts";
import type { FromRerankWorker, ToRerankWorker } from "./rerank-messages.ts";
import { RerankSession } from "./rerank-session.ts";

let session: RerankSession | undefined;
let last: Promise<void> = Promise.resolve();

function send(message: FromRerankWorker): void {
  process.send?.(message);
}

async function handle(message: ToRerankWorker): Promise<void> {
  if (message.kind === "load") {
    try {
      session = await RerankSession.load(message.modelsFolder, message.model);
      send({ kind: "ready" });
    } catch (error) {
      send({ kind: "broken", reason: reasonOf(error) });
    }
    return;
  }
  const { id, query, document } = message;
  try {
    if (session === undefined) throw new AppError("reranking_failed", "no model is loaded");
    send({ kind: "scored", id, score: await session.score(query, document) });
  } catch (error) {
    send({ kind: "failed", id, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on("message", (message: ToRerankWorker) => {
  last = last.then(() => handle(message));
});
// A terminal's interrupt reaches the whole group: whoever began this process decides when it ends.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(0));
