/**
 * The calendar of a library: the dates under which papers are listed, which periods have papers, and which precede and follow one. A
 * paper with a full date counts on that day. One whose date is known to the month counts in that month and in every week that overlaps
 * it, but on no day.
 */
import { firstDay } from "./filters.ts";
import { addDays, earlierDay, lastDayOf, laterDay, type Period, type PeriodKind, periodOf } from "./period.ts";

/** A day (`YYYY-MM-DD`) or month (`YYYY-MM`) under which papers are listed (`listingDateOf`), and how many. */
export interface ListingDate {
  readonly date: string;
  readonly papers: number;
}

/** The dates that count in periods of a kind, as spans of days. */
function spansOf(kind: PeriodKind, dates: readonly ListingDate[]) {
  return dates
    .filter(({ date }) => kind !== "day" || date.length === 10)
    .map((entry) => ({ ...entry, first: firstDay(entry.date), last: lastDayOf(entry.date) }));
}

/** The dates whose papers a period lists. */
export function datesIn(period: Period, dates: readonly ListingDate[]): ListingDate[] {
  return spansOf(period.kind, dates)
    .filter(({ first, last }) => first <= period.last && last >= period.first)
    .map(({ date, papers }) => ({ date, papers }));
}

/** The nearest period of a kind with papers that ends before a day. */
export function periodBefore(kind: PeriodKind, dates: readonly ListingDate[], day: string): Period | undefined {
  const before = addDays(day, -1);
  const days = spansOf(kind, dates)
    .filter(({ first }) => first <= before)
    .map(({ last }) => earlierDay(last, before));
  const latest = days.sort().at(-1);
  return latest === undefined ? undefined : periodOf(kind, latest);
}

/** The nearest period of a kind with papers that begins after a day. */
export function periodAfter(kind: PeriodKind, dates: readonly ListingDate[], day: string): Period | undefined {
  const after = addDays(day, 1);
  const days = spansOf(kind, dates)
    .filter(({ last }) => last >= after)
    .map(({ first }) => laterDay(first, after));
  const [earliest] = days.sort();
  return earliest === undefined ? undefined : periodOf(kind, earliest);
}
