/**
 * Long work that a server does when it is asked to, one after the other. Jobs are in the library, so that a server that
 * starts again goes on with what it was at; of several servers on one library one does them.
 */
import { randomUUID } from "node:crypto";
import { AppError, toAppError } from "../core/errors.js";
import { isSameSpec } from "../core/generation.js";
import { describeHolder } from "../core/holder.js";
import { isFinished } from "../core/job.js";
import { specOf } from "./embed-backlog.js";
import { prepareApart } from "./index-apart.js";
import { pruneGenerations, reindex, reindexRunning } from "./reindex.js";
import { ProgressMeter } from "./work-progress.js";
/** A job that was broken off so often, by the end of its server or a library that took no writes, is not begun again by itself. */
const mostInterruptions = 3;
/** How soon a server sees that the one that did the jobs has ended, and tries again what the library refused. */
const takeOverMs = 2_000;
export class Jobs {
    library;
    options;
    release;
    /** Whether this one does the jobs: it has the claim, and has taken over what an earlier server left. */
    isOwner = false;
    current;
    turn = Promise.resolve();
    pumping;
    isAskedAgain = false;
    isStopped = false;
    watching;
    retrying;
    listeners = [];
    constructor(library, options) {
        this.library = library;
        this.options = options;
    }
    /** Told of each change of a job's state. */
    onChange(listener) {
        this.listeners.push(listener);
    }
    /** Goes on with what an earlier server left, where no other one does; in a moment, where the library cannot be written to. */
    async start() {
        try {
            await this.exclusive(() => this.own());
        }
        catch (error) {
            await this.noteFault(error);
        }
        this.pump();
        this.watch();
    }
    /** While this one does not do the jobs, looks whether it may. */
    watch() {
        clearTimeout(this.watching);
        if (this.isStopped || this.isOwner)
            return;
        this.watching = setTimeout(() => {
            this.exclusive(async () => {
                if (await this.own())
                    this.pump();
            }).then(() => this.watch(), () => this.watch());
        }, takeOverMs);
        this.watching.unref();
    }
    /** Ends what runs at the next safe place; the next server goes on with it. */
    async stop() {
        this.isStopped = true;
        clearTimeout(this.watching);
        clearTimeout(this.retrying);
        await this.end("stop");
        await this.pumping;
        await this.exclusive(async () => {
            const { release } = this;
            this.release = undefined;
            this.isOwner = false;
            await release?.();
        });
    }
    /** The latest first. */
    async list() {
        // Whoever asks after another server has died must not read that its job runs.
        await this.exclusive(() => this.own());
        return await Promise.all((await this.library.jobs.all()).map((job) => this.withProgress(job)));
    }
    /** Throws `job_not_found`. */
    async get(id) {
        await this.exclusive(() => this.own());
        return await this.withProgress(await this.stored(id));
    }
    /** Throws `reindex_running`, `generation_filling`, `library_busy`, and what opening the model does. */
    async addReindex(request) {
        return await this.exclusive(async () => {
            await this.requireOwn();
            const other = (await this.library.jobs.all()).find((job) => job.kind === "reindex" && !isFinished(job));
            if (other !== undefined) {
                throw new AppError("reindex_running", `Job ${other.id} reindexes this library: it is ${other.state}.`, {
                    mend: other.state === "paused" ? "Resume it, or cancel it." : "Wait for it, or cancel it.",
                });
            }
            if ((await this.library.claimedWork()).some(({ work }) => work === "reindex"))
                throw await reindexRunning(this.library);
            // Which model is meant is decided now, not when a later server goes on with it.
            return await this.add("reindex", { request: { ...request, model: await this.modelOf(request) } });
        });
    }
    /** The one that is not done yet, where there is one. Throws `library_busy`. */
    async addVerify() {
        return await this.exclusive(async () => {
            await this.requireOwn();
            const other = (await this.library.jobs.all()).find((job) => job.kind === "verify" && !isFinished(job));
            return other ?? (await this.add("verify", {}));
        });
    }
    /** Keeps what was done. Throws `job_not_found`, `job_state`, `library_busy`. */
    async pause(id) {
        return await this.exclusive(async () => {
            const job = await this.unfinished(id);
            if (job.kind !== "reindex")
                throw new AppError("job_state", `Job ${id} (${job.kind}) cannot be paused.`, { mend: "Cancel it." });
            if (this.current?.id === id)
                await this.end("pause");
            else
                await this.save({ ...job, state: "paused" });
            return await this.stored(id);
        });
    }
    /** Throws `job_not_found`, `job_state`, `library_busy`. */
    async resume(id) {
        return await this.exclusive(async () => {
            const { error: _, ...job } = await this.unfinished(id);
            if (job.state === "paused")
                await this.save({ ...job, state: "queued", interruptions: 0 });
            this.pump();
            return await this.stored(id);
        });
    }
    /** Removes what a reindex has filled. Throws `job_not_found`, `job_state`, `library_busy`. */
    async cancel(id) {
        return await this.exclusive(async () => {
            const job = await this.unfinished(id);
            if (this.current?.id === id)
                await this.end("cancel");
            else {
                await this.dropFilling(job);
                await this.save({ ...job, state: "cancelled" });
            }
            return await this.stored(id);
        });
    }
    /** One after the other: what is decided on what was read holds until it is written. */
    async exclusive(work) {
        const own = this.turn.then(work);
        this.turn = own.catch(() => undefined);
        return await own;
    }
    /** Becomes the one that does the jobs, unless a living process is. @returns whether this one is. */
    async own() {
        if (this.isOwner)
            return true;
        if (this.isStopped)
            return false;
        this.release ??= await this.library.claim("jobs");
        if (this.release === undefined)
            return false;
        for (const job of await this.library.jobs.all()) {
            if (job.state !== "running")
                continue;
            const interruptions = job.interruptions + 1;
            const error = { code: "cancelled", detail: `It was broken off ${interruptions} times before its end. Resume it to try once more.` };
            await this.save(interruptions < mostInterruptions ? { ...job, state: "queued", interruptions } : { ...job, state: "paused", interruptions, error });
        }
        this.isOwner = true;
        return true;
    }
    async requireOwn() {
        if (await this.own())
            return;
        const holder = (await this.library.claimedWork()).find(({ work }) => work === "jobs");
        throw new AppError("library_busy", `${describeHolder(holder)}, another server, does the jobs of this library.`, {
            mend: "Ask that one, or stop it.",
        });
    }
    async stored(id) {
        const job = await this.library.jobs.get(id);
        if (job === undefined)
            throw new AppError("job_not_found", `There is no job ${id}.`, { mend: "See which there are at /v1/jobs." });
        return job;
    }
    async unfinished(id) {
        const job = await this.stored(id);
        if (isFinished(job))
            throw new AppError("job_state", `Job ${id} is ${job.state} already.`);
        await this.requireOwn();
        return await this.stored(id);
    }
    async modelOf(request) {
        const embedder = await this.options.openForReindex(request);
        await embedder.close();
        const model = embedder.model.id;
        const filling = (await this.library.generations()).find(({ state }) => state === "filling")?.generation;
        if (request.fresh || filling === undefined || isSameSpec(filling, { ...specOf(embedder), graph: request.graph }))
            return model;
        throw new AppError("generation_filling", `Generation ${filling.id} is being filled with ${filling.model} already.`, {
            mend: "Ask for the same model and parameters to go on with it, or for a new one to drop what it has.",
        });
    }
    async add(kind, what) {
        const at = this.options.now().toISOString();
        const job = { id: randomUUID(), kind, state: "queued", created: at, changed: at, interruptions: 0, ...what };
        await this.save(job);
        this.pump();
        return job;
    }
    async save(job) {
        const changed = { ...job, changed: this.options.now().toISOString() };
        await this.library.jobs.put(changed);
        for (const listener of this.listeners)
            listener(changed);
    }
    async withProgress(job) {
        const progress = this.current?.id === job.id ? this.current.progress : await this.progressElsewhere(job);
        return progress === undefined ? job : { ...job, progress };
    }
    /** Of a job that another server is at. */
    async progressElsewhere(job) {
        if (job.state !== "running" || this.release !== undefined)
            return undefined;
        return (await this.library.claimedWork()).find(({ work }) => work === job.kind)?.progress;
    }
    async end(intent) {
        const { current } = this;
        if (current === undefined)
            return;
        current.intent ??= intent;
        current.stopping.abort();
        await current.ended;
    }
    /** Runs what is queued until nothing is. Nobody waits for it, so it never fails: what the library refuses is tried again. */
    pump() {
        this.isAskedAgain = true;
        this.pumping ??= this.runQueued()
            .catch(async (error) => {
            await this.noteFault(error);
            if (this.isStopped)
                return;
            clearTimeout(this.retrying);
            this.retrying = setTimeout(() => this.pump(), takeOverMs);
            this.retrying.unref();
        })
            .finally(() => {
            this.pumping = undefined;
            if (this.isAskedAgain && !this.isStopped)
                this.pump();
        });
    }
    /** Never throws: a library that takes no job may take no fault either. */
    async noteFault(thrown) {
        await this.options.recordFault("jobs", thrown).catch(() => undefined);
    }
    async runQueued() {
        while (!this.isStopped) {
            this.isAskedAgain = false;
            const begun = await this.exclusive(() => this.beginNext());
            if (begun === undefined)
                return;
            await begun.ended;
        }
    }
    async beginNext() {
        if (this.isStopped || !this.isOwner)
            return undefined;
        const next = (await this.library.jobs.all()).findLast(({ state }) => state === "queued");
        if (next === undefined)
            return undefined;
        const job = { ...next, state: "running" };
        await this.save(job);
        let finish = () => undefined;
        const ended = new Promise((resolve) => {
            finish = resolve;
        });
        const running = { id: job.id, stopping: new AbortController(), intent: undefined, progress: undefined, ended };
        this.current = running;
        void this.run(job, running).finally(() => {
            this.current = undefined;
            finish();
        });
        return running;
    }
    /** Never throws: what goes wrong is the job's end. */
    async run(begun, running) {
        let last = begun;
        const remember = async (job) => {
            last = job;
            await this.save(job);
        };
        try {
            const result = await (begun.kind === "reindex" ? this.reindex(begun, running, remember) : this.verify(running));
            // Where it was ended too late, it is done.
            await this.save(result === undefined ? await this.interrupted(last, running) : { ...last, state: "done", result });
        }
        catch (thrown) {
            const { code, explanation: detail } = toAppError(thrown);
            const progress = running.progress === undefined ? {} : { progress: running.progress };
            const end = { ...last, ...progress, state: "failed", error: { code, detail } };
            try {
                await this.save(running.intent === undefined ? end : await this.interrupted(last, running));
                if (running.intent === undefined)
                    await this.options.recordFault(begun.kind, thrown);
            }
            catch {
                // A library that cannot be written to: whoever takes over next, this server too, finds the job running, and nobody running it.
                this.isOwner = false;
                this.watch();
            }
        }
    }
    /** What becomes of a job that was ended before its time. */
    async interrupted(job, { intent, progress }) {
        const reached = progress === undefined ? job : { ...job, progress };
        if (intent === "cancel") {
            await this.dropFilling(job);
            return { ...reached, state: "cancelled" };
        }
        return { ...reached, state: intent === "pause" ? "paused" : "queued" };
    }
    /** @returns undefined where it was interrupted. */
    async reindex(job, running, remember) {
        const { request = { fresh: false, keep: 1 } } = job;
        const { indexApart, recordFault } = this.options;
        const meter = new ProgressMeter();
        const embedder = await this.options.openForReindex(request);
        try {
            const report = await reindex(this.library, embedder, {
                graph: request.graph,
                // What it has begun is gone on with.
                fresh: request.fresh && job.generation === undefined,
                now: this.options.now,
                prepare: indexApart &&
                    ((generation, options) => prepareApart(this.library, indexApart, generation, options, (fault) => recordFault("reindex", fault))),
                signal: running.stopping.signal,
                onGeneration: ({ id }) => remember({ ...job, generation: id }),
                onProgress: (stage, done, total) => {
                    running.progress = meter.take(stage, done, total);
                },
            });
            if (report.outcome === "interrupted") {
                // Its index must not be built any further.
                await this.library.unloadGeneration(report.generation);
                return undefined;
            }
            if (report.outcome === "unchanged")
                return { ...report, removed: [] };
            await this.options.follow();
            return { ...report, removed: await pruneGenerations(this.library, request.keep, this.options.unused) };
        }
        finally {
            await embedder.close();
        }
    }
    async verify({ stopping: { signal } }) {
        const findings = await this.options.verify(signal);
        return signal.aborted ? undefined : { findings };
    }
    /** Unless another process has gone on with it. */
    async dropFilling(job) {
        const release = await this.library.claim("reindex");
        if (release === undefined)
            return;
        try {
            const filling = (await this.library.generations()).find(({ state }) => state === "filling")?.generation;
            if (filling !== undefined && filling.id === job.generation)
                await this.library.dropGeneration(filling);
        }
        finally {
            await release();
        }
    }
}
//# sourceMappingURL=jobs.js.map