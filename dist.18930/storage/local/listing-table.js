import { ConditionCache } from "./condition-cache.js";
import { sqlOfConditions } from "./filter-sql.js";
export class ListingTable {
    db;
    counter;
    cache = new ConditionCache();
    /** The change up to which the cache is good. */
    cachedChange = 0;
    constructor(db, counter) {
        this.db = db;
        this.counter = counter;
    }
    /** Ascending by text. */
    dates(conditions) {
        // Asked even where nothing follows changes: the counter tells whether the answers are still good.
        const change = this.counter.last();
        if (change !== this.cachedChange)
            this.cache.clear();
        this.cachedChange = change;
        return this.cache.of(conditions, () => this.selectDates(conditions));
    }
    /** Ascending. */
    labelsOn(dates, conditions) {
        const { where, parameters } = sqlOfConditions(conditions);
        const marks = dates.map(() => "?").join(", ");
        return this.db
            .prepare(`SELECT label FROM papers WHERE listing_date IN (${marks}) AND ${where} ORDER BY label`)
            .pluck()
            .all(...dates, ...parameters);
    }
    selectDates(conditions) {
        const { from, where, parameters } = sqlOfConditions(conditions);
        return this.db
            .prepare(`SELECT listing_date AS date, COUNT(*) AS papers FROM ${from} WHERE listing_date IS NOT NULL AND ${where} GROUP BY listing_date ORDER BY listing_date`)
            .all(...parameters);
    }
}
//# sourceMappingURL=listing-table.js.map