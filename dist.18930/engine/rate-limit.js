/** How often somebody may do something; kept in memory, so that a restart forgets it. */
import { AppError } from "../core/errors.js";
/** Names that are remembered; of more, those that came first are forgotten. */
const mostNames = 10_000;
export class RateLimit {
    most;
    windowMs;
    now;
    times = new Map();
    /** At most so many within any time of this length. */
    constructor(most, windowMs, now) {
        this.most = most;
        this.windowMs = windowMs;
        this.now = now;
    }
    /** Counts one. @returns false where it is one too many, which is not counted. */
    take(name) {
        const at = this.now().getTime();
        // What is still to come was counted by a clock that has been set back since.
        const recent = (this.times.get(name) ?? []).filter((time) => time > at - this.windowMs && time <= at);
        const isAllowed = recent.length < this.most;
        if (isAllowed)
            recent.push(at);
        this.times.delete(name);
        this.times.set(name, recent);
        const [first] = this.times.keys();
        if (this.times.size > mostNames && first !== undefined)
            this.times.delete(first);
        return isAllowed;
    }
    /** Counts one. Throws `too_many_requests`. */
    require(name) {
        if (this.take(name))
            return;
        throw new AppError("too_many_requests", "This was tried too often.", {
            mend: `Wait ${Math.ceil(this.windowMs / 60_000)} minutes, and try again.`,
        });
    }
}
//# sourceMappingURL=rate-limit.js.map