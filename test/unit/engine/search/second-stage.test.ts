/** What a reranker does to the order of an answer, what it leaves unchanged, and what happens when it fails. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import type { Reranker, RerankerDescription } from "../../../../src/core/reranker.ts";
import type { Fault } from "../../../../src/core/upkeep.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import type { SearchRequest } from "../../../../src/engine/search/search-request.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

/** Scores a paper by its number, and is as quick as a test wants. */
class NumberReranker implements Reranker {
  readonly model: RerankerDescription = { id: "tests/numbers", kind: "reranker", weights: "onnx/model.onnx", labels: 1, maxTokens: 512 };
  readonly asked: { query: string; documents: readonly string[]; budgetMs: number | undefined }[] = [];
  reaches = Number.POSITIVE_INFINITY;
  failure: AppError | undefined;
  isClosed = false;

  async score(query: string, documents: readonly string[], budgetMs: number | undefined): Promise<readonly number[]> {
    this.asked.push({ query, documents, budgetMs });
    if (this.failure !== undefined) throw this.failure;
    return documents.slice(0, this.reaches).map((document) => Number(/number (\d+)/.exec(document)?.[1] ?? 0) / 100);
  }

  async ready(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const papers = 130;
const query = "copper kettles";
const titleOf = (number: number) => `Copper ${"kettles ".repeat(1 + (number % 9))}by number ${number}`;

let reranker: NumberReranker;
let engine: Engine;
let now: Date;
let budgetMs: number | undefined;

beforeEach(async () => {
  reranker = new NumberReranker();
  now = new Date("2024-06-30T12:00:00Z");
  budgetMs = 500;
  engine = await open();
});
afterEach(() => engine.close());

async function open(): Promise<Engine> {
  const made = new Engine(new MemoryLibrary(), new HashingEmbedder(), { reranker, rerankerBudgetMs: budgetMs, now: () => now });
  await made.library.upsert(
    Array.from({ length: papers }, (_, at) =>
      inventPaper(at, {
        title: titleOf(at),
        abstract: "",
        published: `${1990 + (at % 30)}-01-01`,
      }),
    ),
  );
  await made.embedBacklog();
  return made;
}

type Asked = Partial<SearchRequest>;
const ask = (more: Asked = {}) => engine.search({ query, limit: 100, ...more });
const idsOf = async (more: Asked = {}) => (await ask(more)).hits.map(({ paper }) => paper.paperId);
const numberOf = (id: string) => Number(id.slice(2));
const byNumber = (ids: readonly string[]) => [...ids].sort((a, b) => numberOf(b) - numberOf(a));

describe("the second stage", () => {
  it("reorders the first fifty papers only, and says where they were", async () => {
    const plain = await idsOf({ rerank: false });
    expect(reranker.asked).toEqual([]);
    const answer = await ask();
    const ids = answer.hits.map(({ paper }) => paper.paperId);
    expect(answer.reranked).toBe(50);
    expect(ids).toEqual([...byNumber(plain.slice(0, 50)), ...plain.slice(50)]);
    expect(ids).not.toEqual(plain);
    for (const { paper, why } of answer.hits) {
      const before = plain.indexOf(paper.paperId) + 1;
      expect(why?.rerank).toEqual(before <= 50 ? { score: numberOf(paper.paperId) / 100, before } : undefined);
    }
    expect(reranker.asked[0]).toMatchObject({ query, budgetMs: 500 });
    expect(reranker.asked[0]?.documents[0]).toMatch(/^Copper kettles/);
  });

  it("leaves scores unchanged", async () => {
    const scores = new Map((await ask({ rerank: false })).hits.map(({ paper, score }) => [paper.paperId, score]));
    for (const { paper, score } of (await ask()).hits) expect(score).toBe(scores.get(paper.paperId));
  });

  it("is used in hybrid searches by default, in others only on request", async () => {
    for (const [more, isAsked] of [
      [{}, true],
      [{ mode: "hybrid" }, true],
      [{ rerank: false }, false],
      [{ mode: "keyword" }, false],
      [{ mode: "semantic" }, false],
      [{ fusion: "rrf" }, false],
      [{ mode: "keyword", rerank: true }, true],
      [{ mode: "semantic", rerank: true }, true],
    ] as const) {
      expect([more, (await ask(more)).reranked]).toEqual([more, isAsked ? 50 : undefined]);
    }
  });

  it("has nothing to read for a query without words", async () => {
    const answer = await ask({ query: "year:2000", rerank: true });
    expect([answer.mode, answer.reranked, reranker.asked]).toEqual(["newest", undefined, []]);
  });

  it("keeps papers requested by name above everything", async () => {
    const { hits, reranked } = await ask({ query: titleOf(3) });
    expect(hits[0]).toMatchObject({ exact: "title", paper: { paperId: "X:3" } });
    expect(hits[0]?.why?.rerank).toBeUndefined();
    expect(reranked).toBe(50);
    expect(hits.slice(1, 51).every(({ why }) => why?.rerank !== undefined)).toBe(true);
  });

  it.each([7, 20, 50])("gives pages of %i that follow each other", async (limit) => {
    const whole = await idsOf();
    const pages = await Promise.all(Array.from({ length: Math.ceil(100 / limit) }, (_, at) => idsOf({ limit, offset: at * limit })));
    expect(pages.flat().slice(0, 100)).toEqual(whole);
  });

  it("keeps the rest in its order after what it reranked, cut at multiples of ten", async () => {
    const plain = await idsOf({ rerank: false });
    reranker.reaches = 27;
    const answer = await ask();
    expect(answer.reranked).toBe(20);
    expect(answer.hits.map(({ paper }) => paper.paperId)).toEqual([...byNumber(plain.slice(0, 20)), ...plain.slice(20)]);
    reranker.reaches = 9;
    expect((await ask({ query: "kettles" })).reranked).toBe(0);
    expect(await idsOf({ query: "kettles" })).toEqual(await idsOf({ query: "kettles", rerank: false }));
  });

  it("gives the same answer again after a timeout, as long as its pages are being turned", async () => {
    reranker.reaches = 20;
    const first = await idsOf();
    reranker.reaches = 100;
    expect([...(await idsOf({ limit: 10 })), ...(await idsOf({ limit: 90, offset: 10 }))]).toEqual(first);
    expect(reranker.asked).toHaveLength(1);
    now = new Date(now.getTime() + 601_000);
    expect((await ask()).reranked).toBe(50);
    now = new Date(now.getTime() + 86_400_000);
    expect((await ask()).reranked).toBe(50);
    expect(reranker.asked).toHaveLength(2);
  });

  it("reads a changed paper again", async () => {
    const [best = ""] = await idsOf({ rerank: false });
    expect((await idsOf())[0]).not.toBe(best);
    const title = titleOf(numberOf(best)).replace(/number .*/, "number 9999");
    await engine.library.upsert([inventPaper(numberOf(best), { title, abstract: "" })]);
    await engine.embedBacklog();
    expect((await idsOf())[0]).toBe(best);
  });

  it("when it fails costs an answer only the second stage; this is reported once while it lasts", async () => {
    const faults: Fault[] = [];
    engine.observeFaults((fault) => faults.push(fault));
    reranker.failure = new AppError("reranking_failed", "It has gone.");
    const answer = await ask();
    expect(answer.reranked).toBe(0);
    expect(answer.hits).toEqual((await ask({ rerank: false })).hits);
    await ask({ query: "kettles" });
    expect(faults).toMatchObject([{ work: "reranking", code: "reranking_failed" }]);
    reranker.failure = undefined;
    expect((await ask()).reranked).toBe(50);
  });

  it("without a budget reads everything, and fails if it cannot", async () => {
    await engine.close();
    budgetMs = undefined;
    engine = await open();
    expect((await ask()).reranked).toBe(50);
    expect(reranker.asked[0]?.budgetMs).toBeUndefined();
    reranker.failure = new AppError("reranking_failed", "It has gone.");
    await expect(ask({ query: "kettles" })).rejects.toMatchObject({ code: "reranking_failed" });
  });

  it("takes a paper's age into account on request", async () => {
    const halfLifeDays = 300;
    const { hits } = await ask({ halfLifeDays });
    const values = hits.slice(0, 50).map(({ why }) => (1 / (1 + Math.exp(-(why?.rerank?.score ?? 0)))) * (why?.recency?.factor ?? 0));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values.every((value) => value > 0)).toBe(true);
  });

  it("comes before diversity, which moves papers similar to those above", async () => {
    const reranked = await idsOf();
    expect((await idsOf({ diversity: 0.01 }))[0]).toBe(reranked[0]);
    const { hits } = await ask({ diversity: 0.5 });
    expect(hits[0]?.paper.paperId).toBe(reranked[0]);
    const plain = await idsOf({ rerank: false });
    for (const { paper, why } of hits) {
      expect(why?.placeByScore).toBe(plain.indexOf(paper.paperId) + 1 || why?.placeByScore);
      if (why?.rerank !== undefined) expect(why.rerank.before).toBe(why.placeByScore);
    }
  });

  it("applies a minimum score to the scores it leaves, and collapses copies of a work before it reads", async () => {
    const minScore = (await ask({ rerank: false })).hits[29]?.score ?? 0;
    const { hits, reranked } = await ask({ minScore });
    expect(hits.every(({ score }) => score >= minScore)).toBe(true);
    expect(reranked).toBe(hits.length);
    expect((await ask({ collapse: true })).reranked).toBe(50);
  });

  it("is explained: its score, and the place before", async () => {
    const { hits } = await ask();
    for (const at of [0, 3, 49, 50, 99]) {
      const paperId = hits[at]?.paper.paperId ?? "";
      const told = await engine.explain({ query, paperId });
      expect(told.place).toBe(at + 1);
      expect(told.rerank).toEqual({ score: null, before: null, ...hits[at]?.why?.rerank, reranked: 50, window: 50 });
    }
    const first = hits[0]?.why?.rerank;
    const { reasons } = await engine.explain({ query, paperId: hits[0]?.paper.paperId ?? "" });
    expect(reasons.join(" ")).toContain(`gives it ${first?.score}; before, it was hit ${first?.before}.`);
    expect((await engine.explain({ query, paperId: "X:3", rerank: false })).rerank).toBeNull();
    reranker.reaches = 10;
    const late = (await ask({ query: "kettles" })).hits[20]?.paper.paperId ?? "";
    const told = await engine.explain({ query: "kettles", paperId: late });
    expect(told.reasons.join(" ")).toContain("The reranker read the first 10 of the hits within its time, but not this one.");
  });

  it("is refused if there is no reranker, with how to get one", async () => {
    const bare = new Engine(new MemoryLibrary(), new HashingEmbedder());
    const refused = { code: "invalid_request", mend: expect.stringContaining("--as-reranker") };
    await expect(bare.search({ query, rerank: true })).rejects.toMatchObject(refused);
    await expect(bare.search({ query: "", rerank: true })).rejects.toMatchObject(refused);
    expect((await bare.search({ query })).reranked).toBeUndefined();
    expect(bare.reranker).toBeUndefined();
    await bare.close();
  });

  it("does not apply to lists that take papers by score, and is closed with the engine", async () => {
    await engine.goodPapers({ query, sort: "score" }, 10);
    expect(reranker.asked).toEqual([]);
    await engine.close();
    expect(reranker.isClosed).toBe(true);
    engine = await open();
  });
});
