#!/usr/bin/env node
/** The command line: runs what was typed, and turns errors into exit codes. */
import { CommanderError } from "commander";
import { toAppError } from "../core/errors.ts";
import { removeControls } from "../core/text.ts";
import { buildProgram } from "./program.ts";

async function main(): Promise<void> {
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
  try {
    const program = await buildProgram(process.argv.slice(2));
    await program.exitOverride().showHelpAfterError("(--help shows how it is used)").parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const known = toAppError(error);
    process.stderr.write(`paperkin: ${removeControls(known.explanation)}\n`);
    if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? ""}\n`);
    process.exitCode = known.outcome.exitCode;
  }
}

await main();
