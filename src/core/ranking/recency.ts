/** Newer papers first, by degrees: a score is halved with every half-life of the paper's age. */
import { daysBetween, lastDayOf } from "../period.ts";

/** After this many half-lives everything is equally old; it is also the assumed age of a paper without a date. */
const mostHalfLives = 64;

/** Days from a paper's date (the last day that a coarse date may mean) to another day; a future date counts as today. */
export function ageInDays(date: string, asOf: string): number {
  const last = lastDayOf(date.length === 4 ? `${date}-12` : date);
  return Math.max(0, daysBetween(last, asOf));
}

/** `2^(−age / half-life)`. @param ageDays undefined without a date. @param halfLifeDays above 0. */
export function recencyFactor(ageDays: number | undefined, halfLifeDays: number): number {
  const halfLives = ageDays === undefined ? mostHalfLives : Math.min(mostHalfLives, ageDays / halfLifeDays);
  return 2 ** -halfLives;
}
