/** The server's log: one JSON object a line on standard error, so that standard output stays clean. */
import pino from "pino";

export type Log = Pick<pino.Logger, "info" | "warn" | "error">;

/** What is kept of lines that cannot be written, until they can; later ones are left out. */
const mostHeldBytes = 1 << 20;

/** A log that cannot be written, on a full disk or a terminal that was closed, costs no request anything. */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: mostHeldBytes });
  destination.on("error", () => undefined);
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
