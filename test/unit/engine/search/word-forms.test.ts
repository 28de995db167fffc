/** Other forms in which papers write the words of a query. */
import { beforeAll, describe, expect, it } from "vitest";
import { expansionsIn } from "../../../../src/core/acronyms.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../../../src/engine/generations/embed-backlog.ts";
import { search } from "../../../../src/engine/search/search.ts";
import { otherForms } from "../../../../src/engine/search/word-forms.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

const library = new MemoryLibrary();
const embedder = new HashingEmbedder();

beforeAll(async () => {
  const withText = (number: number, title: string, abstract = "") => inventPaper(number, { title, abstract, authors: [] });
  await library.upsert([
    withText(1, "Molecules", "A graph neural network (GNN) reads molecules."),
    withText(2, "Traffic", "Graph neural networks (GNNs) foresee traffic; GNN layers are few."),
    withText(3, "Deep GNN layers"),
    withText(4, "Learning with a graph neural network"),
    withText(5, "Gross national numbers (GNN) of kettles"),
    withText(6, "Pretraining kettles"),
    withText(7, "Pretraining rivers"),
    withText(8, "Rivers"),
    withText(9, "Kettles of copper"),
    inventPaper(10, { title: "Harbours", abstract: "", authors: [{ name: "Jörg Schölkopf" }] }),
    inventPaper(11, { title: "Violins", abstract: "", authors: [{ name: "Jörg Schölkopf" }, { name: "Bo Schoelkopf" }] }),
    inventPaper(12, { title: "Anchors", abstract: "", authors: [{ name: "Bo Schoelkopf" }] }),
  ]);
  await embedBacklog(library, embedder, {});
});

const terms = async (query: string) => (await otherForms(library, query)).map(({ term }) => term);

describe("other forms of words", () => {
  it("include what an acronym stands for in most papers that explain it", async () => {
    expect(await terms("GNN for traffic")).toEqual(["graph", "neural", "network"]);
    expect(await terms("gnn")).toEqual(["graph", "neural", "network"]);
  });

  it("include the acronym of words that papers explain", async () => {
    expect(await terms("learning with graph neural networks")).toEqual(["gnn"]);
    expect(await terms("gross national numbers")).toEqual([]);
  });

  it("include compounds as papers write them", async () => {
    expect(await terms("pre-training of rivers")).toEqual(["pretrain"]);
    expect(await terms("ket tles")).toEqual(["kettl"]);
    expect(await terms("copper rivers")).toEqual([]);
  });

  it("include umlauts as one letter or two, as papers write them", async () => {
    expect(await terms("Schölkopf on kettles")).toEqual(["schoelkopf"]);
    expect(await terms("schoelkopf on kettles")).toEqual(["scholkopf"]);
    expect(await terms("Köttles")).toEqual([]);
  });

  it("are none for a long text, or for words that occur nowhere", async () => {
    expect(await terms(`GNN ${"and more words ".repeat(10)}`)).toEqual([]);
    expect(await terms("XQZ of nothing")).toEqual([]);
  });

  it("find papers with only the words, or only the acronym, ranked below those with both, and say why", async () => {
    for (const [query, other] of [
      ["GNN", "X:4"],
      ["graph neural network", "X:3"],
    ] as const) {
      const { hits } = await search(library, embedder, { query, limit: 9 });
      const found = hits.find(({ paper }) => paper.paperId === other);
      expect(found?.scores.lexical).toBeGreaterThan(0);
      expect(found?.why?.terms.length).toBeGreaterThan(0);
      expect(hits.findIndex(({ paper }) => paper.paperId === "X:1")).toBeLessThan(hits.findIndex(({ paper }) => paper.paperId === other));
    }
  });

  it("are left out if words alone are requested", async () => {
    const { hits, total } = await search(library, embedder, { query: "GNN", mode: "keyword" });
    expect(total).toBe(hits.length);
    expect(hits.map(({ paper }) => paper.paperId)).not.toContain("X:4");
  });
});

describe("a word that papers write as two", () => {
  const parted = new MemoryLibrary();
  const asked = async (query: string) => (await otherForms(parted, query)).map(({ term }) => term);

  beforeAll(async () => {
    const titles = [
      ...Array.from({ length: 6 }, () => "Pre-training of large kettles"),
      "Pretraining",
      ...Array.from({ length: 6 }, () => "Training before rivers are pre-heated"),
      ...Array.from({ length: 6 }, () => "A data base"),
      ...Array.from({ length: 7 }, () => "Database"),
      ...Array.from({ length: 4 }, () => "Zero-shot"),
      ...Array.from({ length: 6 }, () => "Car bon, and bon car"),
    ];
    await parted.upsert(titles.map((title, at) => inventPaper(at + 1, { title, abstract: "", authors: [] })));
    await embedBacklog(parted, embedder, {});
  });

  it("matches these where they are adjacent, and says why", async () => {
    expect(await asked("pretraining of rivers")).toEqual(["pre", "train"]);
    const { hits } = await search(parted, embedder, { query: "pretraining", limit: 30 });
    const parts = hits.filter(({ paper }) => paper.title.startsWith("Pre-training"));
    expect(parts).toHaveLength(6);
    for (const { scores, why } of parts) {
      expect(scores.lexical).toBeGreaterThan(0);
      // These contain its parts, but not the word itself.
      expect(why?.terms.flatMap(({ words }) => words).sort()).toEqual(["pre", "training"]);
    }
    // What was typed comes first.
    expect(hits[0]?.paper.title).toBe("Pretraining");
  });

  it("is not divided if more papers write it as one, few papers contain its parts, or they are apart", async () => {
    expect(await asked("database")).toEqual([]);
    expect(await asked("zeroshot")).toEqual([]);
    expect(await asked("heatedtraining")).toEqual([]);
    expect(await asked("kettles")).toEqual([]);
    expect(await asked("pretraining2")).toEqual([]);
  });

  it("is not divided if words alone are requested, and never in time that grows with the input", async () => {
    const { hits } = await search(parted, embedder, { query: "pretraining", mode: "keyword" });
    expect(hits.map(({ paper }) => paper.title)).toEqual(["Pretraining"]);
    expect(await asked(`pretraining${"x".repeat(50_000)}`)).toEqual([]);
  });
});

describe("an acronym in a text", () => {
  it.each([
    ["a graph neural network (GNN) of", "gnn", ["graph neural network"]],
    ["GNN (graph neural network)", "GNN", ["graph neural network"]],
    ["long short-term memory (LSTM)", "lstm", ["long short term memori"]],
    ["messenger RNA (mRNA)", "mRNA", ["messeng rna"]],
    ["the state of the art (SOTA)", "sota", ["state art"]],
    ["we (GNN) do", "gnn", []],
    ["kettles (see below)", "gnn", []],
    ["(((((GNN)", "gnn", []],
  ])("%s explains %s with %j", (text, acronym, expected) => {
    expect(expansionsIn(text, acronym).map((one) => one.join(" "))).toEqual(expected);
  });

  it("is found in time linear in the text, not quadratic", () => {
    expect(expansionsIn("(".repeat(50_000), "gnn")).toEqual([]);
    expect(expansionsIn(`${"word (GNN) ".repeat(5_000)}`, "gnn")).toEqual([]);
  });
});
