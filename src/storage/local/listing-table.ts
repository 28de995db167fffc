/** The calendar of a library: the dates under which papers are listed, from the papers table. */
import type { Conditions } from "../../core/filters.ts";
import type { Label, ListingDate } from "../../core/storage.ts";
import type { Sqlite } from "./database.ts";
import { sqlOfConditions } from "./filter-sql.ts";

export class ListingTable {
  constructor(private readonly db: Sqlite) {}

  /** Ascending by text. */
  dates(conditions: Conditions): ListingDate[] {
    const { where, parameters } = sqlOfConditions(conditions);
    return this.db
      .prepare<(string | number)[], ListingDate>(
        `SELECT listing_date AS date, COUNT(*) AS papers FROM papers WHERE listing_date IS NOT NULL AND ${where} GROUP BY listing_date ORDER BY listing_date`,
      )
      .all(...parameters);
  }

  /** Ascending. */
  labelsOn(dates: readonly string[], conditions: Conditions): Label[] {
    const { where, parameters } = sqlOfConditions(conditions);
    const marks = dates.map(() => "?").join(", ");
    return this.db
      .prepare<(string | number)[], number>(`SELECT label FROM papers WHERE listing_date IN (${marks}) AND ${where} ORDER BY label`)
      .pluck()
      .all(...dates, ...parameters);
  }
}
