/** Reasons as one line of plain text: for a pick, and for a paper that fits examples. */
import { readableMathematics } from "../../core/mathematics-text.ts";
import type { Pick, Picks } from "../../core/picks.ts";
import { counted, shortTitle } from "../../core/text.ts";
import type { CatchUp } from "../people/catch-up.ts";
import type { Reason } from "./reasons.ts";

export function describePick(pick: Pick): string {
  const { interest, exploration } = pick;
  const what = exploration === true ? "to see what else there is" : `fits “${interest?.name ?? ""}”`;
  return [what, ...groundsOf(pick)].join("; ");
}

/** As {@link describePick} where the interest is shown above; empty if there is nothing else to say. */
export function describeGrounds(pick: Pick): string {
  return groundsOf(pick).join("; ");
}

function groundsOf(pick: Pick): string[] {
  return [...partsOf(pick.reason), ...furtherGroundsOf(pick)];
}

/** Besides near papers and shared words, which a page shows with links. */
export function furtherGroundsOf(pick: Pick): string[] {
  return [...meaningOf(pick), ...conditionsOf(pick), ...ageOf(pick)];
}

/** Said of what is not new. */
function ageOf({ reason, exploration }: Pick): string[] {
  if (reason.newSince !== undefined) return [];
  return [exploration === true ? "not new: from the whole library" : "not new: from the whole library, to begin with"];
}

/**
 * The explanation if no word is shared and no example is near: an interest in words was met by meaning alone. Older picks do not record
 * this; for them it is inferred if there are no conditions either.
 */
function meaningOf({ reason: { nearest, terms, conditions, byMeaning }, exploration }: Pick): string[] {
  const isUnexplained = nearest.length === 0 && terms.length === 0 && conditions === undefined;
  const isMeaning = exploration !== true && (byMeaning === true || isUnexplained);
  return isMeaning ? ["nearer to its words in meaning than most papers"] : [];
}

/** The conditions of the interest; omitted if they are also its name. */
function conditionsOf({ reason: { conditions }, interest }: Pick): string[] {
  return conditions === undefined || conditions === interest?.name ? [] : [`meets its conditions (${conditions})`];
}

export function describeReason(reason: Reason): string {
  return partsOf(reason).join("; ");
}

function partsOf({ nearest: [near], terms }: Reason): string[] {
  return [
    ...(near === undefined ? [] : [`near “${shortTitle(readableMathematics(near.title))}” (${near.cosine.toFixed(2)})`]),
    ...(terms.length === 0 ? [] : [`shares ${terms.join(", ")}`]),
  ];
}

/** Interests that are named one by one. */
const mostNames = 6;

/** Of many names, the first and how many more there are. */
export function listedNames(names: readonly string[]): string {
  const shown = names.slice(0, names.length > mostNames ? mostNames - 1 : mostNames).map((name) => `“${name}”`);
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${rest} others`;
}

/**
 * The notice that today's picks do not include interests that began since. The caller appends, in the same sentence, what can be done.
 */
export function waitingNames(names: readonly string[]): string {
  const has = names.length === 1 ? "gets picks" : "get picks";
  return `The picks of a day are made once and then stay as they are. ${listedNames(names)} ${has} from tomorrow on`;
}

/**
 * `of 12 papers, new since …`: what there was to choose from, to be put after the number of picks. @param dateText how days are written.
 */
export function describeChoice(picks: Picks | CatchUp, dateText: (day: string) => string): string {
  const isEarly = picks.early === true;
  const isExtended = "extended" in picks && picks.extended !== undefined;
  return [
    choiceOf(picks, dateText),
    ...(isExtended ? ["Those for interests that you added later that day come after them."] : []),
    ...(isEarly ? ["Some papers are still waiting to be embedded: until they are, these picks may change."] : []),
  ].join(" ");
}

function choiceOf(picks: Picks | CatchUp, dateText: (day: string) => string): string {
  if (picks.candidates === 0) return "papers: none was new then, so there was nothing to choose from.";
  const of = `of ${counted(picks.candidates, "paper")}`;
  const since = "date" in picks ? picks.since : picks.from;
  if (since === "" && picks.picks.length === 0)
    return `papers: none of the ${picks.candidates} in the library is near enough to your interests.`;
  if (since === "")
    return `${picks.picks.length === 1 ? "paper" : "papers"}: to begin with, those of the whole library that are nearest to your interests.`;
  // If there are several days, the first one with picks may have drawn on the whole library.
  const hasOld = picks.picks.some(({ reason }) => reason.newSince === undefined);
  return hasOld
    ? `${of}: the new ones and, for a new interest, those that the library already had.`
    : `${of} that came in since ${dateText(since)}.`;
}
