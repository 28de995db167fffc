/** The daily listing: the papers of a day, a week or a month, and which periods beside it have papers. */
import { AppError } from "../core/errors.js";
import { firstDay } from "../core/filters.js";
import { datesIn, periodAfter, periodBefore } from "../core/listing.js";
import { listingDateOf } from "../core/paper.js";
import { earliestYear, lastDayOf, readAnyPeriod, readPeriod } from "../core/period.js";
import { countComments } from "./comments.js";
import { countVotes, orderListing } from "./daily-order.js";
import { readInTurns } from "./papers.js";
const longestPage = 100;
/**
 * @param clock `today` (`YYYY-MM-DD`) bounds what may be asked for. Throws `invalid_request` for a period that is none,
 * or is too far away.
 */
export async function dailyListing(library, request, clock, signal) {
    const { sort = "date", limit = 20, offset = 0, filters = {} } = request;
    checkPage(limit, offset);
    const { today } = clock;
    const asked = periodAsked(request, latestYear(today));
    const dates = usableDates(await library.listingDates([filters]), today);
    const kind = asked?.kind ?? usualKind(dates);
    const shown = asked === undefined ? latestPeriod(kind, dates, today) : nearestPeriod(asked, dates);
    const within = shown === undefined ? [] : datesIn(shown, dates);
    const labels = await library.listedOn(within.map(({ date }) => date), [filters]);
    const stored = await readInTurns(library, labels, signal);
    const lastDay = shown === undefined ? undefined : lastDayWithin(shown, within);
    const ordered = await orderListing(library, stored, { sort, lastDay, halfLifeDays: clock.halfLifeDays }, { offset, limit }, signal);
    const around = shown ?? asked;
    const onPage = ordered.map(({ stored: { paper } }) => paper);
    const comments = await countComments(library, onPage);
    const here = await countVotes(library, stored.map(({ paper }) => paper));
    const votes = new Map(stored.map(({ label }, at) => [label, here[at] ?? 0]));
    return {
        asked,
        shown,
        previous: around === undefined ? undefined : periodBefore(kind, dates, around.first),
        next: around === undefined ? undefined : periodAfter(kind, dates, around.last),
        lastDay,
        total: stored.length,
        voted: stored.filter(({ paper, label }) => (paper.votes ?? 0) + (votes.get(label) ?? 0) > 0).length,
        papers: ordered.map(({ stored: { paper, label }, ...ranks }, at) => ({
            paper,
            listed: listingDateOf(paper) ?? "",
            ...ranks,
            here: { votes: votes.get(label) ?? 0, comments: comments[at] ?? 0 },
        })),
    };
}
/** Days that a feed of the latest papers looks back. */
const latestDays = 7;
/** The papers of the last days that have any, newest first, at most `limit`. */
export async function latestListed(library, { limit, today }) {
    const dates = usableDates(await library.listingDates([]), today);
    const days = dates.filter(({ date }) => date.length === 10 && date <= today).slice(-latestDays);
    const labels = await library.listedOn(days.map(({ date }) => date), []);
    const stored = await readInTurns(library, labels);
    const ordered = await orderListing(library, stored, { sort: "date", lastDay: undefined, halfLifeDays: 1 }, { offset: 0, limit });
    return ordered.map((entry) => entry.stored.paper);
}
function checkPage(limit, offset) {
    if (!Number.isInteger(limit) || limit < 1 || limit > longestPage)
        throw new AppError("invalid_request", `limit is ${limit}; it is a whole number from 1 to ${longestPage}.`);
    if (!Number.isInteger(offset) || offset < 0)
        throw new AppError("invalid_request", `offset is ${offset}; it is a whole number from 0 on.`);
}
function periodAsked({ date, week, month, period }, latest) {
    const given = Object.entries({ date, week, month, period }).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
    if (given.length > 1) {
        throw new AppError("invalid_request", `Several periods are given: ${given.map(({ name }) => name).join(" and ")}.`, {
            mend: "Give one of date, week and month, or none for the latest day.",
        });
    }
    if (date !== undefined)
        return readPeriod("day", date, latest);
    if (week !== undefined)
        return readPeriod("week", week, latest);
    if (month !== undefined)
        return readPeriod("month", month, latest);
    return period === undefined ? undefined : readAnyPeriod(period, latest);
}
/** Issues of journals are dated ahead, so that the year to come counts too. */
function latestYear(today) {
    return Number(today.slice(0, 4)) + 1;
}
/** Without the slips of the pen of sources: the years 1 and 9999. */
function usableDates(dates, today) {
    return dates.filter(({ date }) => date >= String(earliestYear) && Number(date.slice(0, 4)) <= latestYear(today));
}
/** Days, and months where no paper's day is known. */
function usualKind(dates) {
    return dates.length === 0 || dates.some(({ date }) => date.length === 10) ? "day" : "month";
}
/** The latest period up to today; one that is to come only where there is no other. */
function latestPeriod(kind, dates, today) {
    return (periodBefore(kind, dates.filter(({ date }) => firstDay(date) <= today), `${latestYear(today) + 1}-01-01`) ?? periodAfter(kind, dates, today));
}
function nearestPeriod(asked, dates) {
    return datesIn(asked, dates).length > 0 ? asked : periodBefore(asked.kind, dates, asked.first);
}
/** The last day that papers are listed under, or what a coarse date allows. */
function lastDayWithin(shown, within) {
    const days = within.filter(({ date }) => date.length === 10).map(({ date }) => date);
    const coarse = within.map(({ date }) => lastDayOf(date)).filter((day) => day <= shown.last);
    return days.at(-1) ?? coarse.at(-1) ?? shown.last;
}
//# sourceMappingURL=daily.js.map