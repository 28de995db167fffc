/** How the service is, for whoever looks after it: generations, jobs, what is under way, what went wrong. */
import type { Child } from "hono/jsx";
import { isFinished, type Job } from "../core/job.ts";
import type { ClaimedWork, Fault, WorkProgress } from "../core/storage.ts";
import { type DescribedGeneration, type EngineStatus, notesOfHealth } from "../engine/status.ts";
import { secondsLeft } from "../engine/work-progress.ts";
import { Page } from "./layout.tsx";
import { Prose } from "./mathematics.tsx";

/** What was typed, so that nothing is lost when it is not good enough. */
export interface ReindexForm {
  readonly model: string;
  readonly M: string;
  readonly efConstruction: string;
  readonly truncation: string;
  readonly keep: string;
  readonly workers: string;
  readonly isNew: boolean;
}

export const emptyReindexForm: ReindexForm = { model: "", M: "", efConstruction: "", truncation: "", keep: "1", workers: "", isNew: false };

export interface AdminView {
  readonly status: EngineStatus;
  readonly jobs: readonly Job[];
  readonly faults: readonly Fault[];
  /** Models that are there. */
  readonly models: readonly string[];
  /** What is fetched by itself, and when. */
  readonly schedules: readonly { readonly source: string; readonly at: string }[];
}

/** Jobs that are shown. */
const shownJobs = 10;
const refreshSeconds = 2;

export function AdminPage({ view, form, problem }: { view: AdminView; form: ReindexForm; problem?: string | undefined }) {
  const { status, jobs, faults, schedules } = view;
  const isMoving = jobs.some(({ state }) => state === "queued" || state === "running");
  const isReindexing = jobs.some((job) => job.kind === "reindex" && !isFinished(job));
  const others = status.work.filter(({ work }) => !/^(?:jobs$|checkpoint$|reindex$|schedule )/.test(work));
  return (
    <Page title="Looking after it" {...(isMoving ? { refreshSeconds } : {})}>
      <h1>How the library is</h1>
      {problem === undefined ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <dl class="facts-list">
        <Fact name="Papers">
          {status.papers}, {status.backlog === 0 ? "all embedded" : `${status.backlog} waiting to be embedded`}
        </Fact>
        <Fact name="Model">{status.model}</Fact>
        <Fact name="Nearest papers">
          {status.vectorSearch === "hnsw" ? "by the index" : "by comparing with all, until there is an index"};{" "}
          {nativeBuilds[status.nativeBuild]}
        </Fact>
        <Fact name="Embedding">{status.workers === 1 ? "one process" : `${status.workers} processes`}</Fact>
        <Fact name="Index files">
          {status.checkpointChange === undefined
            ? "none yet"
            : `up to change ${status.checkpointChange} of ${status.lastChange}; later ones are replayed at the next start`}
        </Fact>
        {notesOfHealth(status.health).map((note) => (
          <Fact name="Health">{note}</Fact>
        ))}
        <Fact name="On the disk">{megabytes(status.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}</Fact>
      </dl>
      {others.length === 0 ? null : <Works works={others} />}
      <section aria-labelledby="jobs">
        <h2 id="jobs">Jobs</h2>
        {jobs.length === 0 ? <p>There were none yet.</p> : null}
        <ul class="hits">
          {jobs.slice(0, shownJobs).map((job) => (
            <JobItem job={job} />
          ))}
        </ul>
        <Action action="/admin/verify" text="Check the library" />
      </section>
      <section aria-labelledby="generations">
        <h2 id="generations">Generations of embeddings</h2>
        <Generations generations={status.generations} papers={status.papers} />
        {status.generations.some(({ state }) => state === "retired") ? (
          <div class="actions">
            <Action action="/admin/rollback" text="Go back to the one before" />
            <Action action="/admin/prune" text="Remove the old ones" />
          </div>
        ) : null}
        {isReindexing ? null : <Reindex form={form} model={status.model} models={view.models} />}
      </section>
      <section aria-labelledby="faults">
        <h2 id="faults">What went wrong of late</h2>
        {faults.length === 0 ? <p>Nothing.</p> : null}
        <ul class="hits">
          {faults.map(({ at, work, code, detail }) => (
            <li class="hit">
              <p class="facts">
                <Time at={at} />
                <span>{work}</span>
                <span>{code}</span>
              </p>
              <p>{detail}</p>
            </li>
          ))}
        </ul>
      </section>
      {schedules.length === 0 ? null : (
        <section aria-labelledby="schedules">
          <h2 id="schedules">Fetched by itself</h2>
          <ul>
            {schedules.map(({ source, at }) => (
              <li>
                {source} at <code>{at}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="files">
        <h2 id="files">Files</h2>
        <div class="scroll">
          <table>
            <tbody>
              {status.files.map(({ name, sizeBytes }) => (
                <tr>
                  <th scope="row">{name}</th>
                  <td>{megabytes(sizeBytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </Page>
  );
}

const nativeBuilds = {
  avx: "built with this processor's vector instructions",
  sse: "the plain build, without the wider vector instructions",
  unknown: "nobody knows how it was built",
} as const;

function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Action({ action, text }: { action: string; text: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit">{text}</button>
    </form>
  );
}

function Time({ at }: { at: string }) {
  return <time datetime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>;
}

function Works({ works }: { works: readonly ClaimedWork[] }) {
  return (
    <section aria-labelledby="work">
      <h2 id="work">Under way</h2>
      <ul>
        {works.map(({ work, pid, progress }) => (
          <li>
            {work} (process {pid}){progress === undefined ? null : <Progress progress={progress} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Progress({ progress }: { progress: WorkProgress }) {
  const { stage, done, total, perSecond } = progress;
  const left = secondsLeft(progress);
  const rate = perSecond === 0 ? "" : `, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second`;
  const text = `${stage}: ${done} of ${total}${rate}${left === undefined || done >= total ? "" : `, ${describeSeconds(left)} left`}`;
  return (
    <p class="progress">
      <progress value={done} max={Math.max(1, total)} aria-label={stage} /> {text}
    </p>
  );
}

function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function JobItem({ job }: { job: Job }) {
  const { id, kind, state, created, progress, error, interruptions } = job;
  const path = `/admin/jobs/${encodeURIComponent(id)}`;
  return (
    <li class="hit">
      <h3>
        {kind === "reindex" ? `Reindexing${describeRequest(job)}` : "Checking the library"} <span class="badge">{state}</span>
      </h3>
      <p class="facts">
        <Time at={created} />
        {interruptions === 0 ? null : <span>gone on with after the server ended</span>}
        <span>{id}</span>
      </p>
      {progress === undefined || isFinished(job) ? null : <Progress progress={progress} />}
      {error === undefined ? null : <p>{error.detail}</p>}
      <Result job={job} />
      {isFinished(job) ? null : (
        <div class="actions">
          {kind === "reindex" && state !== "paused" ? <Action action={`${path}/pause`} text="Pause" /> : null}
          {state === "paused" ? <Action action={`${path}/resume`} text="Resume" /> : null}
          <Action action={`${path}/cancel`} text="Cancel" />
        </div>
      )}
    </li>
  );
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

/** What a job's result says in a sentence. Results are what the engine wrote. */
function Result({ job: { kind, state, result } }: { job: Job }) {
  if (state !== "done" || typeof result !== "object" || result === null) return null;
  if (kind === "verify") {
    const { findings = [] } = result as { findings?: readonly { check: string; state: string; detail: string }[] };
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
  const { outcome, embedded, reused, audit } = result as {
    outcome?: string;
    embedded?: number;
    reused?: number;
    audit?: { recallAt10: number; overlapAt10?: number };
  };
  if (outcome === "unchanged") return <p>What answers is what was asked for; nothing was changed.</p>;
  const overlap = audit?.overlapAt10 === undefined ? "" : `, overlap@10 with the one before ${audit.overlapAt10.toFixed(3)}`;
  return (
    <p>{`${embedded} papers embedded, ${reused} embeddings used again${audit === undefined ? "" : `; recall@10 ${audit.recallAt10.toFixed(3)}${overlap}`}.`}</p>
  );
}

function Generations({ generations, papers }: { generations: readonly DescribedGeneration[]; papers: number }) {
  if (generations.length === 0) return <p>Nothing is embedded yet.</p>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {["No.", "State", "Papers", "Model", "Index", "Recall@10", "Audited", "Size"].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {generations.map(({ generation, state, embedded, audit, parameters, fileBytes, vectorBytes }) => (
            <tr>
              <td>{generation.id}</td>
              <td>{state}</td>
              <td>{`${embedded} of ${papers}`}</td>
              <td>{generation.truncation === undefined ? generation.model : `${generation.model}, ${generation.truncation} tokens`}</td>
              <td>{`M ${parameters.M}, ef ${parameters.efConstruction}`}</td>
              <td>{audit === undefined ? "–" : audit.recallAt10.toFixed(3)}</td>
              <td>{audit === undefined ? "never" : <Time at={audit.at} />}</td>
              <td>{megabytes(fileBytes + vectorBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Reindex({ form, model, models }: { form: ReindexForm; model: string; models: readonly string[] }) {
  return (
    <details open={form !== emptyReindexForm}>
      <summary>Reindex: another model, other parameters</summary>
      <form class="kin" method="post" action="/admin/reindex">
        <div class="grid">
          <Field name="model" label="Model" value={form.model} placeholder={model} list="models" />
          <datalist id="models">
            {models.map((one) => (
              <option value={one} />
            ))}
          </datalist>
          <Field name="M" label="Links of a paper (M)" value={form.M} placeholder="16" />
          <Field name="efConstruction" label="Width of building (efConstruction)" value={form.efConstruction} placeholder="200" />
          <Field name="truncation" label="Tokens of a text" value={form.truncation} placeholder="all that the model reads" />
          <Field name="workers" label="Processes" value={form.workers} placeholder="as many as the server has" />
          <Field name="keep" label="Old generations that stay" value={form.keep} placeholder="1" />
          <label class="check">
            <input type="checkbox" name="new" value="true" checked={form.isNew} /> Begin anew in any case
          </label>
        </div>
        <button type="submit">Reindex</button>
      </form>
    </details>
  );
}

function Field({
  name,
  label,
  value,
  placeholder,
  list,
}: {
  name: string;
  label: string;
  value: string;
  placeholder: string;
  list?: string;
}) {
  return (
    <label>
      {label}
      <input name={name} value={value} placeholder={placeholder} list={list} inputmode={list === undefined ? "numeric" : undefined} />
    </label>
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
