/** Names the process that holds a lease, so that people can find it. */
import { utcMinute } from "./local-time.ts";
import type { ClaimedWork } from "./upkeep.ts";

/** The beginning of a sentence. @param holder undefined if it has ended meanwhile. */
export function describeHolder(holder: Pick<ClaimedWork, "pid" | "elsewhere" | "since"> | undefined): string {
  if (holder === undefined) return "A process that just ended";
  const { pid, elsewhere, since } = holder;
  const where = elsewhere === true ? " of another container" : "";
  return `Process ${pid}${where}${since === undefined ? "" : ` (running since ${utcMinute(since)})`}`;
}
