/**
 * The reranker of the service: one worker process with one single-threaded session. A process, so that a crash in
 * native code costs the answers under way their second stage and nothing else; one, since who waits for an answer
 * waits for each of its pairs, and embedding has the other cores.
 */
import { fork } from "node:child_process";
import { AppError } from "../core/errors.js";
/** Pairs that the process has beside the one it works on, so that it never waits for the next. */
const mostInFlight = 2;
/** Processes that end one after another without scoring anything: something is wrong with the machine or the model. */
const mostFailedStarts = 3;
const usualLookAfterMs = 5_000;
/**
 * Looks after which a process that has a pair and says nothing is taken to be stuck: half a minute. As with embedding, looks are
 * counted, not time.
 */
const mostSilentLooks = 6;
export class RerankProcess {
    options;
    model;
    running;
    /** Those whose pairs are not all scored yet; they take turns. */
    requests = [];
    waiting = [];
    nextId = 1;
    failedStarts = 0;
    hasBeenReady = false;
    broken;
    isClosed = false;
    looking;
    /** The process begins with the first query, or with {@link ready}. */
    constructor(options) {
        this.options = options;
        this.model = options.model;
    }
    async score(query, documents, budgetMs) {
        // The first loading is no part of anybody's time; one after a crash is, so that answers do not wait for it.
        if (!this.hasBeenReady)
            await this.ready();
        this.check();
        if (documents.length === 0)
            return [];
        this.start();
        return await new Promise((resolve, reject) => {
            const request = {
                query,
                documents,
                scores: [],
                sent: 0,
                end: (error) => {
                    clearTimeout(timer);
                    const at = this.requests.indexOf(request);
                    if (at !== -1)
                        this.requests.splice(at, 1);
                    // A copy: pairs that are under way still come back.
                    if (error === undefined)
                        resolve([...request.scores]);
                    else
                        reject(error);
                },
            };
            const timer = budgetMs === undefined ? undefined : setTimeout(() => request.end(), budgetMs);
            this.requests.push(request);
            this.dispatch();
        });
    }
    async ready() {
        this.check();
        this.start();
        if (this.running?.isReady === true)
            return;
        await new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    }
    async close() {
        if (this.isClosed)
            return;
        this.isClosed = true;
        clearInterval(this.looking);
        this.failAll(closedError());
        const { running } = this;
        if (running === undefined)
            return;
        await new Promise((resolve) => {
            running.child.once("exit", () => resolve());
            running.child.kill("SIGKILL");
        });
    }
    /** Throws what keeps it from scoring for good. */
    check() {
        if (this.broken !== undefined)
            throw this.broken;
        if (this.isClosed)
            throw closedError();
    }
    start() {
        if (this.running !== undefined)
            return;
        const child = fork(this.options.workerModule, { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
        const running = { child, inFlight: new Map(), isReady: false, hasScored: false, silentLooks: 0 };
        this.running = running;
        this.lookAfter();
        child.on("message", (message) => this.receive(running, message));
        child.on("exit", (code, signal) => this.replace(running, running.silentLooks > mostSilentLooks ? "it did not answer" : (signal ?? `exit code ${code}`)));
        child.on("error", (error) => this.replace(running, error.message));
        const { modelsFolder, model } = this.options;
        child.send({ kind: "load", modelsFolder, model }, () => undefined);
    }
    /** Ends a process that was stopped, or hangs: no answer would ever be reranked again. */
    lookAfter() {
        this.looking ??= setInterval(() => {
            const { running } = this;
            if (running === undefined)
                return;
            if (running.inFlight.size === 0)
                running.silentLooks = 0;
            else if (++running.silentLooks > mostSilentLooks)
                running.child.kill("SIGKILL");
        }, this.options.lookAfterMs ?? usualLookAfterMs).unref();
    }
    dispatch() {
        const { running } = this;
        if (running?.isReady !== true)
            return;
        while (running.inFlight.size < mostInFlight) {
            const at = this.requests.findIndex(({ sent, documents }) => sent < documents.length);
            const [request] = at === -1 ? [] : this.requests.splice(at, 1);
            if (request === undefined)
                return;
            this.requests.push(request);
            const [id, document] = [this.nextId++, request.documents[request.sent++] ?? ""];
            running.inFlight.set(id, request);
            // A process that is just dying is found by its exit.
            running.child.send({ kind: "pair", id, query: request.query, document }, () => undefined);
        }
    }
    receive(running, message) {
        running.silentLooks = 0;
        switch (message.kind) {
            case "ready":
                running.isReady = true;
                this.hasBeenReady = true;
                for (const { resolve } of this.waiting.splice(0))
                    resolve();
                break;
            case "broken":
                this.breakDown(`cannot be loaded: ${message.reason}`);
                return;
            case "scored": {
                running.hasScored = true;
                this.failedStarts = 0;
                const request = take(running, message.id);
                // One process answers in the order in which it is asked, so that scores are those of the first documents.
                request?.scores.push(message.score);
                if (request?.scores.length === request?.documents.length)
                    request?.end();
                break;
            }
            case "failed":
                take(running, message.id)?.end(new AppError("reranking_failed", `A paper could not be reranked: ${message.reason}.`));
                break;
        }
        this.dispatch();
    }
    /** The process is gone: what it was at is given up, and another one takes its place. */
    replace(running, reason) {
        if (this.running !== running)
            return;
        this.running = undefined;
        if (this.isClosed)
            return;
        const error = new AppError("reranking_failed", `The reranker's process ended (${reason}).`);
        for (const request of new Set(running.inFlight.values()))
            request.end(error);
        if (!running.hasScored)
            this.failedStarts++;
        if (this.failedStarts >= mostFailedStarts)
            this.breakDown(`ends its process as soon as it is used (${reason})`);
        else
            this.start();
    }
    breakDown(what) {
        this.broken = new AppError("reranking_failed", `The reranker ${this.model.id} ${what}.`, {
            mend: `Get it again with \`paperkin models pull ${this.model.id} --as-reranker\`, or search without one (take the setting \`reranker\` away).`,
        });
        this.failAll(this.broken);
    }
    failAll(error) {
        for (const { reject } of this.waiting.splice(0))
            reject(error);
        for (const request of [...this.requests])
            request.end(error);
    }
}
function take({ inFlight }, id) {
    const request = inFlight.get(id);
    inFlight.delete(id);
    return request;
}
function closedError() {
    return new AppError("cancelled", "The reranker was closed.");
}
//# sourceMappingURL=rerank-process.js.map