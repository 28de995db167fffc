/** The meaning of conditions. */
import { describe, expect, it } from "vitest";
import { type Filters, filtersSchema, firstDay, isUnfiltered, lastDay, matchesFilters } from "../../../src/core/filters.ts";
import type { Paper } from "../../../src/core/paper.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

function paper(changes: Partial<Paper> = {}): Paper {
  return { paperId: "X:1", ...inventPaper(1), ...changes };
}

function expectMatches(subject: Paper, passing: readonly Filters[], failing: readonly Filters[]): void {
  expect(passing.filter((filters) => !matchesFilters(subject, filters))).toEqual([]);
  expect(failing.filter((filters) => matchesFilters(subject, filters))).toEqual([]);
}

describe("conditions", () => {
  it("on dates accept a coarse date if any of its days is in range", () => {
    expectMatches(
      paper({ published: "2024-02" }),
      [
        { from: "2024-02-29" },
        { to: "2024-02-01" },
        { from: "2024" },
        { to: "2024" },
        { from: "2024-02", to: "2024-02" },
        { yearFrom: 2024, yearTo: 2024 },
      ],
      [{ from: "2024-03" }, { to: "2024-01-31" }, { from: "2025" }, { yearFrom: 2025 }, { yearTo: 2023 }],
    );
    expectMatches(
      paper({ published: "2024" }),
      [{ from: "2024-12-31" }, { to: "2024-01-01" }],
      [{ from: "2025-01-01" }, { to: "2023-12-31" }],
    );
  });

  it("on dates are never met by a paper without one", () => {
    const { published: _, ...undated } = paper();
    expectMatches(undated, [{}], [{ from: "0001" }, { to: "9999" }, { yearFrom: 0 }, { yearTo: 9999 }]);
    expectMatches({ ...undated, updated: "2024-01-01" }, [{ from: "2024" }], [{ yearFrom: 0 }]);
  });

  it("on venues and authors match the beginnings of words, ignoring case and accents", () => {
    const subject = paper({ venue: "Proc. of NeurIPS 2017", authors: [{ name: "Ángel López-Smith" }, { name: "Bo Lee" }] });
    expectMatches(
      subject,
      [
        { venues: ["neur"] },
        { venues: ["neurips 2017"] },
        { venues: ["x", "PROC"] },
        { authors: ["angel lop"] },
        { authors: ["smith"] },
        { authors: ["lee"] },
      ],
      [{ venues: ["rips"] }, { venues: ["?"] }, { authors: ["ee"] }, { authors: ["smith bo"] }, { authors: [" "] }],
    );
    const { venue: _, ...homeless } = subject;
    expectMatches(homeless, [{ venues: [] }], [{ venues: ["neur"] }]);
  });

  it("on categories match whole categories, or prefixes with a star", () => {
    expectMatches(
      paper({ categories: ["cs.CL", "stat.ML"] }),
      [{ categories: ["CS.cl"] }, { categories: ["cs.*"] }, { categories: ["x", "stat.ml"] }, { categories: ["*"] }],
      [{ categories: ["cs"] }, { categories: ["cs.C"] }, { categories: ["math.*"] }],
    );
    expectMatches(paper({ categories: [] }), [{}], [{ categories: ["*"] }]);
  });

  it("on titles require every word in full", () => {
    expectMatches(
      paper({ title: "Graph-based Kettles" }),
      [{ title: ["kettles", "graph"] }, { title: ["based kettles"] }, { title: ["?"] }],
      [{ title: ["kettle"] }, { title: ["kettles", "river"] }, { title: ["kettles graph"] }],
    );
  });

  it("on sources, code and retraction match what is stored", () => {
    expectMatches(
      paper({ sources: ["arxiv"], codeUrl: "https://example.org/", status: "withdrawn" }),
      [{ sources: ["x", "arxiv"] }, { sources: ["arXiv"] }, { hasCode: true }, { withdrawn: true }],
      [{ sources: ["arxiv2"] }, { hasCode: false }, { withdrawn: false }],
    );
    expectMatches(paper(), [{ hasCode: false }, { withdrawn: false }, { withdrawn: true }], [{ hasCode: true }]);
  });

  it("must all be met", () => {
    expectMatches(
      paper({ venue: "A", categories: ["cs.CL"] }),
      [{ venues: ["a"], categories: ["cs.cl"] }],
      [{ venues: ["a"], categories: ["cs.lg"] }],
    );
  });

  it("that are empty are no conditions", () => {
    for (const filters of [{}, { venues: [] }, { from: undefined, authors: undefined }]) expect(isUnfiltered(filters)).toBe(true);
    for (const filters of [{ withdrawn: true }, { hasCode: false }, { yearFrom: 0 }, { title: ["a"] }])
      expect(isUnfiltered(filters)).toBe(false);
  });

  it("with a misspelt name, a wrong type or an impossible date are refused", () => {
    for (const wrong of [{ venue: ["a"] }, { venues: "a" }, { from: "2024-02-30" }, { yearFrom: 1.5 }, { title: [""] }])
      expect(filtersSchema.safeParse(wrong).success).toBe(false);
  });

  it("compare dates by their first and last day", () => {
    expect(["2024", "2024-02", "2024-02-03"].map(firstDay)).toEqual(["2024-01-01", "2024-02-01", "2024-02-03"]);
    expect(["2024", "2024-02", "2024-02-03"].map(lastDay)).toEqual(["2024-12-31", "2024-02-31", "2024-02-03"]);
  });
});
