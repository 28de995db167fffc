/** What the page of whoever looks after the library shows of its jobs, and when it loads itself again. */
import { describe, expect, test } from "vitest";
import type { Job, JobState } from "../../../src/core/job.ts";
import { emptyReindexForm } from "../../../src/web/admin-generations.tsx";
import { AdminPage, type AdminPageProps } from "../../../src/web/admin-page.tsx";

function job(id: string, kind: Job["kind"], state: JobState, more: Partial<Job> = {}): Job {
  const at = "2026-01-02T03:04:05.000Z";
  return { id, kind, state, created: at, changed: at, interruptions: 0, ...more };
}

interface Shown extends Partial<Omit<AdminPageProps, "view">> {
  readonly jobs: readonly Job[];
  readonly work?: AdminPageProps["view"]["status"]["work"];
  readonly states?: readonly string[];
  readonly heldUpBy?: string;
  /** Of the library, where none of its index files are used. */
  readonly unused?: readonly string[];
}

function page({ jobs, work = [], states = [], heldUpBy, unused, ...props }: Shown): string {
  const status = {
    papers: 12_345,
    backlog: 1_234,
    model: "owner/model",
    vectorSearch: "hnsw",
    nativeBuild: "avx",
    workers: 1,
    checkpointChange: unused === undefined ? 2_345_678 : undefined,
    lastChange: 3_456_789,
    health: { rebuilds: [] },
    files: (unused ?? []).map((name) => ({ name, sizeBytes: 1 })),
    work,
    generations: states.map((state, at) => ({
      generation: { id: at + 1, model: "owner/model", dimensions: 4 },
      state,
      embedded: 1,
      parameters: { M: 16, efConstruction: 200 },
      fileBytes: 1,
      vectorBytes: 1,
    })),
  } as unknown as AdminPageProps["view"]["status"];
  const view = { status, jobs, heldUpBy, faults: [], models: [], schedules: [], people: [] };
  return String(AdminPage({ view, form: emptyReindexForm, isFormOpen: false, ...props }));
}

const sure = (text: string, action: string) =>
  new RegExp(`<details class="sure"><summary>${text}</summary><div><p>[^<]{40,}</p><form method="post" action="${action}">`);
const refreshes = (html: string) => html.includes('http-equiv="refresh"');

describe("the page of whoever looks after the library", () => {
  const verifying = [job("v", "verify", "running")];

  test("includes in the rollback button the generation from which it rolls back", () => {
    expect(page({ jobs: [], states: ["retired", "live"] })).toContain(
      '<form method="post" action="/admin/rollback"><input type="hidden" name="from" value="2"/>',
    );
  });

  test("refreshes itself while work is in progress, and then has no form whose input would be lost", () => {
    const html = page({ jobs: verifying });
    expect(refreshes(html)).toBe(true);
    expect(html).not.toContain(`<form class="kin"`);
    expect(html).toContain('href="/admin?reindex=1#generations"');
    expect(refreshes(page({ jobs: [job("v", "verify", "done")] }))).toBe(false);
  });

  test("distinguishes index files of an older version from missing ones", () => {
    const files = ["library.sqlite", "generation-1/lexical-7.bin"];
    expect(page({ jobs: [], unused: files })).toContain("to be rebuilt by the next import or a server");
    expect(page({ jobs: [], unused: files.slice(0, 1) })).toContain("none yet; made when papers are embedded");
  });

  test("does not refresh while the form is open, or after a refusal", () => {
    const open = page({ jobs: verifying, isFormOpen: true });
    expect(refreshes(open)).toBe(false);
    expect(open).toMatch(/<details open.*<input/s);
    expect(refreshes(page({ jobs: verifying, problem: "Job x is done already." }))).toBe(false);
  });

  test("refreshes itself while papers are embedded without a job", () => {
    const progress = { stage: "embedding", done: 3, total: 10, perSecond: 2 };
    const html = page({ jobs: [], work: [{ work: "embedding", pid: 7, progress }] });
    expect(refreshes(html)).toBe(true);
    expect(html).toContain("3 of 10");
    // A server keeps these for as long as it runs.
    expect(refreshes(page({ jobs: [], work: ["jobs", "checkpoint", "schedule arxiv 1"].map((one) => ({ work: one, pid: 7 })) }))).toBe(
      false,
    );
  });

  test("can stop refreshing, and start again", () => {
    expect(page({ jobs: verifying })).toContain('<a href="/admin?still=1">');
    const held = page({ jobs: verifying, isHeld: true });
    expect(refreshes(held)).toBe(false);
    expect(held).toContain('<a href="/admin">Update it again</a>');
    expect(page({ jobs: [] })).not.toContain("still=1");
  });

  test("asks twice before irreversible actions, and does not refresh meanwhile", () => {
    const calm = page({ jobs: [job("p", "reindex", "paused")], states: ["retired", "live"] });
    expect(page({ jobs: [], states: ["live", "filling"] })).toMatch(sure("Drop the unfinished one", "/admin/drop"));
    expect(calm).toMatch(sure("Remove the old ones", "/admin/prune"));
    expect(calm).toMatch(sure("Cancel", "/admin/jobs/p/cancel"));
    // A page that loads itself again would close it: the first click leads to one that does not.
    const moving = page({ jobs: verifying, states: ["retired", "live"] });
    expect(moving).not.toContain('action="/admin/prune"');
    const [, href = ""] = /<a class="button" href="([^"]*)">Remove the old ones/.exec(moving) ?? [];
    const asked = new URL(href, "http://localhost").searchParams.get("sure") ?? undefined;
    const opened = page({ jobs: verifying, states: ["retired", "live"], sure: asked });
    expect(refreshes(opened)).toBe(false);
    expect(opened).toMatch(/<div id="sure"><details class="sure" open.*action="\/admin\/prune"/s);
    expect(opened).toContain("Update it again");
  });

  test("shows unfinished jobs, however many came after them", () => {
    const later = Array.from({ length: 12 }, (_, at) => job(`later-${at}`, "verify", "done"));
    const html = page({ jobs: [...later, job("waiting", "reindex", "paused"), job("old", "reindex", "done")] });
    expect(html).toContain('action="/admin/jobs/waiting/resume"');
    expect(html).not.toContain("later-10");
    expect(html).not.toContain("old");
  });

  test("shows why jobs are blocked, and why one failed", () => {
    const error = { code: "storage_full", detail: "There is no space left. Free some." };
    const html = page({ jobs: [job("f", "reindex", "failed", { error }), ...verifying], heldUpBy: "The disk is full." });
    expect(html).toContain("Jobs are waiting, even if they are shown as running. The disk is full.");
    expect(html).toContain('<p class="problem">There is no space left. Free some.</p>');
    expect(page({ jobs: verifying })).not.toContain("Jobs wait");
  });

  test("shows no remaining time for a paused job", () => {
    const progress = { stage: "embedding", done: 325, total: 604, perSecond: 110 };
    expect(page({ jobs: [job("r", "reindex", "running", { progress })] })).toContain("325 of 604, 110 a second, 3 s left");
    expect(page({ jobs: [job("r", "reindex", "paused", { progress })] })).toContain("325 of 604</p>");
  });

  test("formats counts with separators, and uses the singular for one", () => {
    const progress = { stage: "embedding", done: 12_000, total: 345_678, perSecond: 1_500 };
    const generation = { id: 2, model: "owner/model", dimensions: 4, preparation: 1 };
    const done = { outcome: "live", generation, embedded: 1, reused: 12_344, removed: [] } as const;
    const html = page({ jobs: [job("r", "reindex", "running", { progress }), job("d", "reindex", "done", { result: done })] });
    for (const text of [
      "12,345; 1,234 waiting",

      "2,345,678 of 3,456,789",
      "12,000 of 345,678, 1,500 a second",
      "1 paper embedded, 12,344 embeddings",
    ])
      expect(html).toContain(text);
  });
});
