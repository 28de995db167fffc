/** Rate limits; kept in memory, so that a restart forgets them. */
import { AppError } from "../core/errors.ts";

/** Names that are remembered; beyond that, the oldest are forgotten. */
const mostNames = 10_000;

export class RateLimit {
  private readonly times = new Map<string, number[]>();

  /** At most this many within any period of this length. */
  constructor(
    private readonly most: number,
    private readonly windowMs: number,
    private readonly now: () => Date,
  ) {}

  /** Counts one. @returns false if it exceeds the limit, in which case it is not counted. */
  take(name: string): boolean {
    const at = this.now().getTime();
    // A time in the future was counted before the clock was set back.
    const recent = (this.times.get(name) ?? []).filter((time) => time > at - this.windowMs && time <= at);
    const isAllowed = recent.length < this.most;
    if (isAllowed) recent.push(at);
    this.times.delete(name);
    this.times.set(name, recent);
    const [first] = this.times.keys();
    if (this.times.size > mostNames && first !== undefined) this.times.delete(first);
    return isAllowed;
  }

  /** Counts one. Throws `too_many_requests`. */
  require(name: string): void {
    if (this.take(name)) return;
    const leftMs = (this.times.get(name)?.[0] ?? 0) + this.windowMs - this.now().getTime();
    throw new AppError("too_many_requests", "This was attempted too often.", {
      mend: `Wait ${Math.ceil(this.windowMs / 60_000)} minutes, and try again.`,
      retryAfterS: Math.max(1, Math.ceil(leftMs / 1000)),
    });
  }
}
