/** Counts over sets of papers. */
import { expect } from "vitest";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const papers = [
  inventPaper(1, { published: "2020-01", venue: "Conf-B", categories: ["cs.CL", "cs.LG"], sources: ["arxiv"] }),
  inventPaper(2, { published: "2020-05-02", venue: "Conf-A", categories: ["cs.LG"], sources: ["arxiv", "hf"] }),
  inventPaper(3, { published: undefined, listed: "2021", venue: "Conf-B", categories: ["cs.LG", "cs.LG"], sources: ["bibtex"] }),
  inventPaper(4, { published: undefined, venue: undefined, categories: [], sources: ["bibtex"] }),
];

export const facetBehaviours: Behaviours = {
  "counts by year, venue, category and source, the most first": async ({ library }) => {
    expect(await library.facets(undefined, 5)).toEqual({ years: [], venues: [], categories: [], sources: [] });
    await library.upsert(papers);
    expect(await library.facets(undefined, 5)).toEqual({
      years: [
        { value: "2020", papers: 2 },
        { value: "2021", papers: 1 },
      ],
      venues: [
        { value: "Conf-B", papers: 2 },
        { value: "Conf-A", papers: 1 },
      ],
      categories: [
        { value: "cs.LG", papers: 3 },
        { value: "cs.CL", papers: 1 },
      ],
      sources: [
        { value: "arxiv", papers: 2 },
        { value: "bibtex", papers: 2 },
        { value: "hf", papers: 1 },
      ],
    });
  },

  "counts within a set, and no more values than asked for": async ({ library }) => {
    await library.upsert(papers);
    const within = await library.matching([{ categories: ["cs.LG"] }]);
    const arxiv = await library.matching([{ sources: ["arxiv"] }]);
    expect(arxiv?.size).toBeGreaterThan(0);
    for (const sources of [["ArXiv"], ["nowhere", "ARXIV"]])
      expect([...((await library.matching([{ sources }]))?.labels() ?? [])]).toEqual([...(arxiv?.labels() ?? [])]);
    expect(await library.facets(within, 1)).toEqual({
      years: [{ value: "2020", papers: 2 }],
      venues: [{ value: "Conf-B", papers: 2 }],
      categories: [{ value: "cs.LG", papers: 3 }],
      sources: [{ value: "arxiv", papers: 2 }],
    });
    expect(await library.facets(await library.matching([{ yearFrom: 3000 }]), 5)).toEqual({
      years: [],
      venues: [],
      categories: [],
      sources: [],
    });
  },

  "follows changes and removals": async ({ library }) => {
    await library.upsert(papers);
    await library.facets(undefined, 5);
    await library.upsert([inventPaper(1, { published: "2022", venue: "Conf-C", categories: [], sources: ["arxiv"] })]);
    await library.remove(["X:2"]);
    await library.upsert([inventPaper(9, { published: "2022", venue: "Conf-C", categories: [], sources: ["new"] })]);
    const { years, venues } = await library.facets(undefined, 1);
    expect(years).toEqual([{ value: "2022", papers: 2 }]);
    expect(venues).toEqual([{ value: "Conf-C", papers: 2 }]);
  },
};
