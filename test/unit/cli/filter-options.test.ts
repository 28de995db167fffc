import { describe, expect, it } from "vitest";
import { filtersOf } from "../../../src/cli/filter-options.ts";
import { AppError } from "../../../src/core/errors.ts";

describe("--year", () => {
  it.each([
    ["2019", { yearFrom: 2019, yearTo: 2019 }],
    ["2019..2023", { yearFrom: 2019, yearTo: 2023 }],
    ["2019-2023", { yearFrom: 2019, yearTo: 2023 }],
    ["2019..", { yearFrom: 2019 }],
    ["..2023", { yearTo: 2023 }],
  ])("reads %s as a query does", (year, filters) => {
    // An omitted option is no condition, not one without a value.
    expect(filtersOf({ year })).toStrictEqual(filters);
  });

  it.each(["20192023", "..", "", "19", "2019..23", "2019..2010"])("refuses “%s”", (year) => {
    expect(() => filtersOf({ year })).toThrowError(AppError);
  });
});
