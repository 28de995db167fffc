/** `verify` in a process of its own: it reads everything there is, and whoever searches must not wait for that. */
import { spawn } from "node:child_process";
import { yieldToOthers } from "../background.ts";
import { AppError } from "../core/errors.ts";
import type { Finding } from "../core/upkeep.ts";

/** What is kept of the words of a program that fails. */
const longestReason = 2_000;

/**
 * @param args of Node: the module of the command line, and a `verify --json` for it.
 * @param env of that process; this one's unless given. Throws `cancelled`, `internal`.
 */
export async function verifyApart(args: readonly string[], signal: AbortSignal, env?: NodeJS.ProcessEnv): Promise<Finding[]> {
  // Over the channel nothing is said: that it closes tells the process that this one was killed.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"], signal, killSignal: "SIGKILL", env });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, killedBy) => resolve(killedBy ?? String(code)));
  });
  let [output, errors] = ["", ""];
  // One that could not begin (no descriptors are left) has no output either.
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
  // It ends with 1 where it finds damage, and then says which. What was said before any other end is not all that there is.
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
