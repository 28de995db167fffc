/** The OpenAPI document describes what the routes do: programs are generated from it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { type Service, serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
let service: Service;

const jsonSchema = z.record(z.string(), z.unknown());
const contentSchema = z.record(z.string(), z.object({ schema: jsonSchema, example: z.unknown().optional() }));
const operationSchema = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: jsonSchema })).default([]),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ content: contentSchema.optional(), headers: jsonSchema.optional() })),
});
const documentSchema = z.object({
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), jsonSchema), securitySchemes: jsonSchema }),
});
let document: z.infer<typeof documentSchema>;

beforeAll(async () => {
  await engine.library.upsert(inventPapers(30));
  await engine.embedBacklog();
  service = serviceOf(engine, { isLoopback: () => true });
  document = documentSchema.parse(await (await service.request("http://localhost/openapi.json")).json());
});
afterAll(() => engine.close());

/** The errors of a value against the document's schema; empty if it matches. */
function faultsOf(schema: unknown, value: unknown): unknown {
  const whole = { ...jsonSchema.parse(schema), $defs: document.components.schemas };
  const own = jsonSchema.parse(JSON.parse(JSON.stringify(whole).replaceAll("#/components/schemas/", "#/$defs/")));
  return z.fromJSONSchema(own).safeParse(value).error?.issues;
}

function operationOf(method: string, path: string) {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not described`);
  return operation;
}

/** Sends a request, and compares request and answer with the document's description. */
async function expectDescribed(asked: Service, method: string, path: string, address: string, body?: unknown): Promise<void> {
  const { requestBody, responses } = operationOf(method, path);
  const headers = { "content-type": "application/json", "x-api-key": "a-key" };
  const response = await asked.request(
    `http://localhost${address}`,
    body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) },
  );
  const described = responses[String(response.status)] ?? responses.default;
  const type = (response.headers.get("content-type") ?? "").replace(/;.*/, "");
  expect(faultsOf(described?.content?.[type]?.schema, await response.json())).toBeUndefined();
  for (const name of Object.keys(described?.headers ?? {})) expect([name, response.headers.get(name)]).toEqual([name, expect.any(String)]);
  if (body !== undefined) expect(faultsOf(requestBody?.content["application/json"]?.schema, body)).toBeUndefined();
}

describe("The OpenAPI document", () => {
  it.each<[method: string, path: string, address: string, body?: unknown]>([
    ["GET", "/v1/search", "/v1/search?q=paper&facets=true&halfLifeDays=10"],
    ["GET", "/v1/search", "/v1/search?limit=0"],
    ["GET", "/v1/suggest", "/v1/suggest?q=p"],
    ["POST", "/v1/explain", "/v1/explain", { query: "paper", paperId: "X:1" }],
    ["POST", "/v1/similar", "/v1/similar", { text: "paper" }],
    ["POST", "/v1/recommendations", "/v1/recommendations", { positive: ["X:1"], negative: null, query: null }],
    ["GET", "/v1/papers/{id}", "/v1/papers/X:1?include=embedding&include=provenance"],
    ["GET", "/v1/papers/{id}", "/v1/papers/nowhere"],
    ["GET", "/v1/papers/{id}/similar", "/v1/papers/X:1/similar"],
    ["POST", "/v1/papers/batch", "/v1/papers/batch", { ids: ["X:1", "nowhere"] }],
    ["POST", "/v1/papers/{id}/comments", "/v1/papers/X:1/comments", { text: "Read it." }],
    ["GET", "/v1/papers/{id}/comments", "/v1/papers/X:1/comments"],
    ["POST", "/v1/interests", "/v1/interests", { name: "Papers", words: "paper", positives: ["X:1"] }],
    ["POST", "/v1/interests", "/v1/interests", {}],
    ["GET", "/v1/interests", "/v1/interests"],
    ["GET", "/v1/interests/{id}", "/v1/interests/Papers"],
    ["POST", "/v1/feedback", "/v1/feedback", { paperId: "X:1", kind: "save" }],
    ["GET", "/v1/feedback", "/v1/feedback"],
    ["GET", "/v1/picks", "/v1/picks"],
    ["GET", "/v1/picks", "/v1/picks?from=2020-01-01&to=2020-01-02"],
    ["POST", "/v1/judgments", "/v1/judgments", { query: "paper", paperId: "X:1", relevant: true }],
    ["GET", "/v1/judgments", "/v1/judgments"],
    ["POST", "/v1/topics", "/v1/topics", { name: "Papers", description: "Papers of all kinds" }],
    ["GET", "/v1/topics/{slug}/papers", "/v1/topics/papers/papers"],
    ["GET", "/v1/daily", "/v1/daily"],
    ["GET", "/v1/daily", "/v1/daily?date=1700-01-01"],
    ["POST", "/v1/feeds", "/v1/feeds", {}],
    ["GET", "/v1/feeds", "/v1/feeds"],
    ["GET", "/v1/subscriptions", "/v1/subscriptions"],
    ["GET", "/v1/jobs", "/v1/jobs"],
    ["POST", "/v1/jobs", "/v1/jobs", { kind: "reindex", model: "no/such" }],
    ["GET", "/v1/index", "/v1/index"],
    ["GET", "/health/ready", "/health/ready"],
    ["GET", "/feeds/daily.{format}", "/feeds/daily.json"],
    ["GET", "/feeds/search.{format}", "/feeds/search.json?q=paper"],
    ["GET", "/v1/export", "/v1/export?format=csl"],
    ["GET", "/openapi.json", "/openapi.json"],
  ])("describes the shape of request and answer: %s %s (%s)", (method, path, address, body) =>
    expectDescribed(service, method, path, address, body),
  );

  it("describes the shape of requests and answers about people", async () => {
    const own = new Engine(new MemoryLibrary(), new HashingEmbedder());
    const closed = serviceOf(own, { apiKeys: ["a-key"] });
    for (const [method, path, address, body] of [
      ["POST", "/v1/people", "/v1/people", { name: "ada" }],
      ["PATCH", "/v1/people/{name}", "/v1/people/ada", { address: "ada@example.org" }],
      ["GET", "/v1/people", "/v1/people"],
      ["DELETE", "/v1/people/keys/{prefix}", "/v1/people/keys/pk_none"],
      ["DELETE", "/v1/people/{name}", "/v1/people/nobody"],
    ] as const)
      await expectDescribed(closed, method, path, address, body);
    await own.close();
  });

  it("accepts a paper, a list of them and nothing else as JSON", () => {
    const schema = operationOf("POST", "/v1/papers").requestBody?.content["application/json"]?.schema;
    const paper = { id: "X:1", title: "A paper" };
    expect([paper, [paper], []].map((body) => faultsOf(schema, body))).toEqual([undefined, undefined, undefined]);
    expect(faultsOf(schema, "paper")).toBeDefined();
  });

  it("names nothing that may be null, and combines nothing with closed schemas", () => {
    const { schemas } = document.components;
    expect(Object.keys(schemas).filter((name) => Array.isArray(schemas[name]?.type))).toEqual([]);
    const closed = Object.keys(schemas).filter((name) => schemas[name]?.additionalProperties === false);
    for (const name of closed) expect(JSON.stringify(document)).not.toContain(`"allOf":[{"$ref":"#/components/schemas/${name}"`);
  });

  it("gives each operation a unique name, and a tag that it describes", () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const names = operations.map(({ operationId }) => operationId);
    expect([...new Set(names)]).toEqual(names);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    expect([...new Set(operations.flatMap(({ tags }) => tags))].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  it("contains every route for programs", () => {
    const forPrograms = service.routes.filter(
      ({ path, method }) => method !== "ALL" && /^\/(?:v1\/|health\/|feeds\/.*:file|metrics|openapi\.json)/.test(path),
    );
    const known = forPrograms.map(({ method, path }) => `${method} ${path.replaceAll("{.+}", "").replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // The router has no parameters that are part of a name.
    const plain = (routes: readonly string[]) => routes.filter((route) => !route.includes(" /feeds/")).sort();
    expect(plain(described)).toEqual([...new Set(plain(known))]);
    expect(described.filter((route) => route.includes(" /feeds/"))).toHaveLength(4);
  });

  it("has examples of bodies that the routes accept", () => {
    const bodies = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { requestBody }]) =>
        requestBody === undefined ? [] : [{ route: `${method} ${path}`, contents: Object.values(requestBody.content) }],
      ),
    );
    for (const { route, contents } of bodies) {
      const [shown] = contents.filter(({ example }) => example !== undefined);
      expect([route, shown === undefined]).toEqual([route, false]);
      expect([route, faultsOf(shown?.schema, shown?.example)]).toEqual([route, undefined]);
    }
  });

  it("types parameters as programs need: lists for repeatable ones, and booleans", async () => {
    const typesOf = (path: string) =>
      Object.fromEntries(operationOf("GET", path).parameters.map(({ name, schema }) => [name, schema.type]));
    expect(typesOf("/v1/search")).toMatchObject({
      venue: "array",
      author: "array",
      hasCode: "boolean",
      collapse: "boolean",
      limit: "integer",
    });
    expect(typesOf("/v1/papers/{id}")).toMatchObject({ include: "array" });
    for (const query of ["q=paper&venue=a&hasCode=true&collapse=false", "q=paper&venue=a&venue=b&unseen=true"])
      expect((await service.request(`http://localhost/v1/search?${query}`)).status).toBe(200);
  });

  it("states which key each route needs", () => {
    expect(Object.keys(document.components.securitySchemes)).toEqual(["bearer", "apiKey", "basic"]);
    const scopeOf = (method: string, path: string) => operationOf(method, path).security.map((one) => Object.values(one).flat());
    expect(scopeOf("GET", "/v1/search")).toEqual([["read"], ["read"], ["read"], []]);
    expect(scopeOf("POST", "/v1/papers/{id}/comments")).toEqual([["write"], ["write"], ["write"], []]);
    expect(scopeOf("POST", "/v1/papers")).toEqual([["admin"], ["admin"], ["admin"], []]);
    expect(scopeOf("GET", "/health/live")).toEqual([]);
    expect(scopeOf("GET", "/feeds/private/{token}.{format}")).toEqual([]);
  });
});

it.each(["/v1/papers/X:1", "/v1/papers/X:1?include=embedding", "/openapi.json"])(
  "An answer that lasts is not sent twice: %s",
  async (path) => {
    const first = await service.request(`http://localhost${path}`);
    const known = first.headers.get("etag") ?? "";
    const asked = async (tag: string) => await service.request(`http://localhost${path}`, { headers: { "if-none-match": tag } });
    const again = await asked(known);
    expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, known, ""]);
    for (const name of ["cache-control", "x-request-id", "x-content-type-options"]) expect(again.headers.get(name), name).not.toBeNull();
    expect((await asked('"other"')).status).toBe(200);
  },
);

it("A new interest is at the address in Location", async () => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ name: "Located", words: "paper" });
  const made = await service.request("http://localhost/v1/interests", { method: "POST", headers, body });
  const found = await service.request(new URL(made.headers.get("location") ?? "", "http://localhost"));
  expect([made.status, await found.json()]).toMatchObject([201, { interest: await made.json() }]);
});

describe("A request with an unsupported method", () => {
  it.each([
    ["PUT", "/v1/search", "GET, HEAD"],
    ["OPTIONS", "/v1/papers", "POST"],
    ["POST", "/v1/papers/10.1000/x", "GET, HEAD, DELETE"],
    ["GET", "/v1/recommendations", "POST"],
    ["PUT", "/v1/interests/Papers", "GET, HEAD, PATCH, DELETE"],
    ["POST", "/feeds/daily.atom", "GET, HEAD"],
    ["POST", "/metrics", "GET, HEAD"],
    ["DELETE", "/openapi.json", "GET, HEAD"],
  ])("is told which methods the route accepts: %s %s", async (method, path, allowed) => {
    const response = await service.request(`http://localhost${path}`, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allowed]);
    expect(await response.json()).toMatchObject({ code: "method_not_allowed", status: 405 });
  });

  it.each(["/v1/nowhere", "/feeds/nowhere.atom", "/v1", "/health/"])("is not found if nothing answers: GET %s", async (path) => {
    const response = await service.request(`http://localhost${path}`);
    expect([response.status, response.headers.get("allow")]).toEqual([404, null]);
    expect(await response.json()).toMatchObject({ code: "route_not_found", status: 404 });
  });
});

it("The page of the documentation tells bounds, defaults, how lists are sent, and the fields of alternatives", async () => {
  const page = (await (await service.request("http://localhost/docs")).text()).replace(/<[^>]+>/g, "");
  expect(page).toContain("whole number from 1 to 100; 10 by default; in the query");
  expect(page).toContain("one of hybrid, semantic, keyword; hybrid by default; in the query");
  expect(page).toContain("categorylist of strings; in the query, repeated for each value");
  expect(page).toContain("ids requiredlist of strings, at most 500");
  expect(page).toContain("kind requiredverify or reindex");
  expect(page).toContain("minVoteswhole number from 0 to 1,000,000,000; in the query");
  expect(page).toContain("qstring; in the query");
});

it("The page of the documentation shows the routes by subject", async () => {
  const page = await (await service.request("http://localhost/docs")).text();
  const headings = [...page.matchAll(/<h2>(\w+)<\/h2>|<h3><code>(.*?)<\/code>/g)].map(([, subject, route]) => subject ?? route);
  expect(headings.slice(headings.indexOf("Comments"), headings.indexOf("Papers"))).toEqual([
    "Comments",
    "GET /v1/papers/{id}/comments",
    "POST /v1/papers/{id}/comments",
    "DELETE /v1/comments/{comment}",
  ]);
});

it("The document is generated once, however often it and its page are requested", async () => {
  const asked = serviceOf(engine, { isLoopback: () => true });
  const first = await (await asked.request("http://localhost/openapi.json")).text();
  const parts = asked.openAPIRegistry.definitions.length;
  for (const path of ["/openapi.json", "/docs", "/docs"]) expect((await asked.request(`http://localhost${path}`)).status).toBe(200);
  expect(await (await asked.request("http://localhost/openapi.json")).text()).toBe(first);
  expect(asked.openAPIRegistry.definitions.length).toBe(parts);
});
