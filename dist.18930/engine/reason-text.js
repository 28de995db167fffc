import { shortTitle } from "../core/text.js";
export function describePick({ interest, reason, exploration }) {
    return [
        exploration === true ? "to see what else there is" : `fits “${interest?.name ?? ""}”`,
        ...partsOf(reason),
        ...conditionsOf(reason, interest),
    ].join("; ");
}
/** What the interest asks for whatever it is about; said once where it is called that. */
export function conditionsOf({ conditions }, interest) {
    return conditions === undefined || conditions === interest?.name ? [] : [`meets its conditions (${conditions})`];
}
export function describeReason(reason) {
    return partsOf(reason).join("; ");
}
function partsOf({ nearest: [near], terms }) {
    return [
        ...(near === undefined ? [] : [`near “${shortTitle(near.title)}” (${near.cosine.toFixed(2)})`]),
        ...(terms.length === 0 ? [] : [`shares ${terms.join(", ")}`]),
    ];
}
/** `of 12 papers, new since …`: what there was to choose from, behind the number of picks. @param dateText how days are written. */
export function describeChoice(picks, dateText) {
    if (picks.candidates === 0)
        return "of 0 papers: none was new then, so that there was nothing to choose from.";
    const of = `of ${picks.candidates.toLocaleString("en")} papers`;
    const since = "date" in picks ? picks.since : picks.from;
    if (since === "")
        return `${of}: those of the whole library that are nearest to your interests, to begin with.`;
    // Of several days, the first with picks may have begun with the whole library.
    const hasOld = picks.picks.some(({ reason }) => reason.newSince === undefined);
    return `${of}, ${hasOld ? "new or, to begin with, from the whole library" : `new since ${dateText(since)}`}.`;
}
//# sourceMappingURL=reason-text.js.map