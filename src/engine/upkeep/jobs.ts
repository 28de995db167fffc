/**
 * Long-running work that a server does on request, one job after the other. Jobs are stored in the library, so that a restarted server
 * continues them; of several servers on one library one runs them.
 */
import { randomUUID } from "node:crypto";
import type { Embedder } from "../../core/embedder.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import { describeSpec, type Generation, isSameSpec } from "../../core/generation.ts";
import { describeHolder } from "../../core/holder.ts";
import {
  isFinished,
  type Job,
  type JobKind,
  type ReindexRequest,
  type ReindexResult,
  unfinishedOf,
  type VerifyResult,
} from "../../core/job.ts";
import type { Library } from "../../core/library.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";
import type { Finding, WorkProgress } from "../../core/upkeep.ts";
import { specOf } from "../generations/embed-backlog.ts";
import { type IndexApart, prepareApart } from "../generations/index-apart.ts";
import { pruneGenerations, reindex, reindexRunning } from "../generations/reindex.ts";
import { ProgressMeter } from "../generations/work-progress.ts";

/**
 * Opens the model of a reindex, whose work has lower priority than everything else. Throws `model_not_found`, `model_damaged`,
 * `invalid_request`.
 */
export type OpenForReindex = (request: Pick<ReindexRequest, "model" | "truncation" | "workers">) => Promise<Embedder>;

export interface JobsOptions {
  readonly now: () => Date;
  readonly openForReindex: OpenForReindex;
  /** Where the index of a reindex is built; in this process unless given. */
  readonly indexApart?: IndexApart | undefined;
  readonly verify: (signal: AbortSignal) => Promise<Finding[]>;
  /** Lets new requests begin with what is live. */
  readonly follow: () => Promise<void>;
  /** Resolves when no request is answered from a generation any longer. */
  readonly unused: (generation: Generation) => Promise<void>;
  readonly recordFault: (work: string, thrown: unknown) => Promise<void>;
}

type Intent = "pause" | "cancel" | "stop";

interface Running {
  readonly id: string;
  readonly stopping: AbortController;
  /** Why it was ended before its time. */
  intent: Intent | undefined;
  progress: WorkProgress | undefined;
  readonly ended: Promise<void>;
}

/** A job that was interrupted this often, because its server ended or the library took no writes, is not restarted automatically. */
const mostInterruptions = 3;
/** How soon a server notices that the one that ran the jobs has ended, and retries what the library refused. */
const takeOverMs = 2_000;
/** How soon a reindex that ended because of a full disk is retried; what it has filled stays. */
const tryForRoomMs = 30_000;

export class Jobs {
  private release: (() => Promise<void>) | undefined;
  /** Whether this server runs the jobs: it holds the lease, and has taken over what an earlier server left. */
  private isOwner = false;
  private current: Running | undefined;
  /** Serialises operations: a decision based on what was read holds until it is written. */
  private readonly turns = new OneAtATime();
  private pumping: Promise<void> | undefined;
  private isAskedAgain = false;
  private isStopped = false;
  private watching: NodeJS.Timeout | undefined;
  private retrying: NodeJS.Timeout | undefined;
  /** While a reindex waits for room on a full disk. */
  private waitingForRoom: NodeJS.Timeout | undefined;
  private readonly listeners: ((job: Job) => void)[] = [];
  private refusal: AppError | undefined;

  constructor(
    private readonly library: Library,
    private readonly options: JobsOptions,
  ) {}

  /** Why the library refused a write when jobs were last requested: a job shown as running may have ended with its server. */
  get heldUpBy(): AppError | undefined {
    return this.refusal;
  }

  /** Told of each change of a job's state. */
  onChange(listener: (job: Job) => void): void {
    this.listeners.push(listener);
  }

  /** Continues what an earlier server left, unless another one does; shortly afterwards if the library cannot be written to. */
  async start(): Promise<void> {
    try {
      await this.turns.run(() => this.own());
    } catch (error) {
      await this.noteFault(error);
    }
    this.pump();
    this.watch();
  }

  /** While this server does not run the jobs, checks whether it may. */
  private watch(): void {
    clearTimeout(this.watching);
    if (this.isStopped || this.isOwner) return;
    this.watching = setTimeout(() => {
      this.turns
        .run(async () => {
          if (await this.own()) this.pump();
        })
        .then(
          () => this.watch(),
          () => this.watch(),
        );
    }, takeOverMs);
    this.watching.unref();
  }

  /** Ends what runs at the next safe place; the next server continues it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.watching);
    clearTimeout(this.retrying);
    clearTimeout(this.waitingForRoom);
    await this.end("stop");
    await this.pumping;
    await this.turns.run(async () => {
      const { release } = this;
      this.release = undefined;
      this.isOwner = false;
      await release?.();
    });
  }

  /** The latest first. */
  async list(): Promise<Job[]> {
    await this.takeOver();
    return await Promise.all((await this.library.jobs.all()).map((job) => this.withProgress(job)));
  }

  /** Throws `job_not_found`. */
  async get(id: string): Promise<Job> {
    await this.takeOver();
    return await this.withProgress(await this.stored(id));
  }

  /** Throws `reindex_running`, `generation_filling`, `library_busy`, and what opening the model does. */
  async addReindex(request: ReindexRequest): Promise<Job> {
    return await this.turns.run(async () => {
      await this.requireJobsLease();
      const other = unfinishedOf(await this.library.jobs.all(), "reindex");
      if (other !== undefined) {
        throw new AppError("reindex_running", `There is a reindex of this library already: job ${other.id} is ${other.state}.`, {
          mend: other.state === "paused" ? "Resume it, or cancel it." : "Wait for it, or cancel it.",
        });
      }
      if ((await this.library.claimedWork()).some(({ work }) => work === "reindex")) throw await reindexRunning(this.library);
      // The model is resolved now, not when a later server continues.
      return await this.add("reindex", { request: { ...request, model: await this.modelOf(request) } });
    });
  }

  /** Returns the unfinished one if there is one. Throws `library_busy`. */
  async addVerify(): Promise<Job> {
    return await this.turns.run(async () => {
      await this.requireJobsLease();
      const other = unfinishedOf(await this.library.jobs.all(), "verify");
      return other ?? (await this.add("verify", {}));
    });
  }

  /** Pauses it; what was done is kept. Throws `job_not_found`, `job_state`, `library_busy`. */
  async pause(id: string): Promise<Job> {
    return await this.turns.run(async () => {
      const job = await this.unfinished(id);
      if (job.kind !== "reindex") throw new AppError("job_state", `Job ${id} (${job.kind}) cannot be paused.`, { mend: "Cancel it." });
      if (this.current?.id === id) await this.end("pause");
      else await this.save({ ...job, state: "paused" });
      return await this.stored(id);
    });
  }

  /** Throws `job_not_found`, `job_state`, `library_busy`. */
  async resume(id: string): Promise<Job> {
    return await this.turns.run(async () => {
      const { error: _, ...job } = await this.unfinished(id);
      if (job.state === "paused") await this.save({ ...job, state: "queued", interruptions: 0 });
      // Whoever asks for it has made room.
      this.stopWaitingForRoom();
      this.pump();
      return await this.stored(id);
    });
  }

  /** Removes what a reindex has filled. Throws `job_not_found`, `job_state`, `library_busy`. */
  async cancel(id: string): Promise<Job> {
    return await this.turns.run(async () => {
      const job = await this.unfinished(id);
      if (this.current?.id === id) await this.end("cancel");
      else {
        await this.dropFilling(job);
        await this.save({ ...job, state: "cancelled" });
      }
      return await this.stored(id);
    });
  }

  /** Takes over the jobs, unless a living process has them. @returns whether this server has them. */
  private async own(): Promise<boolean> {
    if (this.isOwner) return true;
    if (this.isStopped) return false;
    this.release ??= await this.library.claim("jobs");
    if (this.release === undefined) return false;
    for (const job of await this.library.jobs.all()) {
      if (job.state !== "running") continue;
      const interruptions = job.interruptions + 1;
      const error = {
        code: "cancelled",
        detail: `It was interrupted ${interruptions} times before it finished. Resume it to try once more.`,
      };
      await this.save(
        interruptions < mostInterruptions ? { ...job, state: "queued", interruptions } : { ...job, state: "paused", interruptions, error },
      );
    }
    this.isOwner = true;
    return true;
  }

  /** After another server has died its job must not be reported as running; but a library that takes no writes can still be read. */
  private async takeOver(): Promise<void> {
    try {
      await this.turns.run(() => this.own());
      this.refusal = undefined;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== "storage_full" && error.code !== "storage_failed") throw error;
      this.refusal = error;
    }
  }

  private async requireJobsLease(): Promise<void> {
    if (await this.own()) return;
    const holder = (await this.library.claimedWork()).find(({ work }) => work === "jobs");
    throw new AppError("library_busy", `${describeHolder(holder)}, another server, runs the jobs of this library.`, {
      mend: "Send the request to that server, or stop it.",
    });
  }

  private async stored(id: string): Promise<Job> {
    const job = await this.library.jobs.get(id);
    if (job === undefined) throw new AppError("job_not_found", `There is no job ${id}.`, { mend: "List the jobs at /v1/jobs." });
    return job;
  }

  private async unfinished(id: string): Promise<Job> {
    const job = await this.stored(id);
    if (isFinished(job)) throw new AppError("job_state", `Job ${id} is already ${job.state}.`);
    await this.requireJobsLease();
    return await this.stored(id);
  }

  private async modelOf(request: ReindexRequest): Promise<string> {
    const embedder = await this.options.openForReindex(request);
    await embedder.close();
    const model = embedder.model.id;
    const filling = (await this.library.generations()).find(({ state }) => state === "filling")?.generation;
    if (request.fresh || filling === undefined || isSameSpec(filling, { ...specOf(embedder), graph: request.graph })) return model;
    throw new AppError("generation_filling", `Generation ${filling.id} is already being filled with ${describeSpec(filling)}.`, {
      mend: "Request the same model and parameters to continue it, or a new generation to drop it.",
    });
  }

  private async add(kind: JobKind, what: Pick<Job, "request">): Promise<Job> {
    const at = this.options.now().toISOString();
    const job: Job = { id: randomUUID(), kind, state: "queued", created: at, changed: at, interruptions: 0, ...what };
    await this.save(job);
    this.pump();
    return job;
  }

  private async save(job: Job): Promise<void> {
    const changed = { ...job, changed: this.options.now().toISOString() };
    await this.library.jobs.put(changed);
    for (const listener of this.listeners) listener(changed);
  }

  private async withProgress(job: Job): Promise<Job> {
    const progress = this.current?.id === job.id ? this.current.progress : await this.progressElsewhere(job);
    return progress === undefined ? job : { ...job, progress };
  }

  /** Of a job that another server is at. */
  private async progressElsewhere(job: Job): Promise<WorkProgress | undefined> {
    if (job.state !== "running" || this.release !== undefined) return undefined;
    return (await this.library.claimedWork()).find(({ work }) => work === job.kind)?.progress;
  }

  private async end(intent: Intent): Promise<void> {
    const { current } = this;
    if (current === undefined) return;
    current.intent ??= intent;
    current.stopping.abort();
    await current.ended;
  }

  /** Runs what is queued until nothing is. Nobody waits for it, so it never rejects: what the library refuses is tried again. */
  private pump(): void {
    this.isAskedAgain = true;
    this.pumping ??= this.runQueued()
      .catch(async (error) => {
        await this.noteFault(error);
        if (this.isStopped) return;
        clearTimeout(this.retrying);
        this.retrying = setTimeout(() => this.pump(), takeOverMs);
        this.retrying.unref();
      })
      .finally(() => {
        this.pumping = undefined;
        if (this.isAskedAgain && !this.isStopped) this.pump();
      });
  }

  /** Never throws: a library that cannot store a job may not be able to store a fault either. */
  private async noteFault(thrown: unknown): Promise<void> {
    await this.options.recordFault("jobs", thrown).catch(() => undefined);
  }

  private async runQueued(): Promise<void> {
    while (!this.isStopped) {
      this.isAskedAgain = false;
      const begun = await this.turns.run(() => this.beginNext());
      if (begun === undefined) return;
      await begun.ended;
    }
  }

  private async beginNext(): Promise<Running | undefined> {
    if (this.isStopped || !this.isOwner) return undefined;
    const next = (await this.library.jobs.all()).findLast(
      ({ state, kind }) => state === "queued" && !(kind === "reindex" && this.waitingForRoom !== undefined),
    );
    if (next === undefined) return undefined;
    // Its progress when it was paused, and the reason, say nothing about its current state.
    const { progress: _, error: __, ...waiting } = next;
    const job: Job = { ...waiting, state: "running" };
    await this.save(job);
    let finish: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const running: Running = { id: job.id, stopping: new AbortController(), intent: undefined, progress: undefined, ended };
    this.current = running;
    void this.run(job, running).finally(() => {
      this.current = undefined;
      finish();
    });
    return running;
  }

  /** Never throws: what goes wrong is the job's end. */
  private async run(begun: Job, running: Running): Promise<void> {
    let last = begun;
    const remember = async (job: Job) => {
      last = job;
      await this.save(job);
    };
    try {
      const result = await (begun.kind === "reindex" ? this.reindex(begun, running, remember) : this.verify(running));
      // Where it was ended too late, it is done.
      await this.save(result === undefined ? await this.interrupted(last, running) : { ...last, state: "done", result });
    } catch (thrown) {
      const { code, explanation: detail } = toAppError(thrown);
      const progress = running.progress === undefined ? {} : { progress: running.progress };
      const isHeldUp = begun.kind === "reindex" && code === "storage_full";
      const end: Job = { ...last, ...progress, state: isHeldUp ? "queued" : "failed", error: { code, detail } };
      if (isHeldUp && running.intent === undefined) this.waitForRoom();
      try {
        await this.save(running.intent === undefined ? end : await this.interrupted(last, running));
        if (running.intent === undefined) await this.options.recordFault(begun.kind, thrown);
      } catch {
        // The library cannot be written to. Whoever takes over next, perhaps this server, finds a job that is marked as running and that
        // nobody runs.
        this.isOwner = false;
        this.watch();
      }
    }
  }

  /** A disk that is full now may not be later: the job continues by itself. */
  private waitForRoom(): void {
    clearTimeout(this.waitingForRoom);
    this.waitingForRoom = setTimeout(() => {
      this.stopWaitingForRoom();
      this.pump();
    }, tryForRoomMs);
    this.waitingForRoom.unref();
  }

  private stopWaitingForRoom(): void {
    clearTimeout(this.waitingForRoom);
    this.waitingForRoom = undefined;
  }

  /** The new state of a job that was interrupted. */
  private async interrupted(job: Job, { intent, progress }: Running): Promise<Job> {
    const reached = progress === undefined ? job : { ...job, progress };
    if (intent === "cancel") {
      await this.dropFilling(job);
      return { ...reached, state: "cancelled" };
    }
    return { ...reached, state: intent === "pause" ? "paused" : "queued" };
  }

  /** @returns undefined if it was interrupted. */
  private async reindex(job: Job, running: Running, remember: (job: Job) => Promise<void>): Promise<ReindexResult | undefined> {
    const { request = { fresh: false, keep: 1 } } = job;
    const { indexApart, recordFault } = this.options;
    const meter = new ProgressMeter();
    const embedder = await this.options.openForReindex(request);
    try {
      const report = await reindex(this.library, embedder, {
        graph: request.graph,
        // What an earlier run of this job has filled is continued.
        fresh: request.fresh && job.generation === undefined,
        now: this.options.now,
        prepare:
          indexApart &&
          ((generation, options) => prepareApart(this.library, indexApart, generation, options, (fault) => recordFault("reindex", fault))),
        signal: running.stopping.signal,
        onGeneration: ({ id }) => remember({ ...job, generation: id }),
        onProgress: (stage, done, total) => {
          running.progress = meter.take(stage, done, total);
        },
      });
      const { outcome } = report;
      if (outcome === "interrupted") {
        // Its index must not be built any further.
        await this.library.unloadGeneration(report.generation);
        return undefined;
      }
      if (outcome === "unchanged") return { ...report, outcome, removed: [] };
      await this.options.follow();
      return { ...report, outcome, removed: await pruneGenerations(this.library, request.keep, this.options.unused) };
    } finally {
      await embedder.close();
    }
  }

  private async verify({ stopping: { signal } }: Running): Promise<VerifyResult | undefined> {
    const findings = await this.options.verify(signal);
    return signal.aborted ? undefined : { findings };
  }

  /** Does nothing if another process has continued it. */
  private async dropFilling(job: Job): Promise<void> {
    const release = await this.library.claim("reindex");
    if (release === undefined) return;
    try {
      const filling = (await this.library.generations()).find(({ state }) => state === "filling")?.generation;
      if (filling !== undefined && filling.id === job.generation) await this.library.dropGeneration(filling);
    } finally {
      await release();
    }
  }
}
