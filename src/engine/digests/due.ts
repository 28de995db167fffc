/** When a message is due, and when it is retried: functions of the subscription and of the time. */
import type { Subscription } from "../../core/delivery.ts";
import { localTime, weekdayOf } from "../../core/local-time.ts";
import { addDays } from "../../core/period.ts";

const minuteMs = 60 * 1000;
const longestPauseMs = 4 * 60 * minuteMs;
/** How long, and how often at least, a message is tried: nothing was tried while a machine slept, or if its clock was set forward. */
const patienceMs = 24 * 60 * minuteMs;
const leastAttempts = 6;

/**
 * The latest day (`YYYY-MM-DD`) whose hour has come in the subscriber's time zone. Only the wall clock counts: an hour that daylight
 * saving skips is reached with the next one, and a repeated hour the first time.
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
 * The day for which a message is due: the latest one, whatever was missed before. Undefined if nothing has been due since the address was
 * confirmed, or if that day's message is already in the outbox.
 * @param last the latest day in the outbox.
 */
export function dueDay(subscription: Subscription, last: string | undefined, now: Date): string | undefined {
  if (subscription.confirmed === undefined) return undefined;
  const day = latestDay(subscription, now);
  // A clock that daylight saving sets back past midnight shows the previous day again.
  const isNew = day > latestDay(subscription, new Date(subscription.confirmed)) && (last === undefined || day > last);
  return isNew ? day : undefined;
}

/**
 * The latest day in the outbox that the subscriber may have seen. A day further ahead than daylight saving can set a clock back was
 * written when the clock was wrong, and must not suppress the days until then.
 * @param days latest first.
 */
export function lastOnRecord(days: readonly string[], { timeZone }: Pick<Subscription, "timeZone">, now: Date): string | undefined {
  const tomorrow = addDays(localTime(now, timeZone).date, 1);
  return days.find((day) => day <= tomorrow);
}

/**
 * @param attempts how many there were. @param created when the message was due. @param waitMs what the other side demands.
 * @returns undefined if it is time to give up.
 */
export function nextTryAt(attempts: number, created: string, now: Date, waitMs = 0): string | undefined {
  const pause = Math.min(longestPauseMs, Math.max(2 ** (attempts - 1) * minuteMs, waitMs));
  const next = now.getTime() + pause;
  return attempts >= leastAttempts && next > Date.parse(created) + patienceMs ? undefined : new Date(next).toISOString();
}
