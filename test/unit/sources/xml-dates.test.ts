/** Dates as people write them. */
import { expect, it } from "vitest";
import { dateInWords, dateOfElement, dateOfParts, earliestDate } from "../../../src/sources/xml-dates.ts";
import { noNamespaces, parseElement } from "../../../src/sources/xml-tree.ts";

it.each([
  ["2024", "2024"],
  ["2024-03", "2024-03"],
  ["2024-3-5", "2024-03-05"],
  ["2020/02/19", "2020-02-19"],
  ["20240305", "2024-03-05"],
  ["2010-05-06T12:00:00Z", "2010-05-06"],
  ["2019-00-00", "2019"],
  ["2023-02-30", "2023-02"],
  ["Jun 18, 2025", "2025-06-18"],
  ["20th February 2020", "2020-02-20"],
  ["Wed, 20 Aug 2025 00:00:00 -0400", "2025-08-20"],
  ["2015 Jul-Aug", "2015-07"],
  ["1998 Dec-1999 Jan", "1998-12"],
  ["2000 Spring", "2000"],
  ["26.3.2021", "2021-03-26"],
  ["07/26/2017", "2017-07-26"],
  ["03/04/2017", "2017"],
  ["05/05/2017", "2017-05-05"],
  ["12/2009", "2009-12"],
  ["c1999", "1999"],
  ["[1987?]", "1987"],
  ["2021-2022", "2021"],
  ["in press", undefined],
  ["12345", undefined],
  ["0000", undefined],
  ["", undefined],
  ["x".repeat(1000), undefined],
])("%s", (text, date) => {
  expect(dateInWords(text)).toBe(date);
});

it("is told from parts as precisely as they allow", () => {
  expect(dateOfParts("2024", "Feb", "9")).toBe("2024-02-09");
  expect(dateOfParts("2024", "13", "9")).toBe("2024");
  expect(dateOfParts("2024", "2", "30")).toBe("2024-02");
  expect(dateOfParts("2024", undefined, "9")).toBe("2024");
  expect(dateOfParts("24", "2")).toBeUndefined();
  expect(dateOfElement(parseElement("<d><Day>1</Day><Month>May</Month><Year>2001</Year></d>", noNamespaces))).toBe("2001-05-01");
  expect(dateOfElement(undefined)).toBeUndefined();
});

it("is the first of several: of the earliest year the most precise", () => {
  expect(earliestDate(["2021", undefined, "2020", "2020-05-06", "2020-05-01"])).toBe("2020-05-01");
  expect(earliestDate([])).toBeUndefined();
});
