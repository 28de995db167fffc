/** Answers about sets of conditions, kept until something changes. */
import { isUnfiltered } from "../../core/filters.js";
/** Answers that are kept. */
const most = 64;
export class ConditionCache {
    answers = new Map();
    /** The answer that is kept, or what `find` gives. */
    of(conditions, find) {
        const key = JSON.stringify(conditions.filter((filters) => !isUnfiltered(filters)));
        const kept = this.answers.get(key);
        if (kept !== undefined)
            return kept;
        const answer = find();
        if (this.answers.size >= most)
            this.answers.clear();
        this.answers.set(key, answer);
        return answer;
    }
    clear() {
        this.answers.clear();
    }
}
//# sourceMappingURL=condition-cache.js.map