/** Days as services count them: `YYYY-MM-DD`, in UTC. */
import { AppError } from "../../core/errors.ts";
import type { FetchPosition, FetchRequest } from "../../core/live-source.ts";

export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The days that a request covers: its `date`, or the days between `from` and `to`. Without any of these, all days since the last run, which
 * stores its day as `since`; on the first run, today only. Throws `invalid_request` for days in the wrong order, and as {@link
 * requirePast}.
 */
export function daysOf({ date, from, to }: FetchRequest, today: string, position: FetchPosition | undefined): DayRange {
  if (date !== undefined) return { from: date, to: date };
  const since = typeof position?.since === "string" ? position.since : today;
  if (from === undefined && to === undefined) requirePast(since, today);
  const range = { from: from ?? to ?? since, to: to ?? today };
  if (range.from > range.to)
    throw new AppError("invalid_request", `The days from ${range.from} to ${range.to} are none.`, { mend: "--from comes before --to." });
  return range;
}

/**
 * Throws `invalid_request` if the last run is dated in the future: then it is unknown which days were missed, and none may be missed
 * silently.
 */
export function requirePast(since: string, today: string): void {
  if (since <= today) return;
  throw new AppError("invalid_request", `The last run of this fetch is on record for ${since}, and today is ${today}: a clock was wrong.`, {
    mend: "If it is correct now, start again with --restart, and fetch the missed days by their dates.",
  });
}

/** What the next run has to know; undefined if the days were given explicitly. */
export function sinceOf({ date, from, to }: FetchRequest, today: string): FetchPosition | undefined {
  return date === undefined && from === undefined && to === undefined ? { since: today } : undefined;
}
