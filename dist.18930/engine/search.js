/** Search in plain language. */
import { isVenueTerm } from "../core/analysis.js";
import { BitmapLabelSet, selectLabels } from "../core/label-set.js";
import { parseQuery } from "../core/query.js";
import { conditionsOf } from "./conditions.js";
import { correctQuery } from "./correct.js";
import { makeHits, newestHits } from "./hits.js";
import { longestWindow, rank, withUnscored } from "./rank.js";
import { arrange, needsWholeList, orderRanked } from "./search-order.js";
import { checkWindow, readQuestion } from "./search-request.js";
import { rerankedWindow, wantsSecondStage } from "./second-stage.js";
import { standInLine } from "./turns.js";
import { whyOf } from "./why.js";
/** Throws `invalid_request`, `embedding_failed`, and what the second stage does. */
export async function search(library, embedder, request, signal, secondStage) {
    const used = wantsSecondStage(request, secondStage !== undefined) ? secondStage : undefined;
    const ownTurn = standInLine();
    checkWindow(request.limit ?? 10, request.offset ?? 0);
    const read = await readQuestion(library, request);
    // The correction is looked for while the query is being embedded, in another process.
    const [answer, suggestion] = await Promise.all([
        find({ library, embedder, secondStage: used, ownTurn }, request, read, signal),
        request.correct === true && read.pinned.length === 0 ? ownTurn().then(() => suggestionFor(library, embedder, request)) : undefined,
    ]);
    return suggestion === undefined ? answer : { ...answer, suggestion };
}
/** The query as papers spell it, unless its conditions leave no paper then: what would find nothing is no help. */
async function suggestionFor(library, embedder, { query, filters = {}, unseenBy }) {
    const corrected = await correctQuery(library, embedder, query);
    if (corrected === undefined)
        return undefined;
    const within = await conditionsOf(library, parseQuery(corrected), filters, unseenBy);
    return within === undefined || within.size > 0 ? corrected : undefined;
}
async function find(parts, request, read, signal) {
    const { library, ownTurn } = parts;
    const { limit = 10, offset = 0 } = request;
    const { within, size, terms, words, text, exact, pinned } = read;
    const facetsOver = async (set) => request.facets === undefined ? {} : { facets: await library.facets(set, request.facets) };
    if (text === "") {
        const hits = await newestHits(library, within, { limit, offset });
        return { hits, total: size, mode: "newest", ...(await facetsOver(within)) };
    }
    const { generation, vector, ranking, order } = await rankQuestion(parts, request, read, offset + limit, signal);
    const page = order.ordered.slice(offset, offset + limit);
    const copies = await copiesOf(library, order, page);
    await ownTurn();
    const hits = await makeHits(library, page, {
        generation,
        vector,
        terms: new Set([...terms.terms.keys()].filter((term) => !isVenueTerm(term))),
        extra: (paper, hit, held) => ({
            ...(pinned.includes(hit.label) && exact.by !== undefined ? { exact: exact.by } : {}),
            ...(copies.has(hit.label) ? { copies: copies.get(hit.label) ?? [] } : {}),
            why: whyOf(paper, hit, {
                words,
                held,
                basis: ranking.basis,
                recency: order.recency.get(hit.label),
                placeByScore: order.placeByScore.get(hit.label),
                rerank: order.reranked?.get(hit.label),
            }),
        }),
    });
    const mode = vector === undefined ? "keyword" : (request.mode ?? "hybrid");
    const total = order.reaching?.length ?? (mode === "keyword" ? Math.max(ranking.matching, pinned.length) : size);
    return {
        hits,
        total,
        mode,
        ...(request.halfLifeDays === undefined || request.asOf === undefined ? {} : { asOf: request.asOf }),
        ...(order.reranked === undefined ? {} : { reranked: order.reranked.size }),
        ...(request.facets === undefined ? {} : await facetsOver(await counted(library, read, mode, order))),
    };
}
/** The papers of a question that says something, in the order of the answer. @param asked how many of them. */
export async function rankQuestion({ library, embedder, secondStage, ownTurn }, question, { text, terms, within, size, pinned }, asked, signal) {
    const { mode = "hybrid", fusion, alpha, feedback } = question;
    // All pages are cut from what the second stage put in order, the first one too.
    const needed = secondStage === undefined ? asked : Math.max(asked, rerankedWindow);
    const how = {
        ...(fusion === undefined ? {} : { fusion }),
        ...(alpha === undefined ? {} : { alpha }),
        ...(feedback === undefined ? {} : { feedback }),
    };
    const generation = mode === "keyword" ? undefined : await library.liveGeneration();
    const embedding = generation === undefined ? undefined : embedder.embedQuery(text, signal);
    // Whoever awaits it hears of it; nobody does where something else fails first.
    embedding?.catch(() => undefined);
    let window = (needsWholeList(question) ? longestWindow : needed) + pinned.length;
    for (;;) {
        const { cosineSpread } = embedder.model;
        const found = await rank(library, { generation, vector: embedding, terms, mode, cosineSpread, within, window, ownTurn, ...how });
        const vector = await embedding;
        const isWhole = vector === undefined || found.ranked.length >= Math.min(window, size);
        const ranking = isWhole ? found : withUnscored(found, (within ?? (await library.holding([]))).labels(), mode);
        const byScore = await orderRanked(library, ranking.ranked, pinned, { ...question, needed });
        // Copies make room: what lies further down comes up (I7).
        const isShort = question.collapse === true && byScore.ordered.length < needed && ranking.ranked.length >= window;
        if (!isShort || question.minScore !== undefined) {
            const order = await arrange(library, byScore, pinned, { diversity: question.diversity, query: text, secondStage });
            return { generation, vector, ranking, order };
        }
        window = ranking.ranked.length + 1;
    }
}
/** The papers that facets are counted over: those of `total`. Undefined stands for all. */
async function counted(library, { terms, within }, mode, { reaching }) {
    if (reaching !== undefined)
        return new BitmapLabelSet(Uint32Array.from(reaching).sort());
    return mode === "keyword" ? await holdingWords(library, terms, within) : within;
}
async function holdingWords(library, { terms }, within) {
    const holding = await library.holdingAny([...terms.keys()]);
    return within === undefined ? holding : selectLabels(holding.labels(), (label) => within.has(label));
}
/** The `paperId`s of the copies that each paper of a page stands for. */
async function copiesOf(library, { copyOf }, page) {
    const shown = new Set(page.map(({ label }) => label));
    const copies = new Map();
    const pairs = [...copyOf].filter(([, original]) => shown.has(original));
    const stored = await library.papers(pairs.map(([copy]) => copy));
    for (const [at, [, original]] of pairs.entries()) {
        const paperId = stored[at]?.paper.paperId;
        if (paperId !== undefined)
            copies.set(original, [...(copies.get(original) ?? []), paperId]);
    }
    return copies;
}
//# sourceMappingURL=search.js.map