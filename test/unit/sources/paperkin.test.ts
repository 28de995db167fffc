/** Paperkin's own JSON Lines. */
import { describe, expect, it } from "vitest";
import { paperkinFormat } from "../../../src/sources/paperkin.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { paperkinRecord } from "./samples.ts";

describe("a line of Paperkin's own form", () => {
  it("becomes a paper with everything it contains", async () => {
    expect(await paperFrom(paperkinFormat, paperkinRecord)).toEqual({
      ids: ["arXiv:2401.00007", "DOI:10.5555/kin"],
      title: "A paper in our own form",
      abstract: "Nothing is missing here.",
      authors: [{ name: "Ada Example" }, { name: "Bo Other", family: "Other", given: "Bo" }],
      published: "2024-02-29",
      updated: "2024-03",
      listed: "2024-03-01",
      venue: "Conf-A",
      categories: ["cs.AA", "cs.BB"],
      keywords: ["kin"],
      url: "https://example.org/paper",
      pdfUrl: "https://example.org/paper.pdf",
      codeUrl: "https://example.org/code",
      language: "en",
      votes: 4,
      comments: 2,
      citations: 1,
      status: "withdrawn",
      version: 3,
      sources: ["paperkin"],
    });
  });

  it("has its language as a code, in whatever form it is given", async () => {
    for (const [language, tag] of [
      ["eng", "en"],
      ["German", "de"],
      ["pt_BR", "pt-BR"],
      ["something else", "something else"],
    ])
      expect(await paperFrom(paperkinFormat, { ...paperkinRecord, language })).toMatchObject({ language: tag });
  });

  it("needs only a title and an id, in any of its fields", async () => {
    for (const [record, id] of [
      [{ id: "x-1", title: "A" }, "x-1"],
      [{ _id: 7, title: "A" }, "7"],
      [{ ids: ["DOI:10.1234/A", "arXiv:2401.00001v2"], title: "A" }, "DOI:10.1234/a"],
      [{ arxiv: "hep-th/9901001", title: "A" }, "arXiv:hep-th/9901001"],
      [{ doi: "https://doi.org/10.1234/A", title: "A" }, "DOI:10.1234/a"],
      [{ paperId: "S2:x", title: "A" }, "S2:x"],
    ] as const)
      expect((await paperFrom(paperkinFormat, record)).ids[0]).toBe(id);
    expect(await refusalOf(paperkinFormat, { title: "A" })).toMatchObject({ field: "id", reason: "there is no id" });
    expect(await refusalOf(paperkinFormat, { id: "  ", title: "A" })).toMatchObject({ field: "id" });
    expect(await refusalOf(paperkinFormat, { id: "x", title: " \n" })).toMatchObject({ field: "title", reason: "there is no title" });
  });

  it("may be the API's output for a paper", async () => {
    const paper = await paperFrom(paperkinFormat, paperkinRecord);
    const given = { paperId: paper.ids[0], ...paper };
    expect(await paperFrom(paperkinFormat, given)).toEqual(paper);
  });

  it("may be the API's output for a search: hits, one per line or as a list", async () => {
    const paper = await paperFrom(paperkinFormat, paperkinRecord);
    const hit = { paper: { paperId: paper.ids[0], ...paper }, score: 0.7, scores: { lexical: 1 }, why: { terms: [] } };
    for (const answer of [hit, { hits: [hit], total: 1, mode: "hybrid" }, { asked: null, papers: [hit] }]) {
      expect(paperkinFormat.recognize(JSON.stringify(answer))).toBeGreaterThan(0.4);
      expect(await paperFrom(paperkinFormat, answer)).toEqual(paper);
    }
  });

  it("may have authors as objects, as names or as a single name", async () => {
    const authors = async (value: unknown) => (await paperFrom(paperkinFormat, { ...paperkinRecord, authors: value })).authors;
    expect(
      await authors([
        { name: "Ada Example", orcid: "0000" },
        { given: "Bo", family: "Other" },
      ]),
    ).toEqual([
      { name: "Ada Example", orcid: "0000" },
      { name: "Bo Other", given: "Bo", family: "Other" },
    ]);
    expect(await authors("Ada Example")).toEqual([{ name: "Ada Example" }]);
    expect(await authors([{ orcid: "0000" }, ""])).toEqual([]);
    expect(await refusalOf(paperkinFormat, { ...paperkinRecord, authors: [5] })).toMatchObject({ field: "authors" });
  });

  it("has its date in `published`, `date` or `year`", async () => {
    const published = async (fields: object) => (await paperFrom(paperkinFormat, { id: "x", title: "A", ...fields })).published;
    expect(await published({ date: "2024-03-05T10:00:00Z" })).toBe("2024-03-05");
    expect(await published({ year: 2024 })).toBe("2024");
    expect(await published({ published: "2023", date: "2024" })).toBe("2023");
    expect(await published({ published: "" })).toBeUndefined();
    expect(await refusalOf(paperkinFormat, { id: "x", title: "A", date: "soon" })).toMatchObject({
      field: "date",
      reason: "“soon” is not a date",
    });
    expect(await refusalOf(paperkinFormat, { id: "x", title: "A", published: { year: 2024 } })).toMatchObject({ field: "published" });
  });

  it("is refused with the name of the field if a value has the wrong type", async () => {
    for (const [field, value] of Object.entries({ title: ["A"], abstract: {}, venue: true, categories: [1], ids: 5, votes: "4", url: [] }))
      expect(await refusalOf(paperkinFormat, { ...paperkinRecord, [field]: value })).toMatchObject({
        field,
        reason: expect.stringContaining("it should be"),
      });
    expect((await refusalOf(paperkinFormat, '{"id":"a","title":"b","votes":1e400}')).reason).toBe(
      "it should be a number, and is beyond what numbers can be",
    );
  });

  it("has invalid numbers, unsafe addresses and unknown states left out", async () => {
    const paper = await paperFrom(paperkinFormat, {
      ...paperkinRecord,
      votes: -1,
      comments: 1.5,
      version: 0,
      url: "javascript:alert(1)",
      pdfUrl: "not an address",
      codeUrl: "ftp://example.org/",
      status: "Poster",
    });
    for (const field of ["votes", "comments", "version", "url", "pdfUrl", "codeUrl", "status"]) expect(paper).not.toHaveProperty(field);
  });

  it("has unpaired surrogates and null characters removed from every field", async () => {
    const half = "a\ud800\u0000";
    const paper = await paperFrom(paperkinFormat, {
      id: half,
      title: half,
      abstract: half,
      authors: [{ name: half, family: half, given: half, orcid: half }],
      venue: half,
      categories: [half],
      keywords: [half],
      url: `https://example.org/${half}`,
      language: half,
    });
    expect(paper).toMatchObject({ language: "a\ufffd", venue: "a\ufffd" });
    expect(JSON.stringify(paper)).not.toMatch(/\\u(?:d8|0000)/);
  });

  it("may name its source", async () => {
    expect((await paperFrom(paperkinFormat, { ...paperkinRecord, source: "my-list" })).sources).toEqual(["my-list"]);
  });

  it("is refused if a text or an id is longer than any paper's", async () => {
    expect(await refusalOf(paperkinFormat, { ...paperkinRecord, abstract: "a".repeat(100_001) })).toMatchObject({ field: "abstract" });
    expect(await refusalOf(paperkinFormat, { ...paperkinRecord, title: "a".repeat(100_001) })).toMatchObject({ field: "title" });
    expect(await refusalOf(paperkinFormat, { ...paperkinRecord, id: "a".repeat(1001) })).toMatchObject({ field: "id" });
  });
});
