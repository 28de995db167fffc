/** A thread that reads files of papers for {@link readAside}: it runs ahead by a few batches and then waits. */
import { parentPort, workerData } from "node:worker_threads";
import { keysOf } from "../core/paper-keys.ts";
import type { FileEvent } from "../core/source.ts";
import { readFiles } from "./read-files.ts";

/** What the thread is started with. */
export interface ReadingTask {
  readonly paths: readonly string[];
  readonly format: string | undefined;
}

/** Events in one message. */
const batchSize = 250;
/** Messages that wait to be taken: enough to bridge a transaction, little enough to keep memory constant. */
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
  // JSON is read faster than a structured clone, and a paper is JSON anyway.
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

/** An error is no JSON: what makes it anew is. A paper comes with its keys, so that whoever stores it need not stop for them. */
function plainEvent(event: FileEvent): unknown {
  if (event.kind === "paper") return { ...event, keys: keysOf(event.paper) };
  if (event.kind !== "fault") return event;
  const { code, message, mend } = event.error;
  return { kind: "fault", error: { code, message, mend } };
}

if (parentPort !== null) await run(workerData as ReadingTask);
