/**
 * Lets everything else have its turn between the steps of answering. Promises that are resolved already go on at once,
 * so that sixteen answers under way would keep the event loop for as long as all of them take together; and what waits
 * for `setImmediate` is run all in one turn. Here one step is run in each.
 */
const waiting: (() => void)[] = [];

/** Resolves in a turn of its own. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(runOne);
  });
}

function runOne(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(runOne);
}
