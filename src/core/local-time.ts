/** Calendars and clocks of time zones, by the IANA database that Node includes. */

export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** 0 … 23. */
  readonly hour: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** There are fewer zones, but each may be spelt in any combination of upper and lower case, and subscribers choose the spelling. */
const mostFormats = 600;

/** @param timeZone such as `Europe/Berlin`. One that this system does not know (`isTimeZone`), though another may, is read as UTC. */
export function localTime(instant: Date, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(isTimeZone(timeZone) ? timeZone : "UTC")
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return { date: `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`, hour: Number(part("hour")) };
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** `2026-11-28 09:20 UTC`, as shown to people. @param instant ISO 8601 in UTC. */
export function utcMinute(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** ISO 8601: 1 is Monday, 7 is Sunday. @param day `YYYY-MM-DD`. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, made);
  return made;
}
