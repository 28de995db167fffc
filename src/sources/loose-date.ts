/** Dates as people and databases write them into bibliographies: `2019-03/2020`, `2006 Jun 14`, `14. June 2006`, `1948/07//`. */
import { isCalendarDate } from "../core/paper.ts";

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A longer text is no date; what follows is nothing that has to be read. */
const longestDate = 100;

const yearPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)/;
/** Year first, then month and day as numbers between equal marks: `2019-03-05`, `2013 06 10`, `1948/07//`. */
const numbersPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(\s*[-/.\s]\s*)(\d{1,2})(?!\d)(?:\2(\d{1,2})(?!\d))?/;
const compactPattern = /^(1[4-9]\d\d|20\d\d)(\d\d)(\d\d)(?!\d)/;
/** Day, month and year between equal marks; which of the first two is the month is not always certain. */
const yearLastPattern = /(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(1[4-9]\d\d|20\d\d)(?!\d)/;
const monthPattern =
  /(?:(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.,~-]*)?(?<!\p{L})(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}{0,6}(?:[\s.,~-]{0,3}(\d{1,2})(?!\d))?/iu;

/**
 * The first date in a text, as precise as it is certain: of a range its beginning, of `12/05/2016` the year only.
 * @param parts one date, or its year, month and day. @returns undefined where there is no year (`in press`). Never throws.
 */
export function readLooseDate(...parts: readonly (string | undefined)[]): string | undefined {
  const text = parts
    .flatMap((part) => (part === undefined || part.trim() === "" ? [] : [part.trim()]))
    .join(" ")
    .slice(0, longestDate);
  const compact = compactPattern.exec(text);
  if (compact !== null) return ofNumbers(compact[1], compact[2], compact[3]);
  const numbers = numbersPattern.exec(text);
  const [, before, monthName, after] = monthPattern.exec(text) ?? [];
  const [, year] = yearPattern.exec(text) ?? [];
  // In `2019 1 January` the number behind the year is a day.
  if (monthName !== undefined && numbers?.[4] === undefined)
    return ofNumbers(year, String(monthNames.indexOf(monthName.toLowerCase()) + 1), before ?? after);
  if (numbers !== null) return ofNumbers(numbers[1], numbers[3], numbers[4]);
  const yearLast = yearLastPattern.exec(text);
  if (yearLast === null) return year;
  const [, first, , second] = yearLast;
  if (Number(first) > 12) return ofNumbers(yearLast[4], second, first);
  return Number(second) > 12 || first === second ? ofNumbers(yearLast[4], first, second) : yearLast[4];
}

/** As much of a date as there is on the calendar. */
function ofNumbers(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  if (year === undefined || month === undefined) return year;
  const toMonth = `${year}-${month.padStart(2, "0")}`;
  if (!isCalendarDate(toMonth)) return year;
  const toDay = `${toMonth}-${(day ?? "").padStart(2, "0")}`;
  return day !== undefined && isCalendarDate(toDay) ? toDay : toMonth;
}
