/** When a message falls due, and when it is tried again: functions of what was asked for and of the time. */
import type { Subscription } from "../core/delivery.ts";
import { localTime, weekdayOf } from "../core/local-time.ts";
import { addDays } from "../core/period.ts";

const minuteMs = 60 * 1000;
const longestPauseMs = 4 * 60 * minuteMs;
/** A message is tried for so long, and so often at least: while a machine slept, or where its clock was set forward, nothing was tried. */
const patienceMs = 24 * 60 * minuteMs;
const leastAttempts = 6;

/**
 * The latest day (`YYYY-MM-DD`) whose hour has come where the subscriber is. Only what the clock on the wall shows counts: an
 * hour that daylight saving leaves out has come with the next one, and one that it repeats has come the first time.
 */
export function latestDay({ weekdays, hour, timeZone }: Pick<Subscription, "weekdays" | "hour" | "timeZone">, now: Date): string {
  const local = localTime(now, timeZone);
  let day = local.hour >= hour ? local.date : addDays(local.date, -1);
  while (!weekdays.includes(weekdayOf(day))) day = addDays(day, -1);
  return day;
}

/** The day whose hour comes next. */
export function nextDay(rhythm: Pick<Subscription, "weekdays" | "hour" | "timeZone">, now: Date): string {
  let day = addDays(latestDay(rhythm, now), 1);
  while (!rhythm.weekdays.includes(weekdayOf(day))) day = addDays(day, 1);
  return day;
}

/**
 * The day for which a message is due: the latest one, whatever was missed before. Undefined while nothing has fallen due since
 * the address was confirmed, and where that day's message is on record already.
 * @param last the latest day on record.
 */
export function dueDay(subscription: Subscription, last: string | undefined, now: Date): string | undefined {
  if (subscription.confirmed === undefined) return undefined;
  const day = latestDay(subscription, now);
  // A clock that daylight saving sets back past midnight shows the day before once more.
  const isNew = day > latestDay(subscription, new Date(subscription.confirmed)) && (last === undefined || day > last);
  return isNew ? day : undefined;
}

/**
 * The latest day on record that the subscriber may have seen: one that lies further ahead than daylight saving sets a clock back
 * was written when the clock was wrong, and must not silence the days until it comes.
 * @param days latest first.
 */
export function lastOnRecord(days: readonly string[], { timeZone }: Pick<Subscription, "timeZone">, now: Date): string | undefined {
  const tomorrow = addDays(localTime(now, timeZone).date, 1);
  return days.find((day) => day <= tomorrow);
}

/**
 * @param attempts how many there were. @param created when the message fell due. @param waitMs what the other side asks for.
 * @returns undefined where it is time to give up.
 */
export function nextTryAt(attempts: number, created: string, now: Date, waitMs = 0): string | undefined {
  const pause = Math.min(longestPauseMs, Math.max(2 ** (attempts - 1) * minuteMs, waitMs));
  const next = now.getTime() + pause;
  return attempts >= leastAttempts && next > Date.parse(created) + patienceMs ? undefined : new Date(next).toISOString();
}
