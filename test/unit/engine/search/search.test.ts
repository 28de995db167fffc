/** Which papers a search may find: the language of queries over a small library. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { specOf } from "../../../../src/engine/generations/embed-backlog.ts";
import { goodHits } from "../../../../src/engine/search/good-hits.ts";
import { search } from "../../../../src/engine/search/search.ts";
import type { SearchRequest } from "../../../../src/engine/search/search-request.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper, inventPapers } from "../../../contract/invented-papers.ts";

const library = new MemoryLibrary();
const embedder = new HashingEmbedder();

beforeAll(async () => {
  const withText = (number: number, title: string, author: string, more: object = {}) =>
    inventPaper(number, { title, abstract: "", authors: [{ name: author }], venue: "Conf-A", ...more });
  await library.upsert([
    withText(1, "Copper kettles in old rivers", "Ada Example", { codeUrl: "https://example.org/code" }),
    withText(2, "Copper violins", "Bo Smith", { abstract: "Strings of copper." }),
    withText(3, "Old kettles of copper", "Ada Other", { pdfUrl: "https://example.org/paper.pdf" }),
    withText(4, "Harbours", "Cy Nobody", { venue: "Journal of Kettles" }),
  ]);
});

async function found(query: string, more: { unseenBy?: string } = {}): Promise<string> {
  const { hits, total } = await search(library, embedder, { query, mode: "keyword", ...more });
  expect(total).toBe(hits.length);
  return hits
    .map((hit) => hit.paper.paperId.slice(2))
    .sort()
    .join("");
}

describe("a search", () => {
  it.each([
    ["copper", "123"],
    ['copper "old kettles"', "3"],
    ['copper "old kettles" OR author:bo', "23"],
    ['copper "of the kettles"', "13"],
    ["copper -kettles", "2"],
    ["copper -author:ada", "2"],
    ["copper -author:example -has:abstract", "3"],
    ["copper has:code", "1"],
    ["copper has:code OR has:pdf", "13"],
    ["copper has:code OR -old", "12"],
    ["copper violins OR venue:journal", "2"],
    ["venue:journal OR author:bo", "24"],
    ['venue:"Journal of Kettles"', "4"],
    ["copper the OR has:code", "1"],
  ])("for %s finds the papers %s", async (query, papers) => {
    expect(await found(query)).toBe(papers);
  });

  describe("for the name of an author", () => {
    const names = new MemoryLibrary();
    const ask = async (query: string, more: Partial<SearchRequest> = {}) => {
      const { hits, total } = await search(names, embedder, { query, mode: "keyword", ...more });
      return { exact: hits.flatMap(({ paper, exact }) => (exact === "author" ? [paper.paperId.slice(2)] : [])), found: hits.length, total };
    };

    beforeAll(async () => {
      const by = (number: number, published: string, title: string, ...authors: string[]) =>
        inventPaper(number, { title, abstract: "", published, authors: authors.map((name) => ({ name })), keywords: [] });
      await names.upsert([
        by(1, "2001", "Harbours", "Bo Other", "Ada M. Manning"),
        by(2, "2003", "Rivers", "Ada Manning"),
        by(3, "2002", "Man and man-made things, manning ships", "Ada Nobody", "Bo Manning"),
        by(4, "2004", "Ada Manning and what she wrote", "Cy Nobody"),
        by(5, "2005", "Kettles", "Jörg Schölkopf"),
        by(6, "2006", "Anchors", "S. Wind", "A. Manning"),
        by(7, "2007", "Lanterns", "Wei Wang", "Rui Gan"),
        by(8, "2000", "Looms", "Wang Wei"),
        by(9, "2008", "GAN or gan", "W. Wang"),
      ]);
    });

    it.each([
      ["ada manning", "216"],
      ["Manning, A.", "621"],
      ["Manning, Ada M.", "216"],
      ["solar wind", ""],
      ["S. Wind", "6"],
      ["Bo Manning", "3"],
      ["Joerg Schoelkopf", "5"],
      ["manning", "6231"],
      ["Manning et al.", "2631"],
      ["Manning et al., 2002", "3"],
      ["Other et al. 2001", "1"],
      ["ada manning (2003)", "2"],
      ["manning 2001", "1"],
      ["rivers 2003", ""],
      ["wei", "8"],
      ["gan", ""],
      ["GAN", ""],
      ["Kettles", ""],
      ["Wang Wei", "87"],
      ["Wei Wang", "789"],
      ["ada manning rivers", ""],
      ["-ada manning", "6"],
    ])("for %s has the papers %s first, the newest before the others", async (query, papers) => {
      const { exact, found, total } = await ask(query);
      expect(exact.join("")).toBe(papers);
      expect(total).toBe(found);
    });

    it("respects conditions, and pages", async () => {
      expect((await ask("ada manning year:2001")).exact).toEqual(["1"]);
      expect((await ask("ada manning", { offset: 1, limit: 1 })).exact).toEqual(["1"]);
    });

    it("finds a name in quotation marks, and excludes it after a minus", async () => {
      expect((await search(names, embedder, { query: '"Ada Manning"' })).total).toBe(2);
      expect((await search(names, embedder, { query: '-"Ada Manning"' })).total).toBe(7);
    });

    it("for prose alone treats everything as prose", async () => {
      expect((await ask("ada manning", { plain: true })).exact).toEqual([]);
    });
  });

  it("for a venue and a year puts papers published there then first, and not those with a similar beginning", async () => {
    const venues = new MemoryLibrary();
    const at = (number: number, venue: string, published: string, title = "Kettles") =>
      inventPaper(number, { title, abstract: "", venue, published, authors: [], keywords: [] });
    await venues.upsert([
      at(1, "NIPS 2019", "2019"),
      at(2, "NeurIPS", "2019-12"),
      at(3, "NeurIPS", "2020"),
      at(4, "SIGIR '10", "2010"),
      at(5, "emnlp, ijcnlp", "2019"),
      at(6, "Learning and Memory", "2019"),
      at(7, "COLT 2019", "2019", "NeurIPS 2019 and learning in 2019"),
      at(8, "ICLR 2021 (submission)", "2020"),
    ]);
    const first = async (query: string) =>
      (await search(venues, embedder, { query, mode: "keyword" })).hits
        .filter(({ exact }) => exact === "venue")
        .map(({ paper }) => paper.paperId.slice(2));
    expect(await first("NeurIPS 2019")).toEqual(["2", "1"]);
    expect(await first("2019 nips")).toEqual(["2", "1"]);
    expect(await first("sigir '10")).toEqual(["4"]);
    expect(await first("EMNLP 2019")).toEqual(["5"]);
    expect(await first("ICLR 2021")).toEqual(["8"]);
    expect(await first("NeurIPS 2020 year:2019")).toEqual([]);
    for (const none of ["learning 2019", "neurips", "2019", "kettles at neurips 2019"]) expect(await first(none)).toEqual([]);
  });

  it("counts the papers that it found, and no others", async () => {
    const { total, facets } = await search(library, embedder, { query: "copper violins", mode: "keyword", facets: 5, limit: 1 });
    expect(total).toBe(3);
    expect(facets?.venues).toEqual([{ value: "Conf-A", papers: 3 }]);
    const newest = await search(library, embedder, { query: "venue:journal", facets: 5 });
    expect(newest.facets?.venues).toEqual([{ value: "Journal of Kettles", papers: 1 }]);
    expect((await search(library, embedder, { query: "copper" })).facets).toBeUndefined();
  });

  it.each([
    ["cooper ketles", "copper kettles"],
    ["coppre author:exmaple", "copper author:example"],
    ['"old kettels" -vilins', '"old kettles" -vilins'],
    ["Harbuors OR venue:x", "harbours OR venue:x"],
    ["copper kettles", undefined],
    // Spelt correctly, and still in no paper.
    ['copper "ketles violins"', undefined],
    ["cooper year:1900", undefined],
    ["copper zzzzzz qx 2019", undefined],
    // Nobody types this much: it is a pasted text.
    [`cooper ${"kettles ".repeat(80)}`, undefined],
    ["cooper:1706.03762", "copper:1706.03762"],
    ["DOI:10.5555/cooper", undefined],
    // No letter of an abbreviation is a typing error, unless everything is written in capitals.
    ["old COOPER", undefined],
    ["OLD COOPER", "OLD copper"],
  ])("for %s offers %s", async (query, suggestion) => {
    expect((await search(library, embedder, { query, correct: true })).suggestion).toBe(suggestion);
    expect((await search(library, embedder, { query })).suggestion).toBeUndefined();
  });

  it("reports an id that no paper here has, and no other", async () => {
    const missing = async (query: string) => (await search(library, embedder, { query })).missingId;
    expect(await missing("https://arxiv.org/abs/1706.03762v7")).toBe("arXiv:1706.03762");
    expect(await missing("X:1")).toBeUndefined();
    expect(await missing("copper kettles")).toBeUndefined();
  });

  it("offers the word nearest to what was typed, and none whose stem alone is near", async () => {
    const some = new MemoryLibrary();
    await some.upsert([
      inventPaper(1, { title: "Consulting in convolutional networks" }),
      inventPaper(2, { title: "Consulting by statistics" }),
    ]);
    await new Engine(some, embedder).embedBacklog();
    const offered = async (query: string) => (await search(some, embedder, { query, correct: true })).suggestion;
    expect(await offered("convultional")).toBe("convolutional");
    expect(await offered("statique")).toBeUndefined();
  });

  it("offers names if a name is meant, and nothing for the name of somebody unknown to the library", async () => {
    const names = new MemoryLibrary();
    const by = (number: number, title: string, ...authors: string[]) =>
      inventPaper(number, { title, abstract: "", authors: authors.map((name) => ({ name })), keywords: [] });
    await names.upsert([
      ...Array.from({ length: 30 }, (_, at) => by(at, "At the core of a budget", "Cy Nobody")),
      by(40, "Robots", "Peter Corke", "Lukas Other"),
      ...Array.from({ length: 6 }, (_, at) => ({ ...by(50 + at, "Screens", "Cy Nobody"), venue: `Croe '0${at}` })),
    ]);
    const offered = async (query: string) => (await search(names, embedder, { query, mode: "keyword", correct: true })).suggestion;
    expect(await offered("cokre")).toBe("core");
    expect(await offered("croe")).toBeUndefined();
    expect(await offered("Peter Cokre")).toBe("Peter corke");
    expect(await offered("author:cokre")).toBe("author:corke");
    expect(await offered("lukas burget")).toBe("lukas budget");
    expect(await offered("Lukas Burget")).toBeUndefined();
    expect(await offered("Lukaz Othor")).toBe("lukas other");
    expect(await offered("Petor Othor")).toBeUndefined();
    expect(await offered("Core Bugdet")).toBe("Core budget");
  });

  it("identifies the author named by the query, in a condition or in words", async () => {
    const named = async (query: string, more: Partial<SearchRequest> = {}) =>
      (await search(library, embedder, { query, mode: "keyword", ...more })).hits.map((hit) => hit.namedAuthor);
    expect(await named("author:smi")).toEqual(["Bo Smith"]);
    expect(await named("violins OR author:cy", { filters: { authors: ["Smith, B."] } })).toEqual(["Bo Smith"]);
    expect(await named("violins smith")).toEqual(["Bo Smith"]);
    expect(await named("violins")).toEqual([undefined]);
  });

  it("leaves out what one person has dealt with, on request", async () => {
    const said = (paperId: string, kind: "seen" | "save" | "dismiss" | "vote") =>
      library.personal.putFeedback("ada", { paperId, kind, at: "2026-01-01T00:00:00Z" });
    await said("X:1", "seen");
    await said("X:2", "vote");
    await said("X:3", "save");
    await said("X:3", "dismiss");
    await said("X:99", "seen");
    expect(await found("copper", { unseenBy: "ada" })).toBe("2");
    expect(await found("copper", { unseenBy: "bo" })).toBe("123");
    expect(await found("copper")).toBe("123");
  });
});

describe("the pages of an answer in which many papers have the same score", () => {
  const alike = new MemoryLibrary();
  const engine = new Engine(alike, embedder);
  const size = 650;
  beforeAll(async () => {
    // Ids in a different order from the papers' arrival.
    await alike.upsert(
      Array.from({ length: size }, (_, at) =>
        inventPaper((at * 241) % size, {
          title: `Copper ${"kettles ".repeat(1 + (at % 3))}`,
          abstract: "",
          authors: [],
          published: "2020",
        }),
      ),
    );
    await engine.embedBacklog();
  });

  it.each([
    ["keyword", {}],
    ["semantic", {}],
    ["hybrid", {}],
    ["hybrid", { fusion: "rrf" as const }],
  ] as const)("I7, I8: contain each paper once in %s search (%o), in one order", async (mode, more) => {
    const hits: { paperId: string; score: number }[] = [];
    for (let offset = 0; ; offset += 50) {
      const page = await engine.search({ query: "copper", mode, ...more, limit: 50, offset });
      hits.push(...page.hits.map(({ paper, score }) => ({ paperId: paper.paperId, score })));
      if (page.hits.length < 50) break;
    }
    expect(hits).toHaveLength(size);
    expect(new Set(hits.map(({ paperId }) => paperId)).size).toBe(hits.length);
    expect(hits).toEqual([...hits].sort((a, b) => b.score - a.score || (a.paperId < b.paperId ? -1 : 1)));
  });
});

describe("papers waiting for their embedding that contain none of the words", () => {
  const growing = new MemoryLibrary();
  const engine = new Engine(growing, embedder);
  const ids = (hits: readonly { paper: { paperId: string } }[]) => hits.map(({ paper }) => paper.paperId);
  beforeAll(async () => {
    const plain = (number: number, title: string, category: string) =>
      inventPaper(number, { title, abstract: "", authors: [], categories: [category], venue: "A" });
    await growing.upsert([plain(1, "Copper kettles", "a.A"), plain(2, "Old violins", "a.A")]);
    await engine.embedBacklog();
    await growing.upsert([plain(4, "Harbours", "b.B"), plain(3, "Lanterns", "b.B"), plain(5, "Kettles of brass", "b.B")]);
  });

  it.each(["hybrid", "semantic"] as const)("I7: rank below all others in %s search", async (mode) => {
    const { hits, total } = await engine.search({ query: "kettles", mode });
    expect(ids(hits).slice(-2)).toEqual(mode === "hybrid" ? ["X:3", "X:4"] : ["X:4", "X:5"]);
    expect([hits.length, total]).toEqual([5, 5]);
    for (const [at, hit] of hits.entries()) {
      expect(hit.score).toBeLessThanOrEqual(hits[at - 1]?.score ?? Number.POSITIVE_INFINITY);
      const told = await engine.explain({ query: "kettles", mode, paperId: hit.paper.paperId });
      expect([told.place, told.score]).toEqual([at + 1, hit.score]);
    }
    const pages = [];
    for (let offset = 0; offset < 5; offset++) pages.push(...(await engine.search({ query: "kettles", mode, limit: 1, offset })).hits);
    expect(ids(pages)).toEqual(ids(hits));
    const { hits: chosen } = await engine.search({ query: "violins category:b.*", mode });
    expect(ids(chosen).sort()).toEqual(["X:3", "X:4", "X:5"]);
    // Nobody knows whether they match well; without words all do.
    expect(goodHits(chosen, "newest")).toEqual([]);
    expect(goodHits((await engine.search({ query: "category:b.*", mode })).hits, "newest")).toHaveLength(3);
  });
});

describe("good papers", () => {
  it("are those near the best in score, in a library of similar papers and in a small one whose last paper is far away", () => {
    const scored = (...scores: number[]) =>
      scores.map((score, at) => ({ paper: inventPaper(at + 1), score, scores: { semantic: score, lexical: 0 } }));
    const good = (...scores: number[]) => goodHits(scored(...scores) as never, "score").map(({ score }) => score);
    expect(good(0.9, 0.8, 0.5, 0.42, 0.4)).toEqual([0.9, 0.8, 0.5, 0.42]);
    expect(good(0.9, 0.8, 0.3, 0.2, -0.3)).toEqual([0.9, 0.8, 0.3, 0.2]);
    expect(good(0.9)).toEqual([0.9]);
    expect(good()).toEqual([]);
  });
});

it("many equally scored papers, or ones scored by age, are read in slices", async () => {
  const large = new MemoryLibrary();
  await large.upsert(inventPapers(500));
  const generation = await large.openGeneration(specOf(embedder));
  for (const { label, contentHash, text } of await large.backlog(generation, 0, 1))
    await large.putEmbeddings(generation, [{ label, contentHash, ...(await embedder.embedDocument(text)) }]);
  const read = vi.spyOn(large, "papers");
  for (const order of [{}, { halfLifeDays: 30, asOf: "2026-01-01" }]) {
    const { hits } = await search(large, embedder, { query: "qqqq", mode: "semantic", limit: 20, ...order });
    const waiting = hits.slice(1).map((hit) => hit.paper.paperId);
    expect([hits.length, waiting]).toEqual([20, [...waiting].sort()]);
  }
  expect(Math.max(...read.mock.calls.map(([labels]) => labels.length))).toBe(200);
});
