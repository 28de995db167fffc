/** The long forms of tests: run where all is asked for (`npm test -- --all`), and told as skipped where it is not. */
import { it } from "vitest";

export const wantsAll = process.env.TESTS === "all";

/**
 * A test that tries something a few times, and in its long form many times: one of them runs.
 * @param name says how many times.
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
