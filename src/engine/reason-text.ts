/** Reasons in a line of plain text: of a pick, and of a paper that fits examples. */
import type { Pick } from "../core/picks.ts";
import type { Reason } from "./reasons.ts";

export function describePick({ interest, reason, exploration }: Pick): string {
  return [
    exploration === true ? "to see what else there is" : `fits “${interest?.name ?? ""}”`,
    ...partsOf(reason),
    ...conditionsOf(reason, interest),
  ].join("; ");
}

/** What the interest asks for whatever it is about; said once where it is called that. */
export function conditionsOf({ conditions }: Pick["reason"], interest: Pick["interest"]): string[] {
  return conditions === undefined || conditions === interest?.name ? [] : [`meets its conditions (${conditions})`];
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
