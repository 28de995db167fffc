/** How far long work has come, how quick it is of late, and how others are told. */
import type { Upkeep, WorkProgress } from "../core/upkeep.ts";

/** What is looked back at for the rate. */
const windowMs = 30_000;
/** How often other processes are told: each time is a transaction. */
const reportMs = 1_000;

export class ProgressMeter {
  private stage = "";
  /** What was done when, of this stage; the oldest first. */
  private marks: { readonly atMs: number; readonly done: number }[] = [];

  take(stage: string, done: number, total: number): WorkProgress {
    const atMs = performance.now();
    if (stage !== this.stage || done < (this.marks.at(-1)?.done ?? 0)) this.marks = [];
    this.stage = stage;
    // One mark in a quarter of a second is enough for a rate.
    if (atMs - (this.marks.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= 250) this.marks.push({ atMs, done });
    while (this.marks.length > 2 && atMs - (this.marks[1]?.atMs ?? atMs) > windowMs) this.marks.shift();
    const [first] = this.marks;
    const seconds = first === undefined ? 0 : (atMs - first.atMs) / 1000;
    const perSecond = first === undefined || seconds < 0.2 ? 0 : (done - first.done) / seconds;
    return { stage, done, total, perSecond };
  }
}

/** Seconds until a stage is done; undefined while nobody can say. */
export function secondsLeft({ done, total, perSecond }: WorkProgress): number | undefined {
  return perSecond > 0 ? Math.max(0, total - done) / perSecond : undefined;
}

/** Tells other processes about work that this one has claimed, now and then. */
export function reportingProgress(library: Pick<Upkeep, "reportWork">, work: string): (stage: string, done: number, total: number) => void {
  const meter = new ProgressMeter();
  let [told, stage] = [Number.NEGATIVE_INFINITY, ""];
  return (next, done, total) => {
    const progress = meter.take(next, done, total);
    if (next === stage && performance.now() - told < reportMs) return;
    [told, stage] = [performance.now(), next];
    // Only shown: what keeps it from being written will keep the work itself from going on, and is told there.
    library.reportWork(work, progress).catch(() => undefined);
  };
}
