/** `paperkin fetch`, and what the server fetches by itself: the built command line against services on this machine. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answering, LocalService } from "../unit/sources/live-service.ts";
import { eventually, jsonLines, paperkin, Server, start, temporaryFolder } from "./command-line.ts";

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
let service: LocalService | undefined;

beforeEach(() => {
  folder = temporaryFolder();
  data = join(folder.path, "library");
});
afterEach(async () => {
  await Server.stopAll();
  await service?.close();
  service = undefined;
  folder.remove();
});
afterAll(() => Server.stopAll());

const entry = (number: number) =>
  `<entry><id>http://arxiv.org/abs/2603.${String(number).padStart(5, "0")}v1</id><title>Paper ${number}</title><summary>About kettle ${number}.</summary>
   <published>2026-03-01T00:00:00Z</published><author><name>Ada Example</name></author><category term="cs.CL"/></entry>`;

/** arXiv with this many papers; `change` may answer otherwise. */
function arxivOf(total: number, change: Answering = () => ({})): Answering {
  return (asked, number) => {
    const { searchParams } = asked.url;
    const begin = Number(searchParams.get("start"));
    const entries = Array.from({ length: Math.max(0, Math.min(Number(searchParams.get("max_results")), total - begin)) }, (_, at) =>
      entry(begin + at),
    );
    return {
      body: `<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title><totalResults>${total}</totalResults>${entries.join("")}</feed>`,
      ...change(asked, number),
    };
  };
}

async function serveArxiv(answer: Answering): Promise<Record<string, string>> {
  service = await LocalService.start(answer);
  return { PAPERKIN_SOURCES: JSON.stringify({ arxiv: { address: service.address, gapMs: 0, retryMs: 1 } }) };
}

const starts = () => service?.queries.map((query) => query.start);
const counts = (result: { stdout: string }) => jsonLines(result.stdout).at(-1);

describe("paperkin fetch", () => {
  test("adds papers as an import does, and adds nothing when run again (exit code 0)", async () => {
    const env = await serveArxiv(arxivOf(3));
    const args = ["fetch", "arxiv", "kettles", "--data", data];
    const first = await paperkin([...args, "--json"], { env });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(counts(first)).toEqual({ read: 3, new: 3, changed: 0, unchanged: 0, merged: 0, refused: 0, toEmbed: 0 });
    const second = await paperkin(args, { env });
    expect(second.stdout).toMatch(/read +new +changed/);
    expect(second.stdout).not.toContain("wait to be embedded");
    const found = await paperkin(["search", "kettle", "--data", data, "--json"]);
    expect(jsonLines(found.stdout)[0]).toMatchObject({ paper: { sources: ["arxiv"] } });
  });

  test("counts everything and changes nothing in a dry run", async () => {
    const env = await serveArxiv(arxivOf(250, ({ url }) => (url.searchParams.get("start") === "200" ? { status: 404 } : {})));
    const args = ["fetch", "arxiv", "kettles", "--data", data, "--json", "--no-embed"];
    expect(counts(await paperkin([...args, "--dry-run"], { env }))).toMatchObject({ new: 200 });
    expect(existsSync(data)).toBe(false);
    // Nor does it move the saved position of an existing library.
    await paperkin(["import", "-", "--data", data, "--no-embed"], { input: JSON.stringify({ id: "x", title: "X" }) });
    for (const _ of [1, 2]) expect(counts(await paperkin([...args, "--dry-run"], { env }))).toMatchObject({ new: 200 });
    expect(counts(await paperkin(["status", "--data", data, "--json"]))).toMatchObject({ papers: 1 });
  });

  test("resumes at the second page after being killed between two pages", async () => {
    let isKilled = false;
    const env = await serveArxiv(
      arxivOf(450, ({ url }) => (!isKilled && url.searchParams.get("start") === "200" ? { raw: () => undefined } : {})),
    );
    const args = ["fetch", "arxiv", "kettles", "--data", data, "--json", "--no-embed"];
    const child = start(args, env);
    const ended = new Promise((resolve) => child.on("exit", resolve));
    await eventually(async () => (starts()?.includes("200") ? true : undefined));
    child.kill("SIGKILL");
    await ended;
    isKilled = true;
    expect(counts(await paperkin(["status", "--data", data, "--json"]))).toMatchObject({ papers: 200 });
    expect(counts(await paperkin(args, { env }))).toMatchObject({ read: 250, new: 250 });
    expect(starts()).toEqual(["0", "200", "200", "400"]);
    expect((await paperkin(["verify", "--data", data])).code).toBe(0);
  });

  test("ends at once when interrupted while waiting, and keeps what it has", async () => {
    const env = await serveArxiv(arxivOf(450, (_, number) => (number === 2 ? { status: 429, headers: { "retry-after": "200" } } : {})));
    const child = start(["fetch", "arxiv", "kettles", "--data", data, "--no-embed"], env);
    let [output, errors] = ["", ""];
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
    });
    child.stderr?.on("data", (chunk) => {
      errors += String(chunk);
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    await eventually(async () => (errors.includes("waiting 200 s") ? true : undefined));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(errors).toContain("before asking arXiv again (1 of 5): it answers 429");
    expect(output).toContain("Interrupted");
    expect(counts(await paperkin(["status", "--data", data, "--json"]))).toMatchObject({ papers: 200 });
  });

  test("loses only the rest when a service fails halfway (exit code 3), and everything when it fails at once (1)", async () => {
    const env = await serveArxiv(arxivOf(250, ({ url }) => (url.searchParams.get("start") === "200" ? { status: 500 } : {})));
    const report = join(folder.path, "report.json");
    const result = await paperkin(["fetch", "arxiv", "kettles", "--data", data, "--no-embed", "--report", report], { env });
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(
      /Asking arXiv for http:\/\/127\.0\.0\.1.*start=200.* failed 5 times: it answers 500.*run the same command later/,
    );
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ new: 200, faults: [expect.stringContaining("500")] });
    await service?.close();
    expect((await paperkin(["fetch", "arxiv", "other", "--data", data, "--no-embed"], { env })).code).toBe(1);
  });

  test("does not contact this machine unless the settings name it", async () => {
    service = await LocalService.start(() => ({ body: "<rss><channel><item><title>Kin</title><guid>k</guid></item></channel></rss>" }));
    const { address } = service;
    const args = ["fetch", "feed", `${address}/feed`, "--data", data, "--json", "--no-embed"];
    const refused = await paperkin(args);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("127.0.0.1 is an address of this machine") });
    expect(service.asked).toEqual([]);
    const settings = join(folder.path, "settings.json");
    writeFileSync(settings, JSON.stringify({ sources: { feed: { address } } }));
    expect(counts(await paperkin([...args, "--config", settings]))).toMatchObject({ new: 1 });
    writeFileSync(settings, JSON.stringify({ schedules: [{ fetch: ["feed", `${address}/feed`], at: "@yearly" }] }));
    expect(counts(await paperkin([...args, "--config", settings]))).toMatchObject({ read: 1 });
  });

  test("looks up the ids that an import has recorded", async () => {
    const env = await serveArxiv(arxivOf(2));
    const list = join(folder.path, "kept.txt");
    writeFileSync(list, "arXiv:2603.00000\nhttps://arxiv.org/abs/2603.00001v1\n");
    const kept = await paperkin(["import", list, "--data", data, "--json", "--no-embed"]);
    expect(counts(kept)).toMatchObject({ read: 2, kept: 2, new: 0 });
    expect(counts(await paperkin(["import", list, "--data", data, "--json", "--no-embed"]))).toMatchObject({ read: 2, unchanged: 2 });
    const fetched = await paperkin(["fetch", "arxiv", "--ids", "wanted", "--data", data, "--json", "--no-embed"], { env });
    expect(counts(fetched)).toMatchObject({ new: 2 });
    expect(service?.queries[0]).toMatchObject({ id_list: "2603.00000,2603.00001" });
    const again = await paperkin(["fetch", "arxiv", "--ids", "wanted", "--data", data, "--json", "--no-embed"], { env });
    expect(counts(again)).toMatchObject({ read: 0 });
  });

  test("looks up the ids listed in a file", async () => {
    const env = await serveArxiv(arxivOf(2));
    const list = join(folder.path, "ids.txt");
    writeFileSync(list, "# to read\narXiv:2603.00000 # this\n\nhttps://arxiv.org/abs/2603.00001\n");
    expect(counts(await paperkin(["fetch", "arxiv", "--ids", list, "--data", data, "--json", "--no-embed"], { env }))).toMatchObject({
      new: 2,
    });
    expect(service?.queries[0]).toMatchObject({ id_list: "2603.00000,2603.00001" });
  });
});

describe("incorrect usage of paperkin fetch", () => {
  test.each([
    [["fetch", "nowhere"], "unknown command 'nowhere'; there are arxiv, arxiv-oai"],
    [["fetch", "arxiv"], "nothing to ask arXiv for"],
    [["fetch", "arxiv", "kin", "--from", "2026-02-30"], "--from"],
    [["fetch", "arxiv", "kin", "--from", "2026-02-02", "--to", "2026-02-01"], "--from comes before --to"],
    [["fetch", "arxiv", "kin", "--ids", "2603.00001"], "--ids cannot be combined"],
    [["fetch", "arxiv", "--ids", ","], "no ids"],
    [["fetch", "arxiv", "--week", "2026-W10"], "unknown option"],
    [["fetch", "hf-daily", "--week", "10"], "2026-W10"],
    [["fetch", "hf-daily", "--date", "2026-03-02", "--month", "2026-03"], "cannot be combined"],
    [["fetch", "hf-daily", "words"], "too many arguments"],
    [["fetch", "feed", "nothing"], "not a web address"],
    [["fetch", "arxiv", "kin", "--limit", "0"], "--limit"],
  ])("is explained, with exit code 2: %j", async (args, message) => {
    const result = await paperkin([...args, "--data", data]);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(2);
    expect(existsSync(data)).toBe(false);
  });

  test.each([
    [{ sources: { arxive: {} } }, "arxive"],
    [{ sources: { arxiv: { address: "file:///etc" } } }, "arxiv.address"],
    [{ sources: { arxiv: { adress: "https://x.org" } } }, "adress"],
    [{ sources: { arxiv: { gapMs: 10 } } }, "asks for 3000"],
    [{ schedules: [{ fetch: ["arxiv"] }] }, "entry 1, at"],
  ])("includes the settings %j, which are refused", async (settings, message) => {
    const path = join(folder.path, "settings.json");
    writeFileSync(path, JSON.stringify(settings));
    const result = await paperkin(["fetch", "arxiv", "kin", "--data", data, "--no-embed", "--config", path]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(existsSync(data)).toBe(false);
  });
});

describe("scheduled fetching by the server", () => {
  const scheduled = (...schedules: { fetch: string[]; at: string }[]) => ({ PAPERKIN_SCHEDULES: JSON.stringify(schedules) });

  test("runs at its times even if one fetch fails", async () => {
    const env = await serveArxiv(arxivOf(3, ({ url }) => (url.searchParams.get("search_query") === "all:broken" ? { status: 404 } : {})));
    const server = await Server.start(["--data", data, "--no-starter"], {
      ...env,
      ...scheduled({ fetch: ["arxiv", "broken"], at: "* * * * * *" }, { fetch: ["arxiv", "kettles"], at: "* * * * * *" }),
    });
    const found = await eventually(async () => {
      const answer = (await (await server.get("/v1/search?q=kettle")).json()) as { hits: unknown[] };
      const asked = new Set(service?.queries.map((query) => query.search_query));
      return answer.hits.length === 3 && asked.has("all:broken") ? answer.hits : undefined;
    });
    expect(found[0]).toMatchObject({ paper: { sources: ["arxiv"] } });
    expect(service?.mostAtOnce).toBe(1);
    expect(await server.stop()).toBe(0);
  });

  test.each([
    [{ fetch: ["nowhere"], at: "0 6 * * *" }, "unknown command"],
    [{ fetch: ["arxiv", "--week", "1"], at: "0 6 * * *" }, "unknown option"],
    [{ fetch: ["arxiv", "kin"], at: "at six" }, "at six"],
  ])("with the schedule %j is refused before the server starts", async (schedule, message) => {
    const result = await paperkin(["serve", "--port", "0", "--data", data], { env: scheduled(schedule) });
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(existsSync(data)).toBe(false);
  });
});
