/** The addresses of other services, at which their clients find what they expect. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { arxivAtomFormat } from "../../../src/sources/arxiv-atom.ts";
import { hfDailyFormat } from "../../../src/sources/hf-daily.ts";
import { semanticScholarFormat } from "../../../src/sources/semantic-scholar.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { readText } from "../sources/reading-text.ts";
import { type Service, serviceOf } from "./service-of.ts";

const sha = "6b1f0c0000000000000000000000000000000abc";
const kettles = {
  ids: ["arXiv:2401.00001", "DOI:10.1000/kettles", `S2:${sha}`, "CorpusId:90000001", "PMCID:PMC2323736"],
  title: "Copper kettles",
  abstract: "Kettles of copper boil fast.",
  authors: [{ name: "Ada Example" }, { name: "Bo Other" }, { name: "Cy Third" }],
  published: "2024-01-02",
  listed: "2024-01-03",
  venue: "Journal of Kettles",
  categories: ["cs.CL", "cs.IR"],
  keywords: ["boiling"],
  pdfUrl: "https://arxiv.org/pdf/2401.00001",
  codeUrl: "https://github.com/ada/kettles",
  citations: 7,
  votes: 3,
  version: 2,
  sources: ["test"],
};
const tin = {
  ids: ["arXiv:hep-th/9901001"],
  title: "Tin lanterns",
  abstract: "Lanterns of tin shine <far> & wide.",
  authors: [{ name: "Bo Other" }],
  published: "1999-01",
  categories: ["hep-th"],
  keywords: [],
  sources: ["test"],
};
const clay = { ...tin, ids: ["X:clay"], title: "Copper and clay", abstract: "Pots of clay.", published: "2020-05-06", categories: [] };

const origin = "http://127.0.0.1:7460";
const engine = new Engine(new MemoryLibrary(), new HashingEmbedder(), { now: () => new Date("2024-02-01T12:00:00Z") });
let service: Service;

beforeAll(async () => {
  await engine.library.upsert([kettles, tin, clay]);
  await engine.embedBacklog();
  service = serviceOf(engine, { isLoopback: () => true });
});
afterAll(() => engine.close());

const get = async (path: string) => await service.request(`${origin}${path}`);
const json = async (path: string): Promise<unknown> => await (await get(path)).json();
const post = async (path: string, body: unknown) =>
  await service.request(`${origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("Semantic Scholar's Graph API", () => {
  it.each([
    sha,
    "CorpusId:90000001",
    "DOI:10.1000/kettles",
    "10.1000%2Fkettles",
    "ARXIV:2401.00001",
    "PMCID:2323736",
    "URL:https://arxiv.org/abs/2401.00001v1",
  ])("finds a paper by %s", async (id) => {
    expect(await json(`/graph/v1/paper/${id}`)).toEqual({ paperId: sha, title: "Copper kettles" });
  });

  it("gives the parts of a paper that are asked for", async () => {
    const fields =
      "externalIds,url,year,publicationDate,venue,openAccessPdf,isOpenAccess,citationCount,authors.name,corpusId,tldr,citations.title";
    expect(await json(`/graph/v1/paper/${sha}?fields=${fields}`)).toEqual({
      paperId: sha,
      corpusId: 90000001,
      externalIds: { ArXiv: "2401.00001", DOI: "10.1000/kettles", PubMedCentral: "2323736", CorpusId: 90000001 },
      url: `${origin}/papers/arXiv:2401.00001`,
      venue: "Journal of Kettles",
      year: 2024,
      citationCount: 7,
      isOpenAccess: true,
      openAccessPdf: { url: "https://arxiv.org/pdf/2401.00001", status: null, license: null, disclaimer: null },
      publicationDate: "2024-01-02",
      authors: [
        { authorId: null, name: "Ada Example" },
        { authorId: null, name: "Bo Other" },
        { authorId: null, name: "Cy Third" },
      ],
      tldr: null,
      citations: [],
    });
    expect(await json("/graph/v1/paper/hep-th/9901001?fields=publicationDate,year")).toMatchObject({ publicationDate: null, year: 1999 });
    expect(await json(`/graph/v1/paper/${sha}?fields=embedding.specter_v2`)).toMatchObject({ embedding: { vector: expect.any(Array) } });
  });

  it("searches page by page, with conditions, and has an empty list where nothing is found", async () => {
    const first = await json("/graph/v1/paper/search?query=copper&limit=1&offset=0&fields=title");
    expect(first).toMatchObject({ total: expect.any(Number), offset: 0, next: 1, data: [{ title: "Copper kettles" }] });
    for (const [condition, titles] of [
      ["year=2016-2021", ["Copper and clay"]],
      ["year=2021-", ["Copper kettles"]],
      ["year=-2000", ["Tin lanterns"]],
      ["publicationDateOrYear=2020-05:2020-06", ["Copper and clay"]],
      ["publicationDateOrYear=:2000", ["Tin lanterns"]],
      ["publicationDateOrYear=1990", []],
      ["openAccessPdf=", ["Copper kettles"]],
      ["venue=Journal+of+Kettles,Other", ["Copper kettles"]],
      ["minCitationCount=8", []],
    ] as const) {
      const { data, ...rest } = (await json(`/graph/v1/paper/search?query=copper&${condition}`)) as { data: { title: string }[] };
      expect([condition, data.map(({ title }) => title), "next" in rest]).toEqual([condition, titles, false]);
    }
  });

  it("gives the rest on the last page of the thousand papers that can be had", async () => {
    expect(await json("/graph/v1/paper/search?query=copper&limit=30&offset=990")).toEqual({
      total: expect.any(Number),
      offset: 990,
      data: [],
    });
  });

  it("matches titles, completes them, and looks for snippets and in bulk", async () => {
    expect(await json("/graph/v1/paper/search/match?query=copper+kettles")).toMatchObject({
      data: [{ paperId: sha, matchScore: expect.any(Number) }],
    });
    expect([(await get("/graph/v1/paper/search/match?query=tin+whistles+of+old")).status]).toEqual([404]);
    expect(await json("/graph/v1/paper/autocomplete?query=copper+ket")).toEqual({
      matches: [{ id: sha, title: "Copper kettles", authorsYear: "Ada Example et al., 2024" }],
    });
    expect(await json("/graph/v1/snippet/search?query=copper&limit=1")).toMatchObject({
      data: [{ snippet: { text: "Kettles of copper boil fast.", snippetKind: "abstract", snippetOffset: { start: 0, end: 28 } } }],
    });
    const titles = async (query: string) =>
      (
        (await json(`/graph/v1/paper/search/bulk?query=${encodeURIComponent(query)}&sort=publicationDate:desc&offset=0&limit=100`)) as {
          data: { title: string }[];
        }
      ).data.map(({ title }) => title);
    expect(await titles("copper")).toEqual(["Copper kettles", "Copper and clay"]);
    expect(await titles("copper -clay")).toEqual(["Copper kettles"]);
    expect(await titles("clay | lanterns")).toEqual(["Copper and clay", "Tin lanterns"]);
    expect(await titles("copper + clay")).toEqual(["Copper and clay"]);
    expect(await titles("copper boil -(clay | lanterns)")).toEqual(["Copper kettles"]);
    expect(await titles("copper -(kettles | (lanterns | clay))")).toEqual([]);
  });

  it("answers a batch in its order, with null for what is unknown", async () => {
    expect(await (await post("/graph/v1/paper/batch?fields=title", { ids: ["hep-th/9901001", "nope", sha] })).json()).toEqual([
      { paperId: "arXiv:hep-th/9901001", title: "Tin lanterns" },
      null,
      { paperId: sha, title: "Copper kettles" },
    ]);
    expect((await post("/graph/v1/paper/batch", { ids: Array.from({ length: 501 }, () => "x") })).status).toBe(400);
    expect(await json(`/graph/v1/paper/${sha}/authors?limit=2`)).toMatchObject({
      offset: 0,
      next: 2,
      data: [{ name: "Ada Example" }, { name: "Bo Other" }],
    });
    expect(await json("/graph/v1/paper/10.1000/kettles/citations")).toEqual({ offset: 0, data: [] });
  });

  it.each([
    ["/graph/v1/paper/404", 404, "Paper with id 404 not found"],
    ["/graph/v1/paper/search?query=x&fields=title,unknown", 400, "Unrecognized or unsupported fields: [unknown]"],
    ["/graph/v1/paper/search", 400, "Missing required parameter: query"],
    ["/graph/v1/paper/search?query=x&limit=101", 400, "Unacceptable query params: [limit=101]"],
    ["/graph/v1/paper/search?query=x&year=20", 400, "Unacceptable query params: [year=20]"],
    [`/graph/v1/paper/search?query=x&venue=${"v,".repeat(101)}`, 400, `Unacceptable query params: [venue=${"v,".repeat(50)}]`],
    ["/graph/v1/snippet/search?query=x&paperIds=1", 400, "Unacceptable query params: [paperIds=1]"],
    ["/graph/v1/nowhere", 404, "There is no GET /graph/v1/nowhere."],
  ])("says what is wrong as its clients read it: %s", async (path, status, said) => {
    const response = await get(path);
    expect([response.status, await response.json()]).toEqual([status, { error: said, message: said }]);
  });

  it("wants a key where the service does, which may only read", async () => {
    const keyed = serviceOf(engine, { apiKeys: ["a-key"] });
    const headers = { "x-api-key": "wrong" };
    expect((await keyed.request(`${origin}/graph/v1/paper/${sha}`, { headers })).status).toBe(403);
    expect((await keyed.request(`${origin}/graph/v1/paper/${sha}`, { headers: { "x-api-key": "a-key" } })).status).toBe(200);
  });

  it("gives what the importer reads", async () => {
    const all = "externalIds,title,abstract,authors,publicationDate,venue,fieldsOfStudy,citationCount,openAccessPdf,corpusId";
    const { records } = await readText(
      semanticScholarFormat,
      await (await get(`/graph/v1/paper/search?query=copper&limit=1&fields=${all}`)).text(),
    );
    expect(records).toMatchObject([
      { paper: { title: "Copper kettles", published: "2024-01-02", citations: 7, venue: "Journal of Kettles" } },
    ]);
  });
});

describe("Semantic Scholar's Recommendations API", () => {
  it("recommends from examples, with or without a slash at the end, and from one paper", async () => {
    for (const path of ["/recommendations/v1/papers", "/recommendations/v1/papers/"]) {
      const body = { positivePaperIds: ["ARXIV:2401.00001"], negativePaperIds: null };
      expect(await (await post(`${path}?limit=1&fields=title`, body)).json()).toEqual({
        recommendedPapers: [{ paperId: "X:clay", title: "Copper and clay" }],
      });
    }
    expect(await json("/recommendations/v1/papers/forpaper/10.1000/kettles?from=all-cs&limit=1")).toMatchObject({
      recommendedPapers: [{ paperId: "X:clay" }],
    });
  });

  it("needs examples that are there", async () => {
    const none = await post("/recommendations/v1/papers/", { positivePaperIds: [], negativePaperIds: [] });
    expect([none.status, await none.json()]).toMatchObject([400, { error: "No positive paper examples given" }]);
    expect((await post("/recommendations/v1/papers", { positivePaperIds: Array(201).fill("nope") })).status).toBe(400);
    expect((await get("/recommendations/v1/papers/forpaper/nope")).status).toBe(404);
    expect((await get(`/recommendations/v1/papers/forpaper/${sha}?limit=501`)).status).toBe(400);
  });
});

describe("Hugging Face's API of papers", () => {
  it("lists the papers of a day, a week or a month", async () => {
    for (const period of ["date=2024-01-03", "date=2024-01-03T10:00:00Z", "week=2024-W01", "month=2024-01", "", "sort=trending"]) {
      const listed = await json(`/api/daily_papers?${period}`);
      expect([period, listed]).toMatchObject([
        period,
        [
          {
            paper: {
              id: "2401.00001",
              upvotes: 3,
              publishedAt: "2024-01-02T00:00:00.000Z",
              authors: [{ name: "Ada Example", hidden: false }, {}, {}],
            },
            publishedAt: "2024-01-03T00:00:00.000Z",
            title: "Copper kettles",
            summary: "Kettles of copper boil fast.",
            numComments: 0,
            githubRepo: "https://github.com/ada/kettles",
          },
        ],
      ]);
      const { records } = await readText(hfDailyFormat, JSON.stringify(listed));
      expect(records).toMatchObject([{ paper: { ids: ["arXiv:2401.00001"], listed: "2024-01-03", votes: 3 } }]);
    }
    for (const nothing of ["date=2024-01-04", "month=2024-01&p=1", "month=2024-01&submitter=ada"])
      expect(await json(`/api/daily_papers?${nothing}`)).toEqual([]);
    const bad = await get("/api/daily_papers?date=yesterday");
    expect([bad.status, await bad.json()]).toMatchObject([400, { error: expect.stringContaining("yesterday") }]);
  });

  it("finds papers, and has each by itself, also as Markdown", async () => {
    expect(await json("/api/papers/search?q=copper+kettles&limit=1")).toMatchObject([
      { paper: { id: "2401.00001" }, title: "Copper kettles" },
    ]);
    expect(await json("/api/papers/2401.00001")).toMatchObject({
      id: "2401.00001",
      title: "Copper kettles",
      submittedOnDailyAt: "2024-01-03T00:00:00.000Z",
    });
    expect((await get("/api/papers/2401.99999")).status).toBe(404);
    const asked = { headers: { accept: "text/markdown" } };
    for (const text of [await get("/papers/2401.00001.md"), await service.request(`${origin}/papers/2401.00001`, asked)])
      expect([text.headers.get("content-type"), await text.text()]).toEqual([
        "text/markdown; charset=utf-8",
        expect.stringMatching(/^# Copper kettles\n/),
      ]);
    expect((await get("/papers/2401.00001")).headers.get("content-type")).toMatch(/^text\/html/);
    expect((await get("/papers/nope.md")).status).toBe(404);
  });
});

describe("arXiv's API", () => {
  const titles = async (query: string) =>
    [...(await (await get(`/api/query?${query}`)).text()).matchAll(/<title>(.*?)<\/title>/g)].slice(1).map(([, title]) => title);

  it("answers queries and lists of ids", async () => {
    for (const [query, found] of [
      ["search_query=ti:copper+AND+au:ada", ["Copper kettles"]],
      ["search_query=all:copper+ANDNOT+all:clay", ["Copper kettles"]],
      ["search_query=cat:cs.CL+OR+cat:hep-th&sortBy=submittedDate&sortOrder=ascending", ["Tin lanterns", "Copper kettles"]],
      ["search_query=all:copper+AND+all:clay", ["Copper and clay"]],
      ["search_query=all:copper+ANDNOT+(ti:clay+OR+ti:lanterns)", ["Copper kettles"]],
      ["search_query=submittedDate:[20231301+TO+20231401]", ["Error"]],
      [`id_list=${"2401.00001,".repeat(2_001)}`, ["Error"]],
      ["search_query=all:copper+AND+submittedDate:[202401010000+TO+202412312359]", ["Copper kettles"]],
      ["search_query=all:copper&sortBy=submittedDate&start=1&max_results=1", ["Copper and clay"]],
      ["id_list=2401.00001v2,hep-th/9901001", ["Copper kettles", "Tin lanterns"]],
      ["search_query=all:copper&id_list=2401.00001", ["Copper kettles"]],
      ["id_list=abc", ["Error"]],
      ["search_query=all:x&max_results=30001", ["Error"]],
      ["id_list=", []],
    ] as const)
      expect([query, await titles(query)]).toEqual([query, found]);
    expect((await get("/api/query?search_query=all:x&max_results=30001")).status).toBe(400);
    const form = new URLSearchParams({ id_list: "2401.00001" });
    expect(await (await service.request(`${origin}/api/query`, { method: "POST", body: form })).text()).toContain(
      "<opensearch:totalResults>1<",
    );
  });

  it("says of no more papers than it gives, since clients ask for as many as there are", async () => {
    const many = new Engine(new MemoryLibrary(), new HashingEmbedder());
    await many.library.upsert(Array.from({ length: 1_001 }, (_, at) => ({ ...tin, ids: [`X:${at}`], title: `Lanterns ${at}` })));
    const answered = await serviceOf(many, { isLoopback: () => true }).request(`${origin}/api/query?search_query=ti:lanterns&start=999`);
    const feed = await answered.text();
    expect([feed.includes("<opensearch:totalResults>1000<"), feed.split("<entry>").length - 1]).toEqual([true, 1]);
    await many.close();
  });

  it("leads to the PDF of each paper of arXiv", async () => {
    expect(await (await get("/api/query?id_list=hep-th/9901001")).text()).toContain(
      '<link href="https://arxiv.org/pdf/hep-th/9901001" rel="related" title="pdf"/>',
    );
  });

  it("names a first category in each entry, without which clients fail", async () => {
    expect(await (await get("/api/query?search_query=ti:clay")).text()).toContain('<arxiv:primary_category term=""/>');
    const { records } = await readText(arxivAtomFormat, await (await get("/api/query?search_query=ti:lanterns")).text());
    expect(records).toMatchObject([{ paper: { categories: ["hep-th"] } }]);
  });

  it("gives what the importer reads", async () => {
    const { records } = await readText(arxivAtomFormat, await (await get("/api/query?id_list=2401.00001,hep-th/9901001")).text());
    expect(records).toMatchObject([
      {
        paper: {
          ids: ["arXiv:2401.00001", "DOI:10.1000/kettles"],
          version: 2,
          published: "2024-01-02",
          categories: ["cs.CL", "cs.IR"],
          venue: "Journal of Kettles",
        },
      },
      { paper: { ids: ["arXiv:hep-th/9901001"], abstract: "Lanterns of tin shine <far> & wide." } },
    ]);
  });
});
