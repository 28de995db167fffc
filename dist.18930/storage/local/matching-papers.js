/** Which papers meet conditions, and the newest of them: asked of the columns of SQLite, and remembered until papers change. */
import { isUnfiltered } from "../../core/filters.js";
import { BitmapLabelSet } from "../../core/label-set.js";
import { ConditionCache } from "./condition-cache.js";
import { sqlOfConditions } from "./filter-sql.js";
export class MatchingPapers {
    db;
    papers;
    cache = new ConditionCache();
    selectNewest;
    selectNewestOf;
    constructor(db, papers) {
        this.db = db;
        this.papers = papers;
        const newest = "ORDER BY first_day DESC NULLS LAST, paper_id";
        this.selectNewest = db.prepare(`SELECT label FROM papers ${newest}`).pluck();
        this.selectNewestOf = db
            .prepare(`SELECT label FROM papers WHERE label IN (SELECT value FROM json_each(?)) ${newest}`)
            .pluck();
    }
    /** @returns undefined where every paper meets them. */
    matching(conditions) {
        return conditions.every(isUnfiltered) ? undefined : this.cache.of(conditions, () => this.select(conditions));
    }
    newest(within, { limit, offset }) {
        // Few papers are put in order by themselves: going through all until enough of them have come takes longer.
        if (within !== undefined && within.size * within.size < this.papers.count() * (offset + limit))
            return this.selectNewestOf.all(JSON.stringify([...within.labels()])).slice(offset, offset + limit);
        const labels = [];
        let skipped = 0;
        for (const label of this.selectNewest.iterate()) {
            if (within !== undefined && !within.has(label))
                continue;
            if (skipped++ < offset)
                continue;
            if (labels.length >= limit)
                break;
            labels.push(label);
        }
        return labels;
    }
    /** To be called when papers have changed. */
    forget() {
        this.cache.clear();
    }
    select(conditions) {
        const { from, where, parameters } = sqlOfConditions(conditions);
        const labels = this.db
            .prepare(`SELECT label FROM ${from} WHERE ${where} ORDER BY label`)
            .pluck()
            .all(...parameters);
        return new BitmapLabelSet(Uint32Array.from(labels));
    }
}
//# sourceMappingURL=matching-papers.js.map