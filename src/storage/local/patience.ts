/**
 * Waiting for another process's transaction without holding up whoever is answered meanwhile. SQLite waits by sleeping,
 * and the event loop with it: a process that was stopped in the middle of a transaction (Ctrl-Z) would keep a server
 * from answering anything. So a server's connection waits for a moment only, and what was refused is asked for again.
 */
import { setTimeout as wait } from "node:timers/promises";

/** How long a writer waits for another process's transaction. */
export const busyTimeoutMs = 20_000;
/** How long SQLite itself waits where somebody is answered meanwhile. */
export const shortBusyTimeoutMs = 25;
/** Between two attempts: time for those who only read. */
const pauseMs = 25;

/** Properties of a library that are stores: their methods wait too. */
const stores: ReadonlySet<string | symbol> = new Set(["personal", "delivery", "jobs", "signIns", "comments"]);

/** Runs what another process's transaction may refuse, until it is not refused. Throws what it throws, and `SQLITE_BUSY` after 20 seconds. */
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

/** A library, or a store of one, each of whose methods waits so: every one of them writes once, or the same again, or waits for each of its writes. */
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

/** Nothing of the transaction was done. */
function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" && thrown.code.startsWith("SQLITE_BUSY");
}

/** As {@link patiently}, for what cannot be waited for beside answering: nobody is answered before a library is open. */
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
