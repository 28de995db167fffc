/** Days, ISO weeks and months. */
import { describe, expect, it } from "vitest";
import { addDays, daysBetween, lastDayOf, type PeriodKind, periodOf, readAnyPeriod, readPeriod } from "../../../src/core/period.ts";

const read = (kind: PeriodKind, name: string) => readPeriod(kind, name, 2027);

describe("a period", () => {
  it("has its first and last day", () => {
    expect(read("day", "2024-02-29")).toEqual({ kind: "day", name: "2024-02-29", first: "2024-02-29", last: "2024-02-29" });
    expect(read("month", "2024-02")).toEqual({ kind: "month", name: "2024-02", first: "2024-02-01", last: "2024-02-29" });
    expect(read("month", "1900-02")).toMatchObject({ last: "1900-02-28" });
    expect(read("week", "2025-W13")).toEqual({ kind: "week", name: "2025-W13", first: "2025-03-24", last: "2025-03-30" });
  });

  it.each([
    ["2020-W53", "2020-12-28", "2021-01-03"],
    ["2021-W01", "2021-01-04", "2021-01-10"],
    ["2025-W01", "2024-12-30", "2025-01-05"],
    ["2026-W53", "2026-12-28", "2027-01-03"],
    ["1600-W01", "1600-01-03", "1600-01-09"],
  ])("as the ISO week %s goes from %s to %s, and contains each of its days", (name, first, last) => {
    expect(read("week", name)).toEqual({ kind: "week", name, first, last });
    for (let day = first; day <= last; day = addDays(day, 1)) expect(periodOf("week", day).name).toBe(name);
  });

  it("of every day from 1999 to 2031 is parsed from its own name", () => {
    for (let day = "1999-01-01"; day < "2031-01-01"; day = addDays(day, 1)) {
      for (const kind of ["day", "week", "month"] as const) {
        const period = periodOf(kind, day);
        expect(period.first <= day && day <= period.last).toBe(true);
        expect(readPeriod(kind, period.name, 2031)).toEqual(period);
        expect(readAnyPeriod(period.name, 2031)).toEqual(period);
      }
    }
  });

  it.each<[PeriodKind, string, RegExp]>([
    ["day", "2025-02-29", /no day 2025-02-29/],
    ["day", "2025-04-31", /no day/],
    ["day", "2025-13-01", /no day/],
    ["day", "24.3.2025", /YYYY-MM-DD/],
    ["day", "2025-03", /YYYY-MM-DD/],
    ["day", "", /YYYY-MM-DD/],
    ["month", "2025-00", /no month/],
    ["month", "2025-3", /YYYY-MM/],
    ["week", "2025-W53", /2025 has 52 weeks/],
    ["week", "2026-W54", /2026 has 53 weeks/],
    ["week", "2025-W00", /no week/],
    ["week", "2025-13", /YYYY-Www/],
    ["day", "1599-12-31", /from 1600 to 2027/],
    ["week", "0001-W01", /from 1600 to 2027/],
    ["month", "2028-01", /from 1600 to 2027/],
  ])("is refused as a %s if the text is “%s”", (kind, name, message) => {
    expect(() => read(kind, name)).toThrow(expect.objectContaining({ code: "invalid_request", message: expect.stringMatching(message) }));
  });

  it("is refused if it has none of the three forms", () => {
    expect(() => readAnyPeriod("yesterday", 2027)).toThrow(/“yesterday” is not a period/);
  });
});

describe("days", () => {
  it("are added and counted across years and leap days", () => {
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2025-01-01", -1)).toBe("2024-12-31");
    expect(daysBetween("2024-02-28", "2024-03-01")).toBe(2);
    expect(daysBetween("2025-01-01", "2024-12-31")).toBe(-1);
    expect(lastDayOf("2023-02")).toBe("2023-02-28");
    expect(lastDayOf("2023-02-03")).toBe("2023-02-03");
  });
});
