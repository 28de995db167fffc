/**
 * Waits for another process's transaction without blocking other requests. SQLite waits by sleeping, which blocks the event loop: a process
 * that was suspended in the middle of a transaction (Ctrl-Z) would keep a server from answering anything. A server's connection therefore
 * waits only briefly, and a refused operation is retried.
 */

import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "../../core/errors.ts";

/** How long a writer waits for another process's transaction. */
export const busyTimeoutMs = 20_000;
/** How long SQLite itself waits in a process that answers requests. */
export const shortBusyTimeoutMs = 25;
/** Pause between two attempts, in which reads can be answered. */
const pauseMs = 25;

/** Properties of a library that are stores: their methods retry too. */
const stores: ReadonlySet<string | symbol> = new Set(["personal", "delivery", "jobs", "signIns", "comments"]);

/**
 * Runs an operation that another process's transaction may block, until it is not blocked. Throws its errors, and `SQLITE_BUSY` after 20
 * seconds.
 */
export async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() >= until) throw thrown;
      await wait(pauseMs);
    }
  }
}

/**
 * A library, or one of its stores, whose methods all retry. This is safe since each of them writes once, or idempotently, or retries each
 * of its writes itself.
 */
export function patient<T extends object>(store: T): T {
  const made = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function")
        return stores.has(name) && typeof value === "object" && value !== null ? remembered(name, () => patient(value)) : value;
      return remembered(
        name,
        () =>
          (...args: unknown[]) =>
            patiently(() => Reflect.apply(value, target, args)),
      );
    },
  });

  function remembered(name: string | symbol, make: () => unknown): unknown {
    if (!made.has(name)) made.set(name, make());
    return made.get(name);
  }
}

/** Nothing of the transaction has happened then. */
function isBusy(thrown: unknown): boolean {
  return codeOf(thrown).startsWith("SQLITE_BUSY");
}

/** As {@link patiently}, but blocking: nobody gets answers before a library is open. */
export function patientlyAtOnce<T>(work: () => T): T {
  const until = performance.now() + busyTimeoutMs;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() >= until) throw thrown;
      Atomics.wait(never, 0, 0, pauseMs);
    }
  }
}
