/** Completes the days of Daily Papers, which a page shows without the year if that is the current one. */
import { readLooseDate } from "./loose-date.ts";
import { RecordFault } from "./record.ts";

export class ListingDays {
  /** The day on which the page was saved: `2025-03-24`. */
  #today: string;

  /** @param modified when the file was last changed; without it the page counts as saved today. */
  constructor(modified: Date | undefined) {
    this.#today = (modified ?? new Date()).toISOString().slice(0, 10);
  }

  /** A heading with a complete date gives the day of the page. */
  notice(heading: string): void {
    const date = readLooseDate(heading);
    if (date?.length === "2025-03-24".length) this.#today = date;
  }

  /** `Mar 24, 2025`, or `Mar 6`: the latest one that is not in the future. Throws `RecordFault`. */
  dateOf(day: string): string {
    const thisYear = Number(this.#today.slice(0, 4));
    const dates = /\d{4}$/.test(day)
      ? [readLooseDate(day)]
      : [thisYear, thisYear - 1]
          .map((year) => readLooseDate(`${day}, ${year}`))
          .filter((date) => date !== undefined && date <= this.#today);
    const date = dates.find((one) => one !== undefined && one.length === "2025-03-24".length);
    if (date === undefined) throw new RecordFault("listed", `“${day}” is not a date`);
    return date;
  }
}
