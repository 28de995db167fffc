/** Papers as files for other programs, over HTTP and from pages. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { listen } from "../../../src/http/listen.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

let clock = Date.UTC(2026, 0, 1);
const embedder = new HashingEmbedder();
const engine = new Engine(new MemoryLibrary(), embedder, { now: () => new Date(clock++) });
const app = serviceOf(engine, { isLoopback: (host) => host === "localhost" });
const ask = async (path: string) => await app.request(`http://localhost${path}`);
/** Years range from 2000 to 2019. */
const count = 450;

beforeAll(async () => {
  await engine.library.upsert(Array.from({ length: count }, (_, at) => inventPaper(at, { title: `Singing kettles ${at}` })));
  await engine.embedBacklog();
});
afterAll(() => engine.close());

async function idsIn(path: string): Promise<string[]> {
  const lines = (await (await ask(path)).text()).trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line).paperId);
}

describe("GET /v1/export", () => {
  it("returns every paper once by default", async () => {
    const ids = await idsIn("/v1/export");
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
  });

  it("returns all papers that meet conditions, newest first", async () => {
    const ids = await idsIn("/v1/export?yearFrom=2018&q=-nothing");
    const dates = await Promise.all(ids.map(async (id) => (await engine.paper(id)).paper.published ?? ""));
    expect(ids).toHaveLength(44);
    expect(dates).toEqual([...dates].sort().reverse());
    expect(await idsIn("/v1/export?q=year:2018..&limit=3")).toEqual(ids.slice(0, 3));
  });

  it("returns the papers of a search in its order, a hundred unless more are requested", async () => {
    const answer = await engine.search({ query: "singing lanterns", limit: 100 });
    const ids = await idsIn("/v1/export?q=singing+lanterns");
    expect(ids).toEqual(answer.hits.map(({ paper }) => paper.paperId));
    const more = await idsIn("/v1/export?q=singing+lanterns&limit=250");
    expect([more.length, new Set(more).size, more.slice(0, 100)]).toEqual([250, 250, ids]);
  });

  it("ranks once, however many papers of a search are requested", async () => {
    const embedding = vi.spyOn(embedder, "embedQuery");
    expect(await idsIn("/v1/export?q=singing+violins&limit=350&collapse=true")).toHaveLength(350);
    expect(embedding).toHaveBeenCalledTimes(1);
    embedding.mockRestore();
  });

  it("states its type and file name for saving", async () => {
    const { headers, status } = await ask("/v1/export?format=bibtex&limit=1");
    expect([status, headers.get("content-type"), headers.get("content-disposition")]).toEqual([
      200,
      "application/x-bibtex; charset=utf-8",
      'attachment; filename="papers.bib"',
    ]);
  });

  it.each([
    ["format=docx", "format"],
    ["q=kettles&limit=1001", "limit is 1001"],
    ["kind=save&q=kettles", "kind replaces a search"],
    ["kind=save&yearFrom=2001", "kind replaces a search"],
    ["rank=1", "there is no parameter"],
  ])("refuses %s before the first paper", async (query, reason) => {
    const answer = await ask(`/v1/export?${query}`);
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ detail: expect.stringContaining(reason) })]);
  });

  it("breaks off after what can be read of a damaged library, and administrators are told", async () => {
    const unread = vi.spyOn(engine.library, "rescue").mockImplementation(async (labels) => ({
      papers: (await engine.library.papers(labels.slice(1))).filter((one) => one !== undefined),
      unread: labels.slice(0, 1).map((label) => ({ label, id: `X:${label - 1}` })),
    }));
    // Through a socket, since a response that breaks off takes its last chunks with it.
    const server = await listen(serviceOf(engine, { isLoopback: () => true }), "127.0.0.1", 0);
    let text = "";
    try {
      const [answer] = (await once(get(`${server.address}/v1/export?format=csl`), "response")) as [IncomingMessage];
      await expect(
        (async () => {
          for await (const part of answer.setEncoding("utf8")) text += part;
        })(),
      ).rejects.toThrow("aborted");
    } finally {
      await server.close(1_000);
    }
    expect([text.split('"id":').length - 1, text.trimEnd().endsWith("]")]).toEqual([count - 3, false]);
    expect(await engine.library.faults()).toMatchObject([{ work: "export", detail: expect.stringContaining("3 stored papers") }]);
    unread.mockRestore();
  });

  it("stops when its reader disconnects", async () => {
    const reader = (await ask("/v1/export")).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await idsIn("/v1/export?limit=1")).toHaveLength(1);
  });
});

describe("what a person has saved", () => {
  it("is exported latest first, without anybody else's (I9)", async () => {
    const keys = { ada: await engine.addPerson("ada", "write"), bo: await engine.addPerson("bo", "read") };
    const withKeys = serviceOf(engine);
    for (const id of ["X:3", "X:7"]) await engine.person("ada").giveFeedback(id, { kind: "save" });
    await engine.person("ada").giveFeedback("X:9", { kind: "vote" });
    const saved = async (name: keyof typeof keys) => {
      const answer = await withKeys.request("http://localhost/v1/export?kind=save", { headers: { "x-api-key": keys[name] } });
      return [...(await answer.text()).matchAll(/"paperId":"([^"]*)"/g)].map(([, id]) => id);
    };
    expect(await saved("ada")).toEqual(["X:7", "X:3"]);
    expect(await saved("bo")).toEqual([]);
  });
});
