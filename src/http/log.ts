/** The server's log: one JSON object per line on standard error, so that standard output stays clean. */
import pino from "pino";

export type Log = Pick<pino.Logger, "info" | "warn" | "error">;

/** The size of the buffer for lines that cannot be written yet; further lines are dropped. */
const mostHeldBytes = 1 << 20;

/** Errors of writing the log (a full disk, a closed terminal) never fail a request. */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: mostHeldBytes });
  destination.on("error", () => undefined);
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
