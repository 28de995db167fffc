/** The processes that this one has started. */
import { spawnSync } from "node:child_process";

/** @param running only those whose command line holds this. */
export function childProcesses(running: string): number[] {
  const { stdout } = spawnSync("ps", ["--ppid", String(process.pid), "-o", "pid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes(running))
    .map((line) => Number.parseInt(line, 10));
}
