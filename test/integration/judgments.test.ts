/** Judgments from the page's buttons and the API, as a collection that is evaluated; and the lab around it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const folder = temporaryFolder();
const library = join(folder.path, "library");
const query = "agreeing on one value although some machines fail";
let server: Server;

const post = (path: string, fields: Record<string, string>) =>
  server.get(path, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields),
  });
const api = (body: unknown) =>
  server.get("/v1/judgments", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const own = (...args: string[]) => paperkin([...args, "--data", library]);

/** The `paperId`s of what a search finds. */
async function found(): Promise<string[]> {
  const answer = (await (await server.get(`/v1/search?q=${encodeURIComponent(query)}`)).json()) as {
    hits: { paper: { paperId: string } }[];
  };
  return answer.hits.map(({ paper }) => paper.paperId);
}

beforeAll(async () => {
  await copyStarterLibrary(library);
  server = await Server.start(["--data", library]);
});
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

describe("judgments", () => {
  test("cannot be exported before there are any", async () => {
    const result = await own("judgments", "export", join(folder.path, "early"));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("has not judged any paper");
    expect(existsSync(join(folder.path, "early"))).toBe(false);
  });

  test("are given with a button below a hit, shown, and taken back", async () => {
    const [first = "", second = ""] = await found();
    const back = `/?q=${encodeURIComponent(query)}`;
    expect(await (await server.get(back)).text()).not.toContain("Relevant · undo");
    const said = await post("/judgments", { query: ` ${query.replace(" ", "  ")}`, paperId: first, relevant: "yes", back });
    expect([said.status, said.headers.get("location")]).toEqual([303, back]);
    await post("/judgments", { query, paperId: second, relevant: "no", back });
    const page = await (await server.get(back)).text();
    expect(page.match(/Relevant · undo/g)).toHaveLength(1);
    expect(page.match(/Not relevant · undo/g)).toHaveLength(1);
    expect((await post("/judgments", { query, paperId: second, undo: "no", back: "//elsewhere.example" })).headers.get("location")).toBe(
      "/",
    );
    expect(await (await server.get(back)).text()).not.toContain("Not relevant · undo");
    expect((await post("/judgments", { query, paperId: first, back })).status).toBe(400);
  });

  test("are given, listed and taken back over HTTP", async () => {
    const [first = "", second = "", third = ""] = await found();
    expect((await api({ query, paperId: third, relevant: true })).status).toBe(201);
    expect((await api({ query, paperId: third, relevant: false })).status).toBe(201);
    expect((await api({ query: "another one", paperId: second, relevant: false })).status).toBe(201);
    for (const wrong of [
      { query, paperId: first },
      { query: " ", paperId: first, relevant: true },
      { query: "x".repeat(1_001), paperId: first, relevant: true },
    ])
      expect((await api(wrong)).status).toBe(400);
    expect((await api({ query, paperId: "nowhere:1", relevant: true })).status).toBe(404);
    const listed = (await (await server.get(`/v1/judgments?query=${encodeURIComponent(query)}`)).json()) as {
      judgments: { paperId: string; relevant: boolean }[];
    };
    expect(listed.judgments.map(({ paperId, relevant }) => [paperId, relevant])).toEqual([
      [third, false],
      [first, true],
    ]);
    const gone = `/v1/judgments?query=another+one&paperId=${encodeURIComponent(second)}`;
    expect(await (await server.get(gone, { method: "DELETE" })).json()).toEqual({ removed: true });
    expect(await (await server.get(gone, { method: "DELETE" })).json()).toEqual({ removed: false });
  });

  test("belong to one person", async () => {
    const another = await own("judgments", "list", "--person", "ada", "--json");
    expect([another.stdout, another.stderr]).toEqual(["", expect.stringContaining("There is nobody called “ada”")]);
    expect(jsonLines((await own("judgments", "list", "--json")).stdout).map(({ query: of, relevant }) => [of, relevant])).toEqual([
      [query, false],
      [query, true],
    ]);
  });

  test("are given and taken back on the command line", async () => {
    const [first = "", second = ""] = await found();
    const said = await own("judgments", "add", "kettles", first, second, "--not", "--json");
    expect(jsonLines(said.stdout).map(({ paperId, relevant }) => [paperId, relevant])).toEqual([
      [first, false],
      [second, false],
    ]);
    const undone = await own("judgments", "add", "kettles", first, second, "--undo", "--json");
    expect(jsonLines(undone.stdout).map(({ removed }) => removed)).toEqual([true, true]);
    expect((await own("judgments", "add", "kettles", "nowhere:1")).code).toBe(1);
  });

  test("become a collection that is evaluated, compared and reported", async () => {
    const [first = ""] = await found();
    const dir = join(folder.path, "mine");
    const exported = jsonLines((await own("judgments", "export", dir, "--json")).stdout);
    expect(exported).toEqual([{ folder: dir, documents: 325, queries: 1, judgments: 2, relevant: 1 }]);
    expect(readdirSync(dir).sort()).toEqual(["corpus.jsonl", "qrels.tsv", "queries.jsonl"]);
    const [, line = ""] = readFileSync(join(dir, "qrels.tsv"), "utf8").split("\n");
    expect((await own("judgments", "export", dir)).stderr).toContain("is not empty");

    const keep = ["--keep", join(folder.path, "kept")];
    const [runs, report] = [join(folder.path, "run.txt"), join(folder.path, "report.html")];
    const hybrid = await paperkin(["eval", dir, ...keep, "--modes", "hybrid", "--run-out", runs, "--json"]);
    expect(hybrid.code).toBe(0);
    const [measured] = jsonLines(hybrid.stdout);
    expect(Object.keys(measured ?? {})).toEqual(["set", "mode", "queries", "nDCG@10", "recall@10", "recall@100", "MRR@10"]);
    // The best hit was judged relevant.
    expect(measured).toMatchObject({ set: "mine", mode: "hybrid", queries: 1, "nDCG@10": 1 });
    const [query0 = ""] = line.split("\t");
    expect(readFileSync(runs, "utf8").split("\n")[0]).toMatch(
      new RegExp(`^${query0} Q0 ${first.replace(/[.()]/g, "\\$&")} 1 [\\d.]+ hybrid$`),
    );

    // A system that finds only wrong papers.
    const other = join(folder.path, "other.txt");
    writeFileSync(other, `${query0} Q0 ghost 1 1.0 rival\n`);
    const lab = await paperkin(
      ["eval", dir, ...keep, "--configuration", "now=", "--configuration", "words=mode:keyword"].concat([
        "--run-in",
        runs,
        "--run-in",
        other,
        "--per-query",
        "3",
        "--html",
        report,
        "--json",
      ]),
    );
    expect(lab.code).toBe(0);
    expect(lab.stderr).toContain("1 documents that the collection does not have: ghost");
    const lines = jsonLines(lab.stdout);
    expect(lines.filter((one) => "configuration" in one).map((one) => [one.configuration, one["nDCG@10"]])).toEqual([
      ["now", 1],
      ["words", expect.any(Number)],
      ["hybrid", 1],
      ["rival", 0],
    ]);
    expect(lines.at(-1)).toMatchObject({
      compare: ["rival", "now"],
      text: query,
      difference: -1,
      moved: [{ document: first, before: 1, rank: null, title: expect.stringMatching(/\w/) }],
    });
    expect(readFileSync(report, "utf8")).toContain("mine: 1 queries");
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("the lab, asked for something impossible,", () => {
  test.each([
    [["--configuration", "a=alpha:7"], /alpha/],
    [["--configuration", "a=", "--configuration", "a="], /called “a”/],
    [["--html", "/nowhere/at/all.html"], /cannot be written/],
    [["--run-in", "x.txt"], /--set/],
    [["--recommend", "--per-query", "3"], /--recommend/],
  ])("says so and does nothing: %j", async (args, why) => {
    const kept = join(folder.path, "untouched");
    mkdirSync(kept, { recursive: true });
    const result = await paperkin(["eval", "src/starter", "--keep", kept, ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(why);
    expect(result.stdout).toBe("");
    expect(readdirSync(kept)).toEqual([]);
  });
});
