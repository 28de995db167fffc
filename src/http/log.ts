/** The server's log: one JSON object a line on standard error, so that standard output stays clean. */
import pino from "pino";

export type Log = Pick<pino.Logger, "info" | "warn" | "error">;

export function createLog(level: string): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
}
