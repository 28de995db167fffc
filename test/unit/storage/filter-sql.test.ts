/** Conditions are answered from an index with all the columns they need: fetching the rows of a large library takes ten times as long. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Filters } from "../../../src/core/filters.ts";
import { filtersSchema } from "../../../src/core/filters.ts";
import { openDatabase } from "../../../src/storage/local/database.ts";
import { defineFilterFunctions, sqlOfConditions } from "../../../src/storage/local/filter-sql.ts";
import { databaseName } from "../../../src/storage/local/library-files.ts";

const examples: Required<Filters> = {
  from: "2020",
  to: "2021",
  publishedFrom: "2020",
  publishedTo: "2021",
  updatedFrom: "2020",
  updatedTo: "2021",
  listedFrom: "2020",
  listedTo: "2021",
  yearFrom: 2020,
  yearTo: 2021,
  venues: ["a venue"],
  categories: ["cs.CL", "stat.*"],
  sources: ["arxiv"],
  authors: ["lovelace"],
  title: ["deep learning"],
  hasCode: true,
  hasAbstract: true,
  hasPdf: true,
  minVotes: 1,
  minCitations: 1,
  languages: ["en"],
  withdrawn: false,
};

const folder = mkdtempSync(join(tmpdir(), "paperkin-filter-sql-"));
const db = openDatabase(join(folder, databaseName), { create: true });
defineFilterFunctions(db);
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function planOf(filters: Filters): string {
  const { from, where, parameters } = sqlOfConditions([filters]);
  const steps = db
    .prepare<(string | number)[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT label FROM ${from} WHERE ${where} ORDER BY label`)
    .all(...parameters);
  return steps.map(({ detail }) => detail).join("; ");
}

describe("conditions in SQL", () => {
  it("have an example each", () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(filtersSchema.shape).sort());
  });

  it.each(Object.entries(examples))("for %s read an index alone, in the order of labels", (name, value) => {
    const plan = planOf({ [name]: value });
    expect(plan).toMatch(/^SCAN papers USING COVERING INDEX papers_(?:filters|names)/);
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("all together read an index alone", () => {
    expect(planOf(examples)).toMatch(/^SCAN papers USING COVERING INDEX papers_names/);
  });

  it.each(["authors", "venues", "categories", "sources", "languages", "title"] as const)(
    "accept a hundred %s with many spellings each",
    (name) => {
      const filters = { [name]: Array.from({ length: 100 }, (_, number) => `Goedel Moehring Kuehnel${number}, Hoelder*`) };
      const { from, where, parameters } = sqlOfConditions([filters, filters]);
      expect(db.prepare(`SELECT label FROM ${from} WHERE ${where}`).all(...parameters)).toEqual([]);
      // A condition for each would need a look at every paper each.
      if (name !== "sources" && name !== "categories" && name !== "title") expect(parameters).toHaveLength(2);
    },
  );

  it("on categories look up prefixes once if one contains others", () => {
    const { parameters } = sqlOfConditions([{ categories: ["cs.*", "CS.*", "cs.c*", "cs.cl", "c*", "stat.*"] }]);
    expect(parameters).toEqual(["cs.cl", "c", "c\u{10ffff}", "stat.", "stat.\u{10ffff}"]);
  });
});
