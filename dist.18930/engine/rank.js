import { candidateDepth, convexScore, defaultAlpha, reciprocalRankScore, roundScore, scaleScores, scoreStep, } from "../core/ranking/fusion.js";
import { compareScored } from "../core/ranking/top.js";
import { toUnit, weightedSum } from "../core/vectors.js";
export const searchModes = ["hybrid", "semantic", "keyword"];
export const fusions = ["convex", "rrf"];
/** The furthest place in a ranking that can be asked for. */
export const longestWindow = 1_000;
/** Feedback (Rocchio 1971): the mean of this many best papers, of so many candidates of each arm, with this weight beside the query. */
const feedbackOf = { papers: 5, candidates: 50, weight: 0.5 };
/** How much deeper each continuation of a list looks than the one before. */
const depthFactor = 4;
/** @returns the best papers: `window` of them where there are as many. Throws what `request.vector` throws. */
export async function rank(store, request) {
    const { mode, within, generation, terms, ownTurn } = request;
    await ownTurn();
    const awaited = mode === "keyword" || generation === undefined ? undefined : request.vector;
    if (awaited === undefined || generation === undefined) {
        if (mode === "semantic")
            return { ranked: [], matching: 0, basis: { ...oneArm, semantic: [] } };
        return await rankByWords(store, terms, within, request.window);
    }
    if (mode === "semantic") {
        const vector = await awaited;
        await ownTurn();
        const { ranked, semantic } = await rankByMeaning(store, generation, vector, within, request.window);
        return { ranked, matching: 0, basis: { ...oneArm, vector, semantic } };
    }
    const { fusion = "convex", alpha = defaultAlpha } = request;
    const arms = new Arms(store, request, generation, { fusion, alpha }, ownTurn);
    const lexical = await store.matchTerms(terms, { k: candidateDepth, within });
    const vector = await awaited;
    let used = vector;
    let feedback = [];
    if (fusion !== "rrf" && request.feedback !== false) {
        const { papers, candidates } = feedbackOf;
        const first = await arms.fuse(vector, lexical.hits.slice(0, candidates), candidates, undefined, new Set());
        feedback = first.ranked.slice(0, papers).map((hit) => hit.label);
        used = await withFeedback(store, generation, vector, feedback);
    }
    let pool = await arms.fuse(used, lexical.hits, candidateDepth, undefined, new Set());
    const { ranked, scale, semantic } = pool;
    for (let depth = longestWindow; ranked.length < request.window && !pool.isLast; depth *= depthFactor) {
        // Further down the same road: what the first pool holds keeps its place, so that pages never overlap.
        const deeper = await store.matchTerms(terms, { k: depth, within });
        pool = await arms.fuse(used, deeper.hits, depth, scale, new Set(ranked.map((hit) => hit.label)));
        ranked.push(...placedBelow(pool.ranked, ranked.at(-1)?.score));
    }
    const basis = { fused: { fusion, alpha, scale }, vector: used, feedback, semantic, lexical: lexical.hits };
    return { ranked, matching: lexical.total, basis };
}
const oneArm = { fused: undefined, vector: undefined, feedback: [], semantic: undefined, lexical: undefined };
const noRanks = { semantic: undefined, lexical: undefined };
/** The score of a paper by its two scores, and its ranks where those decide: the one formula of every ranking. */
export function scoreOf(fused, { semantic, lexical }, ranks) {
    if (fused === undefined)
        return roundScore(semantic ?? lexical ?? 0);
    const { fusion, alpha, scale } = fused;
    if (fusion === "rrf")
        return roundScore(reciprocalRankScore([ranks.semantic, ranks.lexical]));
    return roundScore(convexScore(scaleScores({ semantic, lexical: lexical ?? 0 }, scale), alpha));
}
/**
 * A ranking by meaning with the papers behind it that no arm can say anything of: they wait for their embedding, and hold
 * none of the words (I7). @param labels all that the answer may hold.
 */
export function withUnscored({ ranked, ...ranking }, labels, mode) {
    const known = new Set(ranked.map((hit) => hit.label));
    const scores = { semantic: undefined, lexical: mode === "semantic" ? undefined : 0 };
    const score = scoreOf(ranking.basis.fused, scores, noRanks);
    const rest = [...labels].filter((label) => !known.has(label)).map((label) => ({ label, score, ...scores, ranks: noRanks }));
    return { ...ranking, ranked: [...ranked, ...placedBelow(rest, ranked.at(-1)?.score)] };
}
/** One of a few depths, so that all pages of an answer are cut from the same list. */
function depthFor(window) {
    let depth = candidateDepth;
    if (window > depth)
        depth = longestWindow;
    while (window > depth)
        depth *= depthFactor;
    return depth;
}
class Arms {
    store;
    request;
    generation;
    how;
    ownTurn;
    /** BM25 of each paper that was scored: the same for all pools. */
    termScores = new Map();
    constructor(store, request, generation, how, ownTurn) {
        this.store = store;
        this.request = request;
        this.generation = generation;
        this.how = how;
        this.ownTurn = ownTurn;
    }
    /** Fuses both arms' candidates. @param scale of the pool before, when this one continues it. */
    async fuse(vector, byWords, depth, scale, without) {
        const { within, terms, cosineSpread, asked } = this.request;
        await this.ownTurn();
        const byMeaning = await this.store.neighbours(this.generation, vector, { k: depth, within });
        await this.ownTurn();
        const others = (list) => (asked === undefined ? list : list.filter(({ label }) => label !== asked));
        const [semantic, lexical] = [others(byMeaning), others(byWords)];
        const labels = [...new Set([...semantic, ...lexical].map((hit) => hit.label))].filter((label) => !without.has(label));
        // What an arm found it has scored: the other one's candidates are left.
        const cosines = new Map(semantic.map((hit) => [hit.label, hit.score]));
        await fillIn(cosines, labels, (missing) => this.store.cosines(this.generation, vector, missing));
        for (const { label, score } of lexical)
            this.termScores.set(label, score);
        await fillIn(this.termScores, labels, (missing) => this.store.termScores(terms, missing));
        const bestSemantic = semantic[0]?.score ?? 0;
        const used = scale ?? {
            bestLexical: lexical[0]?.score ?? 0,
            bestSemantic,
            spread: cosineSpread ?? bestSemantic - (semantic.at(-1)?.score ?? 0),
        };
        const basis = { ...this.how, scale: used };
        const [semanticRanks, lexicalRanks] = [ranksOf(semantic), ranksOf(lexical)];
        const ranked = labels.map((label) => {
            const [semantic, lexical] = [cosines.get(label), this.termScores.get(label) ?? 0];
            const ranks = { semantic: semanticRanks.get(label), lexical: lexicalRanks.get(label) };
            return { label, score: scoreOf(basis, { semantic, lexical }, ranks), semantic, lexical, ranks };
        });
        return { ranked: ranked.sort(compareScored), semantic, scale: used, isLast: byMeaning.length < depth && byWords.length < depth };
    }
}
/** Asks for what a map does not hold. */
async function fillIn(known, labels, ask) {
    const missing = labels.filter((label) => !known.has(label));
    const found = await ask(missing);
    found.forEach((value, at) => {
        known.set(missing[at], value);
    });
}
/** Papers of one score are put in order by their ids afterwards, so the list ends behind all of a score, never among them. */
async function rankByWords(store, terms, within, window) {
    for (let depth = depthFor(window);; depth *= depthFactor) {
        const { hits, total } = await store.matchTerms(terms, { k: depth, within });
        const ranked = hits.map(({ label, score }, at) => {
            const scores = { semantic: undefined, lexical: score };
            return { label, score: scoreOf(undefined, scores, noRanks), ...scores, ranks: { semantic: undefined, lexical: at + 1 } };
        });
        const last = ranked.at(-1)?.score;
        const whole = hits.length < depth ? ranked.length : ranked.findIndex(({ score }) => score === last);
        if (whole < window && whole < ranked.length)
            continue;
        return { ranked: ranked.slice(0, whole), matching: total, basis: { ...oneArm, lexical: hits.slice(0, candidateDepth) } };
    }
}
async function rankByMeaning(store, generation, vector, within, window) {
    const nearest = (k) => store.neighbours(generation, vector, { k, within });
    const toRanked = ({ label, score }, at) => {
        const scores = { semantic: score, lexical: undefined };
        return { label, score: scoreOf(undefined, scores, noRanks), ...scores, ranks: { semantic: at + 1, lexical: undefined } };
    };
    const semantic = await nearest(candidateDepth);
    const ranked = semantic.map(toRanked).sort(compareScored);
    let isLast = semantic.length < candidateDepth;
    for (let depth = longestWindow; ranked.length < window && !isLast; depth *= depthFactor) {
        const known = new Set(ranked.map((hit) => hit.label));
        const deeper = await nearest(depth);
        const rest = deeper
            .map(toRanked)
            .filter((hit) => !known.has(hit.label))
            .sort(compareScored);
        ranked.push(...placedBelow(rest, ranked.at(-1)?.score));
        isLast = deeper.length < depth;
    }
    return { ranked, semantic };
}
async function withFeedback(store, generation, vector, best) {
    const vectors = (await store.embeddings(generation, best)).filter((one) => one !== undefined);
    if (vectors.length === 0)
        return vector;
    const weight = feedbackOf.weight / vectors.length;
    return toUnit(weightedSum([{ vector, weight: 1 }, ...vectors.map((one) => ({ vector: one, weight }))], vector.length));
}
/** Lowers a continuation as a whole where it would reach what comes before it, with which ties would mix it (I8). */
function placedBelow(rest, floor) {
    const best = rest[0]?.score;
    const excess = floor === undefined || best === undefined || best < floor ? 0 : best - floor + scoreStep;
    return rest.map((hit) => ({ ...hit, score: roundScore(hit.score - excess) }));
}
function ranksOf(list) {
    return new Map(list.map((hit, at) => [hit.label, at + 1]));
}
//# sourceMappingURL=rank.js.map