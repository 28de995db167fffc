/** Jobs over HTTP, as programs start and follow them: alongside searches, a command line, and servers that are killed. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiledModule } from "../../src/compiled.ts";
import { childProcesses } from "../contract/child-processes.ts";
import { wantsAll } from "../long-forms.ts";
import { eventually, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copySmallStarterLibrary, smallLibrary } from "./starter-library.ts";
import { installTwins, model, twin } from "./twin-model.ts";

interface JobAnswer {
  id: string;
  state: string;
  generation?: number;
  interruptions: number;
  progress?: { stage: string; done: number; total: number };
  error?: { code: string };
  result?: Record<string, unknown>;
}

/** Jobs give way to everything else that runs on the machine. */
const patience = { timeout: 300_000 };

describe("jobs of a server", patience, () => {
  const folder = temporaryFolder();
  const models = join(folder.path, "models");
  const common = ["--data", join(folder.path, "library"), "--models", models];
  let server: Server;

  beforeAll(async () => {
    await installTwins(models);
    await copySmallStarterLibrary(join(folder.path, "library"));
    server = await Server.start(common);
  });
  afterAll(async () => {
    await Server.stopAll();
    folder.remove();
  });

  async function ask<T>(path: string, body?: unknown, method = body === undefined ? "GET" : "POST") {
    const response = await server.get(path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: response.status, location: response.headers.get("location"), body: (await response.json()) as T };
  }
  const job = async (id: string) => (await ask<JobAnswer>(`/v1/jobs/${id}`)).body;
  const ended = (id: string) =>
    eventually(async () => {
      const one = await job(id);
      return ["done", "failed", "cancelled"].includes(one.state) ? one : undefined;
    });
  const embedding = (id: string) =>
    eventually(async () => {
      const { progress, state } = await job(id);
      expect(["queued", "running"]).toContain(state);
      return progress?.stage === "embedding" && progress.done > 0 ? progress : undefined;
    });
  const hits = async () => (await ask<{ mode: string; hits: unknown[] }>("/v1/search?q=ripples+in+spacetime")).body;

  it("I5: reindex while the server answers, can be paused and resumed, and exclude a second one here and on the command line", async () => {
    const before = await hits();
    const { status, location, body } = await ask<JobAnswer>("/v1/index/generations", { model: twin, workers: 1 });
    expect([status, location]).toEqual([202, `/v1/jobs/${body.id}`]);
    const reached = await embedding(body.id);
    const second = await ask<{ code: string; detail: string }>("/v1/index/generations", { M: 8 });
    expect([second.status, second.body.code]).toEqual([409, "reindex_running"]);
    expect(second.body.detail).toContain(body.id);
    const typed = await paperkin(["reindex", "--m", "8", ...common]);
    expect(typed.code).toBe(1);
    expect(typed.stderr).toMatch(/Process \d+(?: \(running since [^)]+\))? is reindexing this library/);
    expect(await hits()).toEqual({ ...before, tookMs: expect.any(Number) });

    const paused = await ask<JobAnswer>(`/v1/jobs/${body.id}/pause`, {});
    expect(paused.body).toMatchObject({ state: "paused", generation: 2 });
    expect(paused.body.progress?.done).toBeGreaterThanOrEqual(reached.done);
    expect((await ask(`/v1/jobs/${body.id}/resume`, {})).status).toBe(200);
    const done = await ended(body.id);
    expect(done).toMatchObject({ state: "done", result: { outcome: "live", audit: { embedded: smallLibrary } } });
    expect(Number(done.result?.embedded)).toBeLessThan(smallLibrary);
    const index = await ask<{ model: string; generations: unknown[]; files: unknown[] }>("/v1/index");
    expect(index.body).toMatchObject({
      model: twin,
      nativeBuild: expect.stringMatching(/^(?:avx|sse)$/),
      generations: [
        {
          generation: { id: 2 },
          state: "live",
          embedded: smallLibrary,
          vectorBytes: smallLibrary * 384 * 4,
          audit: { recallAt10: expect.any(Number) },
        },
        { generation: { id: 1 }, state: "retired", parameters: { M: 16, efConstruction: 200 } },
      ],
    });
    // The twin gives the same vectors.
    expect((await hits()).hits).toEqual(before.hits);
  });

  it("roll back, and remove old generations", async () => {
    expect(await ask("/v1/index/rollback", {})).toMatchObject({ status: 200, body: { generation: { id: 1, model } } });
    expect((await hits()).mode).toBe("hybrid");
    expect(await ask("/v1/index/prune", { keep: 0 })).toMatchObject({ status: 200, body: { removed: [{ id: 2 }] } });
    expect(await ask("/v1/index/rollback", {})).toMatchObject({ status: 404, body: { code: "generation_not_found" } });
  });

  // Another server also carries on with a job unprompted (two-servers.test.ts).
  it.skipIf(!wantsAll)("I1: are continued by the next server when theirs is killed", async () => {
    const { body } = await ask<JobAnswer>("/v1/index/generations", { model: twin, workers: 1 });
    await embedding(body.id);
    await server.stop("SIGKILL");
    server = await Server.start(common);
    const done = await ended(body.id);
    expect(done).toMatchObject({ state: "done", interruptions: 1, result: { outcome: "live" } });
    expect(Number(done.result?.embedded)).toBeLessThan(smallLibrary);
  });

  it("build the index in a separate process, whose death costs the job nothing", async () => {
    const { body } = await ask<JobAnswer>("/v1/index/generations", { M: 12 });
    const killed = await eventually(async () => childProcesses(server.pid, "index-process")[0]);
    process.kill(killed, "SIGKILL");
    expect(await ended(body.id)).toMatchObject({
      state: "done",
      interruptions: 0,
      result: { outcome: "live", audit: { embedded: smallLibrary, waiting: 0 } },
    });
    expect((await hits()).mode).toBe("hybrid");
    expect(childProcesses(server.pid, "index-process")).toEqual([]);
  });

  it("leave nothing behind when cancelled", async () => {
    const { body } = await ask<JobAnswer>("/v1/jobs", { kind: "reindex", model, new: true, M: 8 });
    await eventually(async () => ((await job(body.id)).state === "queued" ? undefined : true));
    const cancelled = await ask<JobAnswer>(`/v1/jobs/${body.id}/cancel`, {});
    // With so few papers that already have vectors, it may finish before it is cancelled.
    expect(["cancelled", "done"]).toContain(cancelled.body.state);
    const { generations } = (await ask<{ generations: { state: string }[] }>("/v1/index")).body;
    expect(generations.map(({ state }) => state)).not.toContain("filling");
    expect(await ask(`/v1/jobs/${body.id}/pause`, {})).toMatchObject({ status: 409, body: { code: "job_state" } });
  });

  it("check the library in a separate process", async () => {
    const { status, body } = await ask<JobAnswer>("/v1/jobs", { kind: "verify" });
    expect(status).toBe(202);
    const { result } = await ended(body.id);
    const findings = result?.findings as { check: string; state: string }[];
    expect(findings.map(({ check }) => check)).toContain("vector index");
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    const { jobs } = (await ask<{ jobs: JobAnswer[] }>("/v1/jobs")).body;
    expect(jobs[0]?.id).toBe(body.id);
  });

  it("that check the library end with the process that started them, however that ends", async () => {
    const child = fork(compiledModule("cli/main"), ["verify", "--json", ...common], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
    let said = "";
    child.stdout?.on("data", (text) => (said += text));
    const exited = once(child, "exit");
    // What remains of the channel when the other end is gone, whatever the signal.
    child.disconnect();
    expect(await exited).toEqual([1, null]);
    expect(said).toBe("");
  });

  it("I11: are refused when they are invalid", async () => {
    for (const body of [
      { M: 1 },
      { efConstruction: "many" },
      { keep: -1 },
      { workers: 0 },
      { model: "../x" },
      { colour: "red" },
      { truncation: 4_000 },
    ])
      expect(await ask("/v1/index/generations", body), JSON.stringify(body)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    expect(await ask("/v1/index/generations", { model: "no/where" })).toMatchObject({
      status: 422,
      body: { code: "model_unknown", detail: expect.stringContaining(`There are: ${model}`) },
    });
    expect(await ask("/v1/index/drop", {})).toMatchObject({ status: 404, body: { code: "generation_not_found" } });
    expect(await ask("/v1/jobs", { kind: "dance" })).toMatchObject({ status: 400 });
    expect(await ask("/v1/jobs/nothing")).toMatchObject({ status: 404, body: { code: "job_not_found" } });
  });

  it("I9: are only for keys with the scope for maintaining the service", async () => {
    const keys = Object.fromEntries(
      await Promise.all(
        (["read", "write", "admin"] as const).map(async (scope) => {
          const { stdout } = await paperkin(["people", "add", `one-${scope}`, "--scope", scope, ...common]);
          return [scope, stdout.trim()] as const;
        }),
      ),
    );
    for (const path of ["/v1/jobs", "/v1/jobs/any", "/v1/index/faults", "/admin"]) {
      const statusFor = async (scope: string) => (await server.get(path, { headers: { "x-api-key": keys[scope] ?? "" } })).status;
      await eventually(async () => ((await statusFor("read")) === 403 ? true : undefined));
      expect(await statusFor("write"), path).toBe(403);
      expect(await statusFor("admin"), path).toBe(path === "/v1/jobs/any" ? 404 : 200);
    }
    expect((await server.get("/v1/index", { headers: { "x-api-key": keys.read ?? "" } })).status).toBe(200);
  });
});
