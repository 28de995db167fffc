/** Dates as people and databases write them in bibliographies: `2019-03/2020`, `2006 Jun 14`, `14. June 2006`, `1948/07//`. */
import { isCalendarDate } from "../core/paper.ts";

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The rest of a longer text is ignored; no date is that long. */
const longestDate = 100;

const yearPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)/;
/** Month and year alone: `12/2009`. */
const monthYearPattern = /^(\d{1,2})[/.](1[4-9]\d\d|20\d\d)$/;
/** Year first, then month and day as numbers with equal separators: `2019-03-05`, `2013 06 10`, `1948/07//`. */
const numbersPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(\s*[-/.\s]\s*)(\d{1,2})(?!\d)(?:\2(\d{1,2})(?!\d))?/;
const compactPattern = /^(1[4-9]\d\d|20\d\d)(\d\d)(\d\d)(?!\d)/;
/** Day, month and year with equal separators; which of the first two is the month is not always certain. */
const yearLastPattern = /(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(1[4-9]\d\d|20\d\d)(?!\d)/;
const monthPattern =
  /(?:(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.,~-]*)?(?<!\p{L})(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}{0,6}(?:[\s.,~-]{0,3}(\d{1,2})(?!\d))?/iu;

/**
 * The first date in a text, as precise as is certain: a range counts as its beginning, `12/05/2016` as its year.
 * @param text one date, or only its year.
 * @param day used only if there is a month; without one it would be read as the month.
 * @returns undefined if there is no year (`in press`). Never throws.
 */
export function readLooseDate(text: string | undefined, month?: string, day?: string): string | undefined {
  const parts = [text, month, month === undefined || month.trim() === "" ? undefined : day];
  return dateIn(
    parts
      .flatMap((part) => (part === undefined || part.trim() === "" ? [] : [part.trim()]))
      .join(" ")
      .slice(0, longestDate),
  );
}

function dateIn(text: string): string | undefined {
  const compact = compactPattern.exec(text);
  if (compact !== null) return calendarDate(compact[1], compact[2], compact[3]);
  const monthYear = monthYearPattern.exec(text);
  if (monthYear !== null) return calendarDate(monthYear[2], monthYear[1], undefined);
  const numbers = numbersPattern.exec(text);
  const [, before, monthName, after] = monthPattern.exec(text) ?? [];
  const [, year] = yearPattern.exec(text) ?? [];
  // In `2019 1 January` the number after the year is a day.
  if (monthName !== undefined && numbers?.[4] === undefined)
    return calendarDate(year, String(monthNames.indexOf(monthName.toLowerCase()) + 1), before ?? after);
  if (numbers !== null) return calendarDate(numbers[1], numbers[3], numbers[4]);
  const yearLast = yearLastPattern.exec(text);
  if (yearLast === null) return year;
  const [, first, , second] = yearLast;
  if (Number(first) > 12) return calendarDate(yearLast[4], second, first);
  return Number(second) > 12 || first === second ? calendarDate(yearLast[4], first, second) : yearLast[4];
}

/** A date from its numeric parts, without the parts that do not exist in the calendar. */
export function calendarDate(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  if (year === undefined || month === undefined) return year;
  const toMonth = `${year}-${month.padStart(2, "0")}`;
  if (!isCalendarDate(toMonth)) return year;
  const toDay = `${toMonth}-${(day ?? "").padStart(2, "0")}`;
  return day !== undefined && isCalendarDate(toDay) ? toDay : toMonth;
}
