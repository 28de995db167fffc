/** The daily listing over a small library: which period is shown, and in what order. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { type DailyAnswer, type DailyRequest, dailyListing, latestListed } from "../../../src/engine/daily.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { embeddingOf, inventPaper, inventVector, testSpec } from "../../contract/invented-papers.ts";

const today = "2025-03-26";
let library: MemoryLibrary;
const ask = (request: DailyRequest) => dailyListing(library, request, { today, halfLifeDays: 7 });
const idsOf = ({ papers }: DailyAnswer) => papers.map(({ paper }) => paper.paperId);

beforeEach(() => {
  library = new MemoryLibrary();
});

describe("the period that is shown", () => {
  beforeEach(async () => {
    await library.upsert([
      inventPaper(1, { published: "2025-03-21", categories: ["cs.AA"] }),
      inventPaper(2, { published: "2025-03-20", listed: "2025-03-24", categories: ["cs.BB"] }),
      inventPaper(3, { published: "2025-03", categories: ["cs.AA"] }),
      inventPaper(4, { published: "2025-12-01" }),
      inventPaper(5, { published: "9999-01-01" }),
      inventPaper(6, { published: "1999" }),
    ]);
  });

  it("is the latest day with papers up to today, by default", async () => {
    const answer = await ask({});
    expect(answer).toMatchObject({
      asked: undefined,
      shown: { name: "2025-03-24" },
      previous: { name: "2025-03-21" },
      next: { name: "2025-12-01" },
      lastDay: "2025-03-24",
      total: 1,
    });
    expect(answer.papers).toMatchObject([{ listed: "2025-03-24", paper: { paperId: "X:2" } }]);
  });

  it("is the requested one, if it has papers", async () => {
    expect(await ask({ week: "2025-W12" })).toMatchObject({ shown: { name: "2025-W12" }, lastDay: "2025-03-21", total: 2 });
    expect(idsOf(await ask({ month: "2025-03" }))).toEqual(["X:2", "X:1", "X:3"]);
    expect(idsOf(await ask({ period: "2025-03-21" }))).toEqual(["X:1"]);
    expect(idsOf(await ask({ week: "2025-W10" }))).toEqual(["X:3"]);
  });

  it("is the nearest earlier one, if the requested one has none", async () => {
    expect(await ask({ date: "2025-03-23" })).toMatchObject({
      asked: { name: "2025-03-23" },
      shown: { name: "2025-03-21" },
      previous: undefined,
      next: { name: "2025-03-24" },
    });
    expect(await ask({ date: "2025-03-24", filters: { categories: ["cs.AA"] } })).toMatchObject({ shown: { name: "2025-03-21" } });
    // A later week of the month still has a paper of which only the month is known.
    expect(await ask({ week: "2025-W20" })).toMatchObject({ shown: { name: "2025-W14" } });
  });

  it("does not exist before all papers; the next one is offered", async () => {
    expect(await ask({ month: "2001-01" })).toMatchObject({
      shown: undefined,
      previous: undefined,
      next: { name: "2025-03" },
      total: 0,
      papers: [],
    });
    expect(await dailyListing(new MemoryLibrary(), {}, { today, halfLifeDays: 7 })).toMatchObject({
      asked: undefined,
      shown: undefined,
      total: 0,
    });
  });

  it("is a month if no day is known, and a future one if there is no other", async () => {
    library = new MemoryLibrary();
    await library.upsert([inventPaper(1, { published: "2025-02" })]);
    expect(await ask({})).toMatchObject({ shown: { name: "2025-02" }, lastDay: "2025-02-28" });
    await library.upsert([inventPaper(2, { published: "2026-01-05" })]);
    expect(await ask({})).toMatchObject({ shown: { name: "2026-01-05" } });
  });

  it.each<[DailyRequest, RegExp]>([
    [{ date: "2025-02-29" }, /no day/],
    [{ week: "2025-W53" }, /52 weeks/],
    [{ month: "2027-01" }, /to 2026/],
    [{ date: "2025-03-24", week: "2025-W13" }, /date and week/],
    [{ limit: 101 }, /limit/],
    [{ offset: -1 }, /offset/],
  ])("is refused for %j", async (request, message) => {
    await expect(ask(request)).rejects.toMatchObject({ code: "invalid_request", message: expect.stringMatching(message) });
  });
});

describe("the order", () => {
  it("counts a person once who voted for two papers that were later merged, and shows it once", async () => {
    await library.upsert([inventPaper(1, { published: "2025-03-22", votes: 3 }), inventPaper(2, { published: "2025-03-22" })]);
    const engine = new Engine(library, new HashingEmbedder());
    for (const name of ["ada", "bob"]) await engine.addPerson(name, "write");
    const ada = engine.person("ada");
    for (const id of ["X:1", "X:2"]) for (const kind of ["vote", "save"] as const) await ada.giveFeedback(id, { kind });
    await engine.person("bob").giveFeedback("X:1", { kind: "vote" });
    await library.merge("X:1", "X:2");
    const read = vi.spyOn(library.personal, "popularity");
    const { papers } = await ask({ month: "2025-03", sort: "votes" });
    expect(read).toHaveBeenCalledTimes(1);
    expect(papers.map(({ score, here }) => [score, here.votes])).toEqual([[5, 2]]);
    expect((await ada.feedback()).map(({ feedback: { kind } }) => kind).sort()).toEqual(["save", "vote"]);
    await library.upsert([inventPaper(3, { published: "2025-03-20" })]);
    await ada.giveFeedback("X:3", { kind: "vote" });
    expect(await ask({ date: "2025-03-20" })).toMatchObject({ voted: 1, papers: [{ here: { votes: 1 } }] });
    await ada.takeBackFeedback("X:3", "vote");
    await ada.takeBackFeedback("X:1", "vote");
    expect((await ada.feedback()).map(({ feedback: { kind } }) => kind)).toEqual(["save"]);
  });

  it("by votes and by trend: a vote counts less each day, and nothing retracted is trending", async () => {
    await library.upsert([
      inventPaper(1, { published: "2025-03-01", votes: 30 }),
      inventPaper(2, { published: "2025-03-22", votes: 10 }),
      inventPaper(3, { published: "2025-03-22", votes: 40, status: "withdrawn" }),
      inventPaper(4, { published: "2025-03-22" }),
      inventPaper(5, { published: "2025-03", votes: 9 }),
    ]);
    const votes = await ask({ month: "2025-03", sort: "votes" });
    expect(idsOf(votes)).toEqual(["X:3", "X:1", "X:2", "X:5", "X:4"]);
    expect(votes.voted).toBe(4);
    const trending = await ask({ month: "2025-03", sort: "trending" });
    expect(trending.papers.map(({ paper, score }) => [paper.paperId, score])).toEqual([
      ["X:2", 10],
      ["X:5", 9],
      ["X:1", 3.75],
      ["X:4", 0],
      ["X:3", undefined],
    ]);
    expect(idsOf(await ask({ month: "2025-03", sort: "trending", limit: 2, offset: 1 }))).toEqual(["X:5", "X:1"]);
    const patient = new Engine(library, new HashingEmbedder(), { trendingHalfLifeDays: 1000 });
    expect(idsOf(await patient.daily({ month: "2025-03", sort: "trending", limit: 2 }))).toEqual(["X:1", "X:2"]);
  });

  it("by emergence: papers in the part of the library that grew come first", async () => {
    const generation = await library.openGeneration(testSpec);
    const crowd = inventVector(1);
    // Old papers everywhere, eight new ones in one place, one new one elsewhere.
    await library.upsert(Array.from({ length: 200 }, (_, at) => inventPaper(at + 100, { published: "2020-01-01" })));
    await library.upsert(Array.from({ length: 9 }, (_, at) => inventPaper(at + 1, { published: "2025-03-22" })));
    await library.upsert([inventPaper(50, { published: "2025-03-22", status: "retracted" }), inventPaper(60, { published: "2025-03-22" })]);
    const entries = await library.backlog(generation, 0, 1000);
    await library.putEmbeddings(
      generation,
      entries
        .slice(0, -1)
        .map(({ label, contentHash }) =>
          label > 200 && label <= 208 ? { ...embeddingOf(label, contentHash), vector: crowd } : embeddingOf(label, contentHash),
        ),
    );
    const answer = await ask({ sort: "emerging" });
    expect(answer.total).toBe(11);
    expect(idsOf(answer).slice(0, 8)).toEqual(["X:1", "X:2", "X:3", "X:4", "X:5", "X:6", "X:7", "X:8"]);
    const [first, , , , , , , , alone, ...rest] = answer.papers;
    expect(first?.emerging).toMatchObject({ neighbours: 50, expected: (50 * 10) / 210 });
    expect(first?.emerging?.observed).toBeGreaterThanOrEqual(7);
    expect(first?.emerging?.sentence).toBe(
      `${first?.emerging?.observed} of its 50 nearest papers are from the 30 days up to 2025-03-22; 2 would be usual.`,
    );
    expect(first?.score).toBeGreaterThan(alone?.score ?? Number.NaN);
    // Retracted, and not embedded yet: listed, without a score.
    expect(rest.map(({ paper, score }) => [paper.paperId, score])).toEqual([
      ["X:50", undefined],
      ["X:60", undefined],
    ]);
  });

  it("by emergence falls back to date in a library without embeddings", async () => {
    await library.upsert([inventPaper(1, { published: "2025-03-22" }), inventPaper(2, { published: "2025-03-23" })]);
    expect(idsOf(await ask({ week: "2025-W12", sort: "emerging" }))).toEqual(["X:2", "X:1"]);
  });
});

it("a month is read in slices, between which other work has its turn", async () => {
  await library.upsert(Array.from({ length: 650 }, (_, at) => inventPaper(at, { published: "2025-03-20" })));
  const read = vi.spyOn(library, "papers");
  let [turns, isAnswered] = [0, false];
  const others = async () => {
    for (; !isAnswered; turns++) await nextTurn();
  };
  const beside = others();
  expect(await ask({ month: "2025-03" })).toMatchObject({ total: 650 });
  isAnswered = true;
  await beside;
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(Math.max(...read.mock.calls.map(([labels]) => labels.length))).toBe(200);
  const given = dailyListing(library, { month: "2025-03" }, { today, halfLifeDays: 7 }, AbortSignal.abort());
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
});

describe("the latest papers", () => {
  it("are those of the last seven days that have any, newest first", async () => {
    const days = [
      "2026-01-01",
      "2025-03-24",
      "2025-03-23",
      "2025-03-20",
      "2025-02-01",
      "2025-01-31",
      "2024-12-24",
      "2024-06-01",
      "2023-01-01",
    ];
    await library.upsert(days.map((published, at) => inventPaper(at, { published })));
    const papers = await latestListed(library, { limit: 100, today });
    expect(papers.map(({ published }) => published)).toEqual(days.slice(1, 8));
    expect(await latestListed(library, { limit: 2, today })).toHaveLength(2);
  });
});
