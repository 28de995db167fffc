/** Parameters of the API: a wrong or unknown one is refused, and named, before it changes an answer. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { type Service, serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
let service: Service;
beforeAll(async () => {
  await engine.library.upsert(inventPapers(3));
  service = serviceOf(engine, { isLoopback: () => true });
});
afterAll(() => engine.close());

const problemSchema = z.object({ code: z.string(), detail: z.string() });

const parameterSchema = z.object({ name: z.string(), schema: z.unknown() });
const documentSchema = z.object({
  paths: z.object({ "/v1/search": z.object({ get: z.object({ parameters: z.array(parameterSchema) }) }) }),
});

async function refused(path: string): Promise<string> {
  const response = await service.request(`http://localhost${path}`);
  const { code, detail } = problemSchema.parse(await response.json());
  expect([response.status, code]).toEqual([400, "invalid_request"]);
  return detail;
}

describe("parameters of the API", () => {
  it.each([
    ["/v1/search?q=x&venues=a", "there is no parameter “venues”"],
    ["/v1/search?q=x&yeer=2019&tile=b", "there is no parameter “yeer”, “tile”"],
    ["/v1/suggest?q=x&mode=keyword", "there is no parameter “mode”. This route accepts q, limit"],
    ["/v1/papers/X:1/similar?query=x", "there is no parameter “query”"],
    ["/v1/daily?day=2020-01-01", "there is no parameter “day”"],
    ["/v1/judgments?q=x", "there is no parameter “q”"],
    ["/v1/interests?limit=5", "there is no parameter “limit”"],
    ["/v1/papers/X:1/comments?limit=5", "there is no parameter “limit”"],
    ["/v1/topics?a=1&b=2", "there is no parameter “a”, “b”. This route accepts none"],
    ["/v1/papers/X:1?include=vector", "include: it is embedding or provenance, and may be repeated"],
    ["/v1/search?q=x&minVotes=", "minVotes: “” is not a whole number from 0 to 1000000000"],
    ["/v1/search?q=x&yearFrom=", "yearFrom: “” is not a whole number from 0 to 9999"],
    ["/v1/search?q=x&minScore=", "minScore: “” is not a number"],
    ["/v1/search?q=x&minScore=Infinity", "minScore: “Infinity” is not a number"],
    ["/v1/search?q=x&diversity=1.5", "diversity: “1.5” is not a number from 0 to 1"],
    ["/v1/search?q=x&halfLifeDays=0", "halfLifeDays: “0” is not a number of days above 0, at most 100000"],
    ["/v1/search?q=x&limit=0x10", "limit: “0x10” is not a whole number from 1 to 100"],
    ["/v1/search?q=x&limit=5&limit=6", "limit: it may be given only once"],
    ["/v1/search?q=x&offset=-1", "offset: “-1” is not a whole number of 0 or more"],
    ["/v1/suggest?q=x&limit=21", "limit: “21” is not a whole number from 1 to 20"],
    ["/v1/search?q=x&venue=", "venue: it is empty"],
    ["/v1/search?q=x&from=hello", "from: a date is YYYY, YYYY-MM or YYYY-MM-DD"],
  ])("are refused if they are wrong: %s", async (path, message) => {
    const detail = await refused(path);
    expect(detail.slice(0, message.length + 1)).toBe(`${message}.`);
    expect(detail.slice(-40)).toContain("See /docs for what each route accepts.");
  });

  it("are named if they are unknown, but not all of thousands", async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `p${at}`);
    expect((await refused(`/v1/search?q=x&${many.join("=1&")}=1`)).length).toBeLessThan(600);
    const response = await service.request("http://localhost/v1/interests", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(many.map((key) => [key, 1]))),
    });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(1_000);
  });

  it("are accepted as numbers if they are written as such", async () => {
    const search = async (more: string) => (await service.request(`http://localhost/v1/search?q=paper&mode=keyword&${more}`)).status;
    for (const more of [
      "limit=100",
      "limit=05",
      "minScore=-.5",
      "minScore=1e-3",
      "diversity=1",
      "halfLifeDays=0.5",
      "yearFrom=2000",
      "offset=0",
    ])
      expect([more, await search(more)]).toEqual([more, 200]);
  });

  it("are read in linear time: an address with a hundred thousand digits holds nobody up", async () => {
    for (const digits of ["0", "1.", ".5e"])
      expect(await refused(`/v1/search?minScore=${digits.repeat(300_000)}x`)).toContain("is not a number");
  }, 30_000);

  it("are described as numbers that cannot be null", async () => {
    const document = documentSchema.parse(await (await service.request("http://localhost/openapi.json")).json());
    const parameters = new Map(document.paths["/v1/search"].get.parameters.map(({ name, schema }) => [name, schema]));
    expect(parameters.get("limit")).toMatchObject({ type: "integer", minimum: 1, maximum: 100, default: 10 });
    expect(parameters.get("yearFrom")).toMatchObject({ type: "integer" });
    expect(parameters.get("minScore")).toMatchObject({ type: "number" });
    expect(parameters.get("offset")).toMatchObject({ type: "integer", minimum: 0, maximum: 999, default: 0 });
    expect(parameters.get("halfLifeDays")).toMatchObject({ type: "number", exclusiveMinimum: 0 });
  });

  it("are refused if a body has no such field", async () => {
    for (const [method, path] of [
      ["POST", "/v1/papers?formt=bibtex"],
      ["POST", "/v1/recommendations?limit=5"],
      ["DELETE", "/v1/papers/X:1?dryRun=true"],
    ]) {
      const response = await service.request(`http://localhost${path}`, { method });
      const { detail } = problemSchema.parse(await response.json());
      expect([path, response.status, detail]).toEqual([path, 400, expect.stringContaining("there is no parameter “")]);
    }
    expect((await service.request("http://localhost/v1/papers/X:1")).status).toBe(200);
  });

  it("of a feed may be anything, since feed readers add their own", async () => {
    expect((await service.request("http://localhost/feeds/search.json?q=paper&utm_source=reader")).status).toBe(200);
  });
});

it("a job of an unknown kind is refused with the known kinds", async () => {
  const headers = { "content-type": "application/json" };
  const response = await service.request("http://localhost/v1/jobs", { method: "POST", headers, body: '{"kind":"tidy"}' });
  expect(problemSchema.parse(await response.json()).detail).toMatch(/^kind: .*verify.*reindex/);
});

it("a compressed body is reported where none is accepted", async () => {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const response = await service.request("http://localhost/v1/similar", { method: "POST", headers, body: "\u001f\u008b" });
  expect(problemSchema.parse(await response.json()).detail).toBe(
    "The body is compressed (content-encoding: gzip). Send it uncompressed; only /v1/papers accepts compressed bodies.",
  );
});

it.each(["br", "gzip, gzip", "zstd"])("papers compressed by %s are reported as such, and not as an unknown format", async (encoding) => {
  const headers = { "content-type": "application/json", "content-encoding": encoding };
  const response = await service.request("http://localhost/v1/papers", { method: "POST", headers, body: "\u001f\u008b" });
  expect([response.status, problemSchema.parse(await response.json()).detail]).toEqual([
    415,
    `The body is compressed in an unsupported way (content-encoding: ${encoding}). Compress it once with gzip, or send it uncompressed.`,
  ]);
});

it.each([
  ["a=b", "application/x-www-form-urlencoded", "The body should be JSON, but its content-type is “application/x-www-form-urlencoded”."],
  ["{bad", "application/json", "The body is not valid JSON."],
  ["[]", "application/json", "the body: it must be an object."],
])("a body that cannot be read is reported with how to send it: %s as %s", async (body, type, message) => {
  const response = await service.request("http://localhost/v1/explain", { method: "POST", headers: { "content-type": type }, body });
  const { code, detail } = problemSchema.parse(await response.json());
  expect([response.status, code]).toEqual([400, "invalid_request"]);
  expect(detail).toContain(message);
  expect(detail).toMatch(/\/docs/);
});

it.each([
  ["GET", "/v1/search?q=x&mode=fuzzy", undefined, "mode: it must be hybrid, semantic or keyword."],
  ["GET", "/v1/search?q=x&hasCode=1", undefined, "hasCode: it must be true or false."],
  ["POST", "/v1/similar", { texts: "kettles" }, "text: it is missing; the body: there is no field “texts”."],
  ["POST", "/v1/similar", { text: "" }, "text: it is empty."],
  ["POST", "/v1/similar", { text: "kettles", limit: 101 }, "limit: it is more than 100."],
  ["POST", "/v1/similar", { text: 7 }, "text: it must be a string."],
  ["POST", "/v1/papers/batch", { ids: Array(501).fill("a") }, "ids: it has more than 500 entries."],
  ["POST", "/v1/jobs", { kind: "dance" }, "kind: it must be verify or reindex."],
] as const)("a wrong value is reported in plain words: %s %s", async (method, path, body, message) => {
  const sent = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await service.request(`http://localhost${path}`, { method, ...sent });
  expect(problemSchema.parse(await response.json()).detail).toContain(message);
});

it("An answer of the service is for its requester only", async () => {
  const keptBy = async (path: string) => (await service.request(`http://localhost${path}`)).headers.get("cache-control");
  for (const path of ["/v1/search?q=paper", "/v1/search?limit=0", "/", "/v1/index", "/openapi.json", "/nowhere"])
    expect([path, await keptBy(path)]).toEqual([path, "private, no-cache"]);
  expect(await keptBy("/feeds/search.json?q=paper")).toBe("no-cache");
});
