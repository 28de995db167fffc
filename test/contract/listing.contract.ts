/** The dates that papers are listed under, and the papers of a date. */
import { expect } from "vitest";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const papers = [
  inventPaper(1, { published: "2025-03-24", categories: ["cs.AA"] }),
  inventPaper(2, { published: "2025-03-20", listed: "2025-03-24", categories: ["cs.BB"] }),
  inventPaper(3, { published: "2025-03", categories: ["cs.AA"] }),
  inventPaper(4, { published: "2025" }),
  inventPaper(5, { published: "2024-02-29", status: "withdrawn", categories: ["cs.AA"] }),
];

export const listingBehaviours: Behaviours = {
  "lists papers under their day, or else their month": async ({ library }) => {
    expect(await library.listingDates([])).toEqual([]);
    await library.upsert(papers);
    expect(await library.listingDates([])).toEqual([
      { date: "2024-02-29", papers: 1 },
      { date: "2025-03", papers: 1 },
      { date: "2025-03-24", papers: 2 },
    ]);
    expect(await library.listedOn(["2025-03-24"], [])).toEqual([1, 2]);
    expect(await library.listedOn(["2025-03-24", "2025-03"], [])).toEqual([1, 2, 3]);
    expect(await library.listedOn(["2025-03-20", "2025"], [])).toEqual([]);
    expect(await library.listedOn([], [])).toEqual([]);
  },

  "lists those that meet the conditions only": async ({ library }) => {
    await library.upsert(papers);
    const conditions = [{ categories: ["cs.aa"] }, { withdrawn: false }];
    expect(await library.listingDates(conditions)).toEqual([
      { date: "2025-03", papers: 1 },
      { date: "2025-03-24", papers: 1 },
    ]);
    expect(await library.listedOn(["2025-03-24", "2024-02-29"], conditions)).toEqual([1]);
  },

  "follows papers that are changed and removed": async ({ library }) => {
    await library.upsert(papers);
    await library.listingDates([]);
    await library.upsert([inventPaper(1, { published: "2025-03-25" })]);
    await library.remove(["X:2"]);
    expect((await library.listingDates([])).map(({ date }) => date)).toEqual(["2024-02-29", "2025-03", "2025-03-25"]);
    expect(await library.listedOn(["2025-03-24"], [])).toEqual([]);
  },
};
