/** Services that answer with JSON (Hugging Face, Semantic Scholar, OpenAlex, bioRxiv), against a service that speaks their protocols. */
import { afterEach, describe, expect, it } from "vitest";
import type { LiveSourceName } from "../../../src/core/live-source.ts";
import { type Answering, Bench, LocalService } from "./live-service.ts";

let service: LocalService;
let bench: Bench;

async function open(name: LiveSourceName, answer: Answering, key?: string): Promise<void> {
  service = await LocalService.start(answer);
  bench = new Bench(name, service.address, key === undefined ? {} : { key });
}

afterEach(async () => {
  await bench.close();
  await service.close();
});

const json = (value: unknown) => ({ body: JSON.stringify(value) });
const numbers = (from: number, count: number) => Array.from({ length: Math.max(0, count) }, (_, at) => from + at);

describe("Hugging Face's Daily Papers", () => {
  const paper = (id: number, day: string) => ({
    paper: {
      id: `2603.${String(id).padStart(5, "0")}`,
      title: `Paper ${id}`,
      summary: "About it.",
      upvotes: 3,
      authors: [{ name: "Ada Example" }],
      publishedAt: "2026-03-01T00:00:00.000Z",
    },
    publishedAt: `${day}T00:00:00.000Z`,
    title: `Paper ${id}`,
    numComments: 1,
  });
  const papersOfDay: Record<string, number> = { "2026-03-02": 60, "2026-03-03": 0, "2026-03-04": 50, "2026-03-05": 2 };
  const answer: Answering = ({ url }) => {
    const { date = "2026-03-02", p, limit } = Object.fromEntries(url.searchParams);
    if (date > "2026-03-05") return { status: 400, body: '{"error":"Invalid date"}' };
    const [start, size] = [Number(p) * Number(limit), Number(limit)];
    const base = Number(date.slice(-2)) * 100;
    return json(numbers(base + start, Math.min(size, (papersOfDay[date] ?? 0) - start)).map((id) => paper(id, date)));
  };

  it("are fetched for one day, in pages", async () => {
    await open("hf-daily", answer);
    expect(await bench.fetch({ date: "2026-03-02" })).toMatchObject({ error: undefined, counts: { new: 60 } });
    expect(service.asked[0]?.url.pathname).toBe("/api/daily_papers");
    expect(service.queries).toEqual([
      { date: "2026-03-02", p: "0", limit: "50" },
      { date: "2026-03-02", p: "1", limit: "50" },
    ]);
  });

  it("are fetched for a range of days, including one without papers", async () => {
    await open("hf-daily", answer);
    expect(await bench.fetch({ from: "2026-03-02", to: "2026-03-04" })).toMatchObject({ error: undefined, counts: { new: 110 } });
    expect(service.queries.map(({ date, p }) => `${date} ${p}`)).toEqual([
      "2026-03-02 0",
      "2026-03-02 1",
      "2026-03-03 0",
      "2026-03-04 0",
      "2026-03-04 1",
    ]);
  });

  it("are fetched for a week and for a month", async () => {
    await open("hf-daily", answer, "hf_secret");
    await bench.fetch({ week: "2026-W10" });
    await bench.fetch({ month: "2026-03" });
    expect(service.queries[0]).toEqual({ week: "2026-W10", p: "0", limit: "50" });
    expect(service.queries.at(-1)).toEqual({ month: "2026-03", p: "1", limit: "50" });
    expect(service.asked[0]?.headers.authorization).toBe("Bearer hf_secret");
  });

  it("are fetched since the last run if no days are given, at first for today", async () => {
    await open("hf-daily", answer);
    expect(await bench.fetch()).toMatchObject({ counts: { new: 2 } });
    bench.clock.passDays(2);
    papersOfDay["2026-03-05"] = 3;
    // What a day still gets after it was read is read again; here the service knows no later day.
    expect(await bench.fetch()).toMatchObject({ error: { code: "source_refused" }, counts: { new: 1, unchanged: 2 } });
    expect(service.queries.map(({ date }) => date)).toEqual(["2026-03-05", "2026-03-05", "2026-03-06"]);
    // And where it stopped, it goes on.
    await bench.fetch();
    expect(service.queries.at(-1)?.date).toBe("2026-03-06");
  });

  it("report a wrong clock if the last run is dated in the future, and start over on request", async () => {
    await open("hf-daily", () => json([]));
    bench.clock.passDays(30);
    await bench.fetch();
    bench.clock.passDays(-30);
    expect((await bench.fetch()).error).toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("on record for 2026-04-04, and today is 2026-03-05: a clock was wrong"),
      mend: expect.stringContaining("--restart"),
    });
    expect(await bench.fetch({}, { restart: true })).toMatchObject({ error: undefined });
    expect(await bench.fetch()).toMatchObject({ error: undefined });
    expect(service.queries.at(-1)?.date).toBe("2026-03-05");
  });

  it("are read again since the last complete run if a wrong clock let a later run fail on a future day", async () => {
    await open("hf-daily", ({ url }) => ((url.searchParams.get("date") ?? "") < "2026-03-07" ? json([]) : { status: 400, body: "{}" }));
    await bench.fetch();
    bench.clock.passDays(2);
    expect(await bench.fetch()).toMatchObject({ error: { code: "source_refused" } });
    bench.clock.passDays(-2);
    const before = service.queries.length;
    expect(await bench.fetch()).toMatchObject({ error: undefined });
    expect(service.queries.slice(before).map(({ date }) => date)).toEqual(["2026-03-05"]);
  });

  it("keep their complete records if they are truncated", async () => {
    await open("hf-daily", (asked, number) => {
      const { body = "" } = answer(asked, number);
      return { body: String(body).slice(0, -40) };
    });
    const { error, counts } = await bench.fetch({ date: "2026-03-05" });
    expect(error).toMatchObject({ code: "source_unreachable", message: expect.stringContaining("JSON is broken") });
    expect(counts.new).toBeGreaterThan(0);
  });
});

describe("Semantic Scholar", () => {
  const sha = (id: number) => id.toString(16).padStart(40, "0");
  const paper = (id: number) => ({
    paperId: sha(id),
    externalIds: { CorpusId: id + 1 },
    title: `Paper ${id}`,
    abstract: "About it.",
    year: 2026,
    authors: [{ authorId: "1", name: "Ada Example" }],
  });
  const total = 250;
  const answer: Answering = ({ url, method, body }) => {
    const { query, offset, limit, token } = Object.fromEntries(url.searchParams);
    if (query === "wrong") return { status: 400, body: '{"error":"Unrecognized or unsupported fields: [unknown]"}' };
    if (method === "POST") {
      const { ids } = JSON.parse(body) as { ids: string[] };
      return json(ids.map((id, at) => (id.includes("9999") ? null : paper(at))));
    }
    if (query === "nothing") return json({ total: 0, offset: 0 });
    if (url.pathname.endsWith("/bulk")) {
      const start = Number(token ?? 0);
      return json({
        total,
        token: start + 100 < total ? String(start + 100) : null,
        data: numbers(start, Math.min(100, total - start)).map(paper),
      });
    }
    const [start, size] = [Number(offset), Number(limit)];
    const data = numbers(start, Math.min(size, total - start)).map(paper);
    return json({ total, offset: start, ...(start + size < total ? { next: start + size } : {}), data });
  };

  it("returns everything that matches", async () => {
    await open("semantic-scholar", answer, "s3cret");
    expect(await bench.fetch({ words: ["dense", "retrieval"], from: "2026-01-01" })).toMatchObject({
      error: undefined,
      counts: { new: 250 },
    });
    expect(service.asked[0]?.url.pathname).toBe("/graph/v1/paper/search/bulk");
    expect(service.asked[0]?.headers["x-api-key"]).toBe("s3cret");
    expect(service.queries[0]).toMatchObject({ query: "dense retrieval", publicationDateOrYear: "2026-01-01:" });
    expect(service.queries[0]?.fields?.split(",")).toEqual(expect.arrayContaining(["title", "abstract", "externalIds", "authors"]));
    expect(service.queries.map(({ token }) => token)).toEqual([undefined, "100", "200"]);
  });

  it("returns the best matches if a limit is set", async () => {
    await open("semantic-scholar", answer);
    expect(await bench.fetch({ words: ["kin"], limit: 130 })).toMatchObject({ error: undefined, counts: { new: 130 } });
    expect(service.asked[0]?.url.pathname).toBe("/graph/v1/paper/search");
    expect(service.queries.map(({ offset, limit }) => `${offset} ${limit}`)).toEqual(["0 100", "100 30"]);
  });

  it("looks for the parts of words with hyphens, for which the search by relevance finds nothing", async () => {
    await open("semantic-scholar", answer);
    await bench.fetch({ words: ["pre-training", "state-of-the-art", "-kin"], limit: 10 });
    expect(service.queries.map(({ query }) => query)).toEqual(["pre training state of the art kin"]);
    await bench.fetch({ words: ["pre-training", "-kin"] });
    expect(service.queries.at(-1)?.query).toBe("pre-training -kin");
  });

  it("returns papers by their ids, and reports the ids that it does not know", async () => {
    await open("semantic-scholar", answer);
    const ids = ["arXiv:2401.00001", "10.18653/v1/N18-3011", "PMCID:PMC2323736", sha(7), "CorpusId:9999"];
    const { counts, refusals, error } = await bench.fetch({ ids });
    expect([error, counts.new]).toEqual([undefined, 4]);
    expect(refusals).toMatchObject([{ reason: "it is unknown to the source" }]);
    expect(JSON.parse(service.asked[0]?.body ?? "")).toEqual({
      ids: ["arXiv:2401.00001", "DOI:10.18653/v1/n18-3011", "PMCID:2323736", sha(7), "CorpusId:9999"],
    });
    expect((await bench.fetch({ ids: ["OpenAlex:W1"] })).error).toMatchObject({ code: "invalid_request" });
  });

  it("may find nothing, and may refuse a query", async () => {
    await open("semantic-scholar", answer);
    for (const limit of [10, undefined])
      expect(await bench.fetch({ words: ["nothing"], limit })).toMatchObject({ error: undefined, counts: { read: 0 } });
    expect((await bench.fetch({ words: ["wrong"] })).error).toMatchObject({
      code: "source_refused",
      message: expect.stringContaining("unsupported fields"),
    });
    expect((await bench.fetch()).error).toMatchObject({ code: "invalid_request" });
  });
});

describe("OpenAlex", () => {
  const work = (id: number) => ({
    id: `https://openalex.org/W${id + 1}`,
    title: `Paper ${id}`,
    publication_date: "2026-03-01",
    authorships: [],
    abstract_inverted_index: { About: [0], "it.": [1] },
  });
  const total = 450;
  const answer: Answering = ({ url }) => {
    const { cursor, filter, "per-page": size } = Object.fromEntries(url.searchParams);
    if (filter?.startsWith("doi:10.5555/wrong")) return { status: 403, body: '{"error":"Invalid id","message":"wrong is not a valid id"}' };
    if (cursor === undefined) return json({ meta: { count: 1 }, results: [work(filter?.length ?? 0)], group_by: [] });
    const start = cursor === "*" ? 0 : Number(cursor);
    const results = numbers(start, Math.min(Number(size), total - start)).map(work);
    return json({
      meta: { count: total, next_cursor: results.length === 0 ? null : String(start + results.length) },
      results,
      group_by: [],
    });
  };

  it("is read by cursor, and continues where it stopped", async () => {
    let isDown = true;
    await open("openalex", (asked, number) => (isDown && number > 2 ? { status: 500 } : answer(asked, number)), "s3cret");
    expect(await bench.fetch({ words: ["kin"], from: "2026-01-01", to: "2026-03-01" })).toMatchObject({
      error: { message: expect.not.stringContaining("s3cret") },
      counts: { new: 400 },
    });
    expect(service.queries[0]).toEqual({
      search: "kin",
      filter: "from_publication_date:2026-01-01,to_publication_date:2026-03-01",
      "per-page": "200",
      cursor: "*",
      api_key: "s3cret",
    });
    isDown = false;
    expect(await bench.fetch({ words: ["kin"], from: "2026-01-01", to: "2026-03-01" })).toMatchObject({
      error: undefined,
      counts: { new: 50, read: 50 },
    });
  });

  it("looks up ids by kind, at most fifty at once", async () => {
    await open("openalex", answer);
    const ids = ["W5", "https://doi.org/10.5555/KETTLE", "arXiv:2401.00001", "PMID:77", ...numbers(100, 55).map((id) => `W${id}`)];
    expect(await bench.fetch({ ids })).toMatchObject({ error: undefined });
    expect(service.queries.map(({ filter = "" }) => `${filter.split(":")[0]} ${filter.split("|").length}`)).toEqual([
      "openalex 50",
      "openalex 6",
      "doi 2",
      "pmid 1",
    ]);
    expect(service.queries[2]?.filter).toBe("doi:10.5555/kettle|10.48550/arxiv.2401.00001");
  });

  it("matches papers to any spelling of the requested ids, and reports ids without a paper", async () => {
    await open("openalex", () =>
      json({ meta: { count: 1 }, results: [{ ...work(4), doi: "https://doi.org/10.48550/arXiv.2401.00001" }], group_by: [] }),
    );
    expect(await bench.fetch({ ids: ["2401.00001v2"] })).toMatchObject({ counts: { new: 1, refused: 0 } });
    expect(await bench.fetch({ ids: ["2401.00002"] })).toMatchObject({ refusals: [{ place: { entry: "arXiv:2401.00002" } }] });
  });

  it("reports why it refuses", async () => {
    await open("openalex", answer);
    expect((await bench.fetch({ ids: ["10.5555/wrong"] })).error).toMatchObject({
      code: "source_refused",
      message: expect.stringContaining("not a valid id"),
    });
  });
});

describe.each(["biorxiv", "medrxiv"] as const)("%s", (server) => {
  const detail = (id: number) => ({
    doi: `10.1101/2026.03.01.${String(id).padStart(6, "0")}`,
    title: `Paper ${id}`,
    authors: "Example, A.",
    date: "2026-03-01",
    version: "1",
    category: "cell biology",
    abstract: "About it.",
    published: "NA",
    server,
  });
  const answer: Answering = ({ url }) => {
    const [, , of, from = "", to, cursor, form] = url.pathname.split("/");
    if (of !== server || form !== "json") return { status: 404 };
    if (from > "2026-03-05") return json({ messages: [{ status: "no posts found" }], collection: [] });
    const total = url.searchParams.has("category") ? 1 : 130;
    const collection = numbers(Number(cursor), Math.min(100, total - Number(cursor))).map(detail);
    return json({
      messages: [{ status: "ok", interval: `${from}:${to}`, cursor, count: collection.length, total: String(total) }],
      collection,
    });
  };

  it("returns the preprints of a range of days in pages", async () => {
    await open(server, answer);
    expect(await bench.fetch({ from: "2026-03-01", to: "2026-03-02" })).toMatchObject({ error: undefined, counts: { new: 130 } });
    expect(service.asked.map(({ url }) => url.pathname)).toEqual([
      `/details/${server}/2026-03-01/2026-03-02/0/json`,
      `/details/${server}/2026-03-01/2026-03-02/100/json`,
    ]);
  });

  it("returns those of categories one after another, and continues after a failure", async () => {
    let isDown = true;
    await open(server, (asked, number) => (isDown && number > 1 ? { status: 502 } : answer(asked, number)));
    const request = { date: "2026-03-01", category: ["cell biology", "genomics"] };
    expect(await bench.fetch(request)).toMatchObject({ error: { code: "source_unreachable" } });
    isDown = false;
    expect(await bench.fetch(request)).toMatchObject({ error: undefined });
    expect(service.queries.at(0)).toEqual({ category: "cell biology" });
    expect(service.queries.at(-1)).toEqual({ category: "genomics" });
  });

  it("returns everything since the last run if no days are given, which may be nothing", async () => {
    await open(server, answer);
    expect(await bench.fetch()).toMatchObject({ counts: { new: 130 } });
    bench.clock.passDays(1);
    await bench.fetch();
    bench.clock.passDays(3);
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { read: 0 } });
    const days = service.asked.map(({ url }) => url.pathname.split("/").slice(3, 5).join(" "));
    expect([...new Set(days)]).toEqual(["2026-03-05 2026-03-05", "2026-03-05 2026-03-06", "2026-03-06 2026-03-09"]);
  });
});
