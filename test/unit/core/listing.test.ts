/** Which periods have papers, and which come before and after a period. */
import { describe, expect, it } from "vitest";
import { datesIn, periodAfter, periodBefore } from "../../../src/core/listing.ts";
import { listingDateOf } from "../../../src/core/paper.ts";
import { periodOf } from "../../../src/core/period.ts";

const dates = ["2025-01-31", "2025-02", "2025-03-21", "2025-03-24", "2025-05"].map((date) => ({ date, papers: 1 }));
const within = (kind: "day" | "week" | "month", day: string) => datesIn(periodOf(kind, day), dates).map(({ date }) => date);

describe("the date that a paper is listed under", () => {
  it.each([
    [{ listed: "2025-03-24", published: "2025-03-21" }, "2025-03-24"],
    [{ listed: "2025-03", published: "2025-03-21" }, "2025-03-21"],
    [{ listed: "2025", published: "2025-03" }, "2025-03"],
    [{ listed: "2025-04", published: "2025-03" }, "2025-04"],
    [{ published: "2025" }, undefined],
    [{}, undefined],
  ])("of %j is %s", (paper, date) => {
    expect(listingDateOf(paper)).toBe(date);
  });
});

describe("a listing", () => {
  it("of a day has only what is listed on that day", () => {
    expect(within("day", "2025-03-24")).toEqual(["2025-03-24"]);
    expect(within("day", "2025-02-01")).toEqual([]);
  });

  it("of a week or month also has papers known only by month", () => {
    expect(within("week", "2025-01-31")).toEqual(["2025-01-31", "2025-02"]);
    expect(within("week", "2025-02-12")).toEqual(["2025-02"]);
    expect(within("month", "2025-03-01")).toEqual(["2025-03-21", "2025-03-24"]);
    expect(within("month", "2025-05-31")).toEqual(["2025-05"]);
  });

  it("leads to the nearest periods with papers", () => {
    expect(periodBefore("day", dates, "2025-03-24")?.name).toBe("2025-03-21");
    expect(periodBefore("day", dates, "2025-03-21")?.name).toBe("2025-01-31");
    expect(periodBefore("day", dates, "2025-01-31")).toBeUndefined();
    expect(periodAfter("day", dates, "2025-02-01")?.name).toBe("2025-03-21");
    expect(periodAfter("day", dates, "2025-03-24")).toBeUndefined();
    // Weeks of a month when only the month is known.
    expect(periodAfter("week", dates, "2025-02-02")?.name).toBe("2025-W06");
    expect(periodBefore("week", dates, "2025-03-17")?.name).toBe("2025-W09");
    expect(periodAfter("month", dates, "2025-03-31")?.name).toBe("2025-05");
    expect(periodBefore("month", dates, "2025-05-01")?.name).toBe("2025-03");
    expect(periodBefore("month", [], "2025-05-01")).toBeUndefined();
  });
});
