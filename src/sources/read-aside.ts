/** Reads files of papers in a thread of its own, so that parsing overlaps with storing. */
import { Worker } from "node:worker_threads";
import { AppError, type ErrorCode } from "../core/errors.ts";
import type { FileEvent } from "../core/source.ts";
import type { ReadingTask } from "./reading-thread.ts";

type PlainEvent = Exclude<FileEvent, { kind: "fault" }> | { kind: "fault"; error: { code: ErrorCode; message: string; mend?: string } };

/**
 * @param threadModule the compiled `reading-thread`.
 * @param signal ends it early, even while nothing arrives.
 * Yields and throws the same as `readFiles`, in the same order.
 */
export async function* readAside(task: ReadingTask, threadModule: string, signal?: AbortSignal): AsyncIterable<FileEvent> {
  // Otherwise the end of the thread would close each descriptor that it opened as a number and passed to a stream (a pipe). By then the
  // same number may belong to another file of this process, such as the library's.
  const thread = new Worker(threadModule, { workerData: task, trackUnmanagedFds: false });
  const messages: string[] = [];
  let failure: unknown;
  let wake: (() => void) | undefined;
  const arrive = (act: () => void) => {
    act();
    wake?.();
  };
  thread.on("message", (message: string) => arrive(() => messages.push(message)));
  thread.on("error", (error) => arrive(() => (failure = error)));
  thread.on("exit", () => arrive(() => (failure ??= new Error("the reading thread ended early"))));
  const stop = () => wake?.();
  signal?.addEventListener("abort", stop);
  try {
    while (signal?.aborted !== true) {
      const message = messages.shift();
      if (message === "") return;
      if (message === undefined) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      thread.postMessage(null);
      for (const event of JSON.parse(message) as PlainEvent[]) yield revive(event);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    await thread.terminate();
  }
}

function revive(event: PlainEvent): FileEvent {
  if (event.kind !== "fault") return event;
  const { code, message, mend } = event.error;
  return { kind: "fault", error: new AppError(code, message, mend === undefined ? {} : { mend }) };
}
