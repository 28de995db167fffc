/** Papers like one paper, if many have the same title, and if most are waiting for their embeddings. */
import { beforeEach, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

let library: MemoryLibrary;
let engine: Engine;

beforeEach(() => {
  library = new MemoryLibrary();
  engine = new Engine(library, new HashingEmbedder());
});

const copper = (number: number, title: string, author: string, published = "2020") =>
  inventPaper(number, { title, abstract: "Of copper.", authors: [{ name: author }], published });

describe("papers like one", () => {
  it("leave out copies of a work, but no other work with the same title", async () => {
    await library.upsert([
      copper(0, "Letters on copper mines", "Ada Example"),
      copper(1, "Letters on copper mines", "Example, A.", "2021"),
      copper(2, "Letters on copper mines", "Bo Smith"),
      copper(3, "Copper violins", "Cy Nobody"),
    ]);
    await engine.embedBacklog({});
    const hits = await engine.similarToPaper(inventPaper(0).ids[0] ?? "");
    expect(hits.map(({ paper }) => paper.title)).toEqual(["Letters on copper mines", "Copper violins"]);
    expect(hits[0]?.paper.authors[0]?.name).toBe("Bo Smith");
  });

  it.each(["hybrid", "semantic", "keyword"] as const)("I7: are as many as requested despite any number of copies (%s)", async (mode) => {
    await library.upsert([
      copper(0, "Copper violins of the north", "Ada Example"),
      ...Array.from({ length: 230 }, (_, at) => copper(at + 1, "Violins of copper", "Bo Smith")),
      ...Array.from({ length: 6 }, (_, at) =>
        inventPaper(at + 500, { title: `Harbour ${at}`, abstract: "Of copper, boats and a very long pier in the rain.", authors: [] }),
      ),
    ]);
    await engine.embedBacklog({});
    expect(await engine.similarToPaper(inventPaper(0).ids[0] ?? "", { limit: 5, mode })).toHaveLength(5);
  });

  it("share its frequent terms rather than those it merely mentions", async () => {
    const plain = (number: number, title: string, abstract: string) => inventPaper(number, { title, abstract, authors: [], keywords: [] });
    await library.upsert([
      plain(0, "On boats", "A violin has strings. Strings break. Who tunes strings counts strings, and goes to the harbour."),
      plain(1, "Harbour", "Of harbour and rain."),
      plain(2, "Strings", "Of strings and rain."),
    ]);
    const hits = await engine.similarToPaper(inventPaper(0).ids[0] ?? "", { mode: "keyword" });
    expect(hits.map(({ paper }) => paper.title)).toEqual(["Strings", "Harbour"]);
  });

  it("I7: are as many as requested while most are waiting for their embeddings", async () => {
    await library.upsert([copper(0, "Copper violins", "Ada Example")]);
    await engine.embedBacklog({});
    await library.upsert(
      Array.from({ length: 9 }, (_, at) => inventPaper(at + 1, { title: `Harbour ${at}`, abstract: "Boats.", authors: [], keywords: [] })),
    );
    const answer = await engine.similarToPaper(inventPaper(0).ids[0] ?? "", { limit: 5 });
    expect(answer).toHaveLength(5);
    expect(answer.map(({ paper }) => paper.paperId)).toEqual(answer.map(({ paper }) => paper.paperId).sort());
  });
});

describe("examples given both as wanted and unwanted", () => {
  const both = (id: string) =>
    expect.objectContaining({
      code: "invalid_request",
      message: expect.stringMatching(new RegExp(`^${id} is an example of what is wanted and`)),
    });
  const [first = "", second = ""] = [inventPaper(0, { ids: ["DOI:10.5555/one", "own:one"] }), inventPaper(1)].map(({ ids }) => ids[0]);

  beforeEach(async () => {
    await library.upsert([inventPaper(0, { ids: ["DOI:10.5555/one", "own:one"] }), inventPaper(1)]);
    await engine.embedBacklog({});
  });

  it("are refused by recommendations, under any of their ids", async () => {
    await expect(engine.recommend({ positive: [first, second], negative: ["own:one"] })).rejects.toEqual(both("own:one"));
  });

  it("are refused by interests, even if the other side is unchanged", async () => {
    await engine.addPerson("ada", "write");
    const ada = engine.person("ada");
    await expect(ada.addInterest({ positives: [first], negatives: ["own:one"] })).rejects.toEqual(both(first));
    const { id } = await ada.addInterest({ positives: [first] });
    await expect(ada.changeInterest(id, { negatives: ["own:one"] })).rejects.toEqual(both(first));
    expect(await ada.changeInterest(id, { positives: [second], negatives: ["own:one"] })).toMatchObject({
      positives: [second],
      negatives: [first],
    });
  });

  it("that were merged since do not keep an interest from being renamed", async () => {
    await engine.addPerson("ada", "write");
    const ada = engine.person("ada");
    const { id } = await ada.addInterest({ positives: [first], negatives: [second] });
    await library.upsert([{ ...inventPaper(0), ids: [first, second], sources: ["joins"] }]);
    expect((await ada.changeInterest(id, { name: "Renamed" })).name).toBe("Renamed");
    await expect(ada.changeInterest(id, { positives: [first] })).rejects.toMatchObject({ code: "invalid_request" });
  });
});
