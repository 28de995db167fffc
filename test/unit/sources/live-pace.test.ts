import { expect, it } from "vitest";
import { Pace } from "../../../src/sources/live/pace.ts";

it("a service waits for its gap and no longer, even if the clock is set back by days", async () => {
  let now = Date.parse("2026-03-05T12:00:00Z");
  const waits: number[] = [];
  const pace = new Pace({
    now: () => now,
    random: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  });
  const ask = () => pace.run({ gapMs: 3_000, signal: undefined, onWait: () => undefined }, async () => undefined);
  await ask();
  await ask();
  now -= 3 * 86_400_000;
  await ask();
  pace.hold(60_000);
  pace.hold(1_000);
  await ask();
  now += 3 * 86_400_000;
  await ask();
  await ask();
  expect(waits).toEqual([3_000, 3_000, 60_000, 3_000]);
});
