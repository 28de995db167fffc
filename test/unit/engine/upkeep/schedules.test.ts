/** Scheduled work: one task after the other, and again after a failure. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ScheduledWork, Schedules } from "../../../../src/engine/upkeep/schedules.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-03-05T12:00:30") });
});
afterEach(() => {
  vi.useRealTimers();
});

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);
const work = (name: string, at: string, run: ScheduledWork["run"]): ScheduledWork => ({ name, at, run });

describe("scheduled work", () => {
  it("runs at its times, and again after a failure", async () => {
    const errors: string[] = [];
    let runs = 0;
    const failing = work("a", "*/10 * * * *", async () => {
      runs++;
      throw new TypeError("no");
    });
    const schedules = new Schedules([failing], ({ name }, { code }) => errors.push(`${name} ${code}`));
    await minutes(5);
    expect(runs).toBe(0);
    await minutes(20);
    expect([runs, errors]).toEqual([2, ["a internal", "a internal"]]);
    await schedules.stop();
    await minutes(60);
    expect(runs).toBe(2);
  });

  it("never runs twice at once, and is not queued twice", async () => {
    const log: string[] = [];
    const slow = (name: string) =>
      work(name, "* * * * *", async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 150_000));
        log.push(`${name} ends`);
      });
    const schedules = new Schedules([slow("a"), slow("b")], () => undefined);
    await minutes(11);
    const [begins, ends] = [log.filter((_, at) => at % 2 === 0), log.filter((_, at) => at % 2 === 1)];
    expect(begins.slice(0, 4)).toEqual(["a begins", "b begins", "a begins", "b begins"]);
    expect(ends.slice(0, 3)).toEqual(["a ends", "b ends", "a ends"]);
    const stopping = schedules.stop();
    await minutes(10);
    await stopping;
    expect(log.filter((line) => line.endsWith("begins"))).toHaveLength(log.filter((line) => line.endsWith("ends")).length);
  });

  it("is told to stop, and errors it throws then are no failure", async () => {
    const errors: unknown[] = [];
    const patient = work(
      "a",
      "* * * * *",
      (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    );
    const schedules = new Schedules([patient], (_, error) => errors.push(error));
    await minutes(1);
    await schedules.stop();
    expect(errors).toEqual([]);
  });

  it.each(["", "soon", "61 * * * *", "0 0 31 2 *", "* * * *"])("at “%s” is refused", (at) => {
    expect(() => Schedules.check("a", at)).toThrow(
      expect.objectContaining({
        code: "invalid_config",
        message: expect.stringContaining("“a”"),
        mend: expect.stringContaining("0 6 * * *"),
      }),
    );
  });

  it("may be at any valid time", () => {
    for (const at of ["0 6 * * *", "*/5 * * * 1-5", "@daily", "0 0 6 * * *"]) Schedules.check("a", at);
  });
});
