/** Days, ISO weeks (ISO 8601) and months: read from text, named, and moved along the calendar. Days are `YYYY-MM-DD`, in no time zone. */
import { AppError } from "./errors.ts";
import { isCalendarDate } from "./paper.ts";

export const periodKinds = ["day", "week", "month"] as const;
export type PeriodKind = (typeof periodKinds)[number];

export interface Period {
  readonly kind: PeriodKind;
  /** `2025-03-24`, `2025-W13` or `2025-03`. */
  readonly name: string;
  /** The first and the last day, both inclusive. */
  readonly first: string;
  readonly last: string;
}

/** Journals began in 1665. */
export const earliestYear = 1600;

const forms: Readonly<Record<PeriodKind, { pattern: RegExp; text: string }>> = {
  day: { pattern: /^\d{4}-\d{2}-\d{2}$/, text: "a day is YYYY-MM-DD, such as 2025-03-24" },
  week: { pattern: /^\d{4}-W\d{2}$/, text: "a week is YYYY-Www, such as 2025-W13" },
  month: { pattern: /^\d{4}-\d{2}$/, text: "a month is YYYY-MM, such as 2025-03" },
};

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return forms.day.pattern.test(text) && isCalendarDate(text);
}

/** @param latestYear the last year that may be asked for. Throws `invalid_request`. */
export function readPeriod(kind: PeriodKind, name: string, latestYear: number): Period {
  const { pattern, text } = forms[kind];
  if (!pattern.test(name)) throw notAPeriod(name, text);
  const year = Number(name.slice(0, 4));
  if (year < earliestYear || year > latestYear) {
    throw new AppError("invalid_request", `“${name}” is too far away: the listing goes from ${earliestYear} to ${latestYear}.`);
  }
  return kind === "week" ? readWeek(name, year) : readDayOrMonth(kind, name);
}

/** Reads a period of any kind, which its form identifies. Throws `invalid_request`. */
export function readAnyPeriod(name: string, latestYear: number): Period {
  const kind = periodKinds.find((one) => forms[one].pattern.test(name));
  if (kind === undefined) throw notAPeriod(name, periodKinds.map((one) => forms[one].text).join("; "));
  return readPeriod(kind, name, latestYear);
}

function notAPeriod(name: string, text: string): AppError {
  return new AppError("invalid_request", `“${name}” is not a period: ${text}.`);
}

function readDayOrMonth(kind: "day" | "month", name: string): Period {
  if (!isCalendarDate(name)) throw new AppError("invalid_request", `There is no ${kind} ${name} in the calendar.`);
  return periodOf(kind, kind === "day" ? name : `${name}-01`);
}

function readWeek(name: string, year: number): Period {
  const [week, weeks] = [Number(name.slice(6)), weeksOf(year)];
  if (week < 1 || week > weeks) {
    throw new AppError("invalid_request", `There is no week ${name}: ${year} has ${weeks} weeks, from ${year}-W01 to ${year}-W${weeks}.`);
  }
  // The fourth of January is always in the first week.
  return periodOf("week", addDays(`${name.slice(0, 4)}-01-04`, 7 * (week - 1)));
}

/** The day, week or month that holds a day. */
export function periodOf(kind: PeriodKind, day: string): Period {
  if (kind === "day") return { kind, name: day, first: day, last: day };
  if (kind === "month") {
    const name = day.slice(0, 7);
    return { kind, name, first: `${name}-01`, last: lastDayOf(name) };
  }
  // Weeks begin on Monday, and belong to the year that holds their Thursday.
  const first = addDays(day, -((dateOf(day).getUTCDay() + 6) % 7));
  const thursday = addDays(first, 3);
  const year = thursday.slice(0, 4);
  const week = 1 + Math.floor(daysBetween(`${year}-01-01`, thursday) / 7);
  return { kind, name: `${year}-W${String(week).padStart(2, "0")}`, first, last: addDays(first, 6) };
}

/** 52 or 53: the 28th of December is always in the last week. */
function weeksOf(year: number): number {
  return Number(periodOf("week", `${year}-12-28`).name.slice(6));
}

/** `2025-03` → `2025-03-31`; a day is its own last. */
export function lastDayOf(date: string): string {
  if (date.length === 10) return date;
  const [year = 0, month = 0] = date.split("-").map(Number);
  return `${date}-${new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
}

export function addDays(day: string, days: number): string {
  return new Date(dateOf(day).getTime() + days * dayMs).toISOString().slice(0, 10);
}

/** Days sort as texts do. */
export function earlierDay(a: string, b: string): string {
  return a <= b ? a : b;
}

export function laterDay(a: string, b: string): string {
  return a <= b ? b : a;
}

/** Whole days from one to the other; negative where the second is the earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / dayMs);
}

export const dayMs = 24 * 60 * 60 * 1000;

/** Sorts after all ISO 8601 times. */
export const endOfTime = "~";

/** Today in this process's time zone, `YYYY-MM-DD`. */
export function localDay(now: Date): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** When a day ends in this process's time zone, in milliseconds since 1970. */
export function endOfLocalDay(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).getTime();
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
