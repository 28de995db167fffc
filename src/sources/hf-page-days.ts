/** The days of Daily Papers, of which a page shows the year only where it is not this one. */
import { readLooseDate } from "./loose-date.ts";
import { RecordFault } from "./record.ts";

export class ListingDays {
  /** The day on which the page was as it is: `2025-03-24`. */
  #today: string;

  /** @param modified when the file was last changed; without it the page is one of today. */
  constructor(modified: Date | undefined) {
    this.#today = (modified ?? new Date()).toISOString().slice(0, 10);
  }

  /** A heading that has a whole date says from which day the page is. */
  notice(heading: string): void {
    const date = readLooseDate(heading);
    if (date?.length === "2025-03-24".length) this.#today = date;
  }

  /** `Mar 24, 2025`, or `Mar 6`: the last one that is not in the future. Throws `RecordFault`. */
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
