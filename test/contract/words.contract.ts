/** Papers by their words: BM25, counts, and the most telling words. */
import { expect } from "vitest";
import type { NewPaper } from "../../src/core/paper.ts";
import { inverseDocumentFrequency, termSaturation } from "../../src/core/ranking/bm25.ts";
import type { TermQuery } from "../../src/core/retrieval.ts";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

function withText(number: number, title: string, abstract: string, author = "Nobody"): NewPaper {
  return inventPaper(number, { title, abstract, authors: [{ name: author }] });
}

const papers: readonly NewPaper[] = [
  withText(1, "Copper kettles", "Copper conducts heat. Kettles hold water."),
  withText(2, "Violins", "A violin and a copper string.", "Ada Kettle"),
  withText(3, "Harbours", "Water and anchors."),
];

function any(...terms: string[]): TermQuery {
  return { terms: new Map(terms.map((term) => [term, 1])) };
}

export const wordBehaviours: Behaviours = {
  "scores by BM25 over title (three times), abstract, authors and keywords": async ({ library }) => {
    await library.upsert(papers);
    // Words that count: 2×3 + 6 + 1, 1×3 + 3 + 2, 1×3 + 2 + 1.
    const lengths = [13, 8, 6];
    const average = (13 + 8 + 6) / 3;
    const rarity = inverseDocumentFrequency(3, 2);
    const [first, second, third] = await library.termScores(any("copper"), [1, 2, 3]);
    expect(first).toBeCloseTo(rarity * termSaturation(4, lengths[0] ?? 0, average), 12);
    expect(second).toBeCloseTo(rarity * termSaturation(1, lengths[1] ?? 0, average), 12);
    expect(third).toBe(0);
  },

  "finds the words of keywords, and those of a venue apart from others: they lengthen no text and tell nothing of its subject": async ({
    library,
  }) => {
    const venue = "Journal of Kettles";
    await library.upsert([
      inventPaper(1, { title: "Copper", abstract: "", authors: [], venue }),
      inventPaper(2, { title: "Copper", abstract: "", authors: [], venue: "Nowhere", keywords: ["old kettles"] }),
    ]);
    const found = async (...terms: string[]) => (await library.matchTerms(any(...terms), { k: 5 })).hits.map(({ label }) => label);
    expect(await found("kettl")).toEqual([2]);
    expect(await found("venue:kettl")).toEqual([1]);
    expect(await library.termDetails(any("copper"), 1)).toMatchObject({ length: 3, averageLength: 4 });
    expect((await library.tellingTerms([1, 2], 5)).map(({ term }) => term)).toEqual(["kettl", "old", "copper"]);
    const [first, second] = await library.termVectors([1, 2]);
    expect([first?.terms.length, second?.terms.length]).toEqual([1, 3]);
    await library.upsert([inventPaper(1, { title: "Copper", abstract: "", authors: [], venue: "Journal of Lids" })]);
    expect(await found("venue:kettl")).toEqual([]);
    expect(await found("venue:lid")).toEqual([1]);
  },

  "I8: gives the best first and counts all that match": async ({ library }) => {
    await library.upsert(papers);
    const { hits, total } = await library.matchTerms(any("copper", "water"), {
      k: 2,
    });
    expect(total).toBe(3);
    expect(hits.map(({ label }) => label)).toEqual([1, 3]);
    expect(hits.map(({ score }) => score)).toEqual(await library.termScores(any("copper", "water"), [1, 3]));
  },

  "I8: orders equal scores by label": async ({ library }) => {
    await library.upsert([5, 3, 8].map((number) => withText(number, "Twins", "")));
    const { hits } = await library.matchTerms(any("twin"), { k: 3 });
    expect(hits.map(({ label }) => label)).toEqual([1, 2, 3]);
  },

  "weights the terms of a query": async ({ library }) => {
    await library.upsert(papers);
    const query = (water: number): TermQuery => ({
      terms: new Map([
        ["violin", 1],
        ["water", water],
      ]),
    });
    expect((await library.matchTerms(query(0.01), { k: 1 })).hits[0]?.label).toBe(2);
    expect((await library.matchTerms(query(10), { k: 1 })).hits[0]?.label).toBe(3);
  },

  "I7: searches only within a set": async ({ library }) => {
    await library.upsert(papers);
    const within = await library.matching([{ title: ["violins"] }]);
    const { hits, total } = await library.matchTerms(any("copper"), {
      k: 5,
      within,
    });
    expect(hits.map(({ label }) => label)).toEqual([2]);
    expect(total).toBe(1);
  },

  "finds nothing for words that nobody used, and for none": async ({ library }) => {
    await library.upsert(papers);
    expect(await library.matchTerms(any("zebra"), { k: 5 })).toEqual({
      hits: [],
      total: 0,
    });
    expect(await library.matchTerms(any(), { k: 5 })).toEqual({
      hits: [],
      total: 0,
    });
    expect(await library.termScores(any("copper"), [99])).toEqual([0]);
  },

  "reports what each word adds to a score": async ({ library }) => {
    await library.upsert(papers);
    const query: TermQuery = {
      terms: new Map([
        ["copper", 2],
        ["zebra", 1],
        ["kettl", 1],
      ]),
    };
    for (const label of [1, 2, 3]) {
      const details = await library.termDetails(query, label);
      const sum = (details?.terms ?? []).reduce((total, { score }) => total + score, 0);
      expect([sum]).toEqual(await library.termScores(query, [label]));
    }
    const details = await library.termDetails(query, 1);
    expect(details).toMatchObject({ papers: 3, length: 13, averageLength: 9 });
    expect(details?.terms.map(({ term, weight, frequency, papers: holding }) => [term, weight, frequency, holding])).toEqual([
      ["copper", 2, 4, 2],
      ["zebra", 1, 0, 0],
      ["kettl", 1, 4, 2],
    ]);
    const [copper, zebra] = details?.terms ?? [];
    expect(copper?.idf).toBeCloseTo(inverseDocumentFrequency(3, 2), 12);
    expect(copper?.score).toBeCloseTo(2 * inverseDocumentFrequency(3, 2) * termSaturation(4, 13, 9), 12);
    expect(zebra).toMatchObject({ idf: inverseDocumentFrequency(3, 0), score: 0 });
    expect(await library.termDetails(query, 99)).toBeUndefined();
  },

  "finds papers with all of the requested words": async ({ library }) => {
    await library.upsert(papers);
    const labelsHolding = async (...terms: string[]) => [...(await library.holding(terms)).labels()];
    expect(await labelsHolding("copper")).toEqual([1, 2]);
    expect(await labelsHolding("copper", "kettl")).toEqual([1, 2]);
    expect(await labelsHolding("copper", "water")).toEqual([1]);
    expect(await labelsHolding("copper", "copper")).toEqual([1, 2]);
    expect(await labelsHolding("copper", "zebra")).toEqual([]);
    expect(await labelsHolding()).toEqual([1, 2, 3]);
  },

  "finds a phrase if title, abstract, a name or a keyword contains its words consecutively": async ({ library }) => {
    await library.upsert([
      withText(1, "Deep sea currents", "They are learning. Deep water learns."),
      withText(2, "Learning deep", "Sea of words, deep deep sea."),
      withText(3, "Sea", "Deep.", "Deep Sea"),
    ]);
    const saying = async (...terms: string[]) => [...(await library.holdingPhrase(terms)).labels()];
    expect(await saying("deep", "sea")).toEqual([1, 2, 3]);
    expect(await saying("deep", "deep", "sea")).toEqual([2]);
    expect(await saying("learn", "deep")).toEqual([1, 2]);
    // Not from a title into its abstract, nor from there into a name.
    expect(await saying("current", "learn")).toEqual([]);
    expect(await saying("sea", "deep")).toEqual([]);
    expect(await saying("deep", "zebra")).toEqual([]);
    expect(await saying()).toEqual([]);
  },

  "finds papers with any of the words: as many as match": async ({ library }) => {
    await library.upsert(papers);
    for (const terms of [["copper"], ["copper", "anchor"], ["copper", "copper", "zebra"], ["zebra"], []]) {
      const { hits } = await library.matchTerms(any(...terms), { k: 5 });
      const matched = hits.map(({ label }) => label).sort((a, b) => a - b);
      expect([...(await library.holdingAny(terms)).labels()]).toEqual(matched);
    }
  },

  "I8: knows how many papers contain a term, and which terms are similar": async ({ library }) => {
    await library.upsert(papers);
    expect(await library.holdingCounts(["copper", "water", "zebra"])).toEqual([2, 2, 0]);
    expect(await library.nearTerms("coper", 1)).toEqual([{ term: "copper", distance: 1, papers: 2 }]);
    expect(await library.nearTerms("copepr", 1)).toEqual([{ term: "copper", distance: 1, papers: 2 }]);
    expect(await library.nearTerms("copper", 2)).toEqual([]);
    expect(await library.nearTerms("hald", 1)).toEqual([{ term: "hold", distance: 1, papers: 1 }]);
    expect((await library.nearTerms("heald", 2)).map(({ term, distance }) => [term, distance])).toEqual([
      ["heat", 2],
      ["hold", 2],
    ]);
    await library.remove(["X:1"]);
    expect(await library.nearTerms("hald", 1)).toEqual([]);
  },

  "forgets the words of changed texts and removed papers": async ({ library }) => {
    await library.upsert(papers);
    await library.upsert([withText(1, "Marble", "Nothing of what it was.")]);
    await library.remove(["X:2"]);
    expect(await library.matchTerms(any("copper", "kettl"), { k: 5 })).toEqual({
      hits: [],
      total: 0,
    });
    const average = (5 + 6) / 2;
    const [score] = await library.termScores(any("marbl"), [1]);
    expect(score).toBeCloseTo(inverseDocumentFrequency(2, 1) * termSaturation(3, 5, average), 12);
  },

  "I8: finds the words typical of papers, the most telling first": async ({ library }) => {
    await library.upsert(papers);
    const telling = await library.tellingTerms([1], 5);
    // Words of equal weight are in alphabetical order (I8).
    expect(telling.map(({ term }) => term)).toEqual(["conduct", "heat", "hold", "copper", "kettl"]);
    const average = (13 + 8 + 6) / 3;
    expect(telling[0]?.weight).toBeCloseTo(inverseDocumentFrequency(3, 1) * termSaturation(1, 13, average), 12);
    expect(telling[3]?.weight).toBeCloseTo(inverseDocumentFrequency(3, 2) * termSaturation(4, 13, average), 12);
    expect(telling[3]?.saturation).toBeCloseTo(termSaturation(4, 13, average), 12);
    const copper = (await library.tellingTerms([1, 2], 99)).find(({ term }) => term === "copper");
    const [first = 0, second = 0] = await library.termScores(any("copper"), [1, 2]);
    expect(copper?.weight).toBeCloseTo(first + second, 12);
    expect(await library.tellingTerms([77], 3)).toEqual([]);
  },
};
