import { AppError } from "../core/errors.js";
import { preparationVersion, prepareText } from "../core/prepare.js";
import { normalizeText, splitSentences } from "../core/text.js";
import { makeHits } from "./hits.js";
import { getPaper } from "./papers.js";
import { rank, withUnscored } from "./rank.js";
import { orderTies, Works, withoutCopies } from "./search-order.js";
import { termQueryOf } from "./search-request.js";
import { standInLine } from "./turns.js";
/** Meaning counts more here than in a search: a whole abstract is said, not a few chosen words. */
const similarAlpha = 0.5;
/** The words of a paper that are searched for: those that set it apart. */
const mostTerms = 40;
/** Ranked papers that are looked at beyond the limit, since versions and duplicates collapse. */
const spare = 20;
/** Throws `paper_not_found`. Never the paper itself, nor another copy of it. */
export async function similarToPaper(library, embedder, id, options = {}, signal) {
    const stored = await getPaper(library, id);
    const terms = await library.tellingTerms([stored.label], mostTerms);
    return await nearest(library, embedder, {
        ...options,
        vector: () => vectorOfPaper(library, embedder, stored, signal),
        terms: { terms: new Map(terms.map(({ term }) => [term, 1])) },
        without: stored,
    });
}
/** A title, an abstract, a paragraph of a draft. */
export async function similarToText(library, embedder, raw, options = {}, signal) {
    const text = normalizeText(raw);
    if (text === "")
        throw new AppError("invalid_request", "The text is empty.", {
            mend: "Give a title, an abstract or a paragraph.",
        });
    return await nearest(library, embedder, {
        ...options,
        vector: async () => (await embedder.embedDocument({ text, sentences: splitSentences(text) }, signal)).vector,
        terms: termQueryOf(text),
        without: undefined,
    });
}
/** The stored embedding, or one made now for a paper that still waits for its own. */
export async function vectorOfPaper(library, embedder, stored, signal) {
    const generation = await library.liveGeneration();
    if (generation !== undefined && generation.preparation === preparationVersion) {
        const [vector] = await library.embeddings(generation, [stored.label]);
        if (vector !== undefined)
            return vector;
    }
    return (await embedder.embedDocument(prepareText(stored.paper), signal)).vector;
}
async function nearest(library, embedder, request) {
    const { mode = "hybrid", limit = 10, terms, without } = request;
    const generation = mode === "keyword" ? undefined : await library.liveGeneration();
    const vector = generation === undefined ? undefined : await request.vector();
    const within = await library.matching([request.filters ?? {}]);
    const ownTurn = standInLine();
    for (let window = limit + spare;;) {
        const found = await rank(library, {
            generation,
            vector,
            terms,
            mode,
            alpha: request.alpha ?? similarAlpha,
            cosineSpread: embedder.model.cosineSpread,
            ...(without === undefined ? {} : { asked: without.label }),
            within,
            window,
            ownTurn,
            ...(request.fusion === undefined ? {} : { fusion: request.fusion }),
            ...(request.feedback === undefined ? {} : { feedback: request.feedback }),
        });
        const isWhole = vector === undefined || found.ranked.length >= window;
        const { ranked } = isWhole ? found : withUnscored(found, (within ?? (await library.holding([]))).labels(), mode);
        const others = ranked.filter((hit) => hit.label !== without?.label);
        const kept = await withoutCopies(library, await orderTies(library, others), limit, {
            works: new Works(...(without === undefined ? [] : [without])),
        });
        if (kept.length < limit && ranked.length >= window) {
            // Copies make room: what lies further down comes up (I7).
            window = ranked.length + 1;
            continue;
        }
        return await makeHits(library, kept, {
            generation,
            vector,
            terms: new Set(terms.terms.keys()),
        });
    }
}
//# sourceMappingURL=similar.js.map