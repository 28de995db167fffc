/** A cache of results for sets of conditions, valid until something changes. */
import { type Conditions, isUnfiltered } from "../../core/filters.ts";

/** Number of cached results. */
const most = 64;

export class ConditionCache<Answer> {
  private readonly answers = new Map<string, Answer>();

  /** The cached result, or that of `find`. */
  of(conditions: Conditions, find: () => Answer): Answer {
    const key = JSON.stringify(conditions.filter((filters) => !isUnfiltered(filters)));
    const kept = this.answers.get(key);
    if (kept !== undefined) return kept;
    const answer = find();
    if (this.answers.size >= most) this.answers.clear();
    this.answers.set(key, answer);
    return answer;
  }

  clear(): void {
    this.answers.clear();
  }
}
