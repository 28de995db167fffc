/** Child processes: how they are started, and how background work yields to requests. */
import { ChildProcess, fork, type Serializable } from "node:child_process";
import { setPriority } from "node:os";

/** Leaves about a quarter of a core next to a process that wants all of it; at 10 it would be a tenth. */
const niceness = 5;

/**
 * @param pid of a process that has just started, since threads that it already has keep their priority. 0 is this process; its later
 * threads and child processes inherit the priority.
 */
export function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // The process has ended, or the system has no priorities.
  }
}

/**
 * Makes a command end once the IPC channel to its parent closes, since nobody would read its answer. This includes a parent that was
 * killed.
 */
export function endWithParent(): void {
  // Undefined in a process without an IPC channel.
  if (process.connected === undefined) return;
  if (!process.connected) process.exit(1);
  process.on("disconnect", () => process.exit(1));
  // The listener would keep the channel open, and with it a process that has finished.
  process.channel?.unref();
}

/**
 * Starts a module in a child process, and sends it its first message. If the system has no room for another process (file descriptors,
 * memory, a limit on processes), the returned object has no `pid` and emits `error`, whichever way Node reports it.
 */
export function beginProcess(module: string, message: Serializable): ChildProcess {
  try {
    const child = fork(module, { stdio: ["ignore", "ignore", "inherit", "ipc"], serialization: "advanced" });
    // A process that did not start has no channel either.
    if (child.pid !== undefined) child.send(message, () => undefined);
    return child;
  } catch (error) {
    const child = new ChildProcess();
    process.nextTick(() => child.emit("error", error));
    return child;
  }
}
