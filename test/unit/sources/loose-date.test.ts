/** Dates as people write them. */
import { describe, expect, it } from "vitest";
import { readLooseDate } from "../../../src/sources/loose-date.ts";

describe("a date", () => {
  const read: [string, string | undefined][] = [
    ["2019", "2019"],
    ["2019-03", "2019-03"],
    ["2019-03-05T10:00:00Z", "2019-03-05"],
    ["2009/01/01 00:00", "2009-01-01"],
    ["20190305", "2019-03-05"],
    ["1948/07//", "1948-07"],
    ["2014//", "2014"],
    ["2019-03/2020", "2019-03"],
    ["2019/2020", "2019"],
    ["2013 06 10", "2013-06-10"],
    ["2010   06", "2010-06"],
    ["2016 May 12", "2016-05-12"],
    ["2015 Nov-Dec", "2015-11"],
    ["2015 Dec 15-2016 Jan 3", "2015-12-15"],
    ["2016 Spring", "2016"],
    ["14. June 2006", "2006-06-14"],
    ["June 14th, 2006", "2006-06-14"],
    ["Sept. 2006", "2006-09"],
    ["30.11.2012", "2012-11-30"],
    ["11/30/2012", "2012-11-30"],
    ["12/05/2016", "2016"],
    ["05.05.2016", "2016-05-05"],
    ["c1999", "1999"],
    ["[1987]", "1987"],
    ["2019-21", "2019"],
    ["2019-02-30", "2019-02"],
    ["~2019 June 31", "2019-06"],
    ["2024-3-5", "2024-03-05"],
    ["2010-05-06T12:00:00Z", "2010-05-06"],
    ["2019-00-00", "2019"],
    ["Wed, 20 Aug 2025 00:00:00 -0400", "2025-08-20"],
    ["20th February 2020", "2020-02-20"],
    ["1998 Dec-1999 Jan", "1998-12"],
    ["26.3.2021", "2021-03-26"],
    ["12/2009", "2009-12"],
    ["[1987?]", "1987"],
    ["0000", undefined],
    ["CEUR-WS Proceedings Vol. 2159", undefined],
    ["x".repeat(1000), undefined],
    ["in press", undefined],
    ["", undefined],
    ["12345", undefined],
    ["marzipan", undefined],
  ];
  for (const [text, date] of read) it(`“${text}” is ${date}`, () => expect(readLooseDate(text)).toBe(date));

  it("may be given in parts", () => {
    expect(readLooseDate("2019", "3")).toBe("2019-03");
    expect(readLooseDate("2019", "mar", "7")).toBe("2019-03-07");
    expect(readLooseDate("2019", "1 January")).toBe("2019-01-01");
    expect(readLooseDate("2019", "10-12")).toBe("2019-10");
    expect(readLooseDate("2019", undefined, "9")).toBe("2019");
    expect(readLooseDate("2019", " ", "9")).toBe("2019");
    expect(readLooseDate(undefined)).toBeUndefined();
  });
});
