/** Days as services count them: `YYYY-MM-DD`, in UTC. */
import { AppError } from "../../core/errors.ts";
import type { FetchPosition, FetchRequest } from "../../core/live-source.ts";

export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The days that a request means: its date, what is between `from` and `to`, or without either all since the last run, which
 * leaves its day as `since`; at first today's. Throws `invalid_request` for days in the wrong order, and as {@link requirePast}.
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

/** Throws `invalid_request` for a last run on a day to come: nobody knows which days it left out, and none is left out silently. */
export function requirePast(since: string, today: string): void {
  if (since <= today) return;
  throw new AppError("invalid_request", `The last run of this fetch is on record for ${since}, and today is ${today}: a clock was wrong.`, {
    mend: "Where it is right now, --restart begins anew; fetch what was missed by its days.",
  });
}

/** What the next run has to know: nothing where the days were named. */
export function sinceOf({ date, from, to }: FetchRequest, today: string): FetchPosition | undefined {
  return date === undefined && from === undefined && to === undefined ? { since: today } : undefined;
}
