/** Dates of known precision, and which date a paper has. */
import { describe, expect, it } from "vitest";
import { dateOf, isCalendarDate, partialDateSchema, yearOf } from "../../../src/core/paper.ts";

describe("a date", () => {
  it("is a year, a month or a day that exists", () => {
    for (const date of ["2024", "2024-02", "2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01"])
      expect(partialDateSchema.safeParse(date).success).toBe(true);
    for (const date of [
      "2023-02-29",
      "1900-02-29",
      "2024-04-31",
      "2024-13",
      "2024-00",
      "2024-1",
      "24",
      "2024-01-32",
      "2024-01-00",
      "2024-01-01T00:00",
      "",
      "2024-",
      " 2024",
    ])
      expect(partialDateSchema.safeParse(date).success).toBe(false);
  });

  it("for a day that does not exist is refused with a reason", () => {
    expect(partialDateSchema.safeParse("2023-02-30").error?.issues[0]?.message).toBe("this day does not exist");
    expect(isCalendarDate("2023-02-30")).toBe(false);
    expect(isCalendarDate("no date")).toBe(false);
  });

  it("of a paper is its publication, else its listing, else its last change", () => {
    expect(dateOf({ published: "2020", listed: "2021", updated: "2022" })).toBe("2020");
    expect(dateOf({ listed: "2021", updated: "2022" })).toBe("2021");
    expect(dateOf({ updated: "2022" })).toBe("2022");
    expect(dateOf({})).toBeUndefined();
  });

  it("gives a paper its year, unless it is only the last change", () => {
    expect(yearOf({ published: "2020-05", listed: "2021" })).toBe(2020);
    expect(yearOf({ listed: "2021-01-01" })).toBe(2021);
    expect(yearOf({})).toBeUndefined();
  });
});
