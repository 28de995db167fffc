#!/usr/bin/env node
/** The command line as a process of its own. */
import { toAppError } from "../core/errors.ts";

/** Everything else: reading it takes many files at once. Ends this process where the system does not let it read them. */
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
  // `paperkin search … | head` closes the pipe: nothing is wrong, and what is being written to the library is written to its end.
  if (error.code === "EPIPE") return;
  // A terminal that was closed: what is under way ends as it would otherwise, and there is nobody to tell.
  if (error.code === "EIO" && process.stdout.isTTY) return;
  process.stderr.write(`paperkin: The output cannot be written: ${error.message}.\n`);
  process.exit(1);
});
// What cannot be said to anybody ends no work.
process.stderr.on("error", () => undefined);
const { endWithParent, run } = await load();
// A server checks its library with this command. Others are begun with a channel by programs that let go of them on purpose.
if (process.argv[2] === "verify") endWithParent();
await run(process.argv.slice(2));
