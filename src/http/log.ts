/** The server's log: one JSON object per line on standard error, so that standard output stays clean. */
import pino from "pino";
import { escapeControls } from "../core/text.ts";

export type Log = Pick<pino.Logger, "info" | "warn" | "error">;

/** The size of the buffer for lines that cannot be written yet; further lines are dropped. */
const mostHeldBytes = 1 << 20;

/** Errors of writing the log (a full disk, a closed terminal) never fail a request. @param dest a file, or standard error. */
export function createLog(level: string, dest: string | 2 = 2): Log {
  const destination = pino.destination({ dest, sync: true, maxLength: mostHeldBytes });
  destination.on("error", () => undefined);
  // Paths and quoted texts come from anybody, and somebody reads the log in a terminal.
  const write = (line: string) => destination.write(escapeControls(line));
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}
