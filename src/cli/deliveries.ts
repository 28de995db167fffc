/** Sends messages to people from within a server: what is due when it starts, and then every minute. */
import { createTransports } from "../app-delivery.ts";
import type { Config } from "../config.ts";
import { toAppError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { type ScheduledWork, Schedules } from "../engine/upkeep/schedules.ts";
import { noteFault, type ServerLog } from "./schedules.ts";

/**
 * Polls the outbox, which survives restarts. Independent of fetches, however long one takes.
 * @returns how to stop, after the message that is being sent.
 */
export function startDeliveries(engine: Engine, config: Config, log: ServerLog): () => Promise<void> {
  const transports = createTransports(config);
  const stopping = new AbortController();
  const onError = (thrown: unknown) => {
    const error = toAppError(thrown);
    log.error({ code: error.code, err: error }, `messages were not sent, and are tried again: ${error.explanation}`);
    noteFault(engine, log, "messages", error);
  };
  const deliver = async (signal: AbortSignal) => {
    await engine.digests.deliverDue({
      transports,
      signal,
      onDelivery: ({ date, person, channel, state, attempts, lastError }) =>
        log.info({ date, person, channel, state, attempts, lastError }, "a message was tried"),
    });
  };
  const work: ScheduledWork = { name: "messages", at: "* * * * *", run: deliver };
  const first = deliver(stopping.signal).catch(onError);
  const schedules = new Schedules([work], (_work, error) => onError(error));
  return async () => {
    stopping.abort();
    await Promise.all([first, schedules.stop()]);
  };
}
