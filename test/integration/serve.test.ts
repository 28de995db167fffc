/** `paperkin serve` with the real model and the starter corpus: the API as programs use it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

interface Body {
  hits: {
    paper: {
      paperId: string;
      title: string;
      published?: string;
      venue?: string;
      categories: string[];
    };
    score: number;
    scores: { semantic?: number; lexical?: number };
    exact?: string;
    sentence?: { text: string; marks: number[][] };
    reason?: { nearest: { paperId: string }[]; terms: string[] };
  }[];
  total: number;
  mode: string;
  code?: string;
}

const folder = temporaryFolder();
const data = join(folder.path, "library");
let server: Server;

beforeAll(async () => {
  await copyStarterLibrary(data);
  server = await Server.start(["--data", data]);
});
afterAll(async () => {
  await server.stop();
  await Server.stopAll();
  folder.remove();
});

const get = async (path: string): Promise<Body> => (await (await server.get(path)).json()) as Body;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.get(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("search", () => {
  test("answers a question in plain language with scores and the most relevant sentence", async () => {
    const answer = await get("/v1/search?q=evidence+that+ripples+in+spacetime+exist&limit=5");
    expect(answer.mode).toBe("hybrid");
    expect(answer.hits).toHaveLength(5);
    expect(answer.hits.map((hit) => hit.paper.title).join(" ")).toMatch(/Gravitational/);
    const scores = answer.hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const hit of answer.hits) {
      expect(hit.scores.semantic).toBeTypeOf("number");
      expect(hit.scores.lexical).toBeTypeOf("number");
      expect(hit.sentence?.text.length).toBeGreaterThan(10);
    }
  });

  test.each([
    ["arXiv:1706.03762", "id"],
    ["https://arxiv.org/abs/1706.03762v5", "id"],
    ["10.48550/arXiv.1706.03762", "id"],
    ["attention is all you need", "title"],
  ])("finds the paper for %s first, by its %s", async (query, exact) => {
    const { hits } = await get(`/v1/search?q=${encodeURIComponent(query)}&limit=3`);
    expect(hits[0]).toMatchObject({
      exact,
      paper: { paperId: "arXiv:1706.03762" },
    });
    expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? 0);
  });

  test.each(["hybrid", "semantic", "keyword"])("in %s mode is paged without gap or repetition", async (mode) => {
    const whole = await get(`/v1/search?q=learning+from+data&mode=${mode}&limit=60`);
    const pages = await Promise.all(
      [0, 20, 40].map((offset) => get(`/v1/search?q=learning+from+data&mode=${mode}&limit=20&offset=${offset}`)),
    );
    expect(pages.flatMap((page) => page.hits.map((hit) => hit.paper.paperId))).toEqual(whole.hits.map((hit) => hit.paper.paperId));
  });

  test("can be paged to the end of a long answer, each paper once, scores never rising (I8)", async () => {
    const ids: string[] = [];
    const scores: number[] = [];
    for (let offset = 0; ; offset += 100) {
      const { hits } = await get(`/v1/search?q=learning+from+data&limit=100&offset=${offset}`);
      if (hits.length === 0) break;
      ids.push(...hits.map((hit) => hit.paper.paperId));
      scores.push(...hits.map((hit) => hit.score));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(325);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test.each([
    ["yearFrom=2017&yearTo=2018", (paper: Body["hits"][0]["paper"]) => ["2017", "2018"].includes(paper.published?.slice(0, 4) ?? "")],
    ["category=cs.CL", (paper: Body["hits"][0]["paper"]) => paper.categories.includes("cs.CL")],
    ["category=astro-ph.*", (paper: Body["hits"][0]["paper"]) => paper.categories.some((category) => category.startsWith("astro-ph."))],
    ["venue=nature", (paper: Body["hits"][0]["paper"]) => /nature/i.test(paper.venue ?? "")],
    ["from=2020-01&to=2020-06-30", (paper: Body["hits"][0]["paper"]) => (paper.published ?? "") <= "2020-06-30"],
  ])("applies the filter %s to every hit, and returns exactly limit hits (I7)", async (filter, holds) => {
    const all = await get(`/v1/search?q=&limit=100&${filter}`);
    const limit = Math.min(7, all.total);
    const { hits, total } = await get(`/v1/search?q=a+new+method&limit=${limit}&${filter}`);
    expect(total).toBe(all.total);
    expect(hits).toHaveLength(limit);
    expect(hits.every((hit) => holds(hit.paper))).toBe(true);
  });

  test.each(["q=&mode=hybrid", "q=a+new+method", "q=wave&mode=keyword", "q=&category=cs.CL"])(
    "counts facets of %s as it counts total, and each value is a filter that leaves that many",
    async (query) => {
      const answer = (await get(`/v1/search?${query}&limit=1&facets=true`)) as Body & {
        facets: Record<string, { value: string; papers: number }[]>;
      };
      expect(answer.facets.years?.length).toBeGreaterThan(0);
      for (const { value, papers } of answer.facets.years?.slice(0, 3) ?? [])
        expect((await get(`/v1/search?${query}&yearFrom=${value}&yearTo=${value}`)).total).toBe(papers);
      for (const { value, papers } of answer.facets.sources ?? [])
        expect((await get(`/v1/search?${query}&source=${value}`)).total).toBe(papers);
    },
  );

  test.each([
    "publishedFrom=2020-13",
    "minVotes=-1",
    "hasPdf=yes",
    "unseen=1",
    "language=",
    "halfLifeDays=0",
    "halfLifeDays=x",
    "diversity=2",
    "minScore=much",
    "collapse=1",
    "halfLifeDays=9&asOf=2024-02-30",
  ])("refuses %s and says why", async (parameter) => {
    const response = await server.get(`/v1/search?q=x&${parameter}`);
    expect(response.status).toBe(400);
    const { code, detail } = (await response.json()) as Body & { detail: string };
    expect(code).toBe("invalid_request");
    expect(detail).toContain(/(\w+)=[^=]*$/.exec(parameter)?.[1]);
  });

  test("leaves out what the user has seen", async () => {
    const before = await get("/v1/search?q=ripples+in+spacetime&limit=1");
    const id = before.hits[0]?.paper.paperId ?? "";
    expect((await post("/v1/feedback", { paperId: id, kind: "seen" })).ok).toBe(true);
    const after = await get("/v1/search?q=ripples+in+spacetime&limit=1&unseen=true");
    expect(after.hits[0]?.paper.paperId).not.toBe(id);
    expect(after.total).toBe(before.total - 1);
  });

  test("explains why each hit is one, and explains any paper on request", async () => {
    const query = "agreeing on one value although some machines fail";
    const { hits } = await get(`/v1/search?q=${encodeURIComponent(query)}&limit=4`);
    for (const [at, hit] of (
      hits as unknown as { paper: { paperId: string }; score: number; why: { lexical: { rank: number | null } } }[]
    ).entries()) {
      const told = (await (await post("/v1/explain", { query, paperId: hit.paper.paperId })).json()) as Record<string, unknown>;
      expect(told).toMatchObject({ place: at + 1, score: hit.score, mode: "hybrid", fused: { fusion: "convex", alpha: 0.4 } });
      expect(hit.why).toMatchObject({ alpha: 0.4, terms: expect.any(Array), semantic: { score: expect.any(Number) } });
    }
    const missing = await post("/v1/explain", { query: `${query} year:1850`, paperId: "1706.03762", filters: { hasCode: true } });
    expect(await missing.json()).toMatchObject({
      place: null,
      conditions: [{ met: true }, { met: false }, { from: "request", met: false }],
    });
    expect((await post("/v1/explain", { query, paperId: "arXiv:2999.00001" })).status).toBe(404);
    expect((await post("/v1/explain", { query })).status).toBe(400);
    const refused = await post("/v1/explain", { query, paperId: "x", halfLifeDays: -1 });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("halfLifeDays")]);
  });

  test("understands phrases, exclusions and fields", async () => {
    const phrase = await get(`/v1/search?q=${encodeURIComponent('"gravitational waves"')}&limit=50`);
    expect(phrase.total).toBeGreaterThan(0);
    expect(phrase.total).toBeLessThan(60);
    const without = await get(`/v1/search?q=${encodeURIComponent('"gravitational waves" -neutron')}&limit=50`);
    expect(without.total).toBeLessThan(phrase.total);
    const { hits } = await get("/v1/search?q=author:vaswani&limit=5");
    expect(hits.map((hit) => hit.paper.paperId)).toContain("arXiv:1706.03762");
  });

  test.each([
    "C++",
    "-",
    '"',
    "🦜🦜",
    "'; DROP TABLE papers; --",
    "\\frac{a}{b}",
    "author:",
    "AND OR NOT",
    "a".repeat(9_000),
    "日本語の論文",
    "\u0000",
  ])("treats the strange query %j as no error", async (query) => {
    expect((await server.get(`/v1/search?q=${encodeURIComponent(query)}`)).status).toBe(200);
  });
});

describe("facets on the command line", () => {
  test("are printed after the papers: as a table, and for programs as one object in the last line", async () => {
    const { stdout } = await paperkin(["search", "memory", "--facets", "--limit", "1", "--data", data]);
    expect(stdout).toMatch(/^years +\d{4} +\d+$/m);
    const lines = jsonLines((await paperkin(["search", "memory", "--facets", "--limit", "2", "--json", "--data", data])).stdout);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({ total: expect.any(Number), facets: { years: expect.any(Array), sources: expect.any(Array) } });
  });
});

describe("did you mean", () => {
  const offered = async (query: string) =>
    ((await (await server.get(`/v1/search?${new URLSearchParams({ q: query })}`)).json()) as { suggestion?: string }).suggestion;

  test("offers correctly spelt words, and none for a correct word that no paper has", async () => {
    expect(await offered("nueral netwroks")).toBe("neural networks");
    expect(await offered("neural networks for weather")).toBeUndefined();
  });
});

describe("suggestions", () => {
  interface Suggestions {
    readonly titles: readonly { readonly text: string }[];
    readonly authors: readonly { readonly text: string; readonly query: string }[];
    readonly complete: boolean;
  }
  const suggestions = async (query: string) => (await (await server.get(`/v1/suggest?${query}`)).json()) as Suggestions;

  test("complete typed text to titles, and to names that work as conditions", async () => {
    // The server may have only just started.
    await eventually(async () => ((await suggestions("q=a")).complete ? true : undefined));
    expect((await suggestions("q=attention+is+al&limit=3")).titles[0]?.text).toBe("Attention Is All You Need");
    const { titles, authors } = await suggestions("q=has:abstract+author:vaswa");
    expect(titles).toEqual([]);
    expect(authors[0]?.query).toBe('has:abstract author:"Ashish Vaswani"');
    const { total } = await get(`/v1/search?q=${encodeURIComponent(authors[0]?.query ?? "")}`);
    expect(total).toBeGreaterThan(0);
  });

  test.each(["q=&limit=1", "q=%22", `q=${"a".repeat(10_000)}`, "q=%ED%A0%80", "q=author:%22"])(
    "are empty for %s, which is no error",
    async (query) => {
      expect(await suggestions(query)).toMatchObject({ titles: [], authors: [] });
    },
  );

  test("refuse an invalid limit", async () => {
    expect((await server.get("/v1/suggest?q=a&limit=21")).status).toBe(400);
  });
});

describe("papers and related papers", () => {
  test.each(["arXiv:1706.03762", "arXiv%3A1706.03762", "10.48550/arXiv.1706.03762", "https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762"])(
    "GET /v1/papers/%s finds the paper",
    async (id) => {
      expect(await (await server.get(`/v1/papers/${id}`)).json()).toMatchObject({
        paperId: "arXiv:1706.03762",
      });
      const { hits } = await get(`/v1/papers/${id}/similar?limit=5`);
      expect(hits).toHaveLength(5);
      expect(hits.map((hit) => hit.paper.paperId)).not.toContain("arXiv:1706.03762");
    },
  );

  test("an embedding is returned only on request, and has unit length (I4)", async () => {
    expect(await (await server.get("/v1/papers/arXiv:1706.03762")).json()).not.toHaveProperty("embedding");
    const { embedding } = (await (await server.get("/v1/papers/arXiv:1706.03762?include=embedding")).json()) as {
      embedding: { vector: number[] };
    };
    expect(embedding.vector).toHaveLength(384);
    expect(Math.hypot(...embedding.vector)).toBeCloseTo(1, 4);
  });

  test("a batch answers in order, with null for what does not exist", async () => {
    const { papers } = (await (await post("/v1/papers/batch", { ids: ["nope", "arXiv:1706.03762"] })).json()) as { papers: unknown[] };
    expect(papers).toMatchObject([null, { paperId: "arXiv:1706.03762" }]);
  });

  test("a pasted text finds related papers", async () => {
    const response = await post("/v1/similar", {
      text: "We cut DNA at chosen places with a bacterial enzyme guided by RNA.",
      limit: 5,
    });
    const { hits } = (await response.json()) as Body;
    expect(hits.map((hit) => `${hit.paper.title}`).join(" ")).toMatch(/CRISPR|Cas9|RNA/i);
  });

  test("recommendations leave out the examples and say why", async () => {
    const response = await post("/v1/recommendations", {
      positive: ["arXiv:1706.03762"],
      negative: null,
      limit: 5,
    });
    const { hits } = (await response.json()) as Body;
    expect(hits).toHaveLength(5);
    expect(hits.map((hit) => hit.paper.paperId)).not.toContain("arXiv:1706.03762");
    // A distant example is no reason.
    expect(hits[0]?.reason?.nearest[0]?.paperId).toBe("arXiv:1706.03762");
    for (const hit of hits) expect(hit.reason?.nearest.length === 1 || (hit.reason?.terms ?? []).length > 0).toBe(true);
  });

  test("topics come with papers, newest first", async () => {
    const { topics } = (await (await server.get("/v1/topics")).json()) as {
      topics: { slug: string }[];
    };
    expect(topics.length).toBeGreaterThanOrEqual(12);
    for (const { slug } of topics) {
      const { hits } = await get(`/v1/topics/${slug}/papers?limit=10`);
      expect(hits.length, slug).toBeGreaterThanOrEqual(3);
      const dates = hits.map((hit) => hit.paper.published ?? "");
      expect(dates).toEqual([...dates].sort().reverse());
    }
  });
});

describe("changes", () => {
  test("a posted paper is found by its words at once and by its meaning soon, and a deleted one is gone", async () => {
    const paper = {
      id: "test:finch",
      title: "Vocal practice of zebra finches",
      abstract: "Juvenile songbirds rehearse what they heard from a tutor.",
    };
    expect(await (await post("/v1/papers", paper)).json()).toMatchObject({
      read: 1,
      new: 1,
      refused: 0,
    });
    expect((await get("/v1/search?q=finches&mode=keyword")).hits[0]?.paper.paperId).toBe("test:finch");
    await eventually(async () =>
      (await get("/v1/search?q=how+young+birds+learn+to+sing&mode=semantic")).hits[0]?.paper.paperId === "test:finch" ? true : undefined,
    );
    expect((await server.get("/v1/papers/test:finch", { method: "DELETE" })).status).toBe(204);
    expect((await get("/v1/search?q=finches&mode=keyword")).hits).toHaveLength(0);
    expect((await server.get("/v1/papers/test:finch")).status).toBe(404);
  });

  const bibtex = '@article{kettle2020, title = {Singing kettles of M{\\"u}nster}, year = 2020, doi = {10.5555/kettle.1}}';
  test.each<[string, string, string | Uint8Array]>([
    ["BibTeX by its media type", "application/x-bibtex", bibtex],
    ["BibTeX as plain text", "text/plain; charset=utf-8", bibtex],
    ["packed with gzip", "application/octet-stream", gzipSync(bibtex)],
    [
      "RIS",
      "application/x-research-info-systems",
      "TY  - JOUR\nTI  - Singing kettles of Münster\nPY  - 2020\nDO  - 10.5555/kettle.1\nER  - \n",
    ],
    ["a table in Latin-1", "text/csv", Buffer.from("Title,Year,DOI\nSinging kettles of Münster,2020,10.5555/kettle.1\n", "latin1")],
    ["a list", "application/json", JSON.stringify([{ title: "Singing kettles of Münster", doi: "10.5555/kettle.1", date: "2020" }])],
    [
      "an answer of Crossref",
      "application/json",
      JSON.stringify({
        "message-type": "work",
        message: { DOI: "10.5555/kettle.1", title: ["Singing kettles of Münster"], issued: { "date-parts": [[2020]] } },
      }),
    ],
  ])("papers come as %s", async (_, type, body) => {
    const response = await server.get("/v1/papers", {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    expect([response.status, await response.json()]).toMatchObject([200, { read: 1, new: 1 }]);
    const { paper } = (await get("/v1/search?q=kettles&mode=keyword")).hits[0] ?? {};
    expect(paper).toMatchObject({ paperId: "DOI:10.5555/kettle.1", title: "Singing kettles of Münster", published: "2020" });
    expect((await server.get("/v1/papers/10.5555/kettle.1", { method: "DELETE" })).status).toBe(204);
  });

  test("a picture is refused as a paper, and so is text that holds none", async () => {
    for (const [type, body] of [
      ["image/png", "\u0089PNG"],
      ["text/plain", "Dear library, how are you?"],
    ] as const) {
      const response = await server.get("/v1/papers", { method: "POST", headers: { "content-type": type }, body });
      expect([response.status, await response.json()]).toMatchObject([415, { code: "unsupported_format", detail: expect.any(String) }]);
    }
  });

  test("the origin of each value is returned on request", async () => {
    const url = "/v1/papers/arXiv:1706.03762";
    expect(await (await server.get(url)).json()).not.toHaveProperty("provenance");
    const { provenance } = (await (await server.get(`${url}?include=provenance&include=embedding`)).json()) as {
      provenance: Record<string, string[]>;
    };
    expect(provenance.title).toEqual([expect.stringContaining("arXiv:1706.03762")]);
    expect(Object.keys(provenance)).toEqual(expect.arrayContaining(["abstract", "authors", "published"]));
  });

  test("papers imported by another process appear without a restart", async () => {
    const path = join(folder.path, "more.jsonl");
    writeFileSync(
      path,
      JSON.stringify({
        id: "test:bees",
        title: "Waggle dances of honey bees",
        abstract: "Foragers tell nestmates the direction of flowers.",
      }),
    );
    expect((await paperkin(["import", path, "--data", data])).code).toBe(0);
    await eventually(async () =>
      (await get("/v1/search?q=insects+communicating+where+food+is&mode=semantic")).hits[0]?.paper.paperId === "test:bees"
        ? true
        : undefined,
    );
    const suggested = (await (await server.get("/v1/suggest?q=waggle+dan")).json()) as { titles: unknown[] };
    expect(suggested.titles).toEqual([{ text: "Waggle dances of honey bees", paperId: "test:bees", href: "/papers/test:bees" }]);
  });

  test("lines are accepted, and each refused one is named", async () => {
    const body = '{"id":"test:l1","title":"Line one"}\n{"id":"test:l2"}\nnot json\n';
    const response = await server.get("/v1/papers", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body,
    });
    expect(await response.json()).toMatchObject({
      read: 3,
      new: 1,
      refused: 2,
      refusals: [{ place: "request body, line 2", field: "title" }, { place: "request body, line 3" }],
    });
  });
});

describe("errors and protection", () => {
  test.each([
    ["/v1/papers/no-such", 404, "paper_not_found"],
    ["/v1/topics/no-such/papers", 404, "topic_not_found"],
    ["/v1/nothing", 404, "route_not_found"],
    ["/v1/search?q=x&limit=1000", 400, "invalid_request"],
    ["/v1/search?q=x&offset=5000", 400, "invalid_request"],
    ["/v1/search?q=x&mode=magic", 400, "invalid_request"],
    ["/v1/search?q=x&from=yesterday", 400, "invalid_request"],
  ])("%s is a problem document with status %i and code %s", async (path, status, code) => {
    const response = await server.get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code });
    expect(problem.requestId).toBe(response.headers.get("x-request-id"));
  });

  test("bodies that are not JSON, or not the expected JSON, are refused", async () => {
    expect(
      (
        await server.get("/v1/similar", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{",
        })
      ).status,
    ).toBe(400);
    expect((await post("/v1/recommendations", { postive: [] })).status).toBe(400);
    expect((await post("/v1/papers", { nothing: true })).status).toBe(422);
  });

  test("a page of another origin can neither change anything nor reach the service under its own name", async () => {
    expect((await post("/v1/topics", { name: "X", description: "y" }, { origin: "https://elsewhere.example" })).status).toBe(403);
    const { request } = await import("node:http");
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${server.address}/v1/index`, { headers: { host: "elsewhere.example" } }, (response) => resolve(response.statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test("the OpenAPI document describes every route", async () => {
    const document = (await (await server.get("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toBe("3.1.0");
    for (const path of [
      "/v1/search",
      "/v1/papers",
      "/v1/papers/{id}",
      "/v1/papers/{id}/similar",
      "/v1/papers/batch",
      "/v1/similar",
      "/v1/recommendations",
      "/v1/topics",
      "/v1/topics/{slug}",
      "/v1/topics/{slug}/papers",
      "/v1/index",
      "/health/live",
      "/health/ready",
    ]) {
      expect(document.paths).toHaveProperty([path]);
    }
    expect((await server.get("/docs")).status).toBe(200);
    expect(await (await server.get("/metrics")).text()).toContain("paperkin_papers");
  });
});

describe("the daily listing", () => {
  interface Listing {
    asked: { name: string } | null;
    shown: { kind: string; name: string; first: string; last: string } | null;
    moved: boolean;
    previous: { name: string } | null;
    next: { name: string } | null;
    total: number;
    papers: { paper: { paperId: string; categories: string[] }; listed: string; score?: number; emerging?: { sentence: string } }[];
  }
  const daily = async (query: string) => (await (await server.get(`/v1/daily${query}`)).json()) as Listing;

  test("is the latest day when no period is given, and leads back through all days", async () => {
    const latest = await daily("");
    expect(latest).toMatchObject({ asked: null, moved: false, shown: { kind: "day", name: "2025-07-12" }, next: null, total: 1 });
    const before = await daily(`?date=${latest.previous?.name}`);
    expect(before.next?.name).toBe("2025-07-12");
    expect(before.papers.every(({ listed }) => listed === latest.previous?.name)).toBe(true);
  });

  test("for a day without papers shows the nearest earlier one, and says so", async () => {
    expect(await daily("?date=2025-07-13")).toMatchObject({ asked: { name: "2025-07-13" }, moved: true, shown: { name: "2025-07-12" } });
    expect(await daily("?week=2025-W29")).toMatchObject({
      moved: true,
      shown: { name: "2025-W28", first: "2025-07-07", last: "2025-07-13" },
    });
    expect(await daily("?month=1601-01")).toMatchObject({ shown: null, moved: true, total: 0, papers: [] });
  });

  test("has conditions, pages and emerging papers with reasons", async () => {
    const filtered = await daily("?month=2017-06&category=cs.*");
    expect(filtered.papers.length).toBeGreaterThan(0);
    for (const { paper } of filtered.papers) expect(paper.categories.some((category) => category.startsWith("cs."))).toBe(true);
    const { papers } = await daily("?month=2017-06&sort=emerging&limit=1");
    expect(papers[0]?.emerging?.sentence).toMatch(/of its 50 nearest papers/);
  });

  test.each([
    "date=2025-02-29",
    "week=2025-W53",
    "month=2025-13",
    "date=2025-07-12&week=2025-W28",
    "sort=best",
    "month=3000-01",
    "offset=-1",
  ])("refuses %s and says why", async (query) => {
    const response = await server.get(`/v1/daily?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_request" });
  });
});

describe("stopping and restarting", () => {
  test("a stopped server has written its index, and the next one answers the same from it", async () => {
    const own = temporaryFolder();
    const library = join(own.path, "library");
    const first = await Server.start(["--data", library]);
    const before = await (await first.get("/v1/search?q=protein+folding&limit=20")).json();
    expect(await first.stop("SIGTERM")).toBe(0);
    expect(JSON.parse(readFileSync(join(library, "generation-1", "manifest.json"), "utf8"))).toMatchObject({ count: 325 });
    const second = await Server.start(["--data", library]);
    expect(await (await second.get("/health/ready")).json()).toMatchObject({
      vectorSearch: "hnsw",
    });
    const after = await (await second.get("/v1/search?q=protein+folding&limit=20")).json();
    expect((after as Body).hits).toEqual((before as Body).hits);
    await second.stop();
    own.remove();
  });

  test("with API keys, every route but health requires one", async () => {
    const own = temporaryFolder();
    const key = "a-key-of-sixteen-or-more";
    const guarded = await Server.start(["--data", join(own.path, "library"), "--no-starter"], { PAPERKIN_API_KEYS: key });
    expect((await guarded.get("/v1/index")).status).toBe(401);
    expect((await guarded.get("/")).status).toBe(401);
    expect((await guarded.get("/health/live")).status).toBe(200);
    expect(
      (
        await guarded.get("/v1/index", {
          headers: { "x-api-key": "a-key-that-is-not-right" },
        })
      ).status,
    ).toBe(401);
    const ways: Record<string, string>[] = [
      { "x-api-key": key },
      { authorization: `Bearer ${key}` },
      { authorization: `Basic ${Buffer.from(`me:${key}`).toString("base64")}` },
    ];
    for (const headers of ways) {
      expect((await guarded.get("/v1/index", { headers })).status).toBe(200);
    }
    await guarded.stop();
    own.remove();
  });

  test("an empty library answers everything without error", async () => {
    const own = temporaryFolder();
    const empty = await Server.start(["--data", join(own.path, "library"), "--no-starter"]);
    for (const path of ["/", "/v1/search?q=anything", "/v1/search?q=", "/v1/topics", "/v1/daily", "/v1/index", "/topics", "/daily"])
      expect((await empty.get(path)).status, path).toBe(200);
    expect(((await (await empty.get("/v1/search?q=anything")).json()) as Body).hits).toEqual([]);
    await empty.stop();
    own.remove();
  });
});
