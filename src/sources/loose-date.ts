/** Dates as people and databases write them into bibliographies: `2019-03/2020`, `2006 Jun 14`, `14. June 2006`, `1948/07//`. */
import { isCalendarDate } from "../core/paper.ts";

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A longer text is no date; what follows is nothing that has to be read. */
const longestDate = 100;

const yearPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)/;
/** Month and year alone: `12/2009`. */
const monthYearPattern = /^(\d{1,2})[/.](1[4-9]\d\d|20\d\d)$/;
/** Year first, then month and day as numbers between equal marks: `2019-03-05`, `2013 06 10`, `1948/07//`. */
const numbersPattern = /(?<!\d)(1[4-9]\d\d|20\d\d)(\s*[-/.\s]\s*)(\d{1,2})(?!\d)(?:\2(\d{1,2})(?!\d))?/;
const compactPattern = /^(1[4-9]\d\d|20\d\d)(\d\d)(\d\d)(?!\d)/;
/** Day, month and year between equal marks; which of the first two is the month is not always certain. */
const yearLastPattern = /(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(1[4-9]\d\d|20\d\d)(?!\d)/;
const monthPattern =
  /(?:(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.,~-]*)?(?<!\p{L})(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}{0,6}(?:[\s.,~-]{0,3}(\d{1,2})(?!\d))?/iu;

/**
 * The first date in a text, as precise as it is certain: of a range its beginning, of `12/05/2016` the year only.
 * @param text one date, or the year of one. @param day counts behind a month only: alone it would be read as one.
 * @returns undefined where there is no year (`in press`). Never throws.
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
  // In `2019 1 January` the number behind the year is a day.
  if (monthName !== undefined && numbers?.[4] === undefined)
    return calendarDate(year, String(monthNames.indexOf(monthName.toLowerCase()) + 1), before ?? after);
  if (numbers !== null) return calendarDate(numbers[1], numbers[3], numbers[4]);
  const yearLast = yearLastPattern.exec(text);
  if (yearLast === null) return year;
  const [, first, , second] = yearLast;
  if (Number(first) > 12) return calendarDate(yearLast[4], second, first);
  return Number(second) > 12 || first === second ? calendarDate(yearLast[4], first, second) : yearLast[4];
}

/** As much of a date as there is on the calendar, from the numbers of its parts. */
export function calendarDate(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  if (year === undefined || month === undefined) return year;
  const toMonth = `${year}-${month.padStart(2, "0")}`;
  if (!isCalendarDate(toMonth)) return year;
  const toDay = `${toMonth}-${(day ?? "").padStart(2, "0")}`;
  return day !== undefined && isCalendarDate(toDay) ? toDay : toMonth;
}
