/** Two servers on one library, and an import alongside a reindex: all of them answer and keep up, and one does what only one may do. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventPapers } from "../contract/invented-papers.ts";
import { wantsAll } from "../long-forms.ts";
import { LocalService } from "../unit/sources/live-service.ts";
import { eventually, jsonLines, paperkin, paperkinApart, Server, temporaryFolder } from "./command-line.ts";
import { keepFirstPapers, smallLibrary } from "./starter-library.ts";
import { installTwins, model, twin } from "./twin-model.ts";

interface IndexAnswer {
  papers: number;
  backlog: number;
  model: string;
  generations: { generation: { id: number }; state: string; embedded: number }[];
  work: { work: string; pid: number }[];
}

const records = (count: number, first: number) =>
  inventPapers(count, first).map(({ ids: [id], title, abstract }) => ({ id, title, abstract: `${abstract} ${id}` }));

async function ask<T>(server: Server, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await server.get(path, body === undefined ? {} : init);
  return { status: answer.status, body: (await answer.json()) as T };
}

const indexOf = async (server: Server) => (await ask<IndexAnswer>(server, "/v1/index")).body;
const holderOf = async (server: Server, work: string) => (await indexOf(server)).work.find((one) => one.work.startsWith(work))?.pid;

/** Embedding and reindexing give way to everything else that runs on the machine. */
const patience = { timeout: 300_000 };
/** They also give way to requests that come without a pause. */
const askEveryMs = 20;

describe("two servers on one library", patience, () => {
  const folder = temporaryFolder();
  const models = join(folder.path, "models");
  const common = ["--data", join(folder.path, "library"), "--models", models];
  const env: Record<string, string> = {};
  let service: LocalService;
  let holder: Server;
  let other: Server;

  const begin = () => Server.start(common, env);
  const killHolder = async () => {
    await holder.stop("SIGKILL");
    // Nobody asks it for jobs: it notices unfinished ones by itself. A server that starts now might take them first.
    await eventually(async () => ((await holderOf(other, "jobs")) === other.pid ? true : undefined));
    [holder, other] = [other, await begin()];
  };
  const search = async (server: Server) => {
    const { status, body } = await ask<{ mode: string; hits: unknown[] }>(server, "/v1/search?q=ripples+in+spacetime&limit=20");
    return { status, mode: body.mode, hits: body.hits };
  };

  beforeAll(async () => {
    await installTwins(models);
    service = await LocalService.start(() => ({ body: '<rss version="2.0"><channel><title>Nothing new</title></channel></rss>' }));
    env.PAPERKIN_SCHEDULES = JSON.stringify([{ fetch: ["feed", `${service.address}/feed`], at: "* * * * * *" }]);
    [holder, other] = await Promise.all([begin(), begin()]);
    const pid = await eventually(() => holderOf(holder, "jobs"));
    if (pid === other.pid) [holder, other] = [other, holder];
  }, patience.timeout);
  afterAll(async () => {
    await Server.stopAll();
    await service.close();
    folder.remove();
  });

  it("that start at once make one library between them", async () => {
    for (const server of [holder, other]) {
      await eventually(async () => ((await indexOf(server)).backlog === 0 ? true : undefined));
      expect(await indexOf(server)).toMatchObject({ papers: 325, generations: [{ state: "live", embedded: 325 }] });
    }
    expect(await search(other)).toEqual(await search(holder));
    expect((await search(other)).hits).toHaveLength(20);
  });

  it("both accept papers and pick up each other's", async () => {
    const stored = [
      [holder, other, 0],
      [other, holder, 100],
    ] as const;
    for (const [writer, reader, first] of stored) {
      const papers = records(3, first);
      expect((await ask(writer, "/v1/papers", { papers })).status).toBe(200);
      for (const { id } of papers) await eventually(async () => ((await reader.get(`/v1/papers/${id}`)).status === 200 ? true : undefined));
      await eventually(async () => ((await indexOf(reader)).backlog === 0 ? true : undefined));
    }
    await eventually(async () => (JSON.stringify(await search(other)) === JSON.stringify(await search(holder)) ? true : undefined));
  });

  it("leave jobs to one of them, which the other one names", async () => {
    const refused = await ask<{ code: string; detail: string }>(other, "/v1/jobs", { kind: "verify" });
    expect(refused).toMatchObject({
      status: 503,
      body: { code: "library_busy", detail: expect.stringContaining(`Process ${holder.pid} `) },
    });
  });

  it("leave each schedule to one of them", async () => {
    const fetcher = await eventually(() => holderOf(other, "schedule feed "));
    expect([holder.pid, other.pid]).toContain(fetcher);
    const before = service.asked.length;
    await eventually(async () => (service.asked.length > before + 2 ? true : undefined));
    expect(await holderOf(other, "schedule feed ")).toBe(fetcher);
    expect(service.mostAtOnce).toBe(1);
  });

  // A server also follows its own job unprompted (jobs.test.ts), and another process (reindex.test.ts).
  it.skipIf(!wantsAll)("I5: both follow when one of them makes another generation live", async () => {
    const before = await search(other);
    let isDone = false;
    const asking = (async () => {
      while (!isDone) {
        expect(await search(other)).toEqual(before);
        await delay(askEveryMs);
      }
    })();
    expect((await ask(holder, "/v1/index/generations", { model: twin, workers: 1 })).status).toBe(202);
    for (const server of [holder, other]) await eventually(async () => ((await indexOf(server)).model === twin ? true : undefined));
    isDone = true;
    await asking;
    expect(await search(holder)).toEqual(before);
  });

  it("take over each other's jobs, schedules and embedding when one is killed", async () => {
    // The remaining papers are embedded again.
    await keepFirstPapers(join(folder.path, "library"), smallLibrary);
    // The one that holds the schedule also dies before the end.
    const fetcher = await holderOf(holder, "schedule feed ");
    await ask(holder, "/v1/papers", { papers: records(120, 1000) });
    // Nothing has been embedded this way before, so the job has every paper to embed and takes seconds.
    const wanted = { model, truncation: 64, new: true, workers: 1 };
    const { body: job } = await ask<{ id: string }>(holder, "/v1/index/generations", wanted);
    await eventually(async () => ((await indexOf(holder)).generations.some(({ state }) => state === "filling") ? true : undefined));
    await killHolder();
    await eventually(async () => ((await indexOf(holder)).model === model ? true : undefined));
    await eventually(async () => ((await indexOf(holder)).backlog === 0 ? true : undefined));
    const done = await eventually(async () => {
      const { body } = await ask<{ state: string }>(holder, `/v1/jobs/${job.id}`);
      return body.state === "done" ? body : undefined;
    });
    expect(done).toMatchObject({ interruptions: 1, result: { outcome: "live" } });
    if (fetcher === holder.pid) await killHolder();
    await eventually(async () => {
      const now = await holderOf(holder, "schedule feed ");
      return now === holder.pid || now === other.pid ? now : undefined;
    });
    const verified = await paperkin(["verify", "--json", ...common]);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toContain(`${smallLibrary + 120} records`);
  });
});

it("both complete an import alongside a reindex, and papers added meanwhile are in the new generation", patience, async () => {
  const folder = temporaryFolder();
  try {
    const data = ["--data", join(folder.path, "library")];
    const fileOf = (name: string, count: number, first: number) => {
      const path = join(folder.path, name);
      writeFileSync(
        path,
        records(count, first)
          .map((paper) => JSON.stringify(paper))
          .join("\n"),
      );
      return path;
    };
    expect((await paperkin(["import", fileOf("first.jsonl", 60, 0), ...data])).code).toBe(0);
    const later = fileOf("later.jsonl", 60, 1000);
    const [reindexed, imported] = await Promise.all([
      paperkinApart(["reindex", "--truncation", "64", "--workers", "1", "--json", ...data]),
      paperkinApart(["import", later, "--json", ...data]),
    ]);
    expect(imported.code, imported.stderr).toBe(0);
    expect(reindexed.code, reindexed.stderr).toBe(0);
    expect(jsonLines(imported.stdout).at(-1)).toMatchObject({ new: 60, refused: 0 });
    expect(jsonLines(reindexed.stdout)).toMatchObject([{ outcome: "live", generation: { id: 2, truncation: 64 } }]);
    // Papers added after the audit wait for the next import, as in every library.
    expect((await paperkin(["import", later, "--json", ...data])).code).toBe(0);
    const [status] = jsonLines((await paperkin(["status", "--json", ...data])).stdout);
    expect(status).toMatchObject({ papers: 120, embedded: 120, backlog: 0, generation: { id: 2 } });
    const verified = await paperkin(["verify", "--json", ...data]);
    expect(verified.code, verified.stdout).toBe(0);
  } finally {
    folder.remove();
  }
});
