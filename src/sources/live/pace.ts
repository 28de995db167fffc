/** The pace of one service: one request at a time, a gap after each, and longer waits if the service asks for them. */
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";

/** Time and randomness, replaceable so that tests need not wait. */
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
  private readonly queue = new OneAtATime();
  private freeAt = 0;
  /** The length of the hold that set `freeAt`: the longest possible wait, even if the clock is set back meanwhile. */
  private heldMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Runs the work once all earlier work is done and the gap is over. */
  async run<T>({ gapMs, signal, onWait }: Turn, work: () => Promise<T>): Promise<T> {
    return await this.queue.run(async () => {
      try {
        const ms = Math.min(this.freeAt - this.clock.now(), this.heldMs);
        if (ms > 0) {
          onWait(ms);
          await this.clock.sleep(ms, signal);
        }
        return await work();
      } finally {
        this.hold(gapMs);
      }
    });
  }

  /** Starts no further work for `ms` milliseconds. */
  hold(ms: number): void {
    const freeAt = this.clock.now() + ms;
    if (freeAt < this.freeAt && this.freeAt - this.clock.now() <= this.heldMs) return;
    [this.freeAt, this.heldMs] = [freeAt, ms];
  }
}
