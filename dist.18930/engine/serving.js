import { AppError } from "../core/errors.js";
import { preparationVersion } from "../core/prepare.js";
export class Serving {
    library;
    openEmbedder;
    current;
    /** Views that are used still, the current one among them. */
    views = new Set();
    following = Promise.resolve();
    /** Told each time that a view is let go of. */
    waiting = [];
    constructor(library, embedder, openEmbedder) {
        this.library = library;
        this.openEmbedder = openEmbedder;
        this.current = this.viewOf(embedder, undefined);
    }
    /** The one that new requests use. */
    get embedder() {
        return this.current.embedder;
    }
    /** The generation that new requests are answered from; undefined before the first one. */
    get generation() {
        return this.current.generation;
    }
    /** Runs one request from beginning to end on one generation, which is what `library.liveGeneration` gives it. */
    async within(work) {
        const view = this.current;
        view.users++;
        try {
            view.generation ??= await this.firstGeneration(view.embedder);
            return await work(view.library, view.embedder);
        }
        finally {
            view.users--;
            if (view.users === 0 && view !== this.current)
                await this.retire(view);
        }
    }
    /** Takes in what other processes wrote, a new live generation too. Throws what opening its model does; then the old one goes on. */
    async follow() {
        const own = this.following.then(() => this.takeIn());
        this.following = own.catch(() => undefined);
        await own;
    }
    /** Resolves when no request is answered from a generation any more. */
    async unused({ id }) {
        while ([...this.views].some((view) => view.generation?.id === id))
            await new Promise((resolve) => this.waiting.push(resolve));
    }
    async close() {
        await this.following;
        await Promise.all([...this.views].map(({ embedder }) => embedder.close()));
    }
    async takeIn() {
        await this.library.refresh();
        this.current.generation ??= await this.firstGeneration(this.current.embedder);
        const live = await this.library.liveGeneration();
        if (live === undefined || live.id === this.current.generation?.id)
            return;
        const embedder = await this.embedderOf(live);
        try {
            await this.library.loadGeneration(live);
        }
        catch (error) {
            if (embedder !== this.current.embedder)
                await embedder.close();
            throw error;
        }
        const before = this.current;
        this.current = this.viewOf(embedder, live);
        if (before.users === 0)
            await this.retire(before);
    }
    async firstGeneration(embedder) {
        const live = await this.library.liveGeneration();
        return live?.model === embedder.model.id && live.truncation === embedder.truncation ? live : undefined;
    }
    /** Ready to embed queries. */
    async embedderOf(generation) {
        const { model, dimensions, preparation, truncation } = generation;
        const isSame = this.embedder.model.id === model && this.embedder.truncation === truncation;
        if (preparation !== preparationVersion || (!isSame && this.openEmbedder === undefined)) {
            throw new AppError("model_mismatch", `Generation ${generation.id} of ${model} is live now, and cannot be used here.`, {
                mend: "Start this program again, with the version of Paperkin that made the generation.",
            });
        }
        const embedder = isSame || this.openEmbedder === undefined ? this.embedder : await this.openEmbedder(model, truncation);
        try {
            if (embedder.model.dimensions !== dimensions)
                throw new AppError("model_mismatch", `The model ${model} has ${embedder.model.dimensions} dimensions instead of ${dimensions}.`);
            await embedder.ready();
            return embedder;
        }
        catch (error) {
            if (!isSame)
                await embedder.close();
            throw error;
        }
    }
    viewOf(embedder, generation) {
        const view = { library: pinned(this.library, () => view.generation), embedder, generation, users: 0 };
        this.views.add(view);
        return view;
    }
    /** Lets go of what no other view uses. */
    async retire(view) {
        this.views.delete(view);
        const others = [...this.views];
        const { generation, embedder } = view;
        if (generation !== undefined && !others.some((other) => other.generation?.id === generation.id))
            await this.library.unloadGeneration(generation);
        if (!others.some((other) => other.embedder === embedder))
            await embedder.close();
        for (const resolve of this.waiting.splice(0))
            resolve();
    }
}
/** A library whose live generation stays the same, whatever is made live meanwhile. */
function pinned(library, generation) {
    return new Proxy(library, {
        get(target, name) {
            if (name === "liveGeneration")
                return async () => generation();
            const value = Reflect.get(target, name, target);
            return typeof value === "function" ? value.bind(target) : value;
        },
    });
}
//# sourceMappingURL=serving.js.map