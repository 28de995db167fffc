import { AppError } from "../core/errors.js";
import { diversify } from "../core/ranking/diversity.js";
import { roundScore } from "../core/ranking/fusion.js";
import { Preference } from "../core/ranking/preference.js";
import { normalizeText } from "../core/text.js";
import { dot } from "../core/vectors.js";
import { makeHits } from "./hits.js";
import { examplesOf, itemOfWords, itemsOf, ordinaryItems } from "./items.js";
import { getLabels, requireOneSide } from "./papers.js";
import { reasonOf } from "./reasons.js";
import { orderTies, withoutCopies } from "./search-order.js";
import { termQueryOf } from "./search-request.js";
import { stepBack } from "./turns.js";
/** What papers lose that are like picked ones, out of how many for each place is picked, and how good those are: ../README.md, Recommendations. */
export const diversity = { weight: 0.72, pool: 5, leastShare: 0.7 };
/** Candidates that each example brings. */
const perExample = 100;
const mostTerms = 40;
const mostExamples = 200;
/** Throws `invalid_request` without any example and for one on both sides, `paper_not_found`. */
export async function recommend(library, embedder, request, signal) {
    const { positive = [], negative = [], limit = 10 } = request;
    const query = normalizeText(request.query ?? "");
    if (positive.length === 0 && query === "") {
        throw new AppError("invalid_request", "There is nothing to recommend from.", {
            mend: "Name at least one paper as a positive example, or give a query in words.",
        });
    }
    if (positive.length > mostExamples || negative.length > mostExamples)
        throw new AppError("invalid_request", `More than ${mostExamples} examples were given.`);
    const [liked, disliked] = [await getLabels(library, positive), await getLabels(library, negative)];
    await requireOneSide(library, positive, negative);
    return await recommendFrom(library, embedder, { liked, disliked, query, filters: request.filters ?? {}, limit }, signal);
}
export async function recommendFrom(library, embedder, { query, filters, limit, ...given }, signal) {
    const liked = inOneOrder(given.liked);
    const disliked = inOneOrder(given.disliked).filter((label) => !liked.includes(label));
    const within = await library.matching([filters, { withdrawn: false }]);
    const examples = await examplesOf(library, embedder, liked, signal);
    const words = query === "" ? [] : [await itemOfWords(library, embedder, query, signal)];
    const wanted = [...words, ...examples];
    const preference = new Preference(wanted, await examplesOf(library, embedder, disliked, signal), await ordinaryItems(library));
    const terms = await termsOfExamples(library, liked, query);
    const known = new Set([...liked, ...disliked]);
    const candidates = await gatherCandidates(library, preference, terms, { within, perExample: perExample + limit + known.size });
    const labels = candidates.filter((label) => !known.has(label));
    const items = new Map((await itemsOf(library, labels)).map((item, at) => [labels[at], item]));
    const termScores = await library.termScores(terms, labels);
    const fits = preference.fits([...items.values()]);
    const scored = [...items].flatMap(([label, item], at) => label === undefined
        ? []
        : [
            {
                label,
                vector: item.vector,
                score: roundScore(fits[at]?.score ?? 0),
                semantic: nearestCosine(item, wanted),
                lexical: termScores[at] ?? 0,
            },
        ]);
    scored.sort((a, b) => b.score - a.score || a.label - b.label);
    const vectorOf = new Map(scored.map(({ label, vector }) => [label, vector]));
    const single = await withoutCopies(library, await orderTies(library, scored), diversity.pool * limit);
    const picked = diversify(single.map((hit) => ({ ...hit, vector: vectorOf.get(hit.label) })), limit, diversity.weight, diversity.leastShare);
    picked.sort((a, b) => b.score - a.score);
    const ordered = await orderTies(library, picked);
    const hits = await makeHits(library, ordered, {
        generation: await library.liveGeneration(),
        vector: wanted[0]?.vector,
        terms: new Set(terms.terms.keys()),
    });
    const labelOf = new Map((await library.papers(ordered.map(({ label }) => label))).flatMap((one) => (one === undefined ? [] : [[one.paper.paperId, one.label]])));
    return await Promise.all(hits.map(async (hit) => {
        const item = items.get(labelOf.get(hit.paper.paperId));
        return {
            ...hit,
            reason: item === undefined ? { nearest: [], terms: [] } : await reasonOf(library, hit.paper, item, preference, examples),
        };
    }));
}
/** Each once. Where there are many some stand for the rest, whichever was named first. */
export function inOneOrder(labels) {
    return [...new Set(labels)].sort((a, b) => a - b);
}
/** Papers near to any of the examples, or with their words; ascending. */
export async function gatherCandidates(library, { wantedVectors }, terms, { within, perExample: k }) {
    const { hits } = await library.matchTerms(terms, { k: 3 * perExample, within });
    const candidates = new Set(hits.map((hit) => hit.label));
    const generation = await library.liveGeneration();
    if (generation === undefined)
        return [...candidates].sort((a, b) => a - b);
    for (const vector of wantedVectors) {
        for (const { label } of await library.neighbours(generation, vector, { k, within }))
            candidates.add(label);
        await stepBack();
    }
    return [...candidates].sort((a, b) => a - b);
}
function nearestCosine({ vector }, examples) {
    if (vector === undefined)
        return undefined;
    const cosines = examples.flatMap((example) => (example.vector === undefined ? [] : [dot(vector, example.vector)]));
    return cosines.length === 0 ? undefined : Math.max(...cosines);
}
/** The words of examples that set them apart, and words that were given. */
export async function termsOfExamples(library, liked, query) {
    const terms = new Map(termQueryOf(query).terms);
    const telling = await library.tellingTerms(liked, mostTerms);
    const heaviest = telling[0]?.weight ?? 1;
    for (const { term, weight } of telling)
        terms.set(term, Math.max(terms.get(term) ?? 0, weight / heaviest));
    return { terms };
}
//# sourceMappingURL=recommend.js.map