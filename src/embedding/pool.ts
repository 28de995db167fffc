/**
 * The embedder of the service: a few worker processes, each with one single-threaded session. Processes, not
 * threads, so that a crash in native code costs the texts in flight, which are embedded again elsewhere. Queries go
 * before documents that wait, here and in a worker.
 */
import type { ChildProcess } from "node:child_process";
import { beginProcess, yieldToOthers } from "../background.ts";
import type { DocumentEmbedding, Embedder, EmbedderState, ModelDescription } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { PreparedText } from "../core/prepare.ts";
import type { FileChecksum } from "./file-checksums.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { folderOfModel } from "./model-folder.ts";
import { readWordList } from "./word-list.ts";

export interface PoolOptions {
  readonly modelsFolder: string;
  readonly model: ModelDescription;
  /** The model's files as they were verified; each worker compares those that it has loaded. */
  readonly files?: readonly FileChecksum[];
  /** Worker processes. */
  readonly workers: number;
  /** Tokens that are read of a text, where those are fewer than the model's length. */
  readonly truncation?: number;
  /** Whether everything else on this machine goes first. */
  readonly isBackground?: boolean;
  /** The compiled worker module. */
  readonly workerModule: string;
  /** How often it is looked whether workers answer; a second unless given. */
  readonly lookAfterMs?: number;
  /** How long nothing is tried after the workers have failed; ten seconds unless given. */
  readonly restMs?: number;
}

/** Texts that a worker has, so that it never waits for the next; as many queries beside as many documents. */
const inFlightPerWorker = 2;
/** A text that brought down this many workers is given up. */
const mostAttempts = 2;
/** Workers that die one after another without embedding anything: something is wrong with the machine or the model. */
const mostFailedStarts = 3;
/** Texts that were given up one after another: that is no longer about them. */
const mostFailedTexts = 8;
/** How long nothing is tried after the pool has given up: what was short of memory may have some again. */
const restMs = 10_000;
/** How often it is looked whether workers answer. */
const lookAfterMs = 1_000;
/**
 * Looks after which a worker that loads its model, has a query, or nothing that is still wanted, or documents alone, and says nothing is
 * taken to be stuck (two minutes; half a minute; ten minutes for documents). Looks are counted, not time: a machine that slept, or a server that was stopped, has looked once.
 */
const mostSilentLooks = { loading: 120, query: 30, document: 600 };
/**
 * Looks after which one that says nothing is not expected to answer soon: whoever watches the service is told before it is ended, and a
 * query is asked of another one. Five seconds for a query, longer where texts took longer of late (a slow machine, a large model).
 */
const worryingLooks = { query: 5, other: 10 };
/** How much longer than the slowest of late a query may take before that is worrying. */
const slowestFactor = 4;
/** How much of the slowest time is remembered with each text that comes back: after thirty of them it hardly counts. */
const slowestKept = 0.9;
/** Answers to queries that are kept: people page through results and refine filters with the same words. */
const mostCachedQueries = 500;

interface Job {
  readonly id: number;
  readonly message: ToWorker;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (embedding: DocumentEmbedding) => void;
  readonly reject: (error: AppError) => void;
  attempts: number;
  /** Looks since the worker that has it was heard of last, or since that was given it. */
  silentLooks: number;
  /** Whether it was given to another worker too, because this one said nothing. */
  isAskedTwice: boolean;
  isSettled: boolean;
}

interface Worker {
  readonly process: ChildProcess;
  readonly jobs: Map<number, Job>;
  ready: boolean;
  served: number;
  /** Looks since it was heard of last while it had something to do. */
  silentLooks: number;
}

export class EmbeddingPool implements Embedder {
  readonly model: ModelDescription;
  readonly truncation?: number;
  readonly concurrency: number;
  private readonly workers = new Set<Worker>();
  private readonly queries: Job[] = [];
  private readonly documents: Job[] = [];
  private readonly queryCache = new Map<string, Float32Array>();
  private readonly waitingForReady: {
    resolve: () => void;
    reject: (error: AppError) => void;
  }[] = [];
  /** Read when a word is asked for. */
  private words: Promise<ReadonlySet<string>> | undefined;
  private nextId = 1;
  private failedStarts = 0;
  private failedTexts = 0;
  private broken: AppError | undefined;
  private brokenAtMs = 0;
  /** Processes that were given up, and have not ended yet. */
  private readonly ending = new Set<ChildProcess>();
  private closed = false;
  private crashes = 0;
  /** Looks in which a worker said nothing before it answered: the most of late. */
  private slowest = 0;
  private lastSuccess: Date | undefined;
  private looking: NodeJS.Timeout | undefined;

  /** Workers start with texts, no more of them than there are texts, or one with {@link ready}: whoever only counts words pays nothing. */
  constructor(private readonly options: PoolOptions) {
    this.model = options.model;
    if (options.truncation !== undefined) this.truncation = options.truncation;
    this.concurrency = Math.max(1, options.workers);
  }

  async embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array> {
    const cached = this.queryCache.get(text);
    if (cached !== undefined) return cached;
    const { vector } = await this.run((id) => ({ kind: "query", id, text }), this.queries, signal);
    if (this.queryCache.size >= mostCachedQueries) {
      const [oldest] = this.queryCache.keys();
      if (oldest !== undefined) this.queryCache.delete(oldest);
    }
    this.queryCache.set(text, vector);
    return vector;
  }

  async embedDocument(text: PreparedText, signal?: AbortSignal): Promise<DocumentEmbedding> {
    return await this.run((id) => ({ kind: "document", id, text }), this.documents, signal);
  }

  async knowsWord(word: string): Promise<boolean> {
    this.words ??= readWordList(folderOfModel(this.options.modelsFolder, this.model.id));
    return (await this.words).has(word);
  }

  /** What has failed is tried again, some time later, when somebody asks. */
  get state(): EmbedderState {
    const isReady = [...this.workers].some((worker) => worker.ready && !this.isSilent(worker));
    return { isReady, fault: this.broken ?? this.silence, crashes: this.crashes, lastSuccess: this.lastSuccess };
  }

  /** Where every worker has said nothing for too long, which ends by itself. */
  private get silence(): AppError | undefined {
    const workers = [...this.workers];
    if (workers.length === 0 || workers.some((worker) => !this.isSilent(worker))) return undefined;
    const isLoading = workers.every(({ ready }) => !ready);
    return new AppError(
      "embedding_failed",
      isLoading ? `The model ${this.model.id} takes unusually long to be loaded.` : "The embedding processes do not answer.",
      {
        mend: `Look at the disk that the models are on, at the memory and at other work of this machine. ${
          isLoading ? "After two minutes" : "What stays silent is ended, and"
        } it is tried again by itself.`,
      },
    );
  }

  private isSilent({ jobs, silentLooks }: Worker): boolean {
    const patience = Math.min(mostSilentLooks.query, Math.max(worryingLooks.query, slowestFactor * this.slowest));
    return (
      silentLooks >= Math.max(worryingLooks.other, patience) ||
      [...jobs.values()].some((job) => isQuery(job) && job.silentLooks >= patience)
    );
  }

  async ready(): Promise<void> {
    this.tryAgain();
    if (this.broken !== undefined) throw this.broken;
    // Nobody would end a worker that started now.
    if (this.closed) throw new AppError("cancelled", "The embedding workers were closed.");
    this.start();
    if ([...this.workers].some((worker) => worker.ready)) return;
    await new Promise<void>((resolve, reject) => this.waitingForReady.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.looking);
    this.failAll(new AppError("cancelled", "The embedding workers were closed."));
    await Promise.all(
      [...[...this.workers].map((worker) => worker.process), ...this.ending]
        .filter(({ pid }) => pid !== undefined)
        .map(
          (child) =>
            new Promise<void>((resolve) => {
              child.once("exit", () => resolve());
              child.kill("SIGKILL");
            }),
        ),
    );
  }

  private run(message: (id: number) => ToWorker, queue: Job[], signal: AbortSignal | undefined): Promise<DocumentEmbedding> {
    this.tryAgain();
    if (this.broken !== undefined) return Promise.reject(this.broken);
    if (this.closed) return Promise.reject(new AppError("cancelled", "The embedding workers were closed."));
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const job: Job = {
        id,
        message: message(id),
        signal,
        resolve: (embedding) => {
          job.isSettled = true;
          resolve(embedding);
        },
        reject: (error) => {
          job.isSettled = true;
          reject(error);
        },
        attempts: 0,
        silentLooks: 0,
        isAskedTwice: false,
        isSettled: false,
      };
      queue.push(job);
      this.start();
      this.dispatch();
    });
  }

  private dispatch(): void {
    this.dispatchFrom(this.queries, ({ jobs }) => [...jobs.values()].filter(isQuery).length);
    this.dispatchFrom(this.documents, ({ jobs }) => jobs.size);
  }

  /** @param load how many texts a worker has that go before the next one of this queue. */
  private dispatchFrom(queue: Job[], load: (worker: Worker) => number): void {
    while (queue.length > 0) {
      const [free] = [...this.workers]
        .filter((worker) => worker.ready)
        .map((worker) => ({ worker, load: load(worker), isSilent: Number(this.isSilent(worker)) }))
        .filter((one) => one.load < inFlightPerWorker)
        .sort((a, b) => a.isSilent - b.isSilent || a.load - b.load || a.worker.jobs.size - b.worker.jobs.size);
      const job = free && queue.shift();
      if (free === undefined || job === undefined) return;
      if (job.signal?.aborted === true) {
        job.reject(new AppError("cancelled", "Embedding was cancelled."));
        continue;
      }
      // Its first worker has answered meanwhile.
      if (job.isSettled) continue;
      job.silentLooks = 0;
      free.worker.jobs.set(job.id, job);
      // A worker that is just dying is found by its exit, and its jobs go to another.
      free.worker.process.send(job.message, () => undefined);
    }
  }

  private start(): void {
    const inFlight = [...this.workers].reduce((sum, { jobs }) => sum + jobs.size, 0);
    const texts = this.queries.length + this.documents.length + inFlight;
    while (this.workers.size < Math.min(this.concurrency, Math.max(1, texts))) this.startWorker();
  }

  private startWorker(): void {
    const child = beginProcess(this.options.workerModule, {
      kind: "load",
      modelsFolder: this.options.modelsFolder,
      files: this.options.files ?? [],
      model: this.truncation === undefined ? this.model : { ...this.model, maxTokens: this.truncation },
    } satisfies ToWorker);
    const worker: Worker = {
      process: child,
      jobs: new Map(),
      ready: false,
      served: 0,
      silentLooks: 0,
    };
    this.workers.add(worker);
    this.lookAfter();
    if (this.options.isBackground === true) yieldToOthers(child.pid);
    child.on("message", (message) => this.receive(worker, message as FromWorker));
    child.on("exit", (code, signal) =>
      this.replace(worker, worker.silentLooks > silenceOf(worker) ? "it did not answer" : (signal ?? `exit code ${code}`)),
    );
    child.on("error", (error) => this.replace(worker, error.message));
  }

  /** Ends workers that were stopped, or hang: whoever searches would wait for ever, and so would the work behind. */
  private lookAfter(): void {
    this.looking ??= setInterval(() => {
      this.dropUnwanted();
      for (const worker of this.workers) {
        if (worker.ready && worker.jobs.size === 0) worker.silentLooks = 0;
        else if (++worker.silentLooks > silenceOf(worker)) worker.process.kill("SIGKILL");
        for (const job of worker.jobs.values()) job.silentLooks++;
      }
      this.askAnother();
    }, this.options.lookAfterMs ?? lookAfterMs).unref();
  }

  /** Queries of workers that say nothing, where another one answers. The first keeps them too: they are what it owes an answer to. */
  private askAnother(): void {
    const ready = [...this.workers].filter((worker) => worker.ready);
    const silent = ready.filter((worker) => this.isSilent(worker));
    if (silent.length === ready.length) return;
    for (const job of silent.flatMap(({ jobs }) => [...jobs.values()])) {
      if (!isQuery(job) || job.isAskedTwice || job.isSettled) continue;
      job.isAskedTwice = true;
      this.queries.unshift(job);
    }
    this.dispatch();
  }

  /** Those that wait for a worker, and whose asker is gone: none may ever be ready for them. */
  private dropUnwanted(): void {
    for (const queue of [this.queries, this.documents])
      for (const job of queue.splice(0)) {
        if (job.signal?.aborted === true) job.reject(new AppError("cancelled", "Embedding was cancelled."));
        else queue.push(job);
      }
  }

  private receive(worker: Worker, message: FromWorker): void {
    // The last words of one that was given up.
    if (!this.workers.has(worker)) return;
    if (worker.ready) this.slowest = Math.max(worker.silentLooks, slowestKept * this.slowest);
    worker.silentLooks = 0;
    for (const job of worker.jobs.values()) job.silentLooks = 0;
    switch (message.kind) {
      case "ready":
        worker.ready = true;
        for (const { resolve } of this.waitingForReady.splice(0)) resolve();
        break;
      case "broken":
        this.breakDown(
          new AppError("embedding_failed", `The model ${this.model.id} cannot be loaded: ${message.reason.replace(/\.$/, "")}.`, {
            mend:
              message.mend ??
              `None of its files is damaged: free some memory if that is short; otherwise get it anew with \`paperkin models pull ${this.model.id}\`, or use another model.`,
          }),
        );
        return;
      case "done":
        worker.served++;
        this.failedStarts = 0;
        this.failedTexts = 0;
        this.lastSuccess = new Date();
        this.take(worker, message.id)?.resolve({
          vector: message.vector,
          sentences: message.sentences,
        });
        break;
      case "failed":
        this.take(worker, message.id)?.reject(new AppError("embedding_failed", `A text could not be embedded: ${message.reason}.`));
        break;
    }
    this.dispatch();
  }

  private take(worker: Worker, id: number): Job | undefined {
    const job = worker.jobs.get(id);
    worker.jobs.delete(id);
    return job;
  }

  /** A worker is gone: another takes its place and its texts. */
  private replace(worker: Worker, reason: string): void {
    if (!this.workers.delete(worker) || this.closed) return;
    this.crashes++;
    let givenUp = 0;
    for (const job of worker.jobs.values()) {
      if (job.isSettled || [...this.workers].some(({ jobs }) => jobs.has(job.id))) continue;
      job.attempts++;
      if (job.attempts >= mostAttempts) {
        givenUp++;
        job.reject(new AppError("embedding_failed", `Embedding a text ended its worker process (${reason}).`));
      } else (isQuery(job) ? this.queries : this.documents).unshift(job);
    }
    this.failedTexts += givenUp;
    // Those that ended over a text that is now given up could be started.
    if (givenUp > 0) this.failedStarts = 0;
    else if (worker.served === 0) this.failedStarts++;
    if (this.failedStarts >= mostFailedStarts || this.failedTexts >= mostFailedTexts) {
      this.breakDown(
        new AppError("embedding_failed", `The embedding workers end as soon as they start (${reason}).`, {
          mend: "Check the memory of this machine, how many files and processes this program may have (`ulimit -a`), and `npm ci` for this platform; where its address space is limited (`ulimit -v`), set NODE_OPTIONS=--disable-wasm-trap-handler. It is tried again by itself.",
        }),
      );
      return;
    }
    this.startWorker();
  }

  private breakDown(error: AppError): void {
    this.broken = error;
    this.brokenAtMs = performance.now();
    this.failAll(error);
    for (const { process: child } of this.workers) {
      // One that never began does not end.
      if (child.pid === undefined) continue;
      this.ending.add(child);
      child.once("exit", () => this.ending.delete(child));
      child.kill("SIGKILL");
    }
    this.workers.clear();
  }

  /** Once for each rest: a worker that ends at once again ends the next trying too. */
  private tryAgain(): void {
    if (this.broken === undefined || this.closed || performance.now() - this.brokenAtMs < (this.options.restMs ?? restMs)) return;
    this.broken = undefined;
    this.failedStarts = mostFailedStarts - 1;
    this.failedTexts = 0;
  }

  private failAll(error: AppError): void {
    for (const { reject } of this.waitingForReady.splice(0)) reject(error);
    const inFlight = [...this.workers].flatMap((worker) => [...worker.jobs.values()]);
    for (const worker of this.workers) worker.jobs.clear();
    for (const job of [...this.queries.splice(0), ...this.documents.splice(0), ...inFlight]) job.reject(error);
  }
}

function isQuery({ message }: Job): boolean {
  return message.kind === "query";
}

function silenceOf({ jobs, ready }: Worker): number {
  if (!ready) return mostSilentLooks.loading;
  const all = [...jobs.values()];
  return all.some(isQuery) || all.every(({ signal }) => signal?.aborted === true) ? mostSilentLooks.query : mostSilentLooks.document;
}
