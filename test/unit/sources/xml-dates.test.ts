/** Dates of XML records. */
import { expect, it } from "vitest";
import { dateOfElement, earliestDate } from "../../../src/sources/xml-dates.ts";
import { noNamespaces, parseElement } from "../../../src/sources/xml-tree.ts";

const dateOf = (xml: string) => dateOfElement(parseElement(`<d>${xml}</d>`, noNamespaces));

it("dates are read from parts, as precisely as those allow", () => {
  expect(dateOf("<Day>1</Day><Month>May</Month><Year>2001</Year>")).toBe("2001-05-01");
  expect(dateOf("<year>2024</year><month>13</month><day>9</day>")).toBe("2024");
  expect(dateOf("<year>2024</year><month>2</month><day>30</day>")).toBe("2024-02");
  expect(dateOf("<year>2024</year><month>Jul-Aug</month>")).toBe("2024-07");
  expect(dateOf("<year>2024</year><day>9</day>")).toBe("2024");
  expect(dateOf("<year>24</year><month>2</month>")).toBeUndefined();
  expect(dateOf("<month>2</month><day>2024</day>")).toBeUndefined();
  expect(dateOfElement(undefined)).toBeUndefined();
});

it("the first of several dates is the most precise one of the earliest year", () => {
  expect(earliestDate(["2021", undefined, "2020", "2020-05-06", "2020-05-01"])).toBe("2020-05-01");
  expect(earliestDate([])).toBeUndefined();
});
