/**
 * Lets everything else have its turn between the steps of answering. Promises that are resolved already go on at once,
 * so that sixteen answers under way would keep the event loop for as long as all of them take together; and what waits
 * for `setImmediate` is run all in one turn. Here one step is run in each, of whoever came first: served evenly, all
 * would be answered late, and those that take more work by far the latest.
 */

import { AppError } from "../core/errors.ts";

/** Resolves in a turn of its own. */
export type OwnTurn = () => Promise<void>;

/** Who came first stands first. */
const waiting: { readonly number: number; readonly run: () => void }[] = [];
let last = 0;

/** A place in the line, behind those who have one. */
export function standInLine(): OwnTurn {
  const number = ++last;
  return () =>
    new Promise((run) => {
      const behind = waiting.findIndex((other) => other.number > number);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, { number, run });
      if (waiting.length === 1) setImmediate(runOne);
    });
}

/** A turn behind everybody who waits now: for work of many steps, each of which may be later than any answer. */
export function stepBack(): Promise<void> {
  return standInLine()();
}

/** The same items, a turn for others behind each `every` of them: what reads them may take long and never wait. */
export async function* inTurns<T>(items: AsyncIterable<T>, every: number): AsyncIterable<T> {
  let taken = 0;
  for await (const item of items) {
    yield item;
    if (++taken % every === 0) await stepBack();
  }
}

/** Throws `cancelled` once nobody waits for the answer. */
export function requireWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError("cancelled", "Interrupted before the answer was whole.");
}

function runOne(): void {
  waiting.shift()?.run();
  if (waiting.length > 0) setImmediate(runOne);
}
