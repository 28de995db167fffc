/**
 * The second stage of a search: a cross-encoder reads the first papers of a ranking together with the query, and puts
 * those into its own order. It costs time for each paper, so a budget says how far it comes, and what it did not reach
 * keeps its order behind what it did.
 */
import { createHash } from "node:crypto";
import { AppError, toAppError } from "../core/errors.js";
import { prepareText } from "../core/prepare.js";
import { probabilityOf } from "../core/ranking/log-odds.js";
/** The first papers of a ranking that are read; the others keep their places. */
export const rerankedWindow = 50;
/** A budget cuts at multiples of this, so that small differences in time seldom change an answer. */
const step = 10;
/** Questions whose scores are kept: whoever turns a page gets the rest of the same answer. */
const mostKept = 500;
/** What a budget cut short is tried again after this, when nobody turns its pages any more. */
const cutShortKeptMs = 600_000;
export class SecondStage {
    reranker;
    options;
    kept = new Map();
    lastFailure;
    constructor(reranker, options) {
        this.reranker = reranker;
        this.options = options;
    }
    get model() {
        return this.reranker.model.id;
    }
    /** The papers behind the `fixed` ones in a new order. Throws as its options say. */
    async apply(library, query, ordered, fixed, recency) {
        const window = ordered.slice(fixed, fixed + rerankedWindow);
        const stored = await library.papers(window.map(({ label }) => label));
        // A paper that was removed meanwhile is an empty text; no hit is made of it.
        const scores = await this.score(query, stored.map((one) => (one === undefined ? "" : prepareText(one.paper).text)));
        const read = window.slice(0, scores.length).map((hit, at) => {
            const score = scores[at] ?? 0;
            const factor = recency.get(hit.label)?.factor;
            // What an age takes away is a share, and log-odds have none.
            return { hit, score, value: factor === undefined ? score : probabilityOf(score) * factor, before: fixed + at + 1 };
        });
        const reranked = new Map(read.map(({ hit, score, before }) => [hit.label, { score, before }]));
        read.sort((a, b) => b.value - a.value || a.before - b.before);
        return { ordered: [...ordered.slice(0, fixed), ...read.map(({ hit }) => hit), ...ordered.slice(fixed + read.length)], reranked };
    }
    close() {
        return this.reranker.close();
    }
    /** Of the first documents, as many as the budget allows. */
    async score(query, documents) {
        const key = createHash("sha256")
            .update([query, ...documents].join("\u0000"))
            .digest("base64");
        const now = this.options.now().getTime();
        let one = this.kept.get(key);
        if (one === undefined || (one.until !== undefined && one.until < now)) {
            one = { scores: this.ask(query, documents), until: undefined };
            this.keep(key, one, documents.length);
        }
        try {
            return await one.scores;
        }
        catch (thrown) {
            const error = toAppError(thrown);
            if (this.options.budgetMs === undefined)
                throw error;
            // A reranker that is broken for good gives the same error each time: it is told once. One that was closed is no failure.
            if (error !== this.lastFailure && error.code !== "cancelled")
                this.options.onFailure(error);
            this.lastFailure = error;
            return [];
        }
    }
    async ask(query, documents) {
        const scores = await this.reranker.score(query, documents, this.options.budgetMs);
        return scores.length === documents.length ? scores : scores.slice(0, Math.floor(scores.length / step) * step);
    }
    keep(key, one, whole) {
        this.kept.delete(key);
        this.kept.set(key, one);
        const [oldest] = this.kept.keys();
        if (this.kept.size > mostKept && oldest !== undefined)
            this.kept.delete(oldest);
        one.scores.then((scores) => {
            if (scores.length < whole)
                one.until = this.options.now().getTime() + cutShortKeptMs;
        }, () => {
            if (this.kept.get(key) === one)
                this.kept.delete(key);
        });
    }
}
/**
 * Whether a question is answered with the second stage: where it says nothing, as answers usually are, and not where it
 * compares ways of searching. Throws `invalid_request` where there is none.
 */
export function wantsSecondStage({ rerank, mode, fusion }, isThere) {
    if (rerank === true && !isThere) {
        throw new AppError("invalid_request", "This Paperkin has no reranker.", {
            mend: "Get one, `paperkin models pull Xenova/ms-marco-MiniLM-L-6-v2 --as-reranker`, and name it in the setting `reranker` (--reranker, PAPERKIN_RERANKER).",
        });
    }
    return rerank ?? (isThere && (mode ?? "hybrid") === "hybrid" && (fusion ?? "convex") === "convex");
}
//# sourceMappingURL=second-stage.js.map