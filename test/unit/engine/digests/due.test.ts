/** When messages fall due: by the subscriber's local clock, whatever daylight saving does to it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Subscription } from "../../../../src/core/delivery.ts";
import { dueDay, latestDay, nextDay, nextTryAt } from "../../../../src/engine/digests/due.ts";

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const at = (text: string) => new Date(text);
const subscription = (changes: Partial<Subscription>): Subscription => ({
  id: "a",
  person: "me",
  channel: "mail",
  address: "ada@example.org",
  kind: "picks",
  weekdays: everyDay,
  hour: 7,
  timeZone: "Europe/Berlin",
  wantsEmpty: false,
  created: "2026-01-01T00:00:00Z",
  confirmed: "2026-01-01T00:00:00Z",
  ...changes,
});

/** The days that fall due, checking every minute. */
function daysBetween(one: Subscription, from: string, until: string): { day: string; at: string }[] {
  const found: { day: string; at: string }[] = [];
  let last: string | undefined = dueDay(one, undefined, new Date(Date.parse(from) - 60_000));
  for (let time = Date.parse(from); time <= Date.parse(until); time += 60_000) {
    const day = dueDay(one, last, new Date(time));
    if (day !== undefined) found.push({ day, at: new Date(time).toISOString().slice(0, 16) });
    last = day ?? last;
  }
  return found;
}

describe("a day", () => {
  it("is due once its hour has come in the subscriber's time zone", () => {
    const wants = { weekdays: everyDay, hour: 7 };
    expect(latestDay({ ...wants, timeZone: "Europe/Berlin" }, at("2026-03-02T05:59:00Z"))).toBe("2026-03-01");
    expect(latestDay({ ...wants, timeZone: "Europe/Berlin" }, at("2026-03-02T06:00:00Z"))).toBe("2026-03-02");
    expect(latestDay({ ...wants, timeZone: "Pacific/Kiritimati" }, at("2026-03-01T17:00:00Z"))).toBe("2026-03-02");
    expect(latestDay({ ...wants, timeZone: "Asia/Kathmandu" }, at("2026-03-02T01:15:00Z"))).toBe("2026-03-02");
  });

  it("is one of the chosen weekdays", () => {
    // The second of March 2026 is a Monday.
    const mondays = { weekdays: [1], hour: 7, timeZone: "UTC" };
    expect(latestDay(mondays, at("2026-03-02T06:59:00Z"))).toBe("2026-02-23");
    expect(latestDay(mondays, at("2026-03-05T12:00:00Z"))).toBe("2026-03-02");
  });

  it("comes next if its hour has not come yet", () => {
    const mondays = { weekdays: [1], hour: 7, timeZone: "Europe/Berlin" };
    expect(nextDay(mondays, at("2026-03-02T05:59:00Z"))).toBe("2026-03-02");
    expect(nextDay(mondays, at("2026-03-02T06:00:00Z"))).toBe("2026-03-09");
    expect(nextDay({ ...mondays, weekdays: everyDay }, at("2026-03-02T06:00:00Z"))).toBe("2026-03-03");
  });

  it("whose hour is skipped by daylight saving is due at the next hour", () => {
    // In Berlin the clock goes from 02:00 to 03:00 at 01:00 UTC.
    expect(daysBetween(subscription({ hour: 2 }), "2026-03-28T12:00Z", "2026-03-30T12:00Z")).toEqual([
      { day: "2026-03-29", at: "2026-03-29T01:00" },
      { day: "2026-03-30", at: "2026-03-30T00:00" },
    ]);
  });

  it("whose hour is repeated by daylight saving is due once, the first time", () => {
    // In Berlin the clock goes back from 03:00 to 02:00 at 01:00 UTC.
    expect(daysBetween(subscription({ hour: 2 }), "2026-10-24T12:00Z", "2026-10-26T12:00Z")).toEqual([
      { day: "2026-10-25", at: "2026-10-25T00:00" },
      { day: "2026-10-26", at: "2026-10-26T01:00" },
    ]);
  });

  it("that the clock repeats by going back past midnight is due once", () => {
    // In Havana and in the Azores the clock goes back from 01:00 to midnight.
    for (const timeZone of ["America/Havana", "Atlantic/Azores"])
      expect(daysBetween(subscription({ hour: 0, timeZone }), "2026-10-20T12:00Z", "2026-11-05T12:00Z").map(({ day }) => day)).toHaveLength(
        16,
      );
  });

  it("is due exactly once, in any zone, at any hour, all year", () => {
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
      "Asia/Kolkata",
      "America/Santiago",
    );
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 20_000, max: 20_700 }), (timeZone, hour, day) => {
        const from = new Date(day * 86_400_000).toISOString();
        const until = new Date((day + 5) * 86_400_000).toISOString();
        const days = daysBetween(subscription({ timeZone, hour, confirmed: "2020-01-01T00:00:00Z" }), from, until).map((one) => one.day);
        expect(new Set(days).size).toBe(days.length);
        expect(days).toEqual([...days].sort());
        expect([4, 5, 6]).toContain(days.length);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a message", () => {
  it("is due once a day, and not for days before the address was confirmed", () => {
    const one = subscription({ confirmed: "2026-03-02T12:00:00Z" });
    expect(dueDay(one, undefined, at("2026-03-02T12:00:00Z"))).toBeUndefined();
    expect(dueDay(one, undefined, at("2026-03-03T07:00:00Z"))).toBe("2026-03-03");
    expect(dueDay(one, "2026-03-03", at("2026-03-03T08:00:00Z"))).toBeUndefined();
    const { confirmed: _, ...open } = one;
    expect(dueDay(open, undefined, at("2026-03-03T08:00:00Z"))).toBeUndefined();
  });

  it("is due only for the latest day after some days without any check", () => {
    expect(dueDay(subscription({}), "2026-03-02", at("2026-03-09T20:00:00Z"))).toBe("2026-03-09");
  });

  it("is retried at increasing intervals, for a day", () => {
    const created = "2026-03-02T06:00:00.000Z";
    let now = at(created);
    const pauses: number[] = [];
    for (let attempts = 1; ; attempts++) {
      const next = nextTryAt(attempts, created, now);
      if (next === undefined) break;
      pauses.push((Date.parse(next) - now.getTime()) / 60_000);
      now = at(next);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]);
  });

  it("is tried at least six times, even if the machine slept for days or its clock was set forward", () => {
    const created = "2026-03-02T06:00:00Z";
    const late = at("2026-03-09T06:00:00Z");
    const next = [1, 2, 3, 4, 5, 6, 7].map((attempts) => nextTryAt(attempts, created, late));
    expect(next.map((time) => time !== undefined)).toEqual([true, true, true, true, true, false, false]);
    expect(next[0]).toBe("2026-03-09T06:01:00.000Z");
  });
});
