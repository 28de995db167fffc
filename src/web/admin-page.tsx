/** The state of the service for its admins: generations, jobs, work in progress, faults. */
import type { Child } from "hono/jsx";
import { isFinished, type Job } from "../core/job.ts";
import type { Fault } from "../core/upkeep.ts";
import type { PersonWithKeys } from "../engine/people/people.ts";
import { describeUnusedFiles, type EngineStatus, notesOfHealth } from "../engine/upkeep/status.ts";
import { Generations, Reindex, type ReindexForm, reindexing } from "./admin-generations.tsx";
import { JobItem, Works } from "./admin-jobs.tsx";
import { Action, type Asking, SureAction, sizeText, Time } from "./admin-parts.tsx";
import { Page, Problem } from "./layout.tsx";
import { Mend } from "./message-page.tsx";
import { PeopleSummary } from "./people-page.tsx";

export interface AdminView {
  readonly status: EngineStatus;
  readonly jobs: readonly Job[];
  /** Why no job makes progress, such as a full disk. */
  readonly heldUpBy?: string | undefined;
  readonly faults: readonly Fault[];
  /** The installed models. */
  readonly models: readonly string[];
  /** The scheduled fetches, and when they run. */
  readonly schedules: readonly { readonly source: string; readonly at: string }[];
  readonly people: readonly PersonWithKeys[];
}

/** The number of recent jobs that are shown. Unfinished ones are always shown, because only this page has buttons for them. */
const shownJobs = 10;
const refreshSeconds = 2;

export interface AdminPageProps {
  readonly view: AdminView;
  readonly form: ReindexForm;
  /** Whether the form is open. Then the page does not refresh, which would discard what is being typed. */
  readonly isFormOpen: boolean;
  /** Why the action of a button failed. Then the page does not refresh, because its address answers only that request. */
  readonly problem?: string | undefined;
  /** The address of the button that was clicked and needs a second click. Then the page does not refresh either. */
  readonly sure?: string | undefined;
  /** Of the form that starts a reindex; see `OnceOnly`. */
  readonly once?: string;
  /** Whether refreshing was switched off. */
  readonly isHeld?: boolean;
}

export function AdminPage({ view, form, isFormOpen, problem, sure, once = "", isHeld = false }: AdminPageProps) {
  const { status, jobs, faults, schedules } = view;
  const isReindexing = jobs.some((job) => job.kind === "reindex" && !isFinished(job));
  const others = status.work.filter(({ work }) => !/^(?:jobs$|checkpoint$|reindex$|schedule )/.test(work));
  const isMoving = others.length > 0 || jobs.some(({ state }) => state === "queued" || state === "running");
  const isRefreshed = isMoving && !isFormOpen && problem === undefined && sure === undefined && !isHeld;
  const asking = { isRefreshed, sure };
  return (
    <Page title="Admin" {...(isRefreshed ? { refreshSeconds } : {})}>
      <h1>State of the library</h1>
      <Problem text={problem} />
      {isMoving ? <Renewal isRefreshed={isRefreshed} /> : null}
      <Facts status={status} />
      {others.length === 0 ? null : <Works works={others} />}
      <Jobs jobs={jobs} heldUpBy={view.heldUpBy} asking={asking} />
      <section aria-labelledby="generations">
        <h2 id="generations">Generations of embeddings</h2>
        <Generations generations={status.generations} papers={status.papers} />
        <GenerationActions status={status} isReindexing={isReindexing} asking={asking} />
        {isReindexing ? null : isRefreshed ? (
          <p>
            <a href="/admin?reindex=1#generations">{reindexing}</a>
          </p>
        ) : (
          <Reindex form={form} isOpen={isFormOpen} model={status.model} models={view.models} once={once} />
        )}
      </section>
      <PeopleSummary people={view.people} />
      <Faults faults={faults} />
      {schedules.length === 0 ? null : <Schedules schedules={schedules} />}
      <Files files={status.files} />
    </Page>
  );
}

function Facts({ status }: { status: EngineStatus }) {
  return (
    <dl class="facts-list">
      <Fact name="Papers">
        {status.papers.toLocaleString("en")}
        {status.papers === 0 ? "" : "; "}
        {status.papers === 0 ? "" : status.backlog === 0 ? "all embedded" : `${status.backlog.toLocaleString("en")} waiting to be embedded`}
      </Fact>
      <Fact name="Model">{status.model}</Fact>
      <Fact name="Nearest papers">
        {status.vectorSearch === "hnsw" ? "found by the index" : "found by comparing with all, until there is an index"};{" "}
        {nativeBuilds[status.nativeBuild]}
      </Fact>
      <Fact name="Embedding">{status.workers === 1 ? "one process" : `${status.workers} processes`}</Fact>
      <Fact name="Index files">
        {status.checkpointChange === undefined
          ? describeUnusedFiles(status.files)
          : status.checkpointChange === status.lastChange
            ? "up to date"
            : `up to change ${status.checkpointChange.toLocaleString("en")} of ${status.lastChange.toLocaleString("en")}; later ones are replayed at the next start`}
      </Fact>
      {notesOfHealth(status.health, status.embeddingFault, status.backgroundFault).map((note) => (
        <Fact name="Health">
          <Mend text={note} />
        </Fact>
      ))}
      <Fact name="On disk">{sizeText(status.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}</Fact>
    </dl>
  );
}

function Jobs({ jobs, heldUpBy, asking }: { jobs: readonly Job[]; heldUpBy: string | undefined; asking: Asking }) {
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">Jobs</h2>
      {heldUpBy === undefined ? null : <p class="problem">Jobs are waiting, even if they are shown as running. {heldUpBy}</p>}
      {jobs.length === 0 ? <p>There have been none yet.</p> : null}
      <ul class="hits">
        {jobs
          .filter((job, at) => at < shownJobs || !isFinished(job))
          .map((job) => (
            <JobItem job={job} asking={asking} />
          ))}
      </ul>
      <Action action="/admin/verify" text="Check the library" />
    </section>
  );
}

/** The actions for generations other than the live one. */
function GenerationActions({ status, isReindexing, asking }: { status: EngineStatus; isReindexing: boolean; asking: Asking }) {
  const live = status.generations.find(({ state }) => state === "live");
  return (
    <>
      {status.generations.some(({ state }) => state === "retired") ? (
        <div class="actions">
          <Action action="/admin/rollback" text="Go back to the previous one" fields={{ from: String(live?.generation.id ?? "") }} />
          <SureAction
            action="/admin/prune"
            text="Remove the old ones"
            goes="Retired generations are removed, with their embeddings. There is no going back to them then: every paper would have to be embedded again."
            button="Remove them"
            asking={asking}
          />
        </div>
      ) : null}
      {!isReindexing &&
      !status.work.some(({ work }) => work === "reindex") &&
      status.generations.some(({ state }) => state === "filling") ? (
        <div class="actions">
          <SureAction
            action="/admin/drop"
            text="Drop the unfinished one"
            goes="The unfinished generation is removed, with all that was embedded for it, which may be days of work."
            button="Drop it"
            asking={asking}
          />
        </div>
      ) : null}
    </>
  );
}

function Faults({ faults }: Pick<AdminView, "faults">) {
  return (
    <section aria-labelledby="faults">
      <h2 id="faults">Recent problems</h2>
      {faults.length === 0 ? <p>None.</p> : null}
      <ul class="hits">
        {faults.map(({ at, since, work, code, detail }) => (
          <li class="hit">
            <p class="facts">
              <Time at={at} />
              {since === undefined ? null : (
                <span>
                  repeatedly since <Time at={since} />
                </span>
              )}
              <span>{work}</span>
              <span>{code}</span>
            </p>
            <p>
              <Mend text={detail} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Schedules({ schedules }: Pick<AdminView, "schedules">) {
  return (
    <section aria-labelledby="schedules">
      <h2 id="schedules">Scheduled fetches</h2>
      <ul>
        {schedules.map(({ source, at }) => (
          <li>
            {source} at <code>{at}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ files }: Pick<EngineStatus, "files">) {
  return (
    <section aria-labelledby="files">
      <h2 id="files">Files</h2>
      <div class="scroll">
        <table class="files">
          <tbody>
            {files.map(({ name, sizeBytes }) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="number">{sizeText(sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Pauses automatic updates, so that the page can be read and clicked (WCAG 2.2.2). */
function Renewal({ isRefreshed }: { isRefreshed: boolean }) {
  return (
    <p class="hint">
      {isRefreshed
        ? "This page updates itself while something is under way. "
        : "Something is under way; this page does not update itself. "}
      <a href={isRefreshed ? "/admin?still=1" : "/admin"}>{isRefreshed ? "Stop updating" : "Update it again"}</a>
    </p>
  );
}

const nativeBuilds = {
  avx: "built with this processor's vector instructions",
  sse: "the plain build, without the wider vector instructions",
  unknown: "it is not known how it was built",
} as const;

function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
