/** Work that nobody waits for gives way to whoever is answered meanwhile. */
import { setPriority } from "node:os";
/** About a quarter of a core beside somebody who wants all of it: at 10, a busy machine would leave a tenth. */
const niceness = 5;
/** @param pid of a process that has just begun, since later it has threads of its own; 0 is this one, whose threads and processes follow it. */
export function yieldToOthers(pid) {
    if (pid === undefined)
        return;
    try {
        setPriority(pid, niceness);
    }
    catch {
        // It has ended, or the system knows no priorities: its turn comes as any other's.
    }
}
//# sourceMappingURL=background.js.map