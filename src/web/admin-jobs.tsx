/** The admin page's list of work in progress, and of jobs with their results. */
import { isFinished, type Job } from "../core/job.ts";
import { counted, describeSeconds } from "../core/text.ts";
import type { ClaimedWork, WorkProgress } from "../core/upkeep.ts";
import { secondsLeft } from "../engine/generations/work-progress.ts";
import { Action, type Asking, SureAction, Time } from "./admin-parts.tsx";
import { Prose } from "./mathematics.tsx";
import { Mend } from "./message-page.tsx";

export function Works({ works }: { works: readonly ClaimedWork[] }) {
  return (
    <section aria-labelledby="work">
      <h2 id="work">Under way</h2>
      <ul>
        {works.map(({ work, pid, elsewhere, progress }) => (
          <li>
            {work} (process {pid}
            {elsewhere === true ? " of another container" : ""}){progress === undefined ? null : <Progress progress={progress} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The progress of some work, and its speed unless it waits. */
function Progress({ progress, isWaiting = false }: { progress: WorkProgress; isWaiting?: boolean }) {
  const { stage, done, total } = progress;
  const perSecond = isWaiting ? 0 : progress.perSecond;
  const left = secondsLeft({ ...progress, perSecond });
  const rate = perSecond === 0 ? "" : `, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en")} a second`;
  const text = `${stage}: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}${rate}${left === undefined || done >= total ? "" : `, ${describeSeconds(left)} left`}`;
  return (
    <p class="progress">
      <progress value={done} max={Math.max(1, total)} aria-label={stage} /> {text}
    </p>
  );
}

export function JobItem({ job, asking }: { job: Job; asking: Asking }) {
  const { id, kind, state, created, progress, error, interruptions } = job;
  const path = `/admin/jobs/${encodeURIComponent(id)}`;
  return (
    <li class="hit">
      <h3>
        {kind === "reindex" ? `Reindexing${describeRequest(job)}` : "Checking the library"}{" "}
        <span class={state === "failed" ? "standing" : "badge"}>{state}</span>
      </h3>
      <p class="facts">
        <Time at={created} />
        {interruptions === 0 ? null : <span>resumed after the server ended</span>}
        <span>{id}</span>
      </p>
      {progress === undefined || isFinished(job) ? null : <Progress progress={progress} isWaiting={state !== "running"} />}
      {error === undefined ? null : (
        <p class="problem">
          <Mend text={error.detail} />
        </p>
      )}
      {state === "failed" && kind === "reindex" ? (
        <p class="hint">Once that is mended, the same reindex continues from what this one has embedded.</p>
      ) : null}
      <Result job={job} />
      {isFinished(job) ? null : (
        <div class="actions">
          {kind === "reindex" && state !== "paused" ? <Action action={`${path}/pause`} text="Pause" /> : null}
          {state === "paused" ? <Action action={`${path}/resume`} text="Resume" /> : null}
          <SureAction action={`${path}/cancel`} text="Cancel" goes={goesWith(job)} button="Cancel the job" asking={asking} />
        </div>
      )}
    </li>
  );
}

function goesWith({ kind }: Job): string {
  return kind === "reindex"
    ? "The job cannot be continued, and what it has embedded is lost. Pause it instead to continue later."
    : "The check ends where it is, and what it has found so far is lost.";
}

function describeRequest({ request }: Job): string {
  const { model, graph, truncation } = request ?? {};
  const parts = [
    model === undefined ? "" : ` with ${model}`,
    graph === undefined ? "" : `, M ${graph.M}, efConstruction ${graph.efConstruction}`,
    truncation === undefined ? "" : `, ${truncation} tokens of a text`,
  ];
  return parts.join("");
}

/** The result of a job as a sentence. */
function Result({ job: { state, result } }: { job: Job }) {
  if (state !== "done" || result === undefined) return null;
  if ("findings" in result) {
    const { findings } = result;
    const faults = findings.filter((finding) => finding.state !== "ok");
    if (faults.length === 0) return <p>{`${findings.length} checks, and nothing is wrong.`}</p>;
    return (
      <ul>
        {faults.map(({ check, detail }) => (
          <li>
            {check}: <Prose text={detail} />
          </li>
        ))}
        <li>
          Stop the server and run <code>paperkin verify --repair</code>.
        </li>
      </ul>
    );
  }
  const { outcome, embedded, reused, audit } = result;
  if (outcome === "unchanged") return <p>The library is already as was asked for; nothing was changed.</p>;
  const overlap = audit?.overlapAt10 === undefined ? "" : `, overlap@10 with the previous generation ${audit.overlapAt10.toFixed(3)}`;
  return (
    <p>{`${counted(embedded, "paper")} embedded, ${counted(reused, "embedding")} used again${audit === undefined ? "" : `; recall@10 ${audit.recallAt10.toFixed(3)}${overlap}`}.`}</p>
  );
}
