/**
 * The reranker of the service: one worker process with one single-threaded session. It is a process, so that a crash in native code costs
 * only the answers in progress their second stage. There is only one, since an answer waits for all of its pairs anyway, and embedding has
 * the other cores.
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
  /** The checksums of the model's files as they were verified; each process verifies the files that it has loaded. */
  readonly files?: readonly FileChecksum[];
  /** The path of the compiled worker module. */
  readonly workerModule: string;
  /** The interval of the watchdog; five seconds by default. */
  readonly lookAfterMs?: number;
  /** The pause after several processes in a row have ended; ten seconds by default. */
  readonly restMs?: number;
}

/** Pairs in flight: the one that is being scored, and the next, so that the process never waits. */
const mostInFlight = 2;
/** Processes that end in a row without scoring anything. After that, something is wrong with the machine or the model. */
const mostFailedStarts = 3;
const usualLookAfterMs = 5_000;
/** As for embedding: a shortage of memory or file descriptors may pass. */
const usualRestMs = 10_000;
/**
 * Checks of the watchdog after which a silent process counts as hung: half a minute while it has a pair, two minutes while it loads its
 * model. As for embedding, checks are counted instead of time.
 */
const mostSilentLooks = { pair: 6, loading: 24 };

/** One query with its documents. */
interface Request {
  readonly query: string;
  readonly documents: readonly string[];
  readonly scores: number[];
  sent: number;
  /** Settles the request with the scores so far, or with an error. */
  readonly end: (error?: AppError) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly inFlight: Map<number, Request>;
  isReady: boolean;
  hasScored: boolean;
  /** Checks since its last message, while it had something to do. */
  silentLooks: number;
}

export class RerankProcess implements Reranker {
  readonly model: RerankerDescription;
  private running: Running | undefined;
  /** Requests whose pairs have not all been scored yet; they take turns. */
  private readonly requests: Request[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: AppError) => void }[] = [];
  private nextId = 1;
  private failedStarts = 0;
  private hasBeenReady = false;
  private broken: AppError | undefined;
  /** Thrown again if the next fault is the same, so that it is reported only once. */
  private lastBroken: AppError | undefined;
  private brokenAtMs = 0;
  private isClosed = false;
  private looking: NodeJS.Timeout | undefined;

  /** The process starts with the first query, or with {@link ready}. */
  constructor(private readonly options: RerankProcessOptions) {
    this.model = options.model;
  }

  async score(query: string, documents: readonly string[], budgetMs: number | undefined): Promise<readonly number[]> {
    // The first loading does not count against the budget. Loading after a crash does, so that answers do not wait for it.
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
          // A copy, since pairs in flight may still be scored.
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
    // A process that never started has no exit event.
    if (running?.child.pid === undefined) return;
    await new Promise<void>((resolve) => {
      running.child.once("exit", () => resolve());
      running.child.kill("SIGKILL");
    });
  }

  /** Throws the fault that prevents scoring. After the pause it is tried again, unless the model cannot be loaded. */
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

  /** Ends a process that hangs or was stopped. Otherwise no answer would be reranked again. */
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
      // If the process is just dying, its exit is noticed.
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
        // No retry: its files will not change.
        this.brokenAtMs = Number.POSITIVE_INFINITY;
        return;
      case "scored": {
        running.hasScored = true;
        this.failedStarts = 0;
        this.lastBroken = undefined;
        const request = take(running, message.id);
        // The process answers in the order of the messages, so these are the scores of the first documents.
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

  /** Replaces a process that has ended; the requests whose pairs it had fail. */
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
        `Get it again with \`paperkin models pull ${this.model.id} --as-reranker\`, or search without a reranker (remove the setting \`reranker\`).`,
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
