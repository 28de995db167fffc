/** Long work in slices, between which others are answered. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";

/** How long a slice may take: nobody notices to have waited for one. */
const sliceMs = 8;
/** Where the event loop was busy for so long between two slices, requests are being answered, and need several turns each. */
const busyMs = 1;
/** How long those are left to themselves. */
const restMs = 25;

/**
 * Lets go of the event loop once a slice of time is used up, for longer where requests are being answered. To be asked often: it
 * costs a look at the clock. Those who work in the slices of one object take turns, so that a request waits for one slice, not one of each.
 */
export class Slices {
  private began = performance.now();
  private lastTurn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** While somebody waits for what the slices make, they rest no longer than a turn: on a busy machine they would hardly get on. */
  async hurried<T>(work: Promise<T>): Promise<T> {
    this.waiting++;
    try {
      return await work;
    } finally {
      this.waiting--;
    }
  }

  /** @returns undefined while the slice goes on. */
  giveWay(): Promise<void> | undefined {
    return performance.now() - this.began < sliceMs ? undefined : this.rest();
  }

  private async rest(): Promise<void> {
    const turn = this.lastTurn.then(async () => {
      const left = performance.now();
      await nextTurn();
      if (this.waiting === 0 && performance.now() - left > busyMs) await wait(restMs);
    });
    this.lastTurn = turn;
    await turn;
    this.began = performance.now();
  }
}

/** Work that can be left at each `yield`, and gone on with later. */
export type Steps<T> = Generator<undefined, T>;

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

export async function inSlices<T>(steps: Steps<T>, slices: Slices): Promise<T> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    await slices.giveWay();
  }
}
