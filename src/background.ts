/** Processes beside this one: how they begin, and how work that nobody waits for gives way to whoever is answered meanwhile. */
import { ChildProcess, fork, type Serializable } from "node:child_process";
import { setPriority } from "node:os";

/** About a quarter of a core beside somebody who wants all of it: at 10, a busy machine would leave a tenth. */
const niceness = 5;

/** @param pid of a process that has just begun, since later it has threads of its own; 0 is this one, whose threads and processes follow it. */
export function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended, or the system knows no priorities: its turn comes as any other's.
  }
}

/** A command that another process began with a channel has nobody to answer once that channel closes: it ends, also where its parent was killed. */
export function endWithParent(): void {
  // Undefined in one that never had any.
  if (process.connected === undefined) return;
  if (!process.connected) process.exit(1);
  process.on("disconnect", () => process.exit(1));
  // Listening keeps it open, and that keeps a process that is done from ending.
  process.channel?.unref();
}

/**
 * Begins a module in a process of its own, and sends it its first message. Where the system has no room for a process (descriptors,
 * memory, a limit of their number), what is returned has no `pid` and says so as its `error`, whichever way Node reports it.
 */
export function beginProcess(module: string, message: Serializable): ChildProcess {
  try {
    const child = fork(module, { stdio: ["ignore", "ignore", "inherit", "ipc"], serialization: "advanced" });
    // One that did not begin has no channel either.
    if (child.pid !== undefined) child.send(message, () => undefined);
    return child;
  } catch (error) {
    const child = new ChildProcess();
    process.nextTick(() => child.emit("error", error));
    return child;
  }
}
