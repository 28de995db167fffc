/** The daily listing: the papers of a day, a week or a month, and which periods beside it have papers. */
import { AppError } from "../core/errors.ts";
import { type Filters, firstDay } from "../core/filters.ts";
import type { Library } from "../core/library.ts";
import { datesIn, type ListingDate, periodAfter, periodBefore } from "../core/listing.ts";
import { listingDateOf, type Paper } from "../core/paper.ts";
import { earliestYear, lastDayOf, type Period, type PeriodKind, readAnyPeriod, readPeriod } from "../core/period.ts";
import { countComments } from "./comments.ts";
import { type DailySort, type EmergingPaper, orderListing, popularityOf, votesHere } from "./daily-order.ts";
import { readInTurns } from "./papers.ts";

export interface DailyRequest {
  /** At most one of these; without any, the latest day that has papers. */
  readonly date?: string | undefined;
  readonly week?: string | undefined;
  readonly month?: string | undefined;
  /** A period of any kind, which its form identifies. */
  readonly period?: string | undefined;
  readonly sort?: DailySort;
  readonly filters?: Filters;
  /** 1 … 100. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface DailyPaper {
  readonly paper: Paper;
  /** The day it is listed under, or the month. */
  readonly listed: string;
  /** The value it was ranked by: votes, the trending score, bits of surprise; absent by date, or if there is none. */
  readonly score?: number;
  readonly emerging?: EmergingPaper;
  /** The votes and saves of people here, besides what a source brought. */
  readonly here: { readonly votes: number; readonly comments: number };
}

export interface DailyAnswer {
  /** What was requested; undefined for the latest day. */
  readonly asked: Period | undefined;
  /** The period that is shown: the requested one, else the nearest earlier one with papers; undefined if there is none. */
  readonly shown: Period | undefined;
  /** The nearest periods of the same kind that have papers. */
  readonly previous: Period | undefined;
  readonly next: Period | undefined;
  /** The last day of the shown period that has papers; it leads to the page of its week or day. */
  readonly lastDay: string | undefined;
  /** Papers of the shown period, and how many of them have votes. */
  readonly total: number;
  readonly voted: number;
  readonly papers: readonly DailyPaper[];
}

const longestPage = 100;

/**
 * @param clock `today` (`YYYY-MM-DD`) limits what may be requested. Throws `invalid_request` for an invalid period, or one too far away.
 */
export async function dailyListing(
  library: Library,
  request: DailyRequest,
  clock: { today: string; halfLifeDays: number },
  signal?: AbortSignal,
): Promise<DailyAnswer> {
  const { sort = "date", limit = 20, offset = 0, filters = {} } = request;
  checkPage(limit, offset);
  const { today } = clock;
  const asked = periodAsked(request, latestYear(today));
  const dates = usableDates(await library.listingDates([filters]), today);
  const kind = asked?.kind ?? usualKind(dates);
  const shown = asked === undefined ? latestPeriod(kind, dates, today) : nearestPeriod(asked, dates);
  const within = shown === undefined ? [] : datesIn(shown, dates);
  const labels = await library.listedOn(
    within.map(({ date }) => date),
    [filters],
  );
  const stored = await readInTurns(library, labels, signal);
  const lastDay = shown === undefined ? undefined : lastDayWithin(shown, within);
  const popularity = await popularityOf(
    library,
    stored.map(({ paper }) => paper),
  );
  const order = { sort, lastDay, halfLifeDays: clock.halfLifeDays, popularity };
  const ordered = await orderListing(library, stored, order, { offset, limit }, signal);
  const around = shown ?? asked;
  const onPage = ordered.map(({ stored: { paper } }) => paper);
  const comments = await countComments(library, onPage);
  return {
    asked,
    shown,
    previous: around === undefined ? undefined : periodBefore(kind, dates, around.first),
    next: around === undefined ? undefined : periodAfter(kind, dates, around.last),
    lastDay,
    total: stored.length,
    voted: stored.filter(({ paper }) => (paper.votes ?? 0) > 0 || votesHere(paper, popularity) > 0).length,
    papers: ordered.map(({ stored: { paper }, ...ranks }, at) => ({
      paper,
      listed: listingDateOf(paper) ?? "",
      ...ranks,
      here: { votes: votesHere(paper, popularity), comments: comments[at] ?? 0 },
    })),
  };
}

/** Days that a feed of the latest papers looks back. */
const latestDays = 7;

/** The papers of the last days that have any, newest first, at most `limit`. */
export async function latestListed(library: Library, { limit, today }: { limit: number; today: string }): Promise<Paper[]> {
  const dates = usableDates(await library.listingDates([]), today);
  const days = dates.filter(({ date }) => date.length === 10 && date <= today).slice(-latestDays);
  const labels = await library.listedOn(
    days.map(({ date }) => date),
    [],
  );
  const stored = await readInTurns(library, labels);
  const ordered = await orderListing(library, stored, { sort: "date", lastDay: undefined, halfLifeDays: 1 }, { offset: 0, limit });
  return ordered.map((entry) => entry.stored.paper);
}

function checkPage(limit: number, offset: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage)
    throw new AppError("invalid_request", `limit is ${limit}; it must be a whole number from 1 to ${longestPage}.`);
  if (!Number.isInteger(offset) || offset < 0)
    throw new AppError("invalid_request", `offset is ${offset}; it must be a whole number of 0 or more.`);
}

function periodAsked({ date, week, month, period }: DailyRequest, latest: number): Period | undefined {
  const given = Object.entries({ date, week, month, period }).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
  if (given.length > 1) {
    throw new AppError("invalid_request", `Several periods are given: ${given.map(({ name }) => name).join(" and ")}.`, {
      mend: "Give one of date, week and month, or none for the latest day.",
    });
  }
  if (date !== undefined) return readPeriod("day", date, latest);
  if (week !== undefined) return readPeriod("week", week, latest);
  if (month !== undefined) return readPeriod("month", month, latest);
  return period === undefined ? undefined : readAnyPeriod(period, latest);
}

/** Issues of journals are dated ahead, so the coming year counts too. */
function latestYear(today: string): number {
  return Number(today.slice(0, 4)) + 1;
}

/** Excludes obvious errors in sources: the years 1 and 9999. */
function usableDates(dates: readonly ListingDate[], today: string): ListingDate[] {
  return dates.filter(({ date }) => date >= String(earliestYear) && Number(date.slice(0, 4)) <= latestYear(today));
}

/** Days, and months where no paper's day is known. */
function usualKind(dates: readonly ListingDate[]): PeriodKind {
  return dates.length === 0 || dates.some(({ date }) => date.length === 10) ? "day" : "month";
}

/** The latest period up to today; a future one only if there is no other. */
function latestPeriod(kind: PeriodKind, dates: readonly ListingDate[], today: string): Period | undefined {
  return (
    periodBefore(
      kind,
      dates.filter(({ date }) => firstDay(date) <= today),
      `${latestYear(today) + 1}-01-01`,
    ) ?? periodAfter(kind, dates, today)
  );
}

function nearestPeriod(asked: Period, dates: readonly ListingDate[]): Period | undefined {
  return datesIn(asked, dates).length > 0 ? asked : periodBefore(asked.kind, dates, asked.first);
}

/** The last day under which papers are listed, or the last that a coarse date allows. */
function lastDayWithin(shown: Period, within: readonly ListingDate[]): string {
  const days = within.filter(({ date }) => date.length === 10).map(({ date }) => date);
  const coarse = within.map(({ date }) => lastDayOf(date)).filter((day) => day <= shown.last);
  return days.at(-1) ?? coarse.at(-1) ?? shown.last;
}
