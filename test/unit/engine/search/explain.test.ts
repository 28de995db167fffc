/** Why hits are hits, why other papers are not, and how an answer may be ordered. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { neededScore } from "../../../../src/engine/search/explain-text.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder(), { now: () => new Date("2024-06-30T12:00:00") });

beforeAll(async () => {
  const withText = (number: number, title: string, author: string, more: object = {}) =>
    inventPaper(number, { title, abstract: "", authors: [{ name: author }], published: "2014-06-30", ...more });
  await engine.library.upsert([
    withText(1, "Copper kettles in old rivers", "Ada Example", { published: "2024-06-30" }),
    withText(2, "The copper violin and its makers", "Bo Smith", { abstract: "Strings of copper.", published: "2023-06-30" }),
    withText(3, "Old kettles of copper", "Cy Kettle", { published: undefined }),
    withText(4, "Harbours", "Di Nobody"),
    withText(7, "Lamps of brass", "Gu Found", { ids: ["arXiv:2401.00004"] }),
    withText(5, "The copper violin and its makers", "Bo Smith", { abstract: "Strings of copper.", published: "2022" }),
    ...Array.from({ length: 210 }, (_, at) => withText(100 + at, `Copper and copper and number ${at}`, "Em Many")),
  ]);
  await engine.embedBacklog();
  await engine.library.upsert([withText(6, "Lanterns of copper and glass", "Fa New")]);
});
afterAll(() => engine.close());

const idsOf = (hits: readonly { paper: { paperId: string } }[]) => hits.map(({ paper }) => paper.paperId);

describe("a hit", () => {
  it("names the query words it contains, as they were written, with stem and fields", async () => {
    const { hits } = await engine.search({ query: "Kettle kettles the rivers zebra", mode: "keyword", limit: 3 });
    expect(hits.find(({ paper }) => paper.paperId === "X:3")?.why?.terms).toEqual([
      { term: "kettl", words: ["Kettle", "kettles"], fields: ["title", "authors"] },
      { term: "venue:kettl", words: ["Kettle", "kettles"], fields: ["venue"] },
    ]);
    expect(hits[0]?.why).toMatchObject({
      terms: [{ term: "kettl" }, { term: "river", words: ["rivers"], fields: ["title"] }],
      semantic: { score: null, rank: null },
      lexical: { score: hits[0]?.scores.lexical, rank: 1 },
      alpha: null,
    });
  });

  it("gives both scores, both ranks and the weight between them; no rank from an arm that did not return it", async () => {
    const { hits } = await engine.search({ query: "kettles", limit: 100 });
    expect(hits.every(({ why }) => why?.alpha === 0.4)).toBe(true);
    expect(hits[0]?.why?.lexical.rank).toBe(1);
    const without = hits.find(({ why }) => why?.terms.length === 0);
    expect(without?.why?.lexical).toEqual({ score: 0, rank: null });
    expect(without?.why?.semantic.rank).toBeGreaterThan(0);
    expect((await engine.search({ query: "kettles", fusion: "rrf" })).hits[0]?.why?.alpha).toBeNull();
  });
});

describe("what an arm's score would have to exceed", () => {
  it("is given if the score excludes a paper from the candidates, and not if a condition does", () => {
    const standing = { score: 1, rank: null, of: 300, candidate: false, lastCandidate: 2 };
    expect(neededScore(standing)).toBe(2);
    expect(neededScore({ ...standing, score: null })).toBe(2);
    expect(neededScore({ ...standing, score: 3 })).toBeNull();
    expect(neededScore({ ...standing, candidate: true, score: 3 })).toBeNull();
    expect(neededScore({ ...standing, lastCandidate: null })).toBeNull();
  });
});

describe("an explanation", () => {
  const told = (query: string, paperId: string, more: object = {}) => engine.explain({ query, paperId, ...more });

  it("names each condition that a paper does not meet, including implicit ones", async () => {
    const { place, reasons, conditions } = await told('copper "old kettles" -rivers year:2020.. author:ada OR has:code', "X:1", {
      filters: { venues: ["nowhere"], yearFrom: 2000 },
    });
    expect(place).toBeNull();
    expect(conditions.map(({ from, text, met }) => `${from} ${text} ${met}`)).toEqual([
      "query from the year 2020 true",
      "request venue: nowhere false",
      "request from the year 2000 true",
      "query the words “old kettles” in this order false",
      "query author: ada, or a link to code true",
      "query without “rivers” false",
    ]);
    expect(reasons[0]).toBe("It is not found: it does not meet every condition.");
    expect(reasons).toContain("It does not meet “without “rivers””.");
  });

  it("shows how the query was parsed, and what each word contributes", async () => {
    const { query, lexical } = await told("the kettles of copper copper", "X:3", { mode: "keyword" });
    expect(query.words).toEqual([
      { text: "the", term: null },
      { text: "kettles", term: "kettl" },
      { text: "of", term: null },
      { text: "copper", term: "copper" },
      { text: "copper", term: "copper" },
    ]);
    expect(lexical?.terms.map(({ term, weight, frequency, papers }) => [term, weight, frequency, papers])).toEqual([
      ["kettl", 1, 4, 2],
      ["copper", 2, 3, 215],
      ["venue:kettl", 1, 1, 72],
    ]);
    expect(lexical).toMatchObject({ rank: 1, of: 215, candidate: true });
  });

  it("says how far below the best a cosine counts as nothing: by the model, or as far as the candidates reach", async () => {
    const { semantic, fused } = await told("kettles", "X:3");
    expect(semantic?.spread).toBeCloseTo((semantic?.best ?? 0) - (semantic?.lastCandidate ?? 0), 9);
    expect(fused?.scaled?.semantic).toBeCloseTo(1 - ((semantic?.best ?? 0) - (semantic?.score ?? 0)) / (semantic?.spread ?? 0), 9);

    const embedder = new HashingEmbedder();
    const model = { ...embedder.model, cosineSpread: 0.25 };
    const knowing = new Engine(engine.library, Object.assign(embedder, { model }), { now: () => new Date("2024-06-30T12:00:00") });
    const known = await knowing.explain({ query: "kettles", paperId: "X:3" });
    expect(known.semantic?.spread).toBe(0.25);
    expect(known.fused?.scaled?.semantic).toBeCloseTo(1 - ((known.semantic?.best ?? 0) - (known.semantic?.score ?? 0)) / 0.25, 9);
    expect((await told("kettles", "X:3", { mode: "semantic" })).semantic?.spread).toBeNull();
    expect((await told("kettles", "X:3", { fusion: "rrf" })).semantic?.spread).toBeNull();
  });

  it("says where a paper that is no candidate ranks, and what it would have needed", async () => {
    const { lexical, reasons, place } = await told("copper", "X:1", { mode: "keyword" });
    expect(lexical).toMatchObject({ candidate: false, of: 215 });
    expect(lexical?.rank).toBeGreaterThan(200);
    expect(lexical?.lastCandidate).toBeGreaterThan(lexical?.score ?? 0);
    expect(place).toBe(lexical?.rank);
    expect(reasons[1]).toMatch(/^By words it is 2\d\d of 215, with a BM25 of \S+; the first 100 have \S+ or more\.$/);
  });

  it("says that a paper is waiting for its embedding, or contains none of the words", async () => {
    const waiting = await told("harbours", "X:6");
    expect(waiting.semantic).toMatchObject({ embedded: false, score: null, rank: null });
    expect(waiting.reasons).toContain("It is still waiting to be embedded: until then it cannot be found by meaning.");
    const silent = await told("violin", "X:4", { mode: "keyword" });
    expect([silent.place, silent.lexical?.score]).toEqual([null, 0]);
    expect(silent.reasons).toContain("It contains none of the words, and this mode uses nothing else.");
  });

  it("says that a paper was requested by name, and gives its rank for an empty query", async () => {
    expect(await told("Harbours", "X:4")).toMatchObject({ place: 1, exact: "title" });
    const named = { place: 1, exact: "id", query: { id: "arXiv:2401.00004", text: "Lamps of brass" } };
    expect(await told("https://arxiv.org/abs/2401.00004v2", "2401.00004")).toMatchObject(named);
    expect(await told("", "X:1")).toMatchObject({ place: 1, mode: "newest", fused: null });
    expect((await told("year:2023", "X:1")).conditions).toEqual([
      { from: "query", text: "from the year 2023", met: true },
      { from: "query", text: "to the year 2023", met: false },
    ]);
  });

  it("is refused for a paper that does not exist", async () => {
    await expect(told("copper", "X:999")).rejects.toMatchObject({ code: "paper_not_found", outcome: { status: 404 } });
  });
});

describe("the order of an answer", () => {
  const query = "old copper kettles violin";

  it("halves a score with each half-life, and treats papers without a date as very old", async () => {
    const plain = await engine.search({ query, limit: 100 });
    const aged = await engine.search({ query, limit: 100, halfLifeDays: 366 });
    expect(aged.asOf).toBe("2024-06-30");
    const scoreOf = (answer: typeof plain, id: string) => answer.hits.find(({ paper }) => paper.paperId === id)?.score ?? Number.NaN;
    expect(scoreOf(aged, "X:1")).toBe(scoreOf(plain, "X:1"));
    expect(scoreOf(aged, "X:2")).toBeCloseTo(scoreOf(plain, "X:2") / 2, 12);
    expect(idsOf(aged.hits)).not.toContain("X:3");
    const { recency } = await engine.explain({ query, paperId: "X:3", halfLifeDays: 366 });
    expect(recency).toEqual({ ageDays: null, factor: 2 ** -64 });
    // For a year, the last day counts.
    expect((await engine.explain({ query, paperId: "X:5", halfLifeDays: 366 })).recency?.ageDays).toBe(547);
    expect((await engine.explain({ query, paperId: "X:1", halfLifeDays: 366, asOf: "2020-01-01" })).recency).toEqual({
      ageDays: 0,
      factor: 1,
    });
  });

  it("leaves out what is below the minimum score, counts what reaches it, and keeps papers requested by name", async () => {
    const { hits } = await engine.search({ query, limit: 100 });
    const least = hits[2]?.score ?? 0;
    const answer = await engine.search({ query, limit: 100, minScore: least, facets: 5 });
    expect(idsOf(answer.hits)).toEqual(idsOf(hits).slice(0, answer.total));
    expect(answer.hits.every(({ score }) => score >= least)).toBe(true);
    expect(answer.facets?.sources).toEqual([{ value: "invented", papers: answer.total }]);
    const named = await engine.search({ query: "Harbours", minScore: 900 });
    expect([idsOf(named.hits), named.total]).toEqual([["X:4"], 1]);
    const kept = await engine.explain({ query, paperId: "X:4", minScore: least });
    expect(kept.reasons.join(" ")).toMatch(/Its score of \S+ is below the requested minimum of/);
  });

  it("I7: collapses copies of a work into one hit that names them, and fills up with others", async () => {
    const answer = await engine.search({ query: "copper violin makers", limit: 3, collapse: true });
    expect(answer.hits).toHaveLength(3);
    const [first] = answer.hits;
    expect([first?.paper.paperId, first?.copies].flat()).toEqual(expect.arrayContaining(["X:2", "X:5"]));
    expect(idsOf(answer.hits).filter((id) => id === "X:2" || id === "X:5")).toHaveLength(1);
    const other = first?.paper.paperId === "X:2" ? "X:5" : "X:2";
    const { copyOf, place, reasons } = await engine.explain({ query: "copper violin makers", paperId: other, collapse: true });
    expect([copyOf, place]).toEqual([first?.paper.paperId, null]);
    expect(reasons[0]).toBe(`It is not shown by itself: it is a copy of ${copyOf}, which is shown instead.`);
  });

  it("places unlike papers next to each other if diversity is requested, and says what their places were", async () => {
    const plain = idsOf((await engine.search({ query: "copper number", limit: 100, mode: "keyword" })).hits);
    const { hits } = await engine.search({ query: "copper number", limit: 100, mode: "keyword", diversity: 0.9 });
    expect(idsOf(hits)[0]).toBe(plain[0]);
    expect(idsOf(hits)).not.toEqual(plain);
    for (const { paper, why } of hits) if (plain.includes(paper.paperId)) expect(why?.placeByScore).toBe(plain.indexOf(paper.paperId) + 1);
    const none = await engine.search({ query: "copper number", limit: 100, mode: "keyword", diversity: 0 });
    expect(idsOf(none.hits)).toEqual(plain);
  });

  it.each([
    { halfLifeDays: 100 },
    { diversity: 0.4 },
    { collapse: true },
    { minScore: 0.01 },
    { collapse: true, halfLifeDays: 900, diversity: 0.2 },
  ])("I8: has pages with %j that follow each other without overlap", async (options) => {
    const whole = idsOf((await engine.search({ query, limit: 100, ...options })).hits);
    const pages: string[] = [];
    for (const offset of [0, 30, 60, 90]) pages.push(...idsOf((await engine.search({ query, limit: 30, offset, ...options })).hits));
    expect(pages.slice(0, 100)).toEqual(whole);
    expect(new Set(pages).size).toBe(pages.length);
  });

  it.each([
    [{ halfLifeDays: 0 }, "halfLifeDays"],
    [{ halfLifeDays: Number.NaN }, "halfLifeDays"],
    [{ halfLifeDays: 1, asOf: "2023-02-30" }, "asOf"],
    [{ minScore: Number.POSITIVE_INFINITY }, "minScore"],
    [{ diversity: 1.1 }, "diversity"],
  ])("refuses %j by name", async (options, name) => {
    await expect(engine.search({ query, ...options })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(new RegExp(`^${name} is `)),
    });
  });
});
