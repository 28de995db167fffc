/** Dates in readable form, no more precise than what is known. */
import type { Period } from "../core/period.ts";

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** `1986` → `1986`, `1986-10` → `October 1986`, `1986-10-09` → `9 October 1986`. */
export function readableDate(date: string): string {
  const [year, month, day] = date.split("-");
  const name = month === undefined ? undefined : months[Number(month) - 1];
  if (year === undefined || name === undefined) return date;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`;
}

/** `24 March 2025`, `Week 13 of 2025, from 24 March 2025`, `March 2025`. */
export function readablePeriod({ kind, name, first }: Period): string {
  if (kind !== "week") return readableDate(name);
  return `Week ${Number(name.slice(6))} of ${name.slice(0, 4)}, from ${readableDate(first)}`;
}
