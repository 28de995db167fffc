/** The reason of a pick, in a line of plain text. */
import type { Pick } from "../core/picks.ts";

export function describeReason({ interest, reason, exploration }: Pick): string {
  const [near] = reason.nearest;
  return [
    exploration === true ? "to see what else there is" : `fits “${interest?.name ?? ""}”`,
    near === undefined ? undefined : `near “${near.title}” (${near.cosine.toFixed(2)})`,
    reason.terms.length === 0 ? undefined : `shares ${reason.terms.join(", ")}`,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}
