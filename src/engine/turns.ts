/**
 * Gives other work a turn between the steps of answering. Promises that are already resolved continue at once, so sixteen concurrent
 * answers would block the event loop for as long as all of them take together; and everything that waits for `setImmediate` runs in a
 * single turn.
 *
 * Here one step runs per turn, and the oldest request goes first. Served evenly, all requests would be late, and those that take more
 * work the latest by far.
 */

import { AppError } from "../core/errors.ts";

/** Resolves in a turn of its own. */
export type OwnTurn = () => Promise<void>;

/** Who came first stands first. */
const waiting: { readonly number: number; readonly run: () => void }[] = [];
let last = 0;

/** A place in the queue, after those who have one. */
export function queueForTurns(): OwnTurn {
  const number = ++last;
  return () =>
    new Promise((run) => {
      const behind = waiting.findIndex((other) => other.number > number);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, { number, run });
      if (waiting.length === 1) setImmediate(runOne);
    });
}

/** A turn after everybody who is waiting now: for work of many steps, each of which may run later than any answer. */
export function yieldTurn(): Promise<void> {
  return queueForTurns()();
}

/** The same items, with a turn for others after each `every` of them: reading many items may take long without ever waiting. */
export async function* inTurns<T>(items: AsyncIterable<T>, every: number): AsyncIterable<T> {
  let taken = 0;
  for await (const item of items) {
    yield item;
    if (++taken % every === 0) await yieldTurn();
  }
}

/** Throws `cancelled` once nobody waits for the answer. */
export function throwIfAbandoned(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError("cancelled", "Interrupted before the answer was complete.");
}

function runOne(): void {
  waiting.shift()?.run();
  if (waiting.length > 0) setImmediate(runOne);
}
