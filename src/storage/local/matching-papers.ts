/** Which papers meet conditions, and the newest of them: queried from SQLite, and cached until papers change. */
import { type Conditions, isUnfiltered } from "../../core/filters.ts";
import { type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import { ConditionCache } from "./condition-cache.ts";
import type { Sqlite } from "./database.ts";
import { defineFilterFunctions, sqlOfConditions } from "./filter-sql.ts";
import type { PaperTable } from "./paper-table.ts";

export class MatchingPapers {
  private readonly cache = new ConditionCache<LabelSet>();
  private readonly selectNewest;
  private readonly selectNewestOf;

  constructor(
    private readonly db: Sqlite,
    private readonly papers: PaperTable,
  ) {
    defineFilterFunctions(db);
    const newest = "ORDER BY first_day DESC NULLS LAST, paper_id";
    this.selectNewest = db.prepare<[], number>(`SELECT label FROM papers ${newest}`).pluck();
    this.selectNewestOf = db
      .prepare<[string], number>(`SELECT label FROM papers WHERE label IN (SELECT value FROM json_each(?)) ${newest}`)
      .pluck();
  }

  /** @returns undefined if every paper meets them. */
  matching(conditions: Conditions): LabelSet | undefined {
    return conditions.every(isUnfiltered) ? undefined : this.cache.of(conditions, () => this.select(conditions));
  }

  newest(within: LabelSet | undefined, { limit, offset }: { limit: number; offset: number }): Label[] {
    // A small set of papers is sorted directly: scanning all papers until enough of them are found would take longer.
    if (within !== undefined && within.size * within.size < this.papers.count() * (offset + limit))
      return this.selectNewestOf.all(JSON.stringify([...within.labels()])).slice(offset, offset + limit);
    const labels: Label[] = [];
    let skipped = 0;
    for (const label of this.selectNewest.iterate()) {
      if (within !== undefined && !within.has(label)) continue;
      if (skipped++ < offset) continue;
      if (labels.length >= limit) break;
      labels.push(label);
    }
    return labels;
  }

  /** To be called when papers have changed. */
  forget(): void {
    this.cache.clear();
  }

  private select(conditions: Conditions): LabelSet {
    const { from, where, parameters } = sqlOfConditions(conditions);
    const labels = this.db
      .prepare<(string | number)[], number>(`SELECT label FROM ${from} WHERE ${where} ORDER BY label`)
      .pluck()
      .all(...parameters);
    return labelSetOf(labels);
  }
}
