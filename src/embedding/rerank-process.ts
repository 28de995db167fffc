/**
 * The reranker of the service: one worker process with one single-threaded session. A process, so that a crash in
 * native code costs the answers under way their second stage and nothing else; one, since who waits for an answer
 * waits for each of its pairs, and embedding has the other cores.
 */
import type { ChildProcess } from "node:child_process";
import { beginProcess } from "../background.ts";
import { AppError } from "../core/errors.ts";
import type { Reranker, RerankerDescription } from "../core/reranker.ts";
import type { FileChecksum } from "./file-checksums.ts";
import type { FromRerankWorker, ToRerankWorker } from "./rerank-messages.ts";

export interface RerankProcessOptions {
  readonly modelsFolder: string;
  readonly model: RerankerDescription;
  /** The model's files as they were verified; each process compares those that it has loaded. */
  readonly files?: readonly FileChecksum[];
  /** The compiled worker module. */
  readonly workerModule: string;
  /** How often it is looked whether the process answers; five seconds unless given. */
  readonly lookAfterMs?: number;
  /** How long nothing is tried after its processes have ended one after another; ten seconds unless given. */
  readonly restMs?: number;
}

/** Pairs that the process has beside the one it works on, so that it never waits for the next. */
const mostInFlight = 2;
/** Processes that end one after another without scoring anything: something is wrong with the machine or the model. */
const mostFailedStarts = 3;
const usualLookAfterMs = 5_000;
/** As with embedding: what was short of memory or of descriptors may have some again. */
const usualRestMs = 10_000;
/**
 * Looks after which a process that has a pair, or loads its model, and says nothing is taken to be stuck: half a minute, two minutes. As with embedding, looks are
 * counted, not time.
 */
const mostSilentLooks = { pair: 6, loading: 24 };

/** One query with its documents. */
interface Request {
  readonly query: string;
  readonly documents: readonly string[];
  readonly scores: number[];
  sent: number;
  /** Ends it: with what was scored so far, or with an error. */
  readonly end: (error?: AppError) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly inFlight: Map<number, Request>;
  isReady: boolean;
  hasScored: boolean;
  /** Looks since it was heard of last while it had something to do. */
  silentLooks: number;
}

export class RerankProcess implements Reranker {
  readonly model: RerankerDescription;
  private running: Running | undefined;
  /** Those whose pairs are not all scored yet; they take turns. */
  private readonly requests: Request[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: AppError) => void }[] = [];
  private nextId = 1;
  private failedStarts = 0;
  private hasBeenReady = false;
  private broken: AppError | undefined;
  /** The same again where nothing has changed since: it is told once. */
  private lastBroken: AppError | undefined;
  private brokenAtMs = 0;
  private isClosed = false;
  private looking: NodeJS.Timeout | undefined;

  /** The process begins with the first query, or with {@link ready}. */
  constructor(private readonly options: RerankProcessOptions) {
    this.model = options.model;
  }

  async score(query: string, documents: readonly string[], budgetMs: number | undefined): Promise<readonly number[]> {
    // The first loading is no part of anybody's time; one after a crash is, so that answers do not wait for it.
    if (!this.hasBeenReady) await this.ready();
    this.check();
    if (documents.length === 0) return [];
    this.start();
    return await new Promise((resolve, reject) => {
      const request: Request = {
        query,
        documents,
        scores: [],
        sent: 0,
        end: (error) => {
          clearTimeout(timer);
          const at = this.requests.indexOf(request);
          if (at !== -1) this.requests.splice(at, 1);
          // A copy: pairs that are under way still come back.
          if (error === undefined) resolve([...request.scores]);
          else reject(error);
        },
      };
      const timer = budgetMs === undefined ? undefined : setTimeout(() => request.end(), budgetMs);
      this.requests.push(request);
      this.dispatch();
    });
  }

  async ready(): Promise<void> {
    this.check();
    this.start();
    if (this.running?.isReady === true) return;
    await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.looking);
    this.failAll(closedError());
    const { running } = this;
    // One that never began does not end.
    if (running?.child.pid === undefined) return;
    await new Promise<void>((resolve) => {
      running.child.once("exit", () => resolve());
      running.child.kill("SIGKILL");
    });
  }

  /** Throws what keeps it from scoring. After a rest it is tried again, where it could be loaded. */
  private check(): void {
    if (this.broken !== undefined && performance.now() - this.brokenAtMs >= (this.options.restMs ?? usualRestMs)) {
      this.broken = undefined;
      this.failedStarts = mostFailedStarts - 1;
    }
    if (this.broken !== undefined) throw this.broken;
    if (this.isClosed) throw closedError();
  }

  private start(): void {
    if (this.running !== undefined) return;
    const { modelsFolder, model, files = [], workerModule } = this.options;
    const child = beginProcess(workerModule, { kind: "load", modelsFolder, model, files } satisfies ToRerankWorker);
    const running: Running = { child, inFlight: new Map(), isReady: false, hasScored: false, silentLooks: 0 };
    this.running = running;
    this.lookAfter();
    child.on("message", (message) => this.receive(running, message as FromRerankWorker));
    child.on("exit", (code, signal) =>
      this.replace(running, running.silentLooks > silenceOf(running) ? "it did not answer" : (signal ?? `exit code ${code}`)),
    );
    child.on("error", (error) => this.replace(running, error.message));
  }

  /** Ends a process that was stopped, or hangs: no answer would ever be reranked again. */
  private lookAfter(): void {
    this.looking ??= setInterval(() => {
      const { running } = this;
      if (running === undefined) return;
      if (running.isReady ? running.inFlight.size === 0 : this.broken !== undefined) running.silentLooks = 0;
      else if (++running.silentLooks > silenceOf(running)) running.child.kill("SIGKILL");
    }, this.options.lookAfterMs ?? usualLookAfterMs).unref();
  }

  private dispatch(): void {
    const { running } = this;
    if (running?.isReady !== true) return;
    while (running.inFlight.size < mostInFlight) {
      const at = this.requests.findIndex(({ sent, documents }) => sent < documents.length);
      const [request] = at === -1 ? [] : this.requests.splice(at, 1);
      if (request === undefined) return;
      this.requests.push(request);
      const [id, document] = [this.nextId++, request.documents[request.sent++] ?? ""];
      running.inFlight.set(id, request);
      // A process that is just dying is found by its exit.
      running.child.send({ kind: "pair", id, query: request.query, document } satisfies ToRerankWorker, () => undefined);
    }
  }

  private receive(running: Running, message: FromRerankWorker): void {
    running.silentLooks = 0;
    switch (message.kind) {
      case "ready":
        running.isReady = true;
        this.hasBeenReady = true;
        for (const { resolve } of this.waiting.splice(0)) resolve();
        break;
      case "broken":
        this.breakDown(`cannot be loaded: ${message.reason.replace(/\.$/, "")}`, message.mend);
        // Its files stay what they are.
        this.brokenAtMs = Number.POSITIVE_INFINITY;
        return;
      case "scored": {
        running.hasScored = true;
        this.failedStarts = 0;
        this.lastBroken = undefined;
        const request = take(running, message.id);
        // One process answers in the order in which it is asked, so that scores are those of the first documents.
        request?.scores.push(message.score);
        if (request?.scores.length === request?.documents.length) request?.end();
        break;
      }
      case "failed":
        take(running, message.id)?.end(new AppError("reranking_failed", `A paper could not be reranked: ${message.reason}.`));
        break;
    }
    this.dispatch();
  }

  /** The process is gone: what it was at is given up, and another one takes its place. */
  private replace(running: Running, reason: string): void {
    if (this.running !== running) return;
    this.running = undefined;
    if (this.isClosed || this.broken !== undefined) return;
    const error = new AppError("reranking_failed", `The reranker's process ended (${reason}).`);
    for (const request of new Set(running.inFlight.values())) request.end(error);
    if (!running.hasScored) this.failedStarts++;
    if (this.failedStarts >= mostFailedStarts) this.breakDown(`ends its process as soon as it is used (${reason})`);
    else this.start();
  }

  private breakDown(what: string, mend?: string): void {
    const error = new AppError("reranking_failed", `The reranker ${this.model.id} ${what}.`, {
      mend:
        mend ??
        `Get it again with \`paperkin models pull ${this.model.id} --as-reranker\`, or search without one (take the setting \`reranker\` away).`,
    });
    this.broken = this.lastBroken?.message === error.message ? this.lastBroken : error;
    this.lastBroken = this.broken;
    this.brokenAtMs = performance.now();
    this.failAll(this.broken);
  }

  private failAll(error: AppError): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
    for (const request of [...this.requests]) request.end(error);
  }
}

function silenceOf({ isReady }: Running): number {
  return isReady ? mostSilentLooks.pair : mostSilentLooks.loading;
}

function take({ inFlight }: Running, id: number): Request | undefined {
  const request = inFlight.get(id);
  inFlight.delete(id);
  return request;
}

function closedError(): AppError {
  return new AppError("cancelled", "The reranker was closed.");
}
