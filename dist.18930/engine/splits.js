/** Interests that have become two: proposing to split one, doing it, and leaving it whole. */
import { createHash, randomBytes } from "node:crypto";
import { AppError } from "../core/errors.js";
import { mostExamplePapers } from "../core/interest.js";
import { splitExamples } from "../core/ranking/split.js";
import { dot } from "../core/vectors.js";
import { examplesOfInterest, getInterest, replaceInterest, requireRoom, strongestTerms } from "./interests.js";
import { itemOfWords, itemsOf } from "./items.js";
/** Of an interest that was left whole, nothing is proposed until it has so many times as many examples. */
const growth = 1.5;
const shownTerms = 3;
const longestName = 200;
/** Undefined where the examples of the interest are of one kind, or were said to be. */
export async function proposeSplit(library, interest, feedback) {
    const { positives } = await examplesOfInterest(library, interest, feedback);
    if (interest.keptWhole !== undefined && positives.length < growth * interest.keptWhole)
        return undefined;
    const items = await itemsOf(library, positives);
    const embedded = positives.flatMap((label, at) => {
        const vector = items[at]?.vector;
        return vector === undefined ? [] : [{ label, vector }];
    });
    const split = splitExamples(embedded.map(({ vector }) => vector));
    if (split === undefined)
        return undefined;
    const of = (which) => which.flatMap((at) => embedded[at] ?? []);
    const labels = split.halves.map((which) => of(which).map(({ label }) => label));
    const terms = [];
    for (const half of labels)
        terms.push([...(await strongestTerms(library, half, ""))]);
    const halfOf = async (at) => {
        const other = new Set(terms[1 - at]);
        const own = of(split.halves[at]);
        return {
            labels: own.map(({ label }) => label),
            papers: (await library.papers(own.map(({ label }) => label))).flatMap((stored) => stored?.paper ?? []),
            terms: (terms[at] ?? []).filter((term) => !other.has(term)).slice(0, shownTerms),
            sum: own.reduce((sum, { vector }) => sum.map((value, place) => value + (vector[place] ?? 0)), new Float32Array(own[0]?.vector.length ?? 0)),
        };
    };
    const halves = [await halfOf(0), await halfOf(1)];
    const names = halves.map(({ papers }) => papers.map(({ paperId }) => paperId).sort());
    const token = createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 16);
    return { interest, halves, likeness: split.likeness, token };
}
/**
 * Makes two interests of one. The one that is there keeps its id, its words and the half that they are nearer to (without words the
 * larger one); the new one gets the other half. What was said of papers stays, and is about the half that it belongs to.
 * @param token of the proposal that was shown. Throws `interest_not_found`, `invalid_request` where that is not proposed any more, or
 * where there is no room for another interest.
 */
export async function acceptSplit(library, embedder, person, id, token, now) {
    const { personal } = library;
    const interest = await getInterest(library, person, id);
    requireRoom(await personal.interests(person));
    const feedback = await personal.feedback(person);
    const proposal = await proposeSplit(library, interest, feedback);
    if (proposal?.token !== token)
        throw notProposed(interest);
    const [larger, smaller] = proposal.halves;
    const words = interest.words === "" ? undefined : (await itemOfWords(library, embedder, interest.words)).vector;
    const [kept, other] = words === undefined || likeness(words, larger) >= likeness(words, smaller) ? [larger, smaller] : [smaller, larger];
    const movedLabels = new Set(other.labels);
    const { keptWhole: _, ...whole } = interest;
    const { topic: __, ...rest } = whole;
    const labels = await library.resolve(interest.positives);
    const isMoved = (at) => movedLabels.has(labels[at] ?? -1);
    const own = interest.positives.filter((_id, at) => !isMoved(at));
    const moving = interest.positives.filter((_id, at) => isMoved(at));
    const second = {
        ...rest,
        id: randomBytes(6).toString("hex"),
        name: nameOf(interest, other),
        words: "",
        // Its own examples before saves, which are about it in any case.
        positives: [...new Set([...moving, ...other.papers.map(({ paperId }) => paperId)])].slice(0, mostExamplePapers),
        created: now.toISOString(),
    };
    const first = {
        ...whole,
        name: nameOf(interest, kept),
        // Saves alone are no interest: they may be taken back.
        positives: own.length === 0 && interest.words === "" ? kept.papers.slice(0, mostExamplePapers).map(({ paperId }) => paperId) : own,
    };
    const about = feedback.filter((said) => said.interest === interest.id);
    const aboutLabels = await library.resolve(about.map(({ paperId }) => paperId));
    const known = aboutLabels.filter((label) => label !== undefined);
    const vectors = new Map((await itemsOf(library, known)).map(({ vector }, at) => [known[at], vector]));
    const goesOver = (said, label) => {
        if (said.kind === "save")
            return label !== undefined && movedLabels.has(label);
        // A save is an example; anything else is about the half that it is nearer to.
        const vector = label === undefined ? undefined : vectors.get(label);
        return vector !== undefined && likeness(vector, other) > likeness(vector, kept);
    };
    const moved = about.filter((said, at) => goesOver(said, aboutLabels[at]));
    if (!(await personal.divideInterest(person, { before: interest, first, second, moved })))
        throw notProposed(interest);
    return [first, second];
}
function notProposed({ name }) {
    return new AppError("invalid_request", `To split “${name}” so is not proposed, or not any more.`, {
        mend: "Look at the proposal again.",
    });
}
/** Leaves an interest whole: nothing is proposed until it has grown. Throws `interest_not_found`. */
export async function declineSplit(library, person, id) {
    return await replaceInterest(library, person, id, async (interest) => {
        const { positives } = await examplesOfInterest(library, interest, await library.personal.feedback(person));
        return { ...interest, keptWhole: positives.length };
    });
}
/** Mean cosine with a half. */
function likeness(vector, { sum, labels }) {
    return dot(vector, sum) / labels.length;
}
function nameOf({ name }, { terms }) {
    const suffix = terms.length === 0 ? "" : ` (${terms.join(", ")})`;
    return `${name.slice(0, Math.max(1, longestName - suffix.length))}${suffix}`.slice(0, longestName).toWellFormed();
}
//# sourceMappingURL=splits.js.map