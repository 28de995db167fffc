/** Progress and recent speed of long work, and how other processes are told. */
import type { Upkeep, WorkProgress } from "../../core/upkeep.ts";

/** What is looked back at for the rate. */
const windowMs = 30_000;
/** How often other processes are told: each time takes a transaction. */
const reportMs = 1_000;

export class ProgressMeter {
  private stage = "";
  /** How much was done when, in this stage; the oldest first. */
  private marks: { readonly atMs: number; readonly done: number }[] = [];

  take(stage: string, done: number, total: number): WorkProgress {
    const atMs = performance.now();
    if (stage !== this.stage || done < (this.marks.at(-1)?.done ?? 0)) this.marks = [];
    this.stage = stage;
    // Four marks a second are enough for a rate.
    if (atMs - (this.marks.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= 250) this.marks.push({ atMs, done });
    while (this.marks.length > 2 && atMs - (this.marks[1]?.atMs ?? atMs) > windowMs) this.marks.shift();
    const [first] = this.marks;
    const seconds = first === undefined ? 0 : (atMs - first.atMs) / 1000;
    const perSecond = first === undefined || seconds < 0.2 ? 0 : (done - first.done) / seconds;
    return { stage, done, total, perSecond };
  }
}

/** Seconds until a stage is done; undefined if that cannot be estimated. */
export function secondsLeft({ done, total, perSecond }: WorkProgress): number | undefined {
  return perSecond > 0 ? Math.max(0, total - done) / perSecond : undefined;
}

/** Tells other processes, from time to time, about work that this one has claimed. */
export function reportingProgress(library: Pick<Upkeep, "reportWork">, work: string): (stage: string, done: number, total: number) => void {
  const meter = new ProgressMeter();
  let [told, stage] = [Number.NEGATIVE_INFINITY, ""];
  return (next, done, total) => {
    const progress = meter.take(next, done, total);
    if (next === stage && performance.now() - told < reportMs) return;
    [told, stage] = [performance.now(), next];
    // This is only for display: whatever prevents writing it will also stop the work itself, and is reported there.
    library.reportWork(work, progress).catch(() => undefined);
  };
}
