/** How the end of a query may be completed, and the query that each choice makes. */
import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import { parseQuery } from "../../../../src/core/query.ts";
import { suggest } from "../../../../src/engine/search/suggest.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";
import { brokenText, holds } from "../../../property/settings.ts";

const library = new MemoryLibrary();

beforeAll(async () => {
  await library.upsert([
    inventPaper(1, {
      title: "Neural kettles",
      authors: [{ name: "Ada Lovelace" }, { name: 'Bo "Neo" Diddley' }, { name: "Cy “Typographer” Printer" }],
      venue: "NeurIPS 2017",
      categories: ["cs.NE"],
      sources: ["neurips-feed"],
      published: "2017-06",
    }),
    inventPaper(2, { title: "Copper", authors: [{ name: "Ada Lovelace" }], venue: "Conf-A", categories: ["cs.AA"] }),
  ]);
  await library.addTopic({ slug: "neural-networks", name: "Neural networks", description: "…" });
});

const queriesOf = (list: readonly { query: string }[]) => list.map(({ query }) => query);

describe("suggest", () => {
  it("offers titles and topics with their pages, and names as conditions", async () => {
    expect(await suggest(library, "neu", 5)).toEqual({
      titles: [{ text: "Neural kettles", paperId: "X:1", href: "/papers/X:1", date: "2017-06" }],
      authors: [],
      topics: [{ text: "Neural networks", slug: "neural-networks", href: "/topics/neural-networks" }],
      venues: [{ text: "NeurIPS 2017", papers: 1, query: 'venue:"NeurIPS 2017"' }],
      categories: [],
      sources: [],
      complete: true,
    });
    expect((await suggest(library, "love", 5)).authors).toEqual([{ text: "Ada Lovelace", papers: 2, query: 'author:"Ada Lovelace"' }]);
  });

  test.each([
    ["author:love", 'author:"Ada Lovelace"'],
    ['-author:"ada lo', '-author:"Ada Lovelace"'],
    ["copper  OR AUTHOR:lov", 'copper  OR author:"Ada Lovelace"'],
    ["has:code author:neo", 'has:code author:"Bo  Neo  Diddley"'],
    ["author:“ada lo", 'author:"Ada Lovelace"'],
    ["author:cy", 'author:"Cy  Typographer  Printer"'],
    ["venue:neu", 'venue:"NeurIPS 2017"'],
    ["kettles category:cs.n", "kettles category:cs.NE"],
    ["source:neur", "source:neurips-feed"],
  ])("completes %s to %s, and offers nothing of another kind", async (typed, query) => {
    const { titles, topics, authors, venues, categories, sources } = await suggest(library, typed, 5);
    expect([titles, topics]).toEqual([[], []]);
    expect(queriesOf([authors, venues, categories, sources].flat())).toEqual([query]);
  });

  it("accepts unaccented letters for accented ones, and names in either order", async () => {
    const names = new MemoryLibrary();
    await names.upsert([inventPaper(1, { authors: [{ name: "Łukasz Bråten" }, { name: "Søren Wei" }] })]);
    for (const typed of ["lukasz", "Łukasz", "braten luk"])
      expect(queriesOf((await suggest(names, typed, 5)).authors)).toEqual(['author:"Łukasz Bråten"']);
    for (const typed of ["soren", "søren", "wei sor"])
      expect(queriesOf((await suggest(names, typed, 5)).authors)).toEqual(['author:"Søren Wei"']);
  });

  it("completes text after conditions, and leaves them unchanged", async () => {
    const { titles, authors } = await suggest(library, 'year:2017 "a phrase" lovel', 5);
    expect(titles).toEqual([]);
    expect(queriesOf(authors)).toEqual(['year:2017 "a phrase" author:"Ada Lovelace"']);
    expect((await suggest(library, "year:2017 neural k", 5)).titles).toHaveLength(1);
    expect((await suggest(library, "title:kett", 5)).titles).toHaveLength(1);
  });

  it("treats a word followed by a space as complete", async () => {
    expect((await suggest(library, "neural", 5)).topics).toHaveLength(1);
    expect((await suggest(library, "neur ", 5)).topics).toEqual([]);
  });

  it("never throws, and offers only conditions that parse as such", () =>
    holds(
      fc.asyncProperty(brokenText, fc.constantFrom("", " lov", " author:lov", ' author:"ada l', " venue:neur"), async (before, end) => {
        const { authors, venues } = await suggest(library, before + end, 5);
        for (const { query } of authors) expect(JSON.stringify(parseQuery(query))).toContain("Ada Lovelace");
        for (const { query } of venues) expect(JSON.stringify(parseQuery(query))).toContain("NeurIPS 2017");
      }),
      500,
    ));
});
