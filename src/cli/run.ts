/** Runs a command line, and turns errors into exit codes. */
import { CommanderError } from "commander";
import { AppError, toAppError } from "../core/errors.ts";
import { removeControls } from "../core/text.ts";
import { buildProgram, requireValues, withoutUnknownHelp } from "./program.ts";

/**
 * Output goes to this process's streams; the exit code is `process.exitCode`, which stays unset on success.
 * @param args the words after `paperkin`.
 */
export async function run(args: readonly string[]): Promise<void> {
  try {
    const words = withoutUnknownHelp(args);
    const program = await buildProgram(words);
    program.exitOverride().showHelpAfterError("(--help shows how it is used)");
    requireValues(program, words);
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const known = ofPath(error) ?? toAppError(error);
    process.stderr.write(`paperkin: ${removeControls(known.explanation)}\n`);
    if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? ""}\n`);
    process.exitCode = known.outcome.exitCode;
  }
}

/** Missing file permissions, and files in the place of folders, are not internal errors; undefined for anything else. */
function ofPath(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown && "path" in thrown)) return undefined;
  const { code, path } = thrown;
  if (typeof path !== "string") return undefined;
  if (code === "ENOTDIR")
    return new AppError("file_unreadable", `${path} cannot be opened: a part of this path is a file, not a folder.`, {
      mend: "Check the name.",
      cause: thrown,
    });
  if (code !== "EACCES" && code !== "EPERM") return undefined;
  return new AppError("file_unreadable", `${path} cannot be opened: this user may not read or write it (${code}).`, {
    mend: "Give this user access, run this as a user who has it, or name another place.",
    cause: thrown,
  });
}
