/** The long forms of tests: they run when everything is asked for (`npm test -- --all`), and are reported as skipped otherwise. */
import { it } from "vitest";

export const wantsAll = process.env.TESTS === "all";

/**
 * A test that tries something a few times, and in its long form many times: only one of the two runs.
 * @param name gives the test's name for that number of times.
 */
export function inForms(
  [few, many]: readonly [number, number],
  name: (times: number) => string,
  run: (times: number) => Promise<void>,
  options: { timeout?: number } = {},
): void {
  const test = (times: number) => [name(times), options, () => run(times)] as const;
  if (wantsAll) {
    it(...test(many));
    return;
  }
  it(...test(few));
  it.skip(...test(many));
}
