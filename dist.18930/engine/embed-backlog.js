import { AppError } from "../core/errors.js";
import { hasSameVectors } from "../core/generation.js";
import { preparationVersion } from "../core/prepare.js";
import { reportingProgress } from "./work-progress.js";
/** Entries that are read from the store at once. */
const readSize = 256;
/** Vectors in a transaction. */
const writeSize = 32;
/** Texts that are in flight for each worker. */
const inFlightPerWorker = 4;
/**
 * Embeds what waits in the live generation, which is made where there is none, until nothing waits or `signal` says so:
 * then what is done is stored. Throws `model_mismatch`.
 * @returns how many papers were embedded, or undefined where another process is at it.
 */
export async function embedBacklog(library, embedder, options = {}) {
    const generation = (await library.liveGeneration()) ?? (await library.openGeneration(specOf(embedder)));
    // Usually what changed is no paper: asking for the claim waits for whoever writes.
    if (options.since !== undefined && options.since > 0 && (await library.backlogSize(generation, options.since)) === 0)
        return 0;
    const release = await library.claim("embedding");
    if (release === undefined)
        return undefined;
    try {
        const tell = reportingProgress(library, "embedding");
        const onProgress = (done, total) => {
            tell("embedding", done, total);
            options.onProgress?.(done, total);
        };
        return await fillGeneration(library, embedder, generation, { ...options, onProgress });
    }
    finally {
        await release();
    }
}
/** Embeds what waits in one generation. One process at a time: whoever calls it sees to that. Throws `model_mismatch`. */
export async function fillGeneration(library, embedder, generation, options) {
    if (!hasSameVectors(generation, specOf(embedder))) {
        throw new AppError("model_mismatch", `Generation ${generation.id} is of ${generation.model}, not of ${embedder.model.id}.`, {
            mend: `Set the model to ${generation.model}, or move the library with \`paperkin reindex --model ${embedder.model.id}\`.`,
        });
    }
    return await new BacklogRun(library, embedder, generation, options).run();
}
/** What a model's embeddings are, with the usual graph. */
export function specOf({ model, truncation }) {
    const spec = { model: model.id, dimensions: model.dimensions, preparation: preparationVersion };
    return truncation === undefined ? spec : { ...spec, truncation };
}
class BacklogRun {
    store;
    embedder;
    generation;
    options;
    finished = [];
    inFlight = new Set();
    embedded = 0;
    failure;
    constructor(store, embedder, generation, options) {
        this.store = store;
        this.embedder = embedder;
        this.generation = generation;
        this.options = options;
    }
    async run() {
        let since = this.options.since ?? 0;
        let total = 0;
        while (!this.stopped) {
            // What changes while this pass goes on belongs to the next one.
            const reached = await this.store.lastChange();
            if (this.options.onProgress !== undefined)
                total = this.embedded + (await this.store.backlogSize(this.generation, since));
            const started = await this.pass(since, total);
            await this.settle(total);
            if (!started)
                break;
            since = reached;
        }
        if (this.failure !== undefined)
            throw this.failure;
        return this.embedded;
    }
    /** Embeds what waits, once through. @returns whether anything did. */
    async pass(since, total) {
        let after = 0;
        while (!this.stopped) {
            const entries = await this.store.backlog(this.generation, after, readSize, since);
            const last = entries.at(-1);
            if (last === undefined)
                break;
            after = last.label;
            for (const entry of entries) {
                if (this.stopped)
                    break;
                this.start(entry);
                if (this.inFlight.size >= this.embedder.concurrency * inFlightPerWorker)
                    await Promise.race(this.inFlight);
                if (this.finished.length >= writeSize)
                    await this.write(total);
            }
        }
        return after > 0;
    }
    get stopped() {
        return this.failure !== undefined || this.options.signal?.aborted === true;
    }
    start(entry) {
        const task = this.embedder
            .embedDocument(entry.text, this.options.signal)
            .then(({ vector, sentences }) => {
            this.finished.push({
                label: entry.label,
                contentHash: entry.contentHash,
                vector,
                sentences,
            });
        })
            .catch((error) => {
            if (this.options.signal?.aborted !== true)
                this.failure ??= error;
        })
            .finally(() => this.inFlight.delete(task));
        this.inFlight.add(task);
    }
    /** Waits for what is in flight, and stores it. */
    async settle(total) {
        await Promise.all(this.inFlight);
        await this.write(total);
    }
    async write(total) {
        const batch = this.finished.splice(0);
        if (batch.length === 0)
            return;
        await this.store.putEmbeddings(this.generation, batch);
        this.embedded += batch.length;
        this.options.onProgress?.(this.embedded, Math.max(total, this.embedded));
    }
}
//# sourceMappingURL=embed-backlog.js.map