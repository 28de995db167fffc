/** Reasons in a line of plain text: of a pick, and of a paper that fits examples. */
import type { Pick } from "../core/picks.ts";
import type { Reason } from "./reasons.ts";

export function describePick({ interest, reason, exploration }: Pick): string {
  return [
    exploration === true ? "to see what else there is" : `fits “${interest?.name ?? ""}”`,
    ...partsOf(reason),
    ...(reason.conditions === undefined ? [] : [`meets its conditions (${reason.conditions})`]),
  ].join("; ");
}

export function describeReason(reason: Reason): string {
  return partsOf(reason).join("; ");
}

function partsOf({ nearest: [near], terms }: Reason): string[] {
  return [
    ...(near === undefined ? [] : [`near “${near.title}” (${near.cosine.toFixed(2)})`]),
    ...(terms.length === 0 ? [] : [`shares ${terms.join(", ")}`]),
  ];
}
