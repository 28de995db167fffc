/** Long work in time slices, between which other requests are answered. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";

/** The length of a slice: short enough that nobody notices waiting for one. */
const sliceMs = 8;
/** If the event loop was busy for this long between two slices, requests are being answered, and each of them needs several turns. */
const busyMs = 1;
/** The pause for those requests. */
const restMs = 25;

/**
 * Yields to the event loop when a time slice is used up, with a longer pause if requests are being answered. Cheap enough to be called
 * often: it reads the clock. Users of the same object take turns, so that a request waits for one slice, not one of each.
 */
export class Slices {
  private began = performance.now();
  private lastTurn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /**
   * While a request waits for the result of the work, slices pause for only one turn: on a busy machine they would hardly progress
   * otherwise.
   */
  async hurried<T>(work: Promise<T>): Promise<T> {
    this.waiting++;
    try {
      return await work;
    } finally {
      this.waiting--;
    }
  }

  /** @returns undefined if the slice is not used up yet. */
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

/** Work that can be suspended at each `yield`, and resumed later. */
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
