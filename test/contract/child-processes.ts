/** Processes that another one has started, for tests that end them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

const tellsChildren = existsSync(`/proc/self/task/${process.pid}/children`);

/** @param name part of the command line. @returns their process ids. */
export function childProcesses(parent: number, name: string): number[] {
  // Tests poll this, and a process for each query would take time from what they wait for.
  return tellsChildren ? toldByKernel(parent, name) : toldByProgram(parent, name);
}

function toldByKernel(parent: number, name: string): number[] {
  const tasks = `/proc/${parent}/task`;
  return namesIn(tasks)
    .flatMap((task) => textOf(`${tasks}/${task}/children`).split(" "))
    .filter((child) => child !== "" && textOf(`/proc/${child}/cmdline`).replaceAll("\0", " ").includes(name))
    .map(Number)
    .sort((one, other) => one - other);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It has exited.
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function toldByProgram(parent: number, name: string): number[] {
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
