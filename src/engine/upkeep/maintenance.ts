/**
 * A server's background work: takes in what other processes write, embeds the backlog, and writes checkpoints so that the next start is
 * fast.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type AppError, toAppError } from "../../core/errors.ts";
import type { Engine } from "../engine.ts";

export interface MaintenanceOptions {
  readonly onError: (error: AppError) => void;
  readonly onEmbedded: (papers: number) => void;
}

/** How soon a change by another process is seen. */
const followMs = 250;
/** How long a change waits at most for its checkpoint. */
const checkpointMs = 60_000;
/** How long to wait after a failure before trying again. */
const retryMs = 5_000;
/** How long to wait before retrying texts on which the model failed: each may cost a process. */
const refusedMs = 600_000;

export class Maintenance {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private warming: Promise<void> | undefined;
  /** Everything up to this change has its embedding; −1 before the first look. */
  private embeddedUpTo = -1;
  /** The generation that this holds for. */
  private generation: number | undefined;
  private checkpointDue = performance.now() + checkpointMs;
  private refusedDue = Number.POSITIVE_INFINITY;

  constructor(
    private readonly engine: Engine,
    private readonly options: MaintenanceOptions,
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Stops at the next safe place; what is done is stored. The last checkpoint is the caller's. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.round().then(
        () => {
          this.engine.backgroundFault = undefined;
          this.schedule(followMs);
        },
        (error: unknown) => {
          const known = toAppError(error);
          this.engine.backgroundFault = known.explanation;
          this.options.onError(known);
          this.schedule(retryMs);
        },
      );
    }, delayMs);
  }

  private async round(): Promise<void> {
    const { library } = this.engine;
    await this.engine.follow();
    // The library can only be read: retrying would report the same for ever.
    if ((await library.health()).writesStopped !== undefined) return;
    this.warmUp();
    if (this.generation !== this.engine.generation?.id) {
      this.generation = this.engine.generation?.id;
      this.embeddedUpTo = -1;
    }
    if (performance.now() >= this.refusedDue) {
      this.refusedDue = Number.POSITIVE_INFINITY;
      this.embeddedUpTo = -1;
    }
    const change = await library.lastChange();
    if (change !== this.embeddedUpTo) await this.embed(change);
    if (performance.now() >= this.checkpointDue) {
      await library.checkpoint({ signal: this.stopping.signal });
      this.checkpointDue = performance.now() + checkpointMs;
    }
  }

  /** Runs concurrently: embedding need not wait for it, and the first request should not have to. */
  private warmUp(): void {
    this.warming ??= this.engine.library
      .warmUp()
      .catch(async (error: unknown) => {
        this.options.onError(toAppError(error));
        await wait(retryMs, undefined, { ref: false });
      })
      .finally(() => {
        this.warming = undefined;
      });
  }

  private async embed(change: number): Promise<void> {
    // Keeps following meanwhile: a long backlog must not delay the words of new papers.
    const following = setInterval(() => {
      this.engine.library.refresh().catch((error: unknown) => this.options.onError(toAppError(error)));
    }, followMs);
    try {
      const embedded = await this.engine.embedBacklog({
        signal: this.stopping.signal,
        since: Math.max(0, this.embeddedUpTo),
        onRefused: (error) => {
          this.refusedDue = performance.now() + refusedMs;
          this.options.onError(error);
        },
      });
      // Another process is embedding: its writes are followed, and the lease is tried again.
      if (embedded === undefined) return;
      if (embedded > 0) this.options.onEmbedded(embedded);
      this.embeddedUpTo = change;
    } finally {
      clearInterval(following);
    }
  }
}
