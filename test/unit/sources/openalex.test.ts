/** Lines of OpenAlex works. */
import { describe, expect, it } from "vitest";
import { openAlexFormat } from "../../../src/sources/openalex.ts";
import { openAlexListSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper, readText } from "./reading-text.ts";
import { openAlexRecord } from "./samples.ts";

describe("a work of OpenAlex", () => {
  it("becomes a paper with its abstract in the original word order", async () => {
    expect(await paperFrom(openAlexFormat, openAlexRecord)).toEqual({
      ids: ["OpenAlex:W1", "arXiv:2401.00001", "DOI:10.1234/x", "PMID:345", "PMCID:PMC678", "MAG:12"],
      title: "Retrieval, invented",
      abstract: "We study retrieval and dense retrieval 2024",
      authors: [{ name: "Ada Example", orcid: "0000-0001-0000-0001" }, { name: "Bo Other" }],
      published: "2024-01-02",
      venue: "arXiv",
      categories: ["Retrieval"],
      keywords: ["Dense retrieval"],
      url: "https://arxiv.org/abs/2401.00001",
      pdfUrl: "https://example.org/oa.pdf",
      language: "en",
      citations: 3,
      sources: ["openalex"],
    });
  });

  it("may lack an abstract, a venue, a topic and ids", async () => {
    const record = {
      id: "https://openalex.org/W2",
      title: "A",
      abstract_inverted_index: null,
      primary_location: null,
      primary_topic: null,
      authorships: [],
    };
    expect(await paperFrom(openAlexFormat, record)).toEqual({
      ids: ["OpenAlex:W2"],
      title: "A",
      abstract: "",
      authors: [],
      categories: [],
      keywords: [],
      sources: ["openalex"],
    });
  });

  it("uses its display name if it has no title, and its year if it has no date", async () => {
    const paper = await paperFrom(openAlexFormat, { ...openAlexRecord, title: null, publication_date: null });
    expect(paper).toMatchObject({ title: "Retrieval, invented", published: "2024" });
  });

  it("has its landing page as an id only if that is arXiv's", async () => {
    const record = { ...openAlexRecord, ids: {}, primary_location: { landing_page_url: "https://doi.org/10.9/other" } };
    expect((await paperFrom(openAlexFormat, record)).ids).toEqual(["OpenAlex:W1", "DOI:10.1234/x"]);
  });

  it("is known under its number in Microsoft's graph, which Semantic Scholar names too", async () => {
    for (const mag of ["2741809807", 2741809807]) {
      const record = { ...openAlexRecord, ids: { mag } };
      expect((await paperFrom(openAlexFormat, record)).ids).toContain("MAG:2741809807");
    }
    const { ids } = await paperFrom(openAlexFormat, { ...openAlexRecord, ids: { mag: "none" } });
    expect(ids.filter((id) => /mag|none/i.test(id))).toEqual([]);
  });

  it("is marked as retracted", async () => {
    expect((await paperFrom(openAlexFormat, { ...openAlexRecord, is_retracted: true })).status).toBe("retracted");
  });

  it("is refused if its abstract has invalid positions, or too many words", async () => {
    expect(await refusalOf(openAlexFormat, { ...openAlexRecord, abstract_inverted_index: { We: 0 } })).toMatchObject({
      field: "abstract_inverted_index",
      reason: expect.stringContaining("We"),
    });
    const endless = { ...openAlexRecord, abstract_inverted_index: { word: Array.from({ length: 20_001 }, (_, at) => at) } };
    expect(await refusalOf(openAlexFormat, endless)).toMatchObject({ field: "abstract_inverted_index" });
  });

  it("is recognised by its abstract, its authorships or its id", () => {
    for (const record of [openAlexRecord, { id: "https://openalex.org/W2", title: "A" }, { id: "x", authorships: [] }])
      expect(openAlexFormat.recognize(JSON.stringify(record))).toBe(1);
    for (const other of ["", '{"id":"https://example.org/W2"}', '{"authorships":[]}']) expect(openAlexFormat.recognize(other)).toBe(0);
  });
});

describe("an answer of OpenAlex's API", () => {
  const list = JSON.parse(openAlexListSample);

  it("contains works in its results", async () => {
    expect(openAlexFormat.recognize(openAlexListSample)).toBe(1);
    expect(await onlyPaper(openAlexFormat, openAlexListSample)).toEqual({
      ids: ["OpenAlex:W1", "DOI:10.5555/kettle.1"],
      title: "Kinds of kin",
      abstract: "We count kettles",
      authors: [{ name: "Ada Example" }],
      published: "2024-01-02",
      categories: [],
      keywords: [],
      sources: ["openalex"],
    });
  });

  it("is read to its end even if it contains broken works, which are reported", async () => {
    const works = [
      { ...list.results[0], abstract_inverted_index: { We: 0 } },
      openAlexRecord,
      { ...openAlexRecord, id: null, doi: null, ids: {}, primary_location: null },
    ];
    const { papers, refusals } = await readText(openAlexFormat, JSON.stringify({ ...list, results: works }, undefined, 1));
    expect(papers.map(({ ids }) => ids[0])).toEqual(["OpenAlex:W1"]);
    expect(refusals.map(({ field }) => field)).toEqual(["abstract_inverted_index", "id"]);
  });

  it("may be empty, contain groups, and be followed by another answer", async () => {
    const empty = JSON.stringify({ ...list, meta: { count: 0 }, results: [] });
    expect(openAlexFormat.recognize(empty)).toBe(1);
    expect((await readText(openAlexFormat, empty)).records).toEqual([]);
    const grouped = JSON.stringify({ ...list, group_by: [{ key: "x", count: 1 }] });
    expect((await readText(openAlexFormat, `${grouped}\n${openAlexListSample}\n`)).papers).toHaveLength(2);
  });
});
