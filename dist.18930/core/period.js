/** Days, ISO weeks (ISO 8601) and months: read from text, named, and moved along the calendar. Days are `YYYY-MM-DD`, in no time zone. */
import { AppError } from "./errors.js";
import { isCalendarDate } from "./paper.js";
export const periodKinds = ["day", "week", "month"];
/** Journals began in 1665. */
export const earliestYear = 1600;
const forms = {
    day: { pattern: /^\d{4}-\d{2}-\d{2}$/, text: "a day is YYYY-MM-DD, such as 2025-03-24" },
    week: { pattern: /^\d{4}-W\d{2}$/, text: "a week is YYYY-Www, such as 2025-W13" },
    month: { pattern: /^\d{4}-\d{2}$/, text: "a month is YYYY-MM, such as 2025-03" },
};
/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text) {
    return forms.day.pattern.test(text) && isCalendarDate(text);
}
/** @param latestYear the last year that may be asked for. Throws `invalid_request`. */
export function readPeriod(kind, name, latestYear) {
    const { pattern, text } = forms[kind];
    if (!pattern.test(name))
        throw notAPeriod(name, text);
    const year = Number(name.slice(0, 4));
    if (year < earliestYear || year > latestYear) {
        throw new AppError("invalid_request", `“${name}” is too far away: the listing goes from ${earliestYear} to ${latestYear}.`);
    }
    return kind === "week" ? readWeek(name, year) : readDayOrMonth(kind, name);
}
/** Reads a period whose form says what it is. Throws `invalid_request`. */
export function readAnyPeriod(name, latestYear) {
    const kind = periodKinds.find((one) => forms[one].pattern.test(name));
    if (kind === undefined)
        throw notAPeriod(name, periodKinds.map((one) => forms[one].text).join("; "));
    return readPeriod(kind, name, latestYear);
}
function notAPeriod(name, text) {
    return new AppError("invalid_request", `“${name}” is not a period: ${text}.`);
}
function readDayOrMonth(kind, name) {
    if (!isCalendarDate(name))
        throw new AppError("invalid_request", `There is no ${kind} ${name} in the calendar.`);
    return periodOf(kind, kind === "day" ? name : `${name}-01`);
}
function readWeek(name, year) {
    const [week, weeks] = [Number(name.slice(6)), weeksOf(year)];
    if (week < 1 || week > weeks) {
        throw new AppError("invalid_request", `There is no week ${name}: ${year} has ${weeks} weeks, from ${year}-W01 to ${year}-W${weeks}.`);
    }
    // The fourth of January is always in the first week.
    return periodOf("week", addDays(`${name.slice(0, 4)}-01-04`, 7 * (week - 1)));
}
/** The day, week or month that holds a day. */
export function periodOf(kind, day) {
    if (kind === "day")
        return { kind, name: day, first: day, last: day };
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
function weeksOf(year) {
    return Number(periodOf("week", `${year}-12-28`).name.slice(6));
}
/** `2025-03` → `2025-03-31`; a day is its own last. */
export function lastDayOf(date) {
    if (date.length === 10)
        return date;
    const [year = 0, month = 0] = date.split("-").map(Number);
    return `${date}-${new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
}
export function addDays(day, days) {
    return new Date(dateOf(day).getTime() + days * dayMs).toISOString().slice(0, 10);
}
/** Whole days from one to the other; negative where the second is the earlier. */
export function daysBetween(from, to) {
    return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / dayMs);
}
export const dayMs = 24 * 60 * 60 * 1000;
/** The day that it is where this process runs, `YYYY-MM-DD`. */
export function localDay(now) {
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
/** When a day ends where this process runs, in milliseconds since 1970. */
export function endOfLocalDay(day) {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + 1).getTime();
}
function dateOf(day) {
    return new Date(`${day}T00:00:00Z`);
}
//# sourceMappingURL=period.js.map