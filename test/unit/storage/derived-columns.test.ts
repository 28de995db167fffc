import { expect, it } from "vitest";
import { DerivedColumns } from "../../../src/storage/local/derived-columns.ts";
import type { BriefPaper, PaperTable } from "../../../src/storage/local/paper-table.ts";
import { Slices } from "../../../src/storage/local/slices.ts";

const paper = (label: number) => ({
  label,
  paper: { title: `Paper ${label}`, authors: [], categories: [], sources: [] } as unknown as BriefPaper,
});

it("facets, which searches wait for, are built before suggestions", async () => {
  const papers = {
    briefPage: (after: number, limit: number) => Array.from({ length: Math.min(limit, 500 - after) }, (_, at) => paper(after + 1 + at)),
  };
  const derived = new DerivedColumns(papers as PaperTable, new Slices(), new AbortController().signal);
  const warm = derived.warmUp();
  const facets = await derived.facets(undefined, 10);
  expect(facets.years).toEqual([]);
  // Asking starts nothing that delays facets, and reports progress.
  expect(derived.suggest("pap", ["titles"], 3).complete).toBe(false);
  await warm;
  expect(derived.suggest("pap", ["titles"], 3).complete).toBe(true);
});
