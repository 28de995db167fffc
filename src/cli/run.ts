/** Runs what was typed, and turns errors into exit codes. */
import { CommanderError } from "commander";
import { AppError, toAppError } from "../core/errors.ts";
import { removeControls } from "../core/text.ts";
import { buildProgram, withoutUnknownHelp } from "./program.ts";

/**
 * What the command says goes to the output of this process; its exit code is `process.exitCode`, which is left as it is where all is well.
 * @param args the words behind `paperkin`.
 */
export async function run(args: readonly string[]): Promise<void> {
  try {
    const words = withoutUnknownHelp(args);
    const program = await buildProgram(words);
    await program.exitOverride().showHelpAfterError("(--help shows how it is used)").parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const known = denied(error) ?? toAppError(error);
    process.stderr.write(`paperkin: ${removeControls(known.explanation)}\n`);
    if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? ""}\n`);
    process.exitCode = known.outcome.exitCode;
  }
}

/** What the file system keeps from this user is no fault inside the program; undefined for anything else. */
function denied(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown && "path" in thrown)) return undefined;
  const { code, path } = thrown;
  if ((code !== "EACCES" && code !== "EPERM") || typeof path !== "string") return undefined;
  return new AppError("file_unreadable", `${path} cannot be opened: this user may not read or write it (${code}).`, {
    mend: "Let this user do so, run this as one who may, or name another place.",
    cause: thrown,
  });
}
