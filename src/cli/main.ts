#!/usr/bin/env node
/** The command line as a process of its own. */
import { toAppError } from "../core/errors.ts";

/** Loads the rest of the program, which opens many files at once. Ends the process if the system does not let it read them. */
async function load() {
  try {
    return { ...(await import("../background.ts")), ...(await import("./run.ts")) };
  } catch (error) {
    const known = toAppError(error);
    if (known.code === "internal") throw error;
    process.stderr.write(`paperkin: ${known.explanation}\n`);
    process.exit(1);
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `paperkin search … | head` closes the pipe, which is no error. Writes to the library are completed.
  if (error.code === "EPIPE") return;
  // The terminal was closed: running work ends as usual, and there is nobody to inform.
  if (error.code === "EIO" && process.stdout.isTTY) return;
  process.stderr.write(`paperkin: The output cannot be written: ${error.message}.\n`);
  process.exit(1);
});
// A failure to write an error message does not stop any work.
process.stderr.on("error", () => undefined);
const { endWithParent, run } = await load();
// A server runs this command to check its library. Other programs that start a command with an IPC channel may detach from it on purpose.
if (process.argv[2] === "verify") endWithParent();
await run(process.argv.slice(2));
