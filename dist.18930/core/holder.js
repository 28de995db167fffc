/** Who is at something that one process at a time does, as people are told, so that they can find it. */
import { utcMinute } from "./local-time.js";
/** The beginning of a sentence. @param holder undefined where it has ended meanwhile. */
export function describeHolder(holder) {
    if (holder === undefined)
        return "A process that just ended";
    const { pid, elsewhere, since } = holder;
    const where = elsewhere === true ? " of another container" : "";
    return `Process ${pid}${where}${since === undefined ? "" : ` (running since ${utcMinute(since)})`}`;
}
//# sourceMappingURL=holder.js.map