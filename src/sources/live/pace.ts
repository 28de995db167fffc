/** The pace of one service: one request at a time, with a gap behind each, and longer waits where the service asks for them. */
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";

/** Time and chance, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Throws `cancelled`. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw new AppError("cancelled", "The fetch was interrupted.", { cause });
    }
  },
};

export interface Turn {
  readonly gapMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onWait: (ms: number) => void;
}

export class Pace {
  private tail: Promise<unknown> = Promise.resolve();
  private freeAt = 0;
  /** The longest wait that this can be, should the clock be set back meanwhile. */
  private heldMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Runs the work when those before it are done and the gap is over. */
  async run<T>({ gapMs, signal, onWait }: Turn, work: () => Promise<T>): Promise<T> {
    const before = this.tail;
    let done: () => void = () => undefined;
    this.tail = new Promise<void>((resolve) => {
      done = resolve;
    });
    await before;
    try {
      const ms = Math.min(this.freeAt - this.clock.now(), this.heldMs);
      if (ms > 0) {
        onWait(ms);
        await this.clock.sleep(ms, signal);
      }
      return await work();
    } finally {
      this.hold(gapMs);
      done();
    }
  }

  /** Nothing is asked for so long. */
  hold(ms: number): void {
    const freeAt = this.clock.now() + ms;
    if (freeAt < this.freeAt && this.freeAt - this.clock.now() <= this.heldMs) return;
    [this.freeAt, this.heldMs] = [freeAt, ms];
  }
}
