/** How long work is described, with or without somebody doing it. */
import { expect, it } from "vitest";
import { describeFilling, describeWork } from "../../../src/cli/work.ts";
import type { Job } from "../../../src/core/job.ts";
import { testSpec } from "../../contract/invented-papers.ts";

const entry = { generation: { ...testSpec, id: 3 }, state: "filling" as const, embedded: 5 };
const job: Job = { id: "a-job", kind: "reindex", state: "paused", created: "", changed: "", interruptions: 0, generation: 3 };

it("names who is working on an unfinished generation: a command, or a server's job", () => {
  const idle = { papers: 9, work: [] };
  expect(describeFilling(entry, idle, undefined)).toMatch(/5 of 9 papers; no process works on it.*--drop/);
  const paused = describeFilling(entry, idle, job);
  expect(paused).toMatch(/job a-job of a server is paused: its page \/admin/);
  // It would be refused.
  expect(paused).not.toContain("--drop");
  expect(describeFilling(entry, idle, { ...job, generation: 2 })).toContain("--drop");
  expect(describeFilling(entry, { papers: 9, work: [{ work: "reindex", pid: 7 }] }, job)).toMatch(/5 of 9 papers$/);
  const running = describeFilling(entry, { papers: 9, work: [{ work: "reindex", pid: 7 }] }, { ...job, state: "running" });
  expect(running).toContain("POST /v1/jobs/a-job/pause (or …/cancel), pauses or cancels it");
});

it("gives progress, rate and remaining time", () => {
  const progress = { stage: "embedding", done: 20, total: 100, perSecond: 4 };
  expect(describeWork({ work: "reindex", pid: 7, progress })).toBe("reindex (process 7): embedding, 20 of 100, 4.0 a second, 20 s left");
  expect(describeWork({ work: "jobs", pid: 7, elsewhere: true })).toBe("jobs (process 7 of another container)");
});
