/** Dates as bibliographic records have them, as precise as they can be told: parts, words, ranges. */
import { compareText } from "../core/order.ts";
import { isCalendarDate } from "../core/paper.ts";
import { plainText, type XmlElement } from "./xml-tree.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * @param month a number or an English name. A month or day that does not exist only makes the date less precise.
 * @returns undefined without a year of four digits.
 */
export function dateOfParts(year: string | undefined, month?: string, day?: string): string | undefined {
  const first = year?.trim();
  if (first === undefined || !/^\d{4}$/.test(first) || first === "0000") return undefined;
  const second = monthOf(month);
  if (second === undefined) return first;
  const third = /^\d{1,2}$/.test(day?.trim() ?? "") ? day?.trim().padStart(2, "0") : undefined;
  const whole = `${first}-${second}-${third}`;
  return third !== undefined && isCalendarDate(whole) ? whole : `${first}-${second}`;
}

function monthOf(text: string | undefined): string | undefined {
  const name = text?.trim().toLowerCase() ?? "";
  const number = /^\d{1,2}$/.test(name) ? Number(name) : months.indexOf(name.slice(0, 3)) + 1;
  return number >= 1 && number <= 12 ? String(number).padStart(2, "0") : undefined;
}

/** A date from child elements such as `year`, `month` and `day`, whatever their case. */
export function dateOfElement(element: XmlElement | undefined): string | undefined {
  const part = (name: string) =>
    plainText(element?.children.find((child): child is XmlElement => typeof child !== "string" && child.local.toLowerCase() === name));
  return dateOfParts(part("year"), part("month"), part("day"));
}

/**
 * A date that a person wrote: `2020/02/19`, `Jun 18, 2025`, `20th February 2020`, `26.3.2021`, `2015 Jul-Aug`, `c1999`.
 * Of a range it is the first; where day and month cannot be told apart, the year alone.
 */
export function dateInWords(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 200) return undefined;
  const [, isoYear, isoMonth, isoDay] = /^\s*(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)/.exec(text) ?? [];
  if (isoMonth !== undefined) return dateOfParts(isoYear, isoMonth, isoDay);
  const [, plainYear, plainMonth, plainDay] = /^\s*(\d{4})(\d{2})(\d{2})\s*$/.exec(text) ?? [];
  if (plainYear !== undefined) return dateOfParts(plainYear, plainMonth, plainDay);
  const [, first = "", second = "", last] = /\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b/.exec(text) ?? [];
  if (last !== undefined) {
    if (Number(first) > 12) return dateOfParts(last, second, first);
    return Number(second) > 12 || first === second ? dateOfParts(last, first, second) : dateOfParts(last);
  }
  const [, earlyMonth, lateYear] = /^\s*(\d{1,2})[/.](\d{4})\s*$/.exec(text) ?? [];
  if (lateYear !== undefined) return dateOfParts(lateYear, earlyMonth);
  const year = /(?<!\d)(?:1[4-9]|2[01])\d\d(?!\d)/.exec(text)?.[0];
  const month = new RegExp(`(?<![a-z])(?:${months.join("|")})[a-z]*`, "i").exec(text)?.[0];
  const day = /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?![\da-z])/i.exec(text)?.[1];
  return dateOfParts(year, month, day);
}

/** The first publication among several dates: of the earliest year the most precise, of those the earliest. */
export function earliestDate(dates: readonly (string | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  const [best] = known.sort((a, b) => a.slice(0, 4).localeCompare(b.slice(0, 4)) || b.length - a.length || compareText(a, b));
  return best;
}
