/** The thread that reads files of papers for {@link readAside}. It runs ahead by a few batches and then waits. */
import { parentPort, workerData } from "node:worker_threads";
import { keysOf } from "../core/paper-keys.ts";
import type { FileEvent } from "../core/source.ts";
import { readFiles } from "./read-files.ts";

/** The data that the thread is started with. */
export interface ReadingTask {
  readonly paths: readonly string[];
  readonly format: string | undefined;
}

/** Events per message. */
const batchSize = 250;
/** Unread messages at most: enough to bridge a transaction, few enough to keep memory constant. */
const mostAhead = 16;

async function run({ paths, format }: ReadingTask): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError("this module runs as a thread");
  let ahead = 0;
  let resume: (() => void) | undefined;
  port.on("message", () => {
    ahead--;
    resume?.();
  });
  // Parsing JSON is faster than a structured clone, and a paper is plain JSON.
  const send = async (events: readonly FileEvent[]) => {
    port.postMessage(JSON.stringify(events.map(plainEvent)));
    if (++ahead < mostAhead) return;
    await new Promise<void>((resolve) => {
      resume = resolve;
    });
  };
  let batch: FileEvent[] = [];
  for await (const event of readFiles(paths, format)) {
    batch.push(event);
    if (batch.length < batchSize) continue;
    await send(batch);
    batch = [];
  }
  if (batch.length > 0) await send(batch);
  port.postMessage("");
  port.close();
}

/**
 * An event as plain JSON. An error becomes the data it can be rebuilt from. A paper carries its keys, so that the thread that stores it
 * need not compute them.
 */
function plainEvent(event: FileEvent): unknown {
  if (event.kind === "paper") return { ...event, keys: keysOf(event.paper) };
  if (event.kind !== "fault") return event;
  const { code, message, mend } = event.error;
  return { kind: "fault", error: { code, message, mend } };
}

if (parentPort !== null) await run(workerData as ReadingTask);
