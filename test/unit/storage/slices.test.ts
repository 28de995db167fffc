/** Long work alongside answering. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Slices } from "../../../src/storage/local/slices.ts";

/** Blocks the thread for that long. */
function work(ms: number): void {
  const began = performance.now();
  while (performance.now() - began < ms);
}

/** @returns how many turns others had while three slices were processed. @param otherMs how long one of their turns takes. */
async function turnsBesideSlices(otherMs: number, slices = new Slices()): Promise<number> {
  let [turns, isDone] = [0, false];
  const others = (async () => {
    while (!isDone) {
      await nextTurn();
      turns++;
      work(otherMs);
    }
  })();
  for (let slice = 0; slice < 3; slice++) {
    work(10);
    await slices.giveWay();
  }
  isDone = true;
  await others;
  return turns;
}

/** Turns are counted while time passes: whatever else keeps the machine busy then may leave room for hardly any. */
const again = { retry: 3 };

describe("slices", () => {
  it("are not left before they are used up", () => {
    expect(new Slices().giveWay()).toBeUndefined();
  });

  it("give several turns to others that have more than one turn of work", again, async () => {
    expect(await turnsBesideSlices(2)).toBeGreaterThan(3);
  });

  it("give others a turn or two while somebody waits for the result", again, async () => {
    const slices = new Slices();
    expect(await slices.hurried(turnsBesideSlices(2, slices))).toBeLessThanOrEqual(9);
  });

  it("no longer hurry once what was waited for has failed", again, async () => {
    const slices = new Slices();
    await expect(slices.hurried(Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    expect(await turnsBesideSlices(2, slices)).toBeGreaterThan(9);
  });

  it("take turns with each other", async () => {
    const slices = new Slices();
    const order: string[] = [];
    const run = async (name: string) => {
      for (let slice = 0; slice < 3; slice++) {
        work(10);
        order.push(name);
        await slices.giveWay();
      }
    };
    await Promise.all([run("a"), run("b")]);
    expect(order.filter((name) => name === "a")).toHaveLength(3);
    expect(order.slice(0, 2)).toEqual(["a", "b"]);
  });
});
