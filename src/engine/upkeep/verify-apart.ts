/** Runs `verify` in a separate process: it reads everything, and searches must not wait for that. */
import { spawn } from "node:child_process";
import { yieldToOthers } from "../../background.ts";
import { AppError } from "../../core/errors.ts";
import type { Finding } from "../../core/upkeep.ts";

/** How much of a failing program's output is kept. */
const longestReason = 2_000;

/**
 * @param args for Node: the module of the command line, and a `verify --json` for it. @param env of that process; by default this one's.
 * Throws `cancelled`, `internal`.
 */
export async function verifyApart(args: readonly string[], signal: AbortSignal, env?: NodeJS.ProcessEnv): Promise<Finding[]> {
  // No messages are sent over the channel: when it closes, the process knows that this one was killed.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"], signal, killSignal: "SIGKILL", env });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, killedBy) => resolve(killedBy ?? String(code)));
  });
  let [output, errors] = ["", ""];
  // A process that could not start (no descriptors are left) has no output either.
  if (child.pid !== undefined) {
    // Characters of several bytes may arrive in two pieces.
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-longestReason);
    });
  }
  yieldToOthers(child.pid);
  const end = await ended.catch((cause: unknown) => {
    throw signal.aborted ? new AppError("cancelled", "Checking was cancelled.") : cause;
  });
  // It exits with 1 if it finds damage, after reporting it. Output before any other exit code is incomplete.
  if (output === "" || (end !== "0" && end !== "1"))
    throw new AppError(
      "internal",
      `The library could not be checked: ${errors.trim().replace(/\.$/, "") || `the process that does it ended (${end})`}.`,
    );
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Finding);
}
