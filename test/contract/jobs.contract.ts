/** Jobs, what processes are working on, and faults. */

import { expect } from "vitest";
import { describeSpec, reindexCommand } from "../../src/core/generation.ts";
import { type Job, keptJobs } from "../../src/core/job.ts";
import { keptFaults } from "../../src/core/upkeep.ts";
import { embedAll, inventPaper, testSpec } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

function inventJob(number: number, own: Partial<Job> = {}): Job {
  const at = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
  return { id: `job-${number}`, kind: "reindex", state: "queued", created: at, changed: at, interruptions: 0, ...own };
}

export const jobBehaviours: Behaviours = {
  "keeps jobs as they are, the latest first": async ({ library }) => {
    await library.jobs.put(inventJob(1));
    await library.jobs.put(inventJob(2, { kind: "verify" }));
    const changed = inventJob(1, {
      state: "done",
      request: { model: "some/model", fresh: true, keep: 2, graph: { M: 8, efConstruction: 50 } },
      generation: 4,
      progress: { stage: "embedding", done: 2, total: 3, perSecond: 1.5 },
      result: { findings: [{ check: "papers", state: "ok", detail: "" }] },
    });
    await library.jobs.put(changed);
    expect(await library.jobs.all()).toEqual([inventJob(2, { kind: "verify" }), changed]);
    expect(await library.jobs.get("job-1")).toEqual(changed);
    expect(await library.jobs.get("job-9")).toBeUndefined();
  },

  "drops the oldest finished jobs, and never an unfinished one": async ({ library }) => {
    await library.jobs.put(inventJob(0, { state: "paused" }));
    for (let number = 1; number <= keptJobs + 5; number++) await library.jobs.put(inventJob(number, { state: "done" }));
    const ids = (await library.jobs.all()).map(({ id }) => id);
    expect(ids).toHaveLength(keptJobs + 1);
    expect(ids[0]).toBe(`job-${keptJobs + 5}`);
    expect(ids.slice(-2)).toEqual(["job-6", "job-0"]);
  },

  "reports what is claimed, by whom, and its progress": async ({ library }) => {
    expect(await library.claimedWork()).toEqual([]);
    const release = await library.claim("reindex");
    const other = await library.claim("embedding");
    const progress = { stage: "embedding", done: 3, total: 10, perSecond: 2.5 };
    await library.reportWork("reindex", progress);
    await library.reportWork("nobody's", progress);
    // Some also give the process's start time.
    const claimed = async () => (await library.claimedWork()).map(({ since: _, ...rest }) => rest);
    expect(await claimed()).toEqual([
      { work: "embedding", pid: process.pid },
      { work: "reindex", pid: process.pid, progress },
    ]);
    await release?.();
    await other?.();
    expect(await library.claimedWork()).toEqual([]);
    // The next claimant starts from nothing.
    const again = await library.claim("reindex");
    expect(await claimed()).toEqual([{ work: "reindex", pid: process.pid }]);
    await again?.();
  },

  "keeps one of several equal faults, with its first and last time": async ({ library }) => {
    const fault = { work: "maintenance", code: "storage_full", detail: "There is no space left." };
    for (const hour of ["01", "02", "03"]) {
      await library.recordFault({ ...fault, at: `2026-01-01T${hour}:00:00.000Z` });
      if (hour === "01") await library.recordFault({ ...fault, work: "jobs", at: "2026-01-01T01:30:00.000Z" });
    }
    expect(await library.faults()).toEqual([
      { ...fault, at: "2026-01-01T03:00:00.000Z", since: "2026-01-01T01:00:00.000Z" },
      { ...fault, work: "jobs", at: "2026-01-01T01:30:00.000Z" },
    ]);
  },

  "keeps the last faults, the latest first, without counting a change": async ({ library }) => {
    const before = await library.lastChange();
    for (let number = 0; number < keptFaults + 3; number++)
      await library.recordFault({ at: "2026-01-01T00:00:00.000Z", work: `work ${number}`, code: "internal", detail: "It broke." });
    const faults = await library.faults();
    expect(faults).toHaveLength(keptFaults);
    expect(faults[0]).toEqual({ at: "2026-01-01T00:00:00.000Z", work: `work ${keptFaults + 2}`, code: "internal", detail: "It broke." });
    expect(await library.lastChange()).toBe(before);
  },

  "keeps what the audit of a generation found": async ({ library }) => {
    const live = await library.openGeneration(testSpec);
    expect((await library.generations())[0]?.audit).toBeUndefined();
    const audit = { at: "2026-01-01T00:00:00.000Z", embedded: 9, waiting: 1, sampled: 9, recallAt10: 0.98 };
    await library.recordAudit(live, audit);
    expect((await library.generations())[0]?.audit).toEqual(audit);
    await expect(library.recordAudit({ ...live, id: 77 }, audit)).rejects.toMatchObject({ code: "generation_not_found" });
  },

  "reports the text of each embedding, even if the paper's has changed since": async ({ library }) => {
    const live = await library.openGeneration(testSpec);
    await library.upsert([inventPaper(1), inventPaper(2)]);
    await embedAll(library, live);
    const before = (await library.papers([1, 2])).map((stored) => stored?.contentHash);
    await library.upsert([inventPaper(2, { title: "Changed" })]);
    expect(await library.embeddedHashes(live, [1, 2, 3])).toEqual([...before, undefined]);
  },

  "treats generations that read less of a text as different ones": async ({ library }) => {
    const live = await library.openGeneration(testSpec);
    const short = { ...testSpec, truncation: 64 };
    await expect(library.openGeneration(short)).rejects.toMatchObject({ code: "model_mismatch" });
    const filling = await library.fillGeneration(short);
    expect(filling).toEqual({ ...short, id: live.id + 1 });
    expect(await library.fillGeneration(short)).toEqual(filling);
    await expect(library.fillGeneration({ ...short, truncation: 32 })).rejects.toMatchObject({
      code: "generation_filling",
      message: expect.stringContaining(describeSpec(short)),
      mend: expect.stringContaining(reindexCommand(short)),
    });
    expect(await library.reuseEmbeddings(filling)).toBe(0);
    expect((await library.generations()).map(({ generation }) => generation)).toEqual([live, filling]);
  },
};
