/** Programs that are killed while they are working. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * Runs a program of this folder, and kills it shortly after it has printed the given number of lines. @returns the lines that it
 * printed, and what ended it: `SIGKILL`, or null if it finished sooner.
 */
export async function killWhileAtIt(
  name: string,
  args: readonly string[],
  lines = 1,
  momentMs = 0,
): Promise<{ said: string[]; signal: NodeJS.Signals | null }> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const enough = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.split("\n").length > lines) resolve();
    });
  });
  const ended = once(child, "close");
  await Promise.race([enough, ended]);
  if (momentMs > 0) await delay(momentMs);
  child.kill("SIGKILL");
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return { said: text.split("\n").filter((line) => line !== ""), signal };
}
