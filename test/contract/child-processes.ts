/** Processes that another one has started, for tests that end them. */
import { execFileSync } from "node:child_process";

/** @param name part of the command line. @returns their numbers. */
export function childProcesses(parent: number, name: string): number[] {
  try {
    return execFileSync("pgrep", ["-P", String(parent), "-f", name], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    // There is none.
    return [];
  }
}
