/** The listing dates of a library, from the papers table. */
import type { Conditions } from "../../core/filters.ts";
import type { Label } from "../../core/label-set.ts";
import type { ListingDate } from "../../core/listing.ts";
import type { ChangeCounter } from "./change-counter.ts";
import { ConditionCache } from "./condition-cache.ts";
import type { Sqlite } from "./database.ts";
import { sqlOfConditions } from "./filter-sql.ts";

export class ListingTable {
  private readonly cache = new ConditionCache<readonly ListingDate[]>();
  /** The change up to which the cache is valid. */
  private cachedChange = 0;

  constructor(
    private readonly db: Sqlite,
    private readonly counter: ChangeCounter,
  ) {}

  /** In alphabetical order. */
  dates(conditions: Conditions): readonly ListingDate[] {
    // Read even if nothing follows changes: the counter shows whether cached results are still valid.
    const change = this.counter.last();
    if (change !== this.cachedChange) this.cache.clear();
    this.cachedChange = change;
    return this.cache.of(conditions, () => this.selectDates(conditions));
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

  private selectDates(conditions: Conditions): ListingDate[] {
    const { from, where, parameters } = sqlOfConditions(conditions);
    return this.db
      .prepare<(string | number)[], ListingDate>(
        `SELECT listing_date AS date, COUNT(*) AS papers FROM ${from} WHERE listing_date IS NOT NULL AND ${where} GROUP BY listing_date ORDER BY listing_date`,
      )
      .all(...parameters);
  }
}
