import { isDealtWith } from "../core/interest.js";
import { BitmapLabelSet, selectLabels } from "../core/label-set.js";
export function requirementsOf(parsed, unseenBy) {
    return [
        ...parsed.phrases.map((terms) => ({ kind: "phrase", terms })),
        ...parsed.alternatives.map((group) => ({ kind: "either", group })),
        ...parsed.excluded.map((terms) => ({ kind: "without", terms })),
        ...parsed.excludedFilters.map((filters) => ({ kind: "unlike", filters })),
        ...(unseenBy === undefined ? [] : [{ kind: "unseen", person: unseenBy }]),
    ];
}
/** Whether its papers are left out, instead of all others. */
export function leavesOut({ kind }) {
    return kind === "without" || kind === "unlike" || kind === "unseen";
}
/** The papers that a requirement is about. */
export async function papersOf(library, requirement) {
    switch (requirement.kind) {
        case "phrase":
            return await library.holdingPhrase(requirement.terms);
        case "either":
            return await anyOf(library, requirement.group);
        case "without":
            return await saying(library, requirement.terms);
        case "unlike":
            return await meeting(library, requirement.filters);
        case "unseen":
            return await seenBy(library, requirement.person);
    }
}
/** Undefined stands for all papers. @param unseenBy whose seen, saved and dismissed papers are left out. */
export async function conditionsOf(library, parsed, filters, unseenBy) {
    let within = await library.matching([filters, parsed.filters]);
    const left = [];
    const unwanted = [];
    for (const requirement of requirementsOf(parsed, unseenBy)) {
        if (requirement.kind === "without" || requirement.kind === "unlike")
            left.push(requirement);
        else if (leavesOut(requirement))
            unwanted.push(await papersOf(library, requirement));
        else
            within = intersect(within, await papersOf(library, requirement));
    }
    unwanted.push(...(await meetingAny(library, left)).filter(({ size }) => size > 0));
    if (unwanted.length === 0)
        return within;
    // Most papers are in the largest, if in any: the others are not asked.
    unwanted.sort((a, b) => b.size - a.size);
    return selectLabels((within ?? (await allLabels(library))).labels(), (label) => !unwanted.some((set) => set.has(label)));
}
/** Filters of which any value will do, so that those of several conditions can be looked for in one pass. */
const listFilters = ["authors", "venues", "categories", "sources", "languages"];
/** Sets that together hold the papers that meet any of the conditions; fewer of them where some are looked up together. */
async function meetingAny(library, conditions) {
    const words = [];
    const joined = new Map();
    const sets = [];
    for (const condition of conditions) {
        if ("terms" in condition) {
            const [word, ...more] = condition.terms;
            if (word === undefined || more.length > 0)
                sets.push(await saying(library, condition.terms));
            else
                words.push(word);
        }
        else {
            const [name, ...more] = Object.keys(condition.filters);
            const list = listFilters.find((one) => one === name);
            if (list === undefined || more.length > 0)
                sets.push(await meeting(library, condition.filters));
            else
                joined.set(list, [...(joined.get(list) ?? []), ...(condition.filters[list] ?? [])]);
        }
    }
    if (words.length > 0)
        sets.push(await library.holdingAny(words));
    for (const [list, values] of joined)
        sets.push(await meeting(library, { [list]: values }));
    return sets;
}
/** The papers that a person has dealt with. */
async function seenBy(library, person) {
    const seen = (await library.personal.feedback(person)).filter(isDealtWith).map(({ paperId }) => paperId);
    const labels = (await library.resolve(seen)).filter((label) => label !== undefined);
    return new BitmapLabelSet(Uint32Array.from(new Set(labels)).sort());
}
/** The papers that meet one at least. */
async function anyOf(library, group) {
    const sets = await meetingAny(library, group.filter(({ negated }) => !negated));
    const negated = group.filter((condition) => condition.negated);
    if (negated.length === 0)
        return new BitmapLabelSet(Uint32Array.from(new Set(sets.flatMap((set) => [...set.labels()]))).sort());
    const unwanted = [];
    for (const condition of negated)
        unwanted.push("terms" in condition ? await saying(library, condition.terms) : await meeting(library, condition.filters));
    return selectLabels((await allLabels(library)).labels(), (label) => unwanted.some((set) => !set.has(label)) || sets.some((set) => set.has(label)));
}
async function meeting(library, filters) {
    return (await library.matching([filters])) ?? (await allLabels(library));
}
async function allLabels(library) {
    return await library.holding([]);
}
/** A word stands for the papers of its authors too. */
async function saying(library, terms) {
    return terms.length === 1 ? await library.holding(terms) : await library.holdingPhrase(terms);
}
function intersect(within, other) {
    return within === undefined ? other : selectLabels(other.labels(), (label) => within.has(label));
}
//# sourceMappingURL=conditions.js.map