/** What a person says of papers, and taking it back. */
import { AppError } from "../core/errors.js";
import { feedbackKinds, isPutAside } from "../core/interest.js";
import { plainLines } from "../core/text.js";
import { getInterest } from "./interests.js";
import { findLabels, findPapers, getPaper, namesBehind, namesOf } from "./papers.js";
import { requireStillThere } from "./people.js";
const longestNote = 10_000;
/** Throws `paper_not_found`, `interest_not_found`, and `invalid_request` for a note without text. */
export async function giveFeedback(library, person, id, input, now) {
    const { paper } = await getPaper(library, id);
    const note = plainLines(input.note ?? "");
    if ((input.kind === "note") !== (note !== "") || note.length > longestNote) {
        throw new AppError("invalid_request", input.kind === "note" ? "The note has no text, or too much of it." : "Only a note has a text.", {
            mend: `A note is of kind “note” and has up to ${longestNote} characters.`,
        });
    }
    const feedback = {
        paperId: paper.paperId,
        kind: input.kind,
        at: now.toISOString(),
        ...(note === "" ? {} : { note }),
        ...(input.interest === undefined ? {} : { interest: (await getInterest(library, person, input.interest)).id }),
    };
    await requireStillThere(library, person);
    await library.personal.putFeedback(person, feedback);
    return feedback;
}
/** @returns whether there was something to take back. */
export async function takeBackFeedback(library, person, id, kind) {
    let was = false;
    for (const name of await namesBehind(library, id))
        was = (await library.personal.removeFeedback(person, name, kind)) || was;
    return was;
}
/** For lists of papers: reads what was said of these, however much was said of others. */
export async function saidOf(library, person, papers) {
    const all = await library.personal.feedbackOn(person, papers.flatMap(namesOf));
    return (paper) => {
        const names = new Set(namesOf(paper));
        const own = all.filter(({ paperId }) => names.has(paperId));
        // They come latest first, and the last one of a kind stays in the map.
        return new Map(own.reverse().map((feedback) => [feedback.kind, feedback]));
    };
}
/** Tells of papers whether a person has put them aside, whichever name they had then. */
export async function putAsideBy(library, person, papers) {
    const said = await saidOf(library, person, papers);
    return (paper) => [...said(paper).values()].some(isPutAside);
}
/** Latest first, with the papers; without those that are no longer there. Reads no other papers than those of the part that is asked for. */
export async function listFeedback(library, person, { kind, interest, limit, offset = 0 } = {}) {
    const all = (await library.personal.feedback(person)).filter((feedback) => (interest ?? feedback.interest) === feedback.interest);
    const labels = await findLabels(library, all.map(({ paperId }) => paperId));
    // Of two papers that have become one the same may have been said of each.
    const once = new Set();
    const present = all.filter((feedback, at) => {
        const key = `${feedback.kind} ${labels[at]}`;
        if (labels[at] === undefined || (feedback.kind !== "note" && once.has(key)))
            return false;
        once.add(key);
        return true;
    });
    const counts = new Map(feedbackKinds.map((one) => [one, present.filter((feedback) => feedback.kind === one).length]));
    const asked = present.filter((feedback) => (kind ?? feedback.kind) === feedback.kind);
    const part = asked.slice(offset, limit === undefined ? undefined : offset + limit);
    const papers = await findPapers(library, part.map(({ paperId }) => paperId));
    const said = part.flatMap((feedback, at) => {
        const paper = papers[at]?.paper;
        return paper === undefined ? [] : [{ feedback, paper }];
    });
    return { said, total: asked.length, counts };
}
//# sourceMappingURL=feedback.js.map