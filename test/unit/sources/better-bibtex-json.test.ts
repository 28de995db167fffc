/** “BetterBibTeX JSON”, an export of a whole library. */
import { describe, expect, it } from "vitest";
import { betterBibtexJsonFormat } from "../../../src/sources/better-bibtex-json.ts";
import { betterBibtexSample } from "./json-samples.ts";
import { onlyPaper, readText } from "./reading-text.ts";

const library = JSON.parse(betterBibtexSample);
const [kin] = library.items;
const withItems = (...items: unknown[]) => JSON.stringify({ ...library, items }, undefined, 2);

describe("an export of Better BibTeX", () => {
  it("yields a paper for each item", async () => {
    expect(await onlyPaper(betterBibtexJsonFormat, betterBibtexSample)).toEqual({
      ids: ["arXiv:2401.00001"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada" }],
      published: "2024-01-02",
      venue: "arXiv",
      categories: [],
      keywords: [],
      sources: ["better-bibtex-json"],
    });
  });

  it("skips notes and attachments, and reports the line of a broken item", async () => {
    const text = withItems(
      { itemType: "note", note: "<p>x</p>" },
      kin,
      { ...kin, title: "" },
      { itemType: "attachment", title: "PDF" },
      { ...kin, title: "T" },
    );
    const { papers, refusals } = await readText(betterBibtexJsonFormat, text);
    expect(papers.map(({ title }) => title)).toEqual(["Kinds of kin", "T"]);
    expect(refusals).toMatchObject([{ field: "title", place: { line: expect.any(Number) } }]);
    const broken = text.split("\n")[(refusals[0]?.place.line ?? 0) - 1];
    expect(broken?.trim()).toBe("{");
  });

  it("ignores members next to the items, before or after them", async () => {
    const { items, ...rest } = library;
    for (const text of [JSON.stringify({ items, ...rest }), JSON.stringify({ ...rest, items: [] })]) {
      expect(betterBibtexJsonFormat.recognize(text)).toBe(1);
      const { papers, refusals } = await readText(betterBibtexJsonFormat, text);
      expect(refusals).toEqual([]);
      expect(papers).toHaveLength(text.includes("Kinds of kin") ? 1 : 0);
    }
  });

  it("reads tags as keywords, ids in Extra, and the field names of older versions", async () => {
    const paper = await onlyPaper(
      betterBibtexJsonFormat,
      withItems({
        ...kin,
        archiveID: undefined,
        tags: [{ tag: "kettle" }],
        extra: "PMID: 5",
        itemType: "journalArticle",
        publicationTitle: "Things",
      }),
    );
    expect(paper).toMatchObject({ ids: ["PMID:5"], keywords: ["kettle"], venue: "Things" });
  });

  it("is recognised by its settings, however long they are, or by its items", () => {
    const long = JSON.stringify({ config: library.config, collections: "x".repeat(100_000), items: [kin] }).slice(0, 60_000);
    expect(betterBibtexJsonFormat.recognize(long)).toBe(1);
    expect(betterBibtexJsonFormat.recognize(JSON.stringify({ items: [kin] }))).toBe(1);
    expect(betterBibtexJsonFormat.recognize(JSON.stringify(kin))).toBe(1);
    for (const other of ["", '{"items":[{"title":"T"}]}', '[{"key":"A","itemType":"book"}]', '{"config":{"label":"BibTeX"}}'])
      expect(betterBibtexJsonFormat.recognize(other)).toBe(0);
  });
});
