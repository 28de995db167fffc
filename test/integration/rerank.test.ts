/** A real cross-encoder in the built server: configured, queried, explained, shown, killed. */
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../src/compiled.ts";
import { eventually, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { writeCrossEncoder } from "./cross-encoder.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const folder = temporaryFolder();
const models = join(folder.path, "models");
const data = join(folder.path, "library");
const common = ["--data", data, "--models", models];
const reranker = "tests/counter";
const query = "learning from data with networks";

interface Hit {
  paper: { paperId: string; title: string; abstract: string };
  why: { rerank?: { score: number; before: number } };
}
interface Body {
  hits: Hit[];
  reranked?: number;
  code?: string;
  detail?: string;
}

let server: Server;
const get = async (parameters: Record<string, string>): Promise<Body> =>
  (await (await server.get(`/v1/search?${new URLSearchParams({ q: query, limit: "60", ...parameters })}`)).json()) as Body;
const idsOf = ({ hits }: Body) => hits.map(({ paper }) => paper.paperId);

function rerankProcesses(): number[] {
  const { stdout } = spawnSync("ps", ["--ppid", String(server.pid), "-o", "pid=,args="], { encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => line.includes("rerank-worker.js"));
  return lines.map((line) => Number.parseInt(line, 10));
}

beforeAll(async () => {
  cpSync(join(projectRoot, "models"), models, { recursive: true });
  const downloaded = join(folder.path, "downloaded");
  await writeCrossEncoder(downloaded);
  const { code, stderr } = await paperkin(["models", "pull", reranker, "--as-reranker", "--from", downloaded, "--models", models]);
  expect([code, stderr]).toEqual([0, ""]);
  await copyStarterLibrary(data);
  // Enough time for all of them on any machine.
  server = await Server.start([...common, "--reranker", reranker, "--reranker-budget-ms", "60000"]);
});
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

describe("a server with a reranker", () => {
  test("reranks the first fifty papers by what they share with the query", async () => {
    const plain = await get({ rerank: "false" });
    expect(plain.reranked).toBeUndefined();
    const answer = await get({});
    expect(answer.reranked).toBe(50);
    const scores = answer.hits.slice(0, 50).map(({ why }) => why.rerank?.score ?? Number.NaN);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBeGreaterThan(5);
    expect(idsOf(answer)).not.toEqual(idsOf(plain));
    expect(idsOf(answer).slice(50)).toEqual(idsOf(plain).slice(50));
    for (const { paper, why } of answer.hits.slice(0, 50)) expect(idsOf(plain)[(why.rerank?.before ?? 0) - 1]).toBe(paper.paperId);
    // Short words are single tokens: counted here as the network counts them.
    const said = ["learning", "from", "data", "with", "networks"];
    const [first] = answer.hits;
    const words = `${first?.paper.title} ${first?.paper.abstract}`.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    expect(scores[0]).toBe(words.filter((word) => said.includes(word)).length);
  });

  test("I8: answers the same each time, and pages without gap or repetition", async () => {
    const whole = idsOf(await get({}));
    expect(idsOf(await get({}))).toEqual(whole);
    const pages = await Promise.all([0, 20, 40].map((offset) => get({ limit: "20", offset: String(offset) })));
    expect(pages.flatMap(idsOf)).toEqual(whole);
  });

  test("leaves results unreranked unless asked to rerank", async () => {
    for (const mode of ["keyword", "semantic"]) {
      expect((await get({ mode })).reranked).toBeUndefined();
      expect((await get({ mode, rerank: "true" })).reranked).toBe(50);
    }
  });

  test("explains what it did", async () => {
    const [, second] = (await get({})).hits;
    const body = JSON.stringify({ query, paperId: second?.paper.paperId });
    const response = await server.get("/v1/explain", { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(await response.json()).toMatchObject({ place: 2, rerank: { ...second?.why.rerank, reranked: 50, window: 50 } });
  });

  test("shows on its pages what was reranked, and lets people choose", async () => {
    const page = async (path: string) => await (await server.get(path)).text();
    const usual = await page(`/?${new URLSearchParams({ q: query })}`);
    expect(usual).toContain("The first 50 were reranked.");
    expect(usual).toMatch(/The reranker gives it \d+\.000; before that it was hit/);
    expect(usual).toContain('<select name="rerank">');
    const without = await page(`/?${new URLSearchParams({ q: query, rerank: "false" })}`);
    expect(without).not.toContain("were reranked");
    const { paper } = (await get({})).hits[0] ?? { paper: { paperId: "" } };
    expect(await page(`/explain?${new URLSearchParams({ q: query, paper: paper.paperId })}`)).toContain("The reranker, which read");
  });

  test("describes its reranker", async () => {
    const document = JSON.stringify(await (await server.get("/openapi.json")).json());
    expect(document).toContain('"name":"rerank"');
    expect(document).toContain('"reranked"');
    expect(await (await server.get("/metrics")).text()).toMatch(/paperkin_stage_seconds_count\{stage="rerank"\} [1-9]/);
  });

  test("answers without the reranker while its process hangs or dies, and with it afterwards", async () => {
    const [old = 0] = rerankProcesses();
    process.kill(old, "SIGSTOP");
    const asked = get({ q: "graphs of proteins" });
    process.kill(old, "SIGKILL");
    const answer = await asked;
    expect(answer.hits).toHaveLength(60);
    expect([0, 50]).toContain(answer.reranked);
    await eventually(async () => ((await get({ q: "graphs of proteins" })).reranked === 50 ? true : undefined));
    expect(rerankProcesses()).toHaveLength(1);
    expect(rerankProcesses()).not.toContain(old);
  });

  test("ends the reranker's process when it stops, even if killed", async () => {
    const [pid = 0] = rerankProcesses();
    const isThere = () => spawnSync("ps", ["-p", String(pid), "-o", "pid="]).status === 0;
    expect(isThere()).toBe(true);
    await server.stop();
    expect(isThere()).toBe(false);
    server = await Server.start([...common, "--reranker", reranker, "--reranker-budget-ms", "1"]);
    const [next = 0] = rerankProcesses();
    const answer = await get({});
    expect((answer.reranked ?? 1) % 10).toBe(0);
    const pages = await Promise.all([0, 20, 40].map((offset) => get({ limit: "20", offset: String(offset) })));
    expect(pages.flatMap(idsOf)).toEqual(idsOf(answer));
    await server.stop("SIGKILL");
    await eventually(async () => (spawnSync("ps", ["-p", String(next), "-o", "pid="]).status === 0 ? undefined : true));
  });
});
