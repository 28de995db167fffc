/** Scheduled work, one after the other: failures are reported, and the work is tried again at its next time. */
import { Cron } from "croner";
import { AppError, toAppError } from "../../core/errors.ts";

export interface ScheduledWork {
  /** As people know it. */
  readonly name: string;
  /** A cron pattern, in local time: minute, hour, day, month, weekday. */
  readonly at: string;
  run(signal: AbortSignal): Promise<void>;
}

export class Schedules {
  private readonly stopping = new AbortController();
  private readonly jobs: readonly Cron[];
  private last: Promise<void> = Promise.resolve();

  /** Starts at once. @param works their patterns are validated. */
  constructor(works: readonly ScheduledWork[], onError: (work: ScheduledWork, error: AppError) => void) {
    // `protect`: work whose time comes while it still waits or runs is not queued twice.
    this.jobs = works.map(
      (work) =>
        new Cron(work.at, { protect: true }, async () => {
          const before = this.last;
          this.last = this.after(before, work, onError);
          await this.last;
        }),
    );
  }

  /** Throws `invalid_config` for an invalid pattern, or one without a future time. */
  static check(name: string, at: string): void {
    const fault = (reason: string) =>
      new AppError("invalid_config", `The time “${at}” of the schedule “${name}” is not valid: ${reason}.`, {
        mend: "It is a cron pattern: “0 6 * * *” for six o'clock every day, “0 6 * * 1-5” on working days.",
      });
    let next: Date | null;
    try {
      next = new Cron(at, { paused: true }).nextRun();
    } catch (cause) {
      throw fault(cause instanceof Error ? cause.message : String(cause));
    }
    if (next === null) throw fault("it never comes");
  }

  private async after(before: Promise<void>, work: ScheduledWork, onError: (work: ScheduledWork, error: AppError) => void): Promise<void> {
    await before;
    if (this.stopping.signal.aborted) return;
    try {
      await work.run(this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted) onError(work, toAppError(error));
    }
  }

  /** Stops at the next safe place. */
  async stop(): Promise<void> {
    for (const job of this.jobs) job.stop();
    this.stopping.abort();
    await this.last;
  }
}
