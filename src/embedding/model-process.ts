/** The loop of a process that runs a model of any kind: it loads the model, then answers messages one at a time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../core/errors.ts";

/** Reports a failure in place of an answer. */
type Trouble =
  | { readonly kind: "broken"; readonly reason: string; readonly mend?: string }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };

/** Sent once, when the model is loaded. */
type Ready = { readonly kind: "ready" };

/**
 * Answers the messages of the parent process until it disconnects.
 * @param answer throws if there is no session yet.
 * @param isUrgent whether a message goes before all waiting messages that are not urgent.
 */
export function serveModel<Load extends { readonly kind: "load" }, Ask extends { readonly kind: string; readonly id: number }, Session>(
  load: (message: Load) => Promise<Session>,
  answer: (session: Session | undefined, message: Ask) => Promise<{ readonly kind: string; readonly id: number }>,
  isUrgent: (message: Ask) => boolean = () => false,
): void {
  let session: Session | undefined;
  const waiting: (Load | Ask)[] = [];
  let isWorking = false;
  const send = (message: Ready | Trouble | { readonly kind: string; readonly id: number }) => {
    // The parent may be gone; this process then ends by itself.
    process.send?.(message, () => undefined);
  };
  const handle = async (message: Load | Ask) => {
    if (isLoad<Load, Ask>(message)) {
      try {
        session = await load(message);
        send({ kind: "ready" });
      } catch (error) {
        const { mend } = error instanceof AppError ? error : {};
        send({ kind: "broken", reason: reasonOf(error), ...(mend === undefined ? {} : { mend }) });
      }
      return;
    }
    try {
      send(await answer(session, message));
    } catch (error) {
      send({ kind: "failed", id: message.id, reason: reasonOf(error) });
    }
  };
  const takeNext = () => {
    const urgent = waiting.findIndex((message) => !isLoad<Load, Ask>(message) && isUrgent(message));
    return waiting.splice(Math.max(0, urgent), 1)[0];
  };
  const work = async () => {
    isWorking = true;
    for (let message = takeNext(); message !== undefined; message = takeNext()) {
      await handle(message);
      // A model blocks the event loop while it computes. Messages that arrived meanwhile are read first.
      await nextTurn();
    }
    isWorking = false;
  };
  process.on("message", (message: Load | Ask) => {
    waiting.push(message);
    if (!isWorking) void work();
  });
  // A terminal sends its signals to the whole process group, but the parent decides when this process ends.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  process.on("disconnect", () => process.exit(0));
}

function isLoad<Load extends { readonly kind: "load" }, Ask extends { readonly kind: string }>(message: Load | Ask): message is Load {
  return message.kind === "load";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
