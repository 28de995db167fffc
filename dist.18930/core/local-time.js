/** What calendars and clocks show somewhere, by the IANA database that Node brings along. */
const formats = new Map();
/** There are fewer zones, but each has as many spellings as its letters have cases, and whoever subscribes names one. */
const mostFormats = 600;
/** @param timeZone as `Europe/Berlin`; throws a `RangeError` for one that is not known (`isTimeZone`). */
export function localTime(instant, timeZone) {
    const parts = new Map(formatOf(timeZone)
        .formatToParts(instant)
        .map(({ type, value }) => [type, value]));
    const part = (type) => parts.get(type) ?? "";
    return { date: `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`, hour: Number(part("hour")) };
}
export function isTimeZone(name) {
    try {
        formatOf(name);
        return true;
    }
    catch {
        return false;
    }
}
/** `2026-11-28 09:20 UTC`, as people are told. @param instant ISO 8601 in UTC. */
export function utcMinute(instant) {
    return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}
/** ISO 8601: 1 is Monday, 7 is Sunday. @param day `YYYY-MM-DD`. */
export function weekdayOf(day) {
    return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}
function formatOf(timeZone) {
    const known = formats.get(timeZone);
    if (known !== undefined)
        return known;
    const made = new Intl.DateTimeFormat("en", {
        timeZone,
        calendar: "iso8601",
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
    });
    if (formats.size >= mostFormats)
        formats.clear();
    formats.set(timeZone, made);
    return made;
}
//# sourceMappingURL=local-time.js.map