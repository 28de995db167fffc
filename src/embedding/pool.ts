/**
 * The embedder of the service: a few worker processes, each with one single-threaded session. They are processes, not threads, so that a
 * crash in native code affects only the texts in flight, which are embedded again by another worker. Queries go before waiting documents,
 * both here and within a worker.
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
  /** The checksums of the model's files as they were verified; each worker verifies the files that it has loaded. */
  readonly files?: readonly FileChecksum[];
  /** The number of worker processes. */
  readonly workers: number;
  /** The number of tokens after which texts are truncated, if that is less than the model's length. */
  readonly truncation?: number;
  /** Whether workers run at a lower priority than everything else on this machine. */
  readonly isBackground?: boolean;
  /** The path of the compiled worker module. */
  readonly workerModule: string;
  /** The interval of the watchdog; a second by default. */
  readonly lookAfterMs?: number;
  /** The pause after the workers have failed; ten seconds by default. */
  readonly restMs?: number;
}

/** Texts that are sent to a worker ahead, so that it never waits for the next; counted separately for queries and documents. */
const inFlightPerWorker = 2;
/** A text is given up after this many workers died over it. */
const mostAttempts = 2;
/** Workers that die in a row without embedding anything. After that, something is wrong with the machine or the model. */
const mostFailedStarts = 3;
/** Texts that are given up in a row. After that, the cause is not the texts. */
const mostFailedTexts = 8;
/** The pause after the pool has given up, in which a shortage of memory may pass. */
const restMs = 10_000;
/** The interval of the watchdog. */
const lookAfterMs = 1_000;
/**
 * Checks of the watchdog after which a silent worker counts as hung: while it loads its model (two minutes), while it has a query or only
 * cancelled texts (half a minute), or while it has documents alone (ten minutes). Checks are counted instead of time, since a machine that
 * slept, or a server that was stopped, has made only one check.
 */
const mostSilentLooks = { loading: 120, query: 30, document: 600 };
/**
 * Checks after which a silent worker is not expected to answer soon. It is then reported in the state of the service, and its queries are
 * given to another worker, before it is ended. Five seconds for a query, or longer if texts have recently taken longer (a slow machine, a
 * large model).
 */
const worryingLooks = { query: 5, other: 10 };
/** A query is overdue after this many times the slowest recent answer. */
const slowestFactor = 4;
/** The decay of the slowest time with each message from a worker: after thirty of them it hardly counts. */
const slowestKept = 0.9;
/** Embeddings of queries that are cached: people page through results and refine filters with the same words. */
const mostCachedQueries = 500;

interface Job {
  readonly id: number;
  readonly message: ToWorker;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (embedding: DocumentEmbedding) => void;
  readonly reject: (error: AppError) => void;
  attempts: number;
  /** Checks since its worker last sent a message, or since it was given to that worker. */
  silentLooks: number;
  /** Whether it was also given to another worker because the first was silent. */
  isAskedTwice: boolean;
  isSettled: boolean;
}

interface Worker {
  readonly process: ChildProcess;
  readonly jobs: Map<number, Job>;
  ready: boolean;
  served: number;
  /** Checks since its last message, while it had something to do. */
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
  /** Read at the first use. */
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
  /** The longest silence of a worker before it answered, in checks; decays. */
  private slowest = 0;
  private lastSuccess: Date | undefined;
  private looking: NodeJS.Timeout | undefined;

  /**
   * Workers start with the first texts (never more workers than texts), or one with {@link ready}. So commands that embed nothing start
   * none.
   */
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

  /** After a failure it reports the fault until a later call tries again. */
  get state(): EmbedderState {
    const isReady = [...this.workers].some((worker) => worker.ready && !this.isSilent(worker));
    return { isReady, fault: this.broken ?? this.silence, crashes: this.crashes, lastSuccess: this.lastSuccess };
  }

  /** The fault if every worker has been silent for too long. It clears by itself. */
  private get silence(): AppError | undefined {
    const workers = [...this.workers];
    if (workers.length === 0 || workers.some((worker) => !this.isSilent(worker))) return undefined;
    const isLoading = workers.every(({ ready }) => !ready);
    return new AppError(
      "embedding_failed",
      isLoading ? `The model ${this.model.id} is taking unusually long to load.` : "The embedding processes are not responding.",
      {
        mend: `Check the disk that holds the models, the memory, and what else this machine is doing. ${
          isLoading ? "After two minutes it is retried automatically." : "Processes that stay silent are restarted automatically."
        }`,
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
    // Nothing would end a worker that started now.
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

  /** @param load counts the texts of a worker that go before the next one of this queue. */
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
      // If the worker is just dying, its exit is noticed and its jobs go to another.
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

  /** Ends workers that hang or were stopped. Otherwise searches, and the work after them, would wait forever. */
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

  /**
   * Gives the queries of silent workers to another worker. They stay assigned to the first one too, since it still owes an answer to them.
   */
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

  /** Rejects waiting jobs that were cancelled, since there may never be a ready worker to take them. */
  private dropUnwanted(): void {
    for (const queue of [this.queries, this.documents])
      for (const job of queue.splice(0)) {
        if (job.signal?.aborted === true) job.reject(new AppError("cancelled", "Embedding was cancelled."));
        else queue.push(job);
      }
  }

  private receive(worker: Worker, message: FromWorker): void {
    // A late message from a worker that was given up.
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
              `Its files were intact when it was opened. If they still are, free some memory; otherwise get the model again with \`paperkin models pull ${this.model.id}\`, or use another model.`,
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

  /** Replaces a worker that has ended, and gives its texts to others. */
  private replace(worker: Worker, reason: string): void {
    if (!this.workers.delete(worker) || this.closed) return;
    this.crashes++;
    let givenUp = 0;
    for (const job of worker.jobs.values()) {
      if (job.isSettled || [...this.workers].some(({ jobs }) => jobs.has(job.id))) continue;
      job.attempts++;
      if (job.attempts >= mostAttempts) {
        givenUp++;
        job.reject(new AppError("embedding_failed", `The worker process that was embedding a text ended (${reason}).`));
      } else (isQuery(job) ? this.queries : this.documents).unshift(job);
    }
    this.failedTexts += givenUp;
    // Workers that died over a text that is now given up did start successfully.
    if (givenUp > 0) this.failedStarts = 0;
    else if (worker.served === 0) this.failedStarts++;
    if (this.failedStarts >= mostFailedStarts || this.failedTexts >= mostFailedTexts) {
      this.breakDown(
        new AppError("embedding_failed", `The embedding workers end as soon as they start (${reason}).`, {
          mend: "Check the memory of this machine, this program's limits on files and processes (`ulimit -a`), and that `npm ci` was run on this platform; if the address space is limited (`ulimit -v`), set NODE_OPTIONS=--disable-wasm-trap-handler. It is retried automatically.",
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
      // A process that never started has no exit event.
      if (child.pid === undefined) continue;
      this.ending.add(child);
      child.once("exit", () => this.ending.delete(child));
      child.kill("SIGKILL");
    }
    this.workers.clear();
  }

  /** Retries after each pause. If the worker dies again at once, the next failure ends this attempt too. */
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
