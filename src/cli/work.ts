/** Describes long work and the processes that do it, for people. */
import { type GenerationEntry, reindexCommand } from "../core/generation.ts";
import type { Job } from "../core/job.ts";
import { utcMinute } from "../core/local-time.ts";
import { describeSeconds } from "../core/text.ts";
import type { ClaimedWork, WorkProgress } from "../core/upkeep.ts";
import { secondsLeft } from "../engine/generations/work-progress.ts";
import type { EngineStatus } from "../engine/upkeep/status.ts";

export function describeWork({ work, pid, elsewhere, since, progress }: ClaimedWork): string {
  const where = elsewhere === true ? " of another container" : "";
  const whose = `process ${pid}${where}${since === undefined ? "" : `, running since ${utcMinute(since)}`}`;
  return `${work} (${whose})${progress === undefined ? "" : `: ${describeProgress(progress)}`}`;
}

/**
 * A filling generation that no process works on remains until somebody decides about it.
 * @param job a server's reindex that is not finished.
 */
export function describeFilling(
  { generation, embedded, begun }: GenerationEntry,
  { papers, work }: Pick<EngineStatus, "papers" | "work">,
  job: Job | undefined,
): string {
  const far = `generation ${generation.id} of ${generation.model}: ${embedded} of ${papers} papers${begun === undefined ? "" : `, begun ${utcMinute(begun)}`}`;
  const isAtIt = work.some((one) => one.work === "reindex");
  if (job !== undefined && job.generation === generation.id && (!isAtIt || job.state === "running")) return `${far}; ${describeJob(job)}`;
  if (isAtIt) return far;
  return `${far}; no process works on it. \`${reindexCommand(generation)}\` continues it, \`paperkin reindex --drop\` removes it`;
}

/** Also says how to pause it. @param job a server's reindex that is not finished. */
export function describeJob({ id, state }: Job): string {
  const isAtIt = state === "running" || state === "queued";
  return `job ${id} of a server is ${state}: its page /admin, or POST /v1/jobs/${id}/${isAtIt ? "pause" : "resume"} (or …/cancel), ${isAtIt ? "pauses" : "resumes"} or cancels it`;
}

function describeProgress(progress: WorkProgress): string {
  const { stage, done, total, perSecond } = progress;
  const left = secondsLeft(progress);
  return `${stage}, ${done} of ${total}${perSecond === 0 ? "" : `, ${perSecond.toFixed(1)} a second`}${left === undefined ? "" : `, ${describeSeconds(left)} left`}`;
}
