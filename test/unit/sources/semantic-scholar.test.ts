/** Lines as Semantic Scholar's API and its datasets give papers. */
import { describe, expect, it } from "vitest";
import { semanticScholarFormat } from "../../../src/sources/semantic-scholar.ts";
import { semanticScholarSearchSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper, readText } from "./reading-text.ts";
import { semanticScholarDatasetRecord, semanticScholarRecord } from "./samples.ts";

describe("a paper of Semantic Scholar", () => {
  it("from its API has all its ids, with arXiv's own DOI as an arXiv id", async () => {
    const paper = await paperFrom(semanticScholarFormat, semanticScholarRecord);
    expect(paper).toEqual({
      ids: ["arXiv:2401.00001", "PMID:12", "PMCID:PMC77", "S2:6b1f0c0000000000000000000000000000000abc", "CorpusId:90000001"],
      title: "An invented paper",
      abstract: "It was never written.",
      authors: [{ name: "Ada Example" }],
      published: "2024-01-02",
      venue: "arXiv.org",
      categories: ["Computer Science"],
      keywords: [],
      url: "http://127.0.0.1:8080/paper/2401.00001",
      pdfUrl: "https://arxiv.org/pdf/2401.00001",
      citations: 3,
      sources: ["semantic-scholar"],
    });
  });

  it("from its datasets is read with their field names", async () => {
    expect(await paperFrom(semanticScholarFormat, semanticScholarDatasetRecord)).toEqual({
      ids: ["ACL:P19-1001", "CorpusId:90000002", "DBLP:conf/acl/Example19", "MAG:2911"],
      title: "A paper of the dataset",
      abstract: "",
      authors: [{ name: "Bo Other" }],
      published: "2019",
      venue: "Proceedings of Kettles",
      categories: ["Linguistics", "Computer Science"],
      keywords: [],
      url: "https://www.semanticscholar.org/paper/6b1f0c0000000000000000000000000000000def",
      citations: 7,
      sources: ["semantic-scholar"],
    });
  });

  it("has the fields of study of its own classifier if there are no others", async () => {
    const paper = await paperFrom(semanticScholarFormat, { ...semanticScholarRecord, fieldsOfStudy: null });
    expect(paper.categories).toEqual(["Computer Science"]);
  });

  it("may lack abstract, authors, date and venue", async () => {
    const record = {
      ...semanticScholarRecord,
      abstract: null,
      authors: null,
      publicationDate: null,
      year: null,
      venue: null,
      journal: null,
      openAccessPdf: null,
    };
    const paper = await paperFrom(semanticScholarFormat, record);
    expect(paper).toMatchObject({ abstract: "", authors: [] });
    for (const field of ["published", "venue", "pdfUrl"]) expect(paper).not.toHaveProperty(field);
  });

  it("ignores external ids of unknown schemes", async () => {
    const paper = await paperFrom(semanticScholarFormat, {
      title: "A",
      corpusId: 7,
      externalIds: { Unknown: "1", constructor: "2", toString: "3", MAG: 4 },
    });
    expect(paper.ids).toEqual(["MAG:4", "CorpusId:7"]);
  });

  it("is refused with the name of the invalid field", async () => {
    expect(await refusalOf(semanticScholarFormat, { ...semanticScholarRecord, title: null })).toMatchObject({ field: "title" });
    expect(await refusalOf(semanticScholarFormat, { ...semanticScholarRecord, publicationDate: "2024-02-30" })).toMatchObject({
      field: "publicationDate",
    });
    expect(await refusalOf(semanticScholarFormat, { ...semanticScholarRecord, citationCount: "3" })).toMatchObject({
      field: "citationCount",
    });
    expect(await refusalOf(semanticScholarFormat, { title: "A" })).toMatchObject({ field: "id" });
  });

  it("is recognised with the field names of both", () => {
    for (const record of [semanticScholarRecord, semanticScholarDatasetRecord, { paperId: "a".repeat(40), title: "A" }])
      expect(semanticScholarFormat.recognize(JSON.stringify(record))).toBe(1);
    for (const other of ["", '{"title":"A"}', '{"externalIds":{}}', '{"paperId":"arXiv:1","title":"A"}'])
      expect(semanticScholarFormat.recognize(other)).toBe(0);
  });
});

describe("an answer of Semantic Scholar's API", () => {
  const titles = async (answer: unknown) => {
    const text = JSON.stringify(answer, undefined, 1);
    expect(semanticScholarFormat.recognize(text)).toBeGreaterThanOrEqual(0.5);
    const { papers, refusals } = await readText(semanticScholarFormat, text);
    return [...papers.map(({ title }) => title), ...refusals.map(({ reason }) => reason)];
  };
  const other = { paperId: "b".repeat(40), title: "Other kin" };

  it("contains the papers in a list for a search, a recommendation or an author", async () => {
    expect(await onlyPaper(semanticScholarFormat, semanticScholarSearchSample)).toMatchObject({
      ids: ["arXiv:2401.00001", "S2:6b1f0c0000000000000000000000000000000abc"],
      title: "Kinds of kin",
      published: "2024",
    });
    expect(await titles({ total: 2, token: "x", data: [semanticScholarRecord, other] })).toEqual(["An invented paper", "Other kin"]);
    expect(await titles({ recommendedPapers: [semanticScholarRecord, other] })).toEqual(["An invented paper", "Other kin"]);
    expect(await titles({ authorId: "1", name: "Ada Example", papers: [other] })).toEqual(["Other kin"]);
  });

  it("to a batch reports unknown ids", async () => {
    expect(await titles([null, semanticScholarRecord, null])).toEqual([
      "An invented paper",
      "it is unknown to the source",
      "it is unknown to the source",
    ]);
    expect(await titles([null, null])).toEqual(["it is unknown to the source", "it is unknown to the source"]);
  });

  it("with citations, references or snippets has the papers nested", async () => {
    const contexts = ["as in [3]"];
    expect(await titles({ offset: 0, data: [{ contexts, isInfluential: true, citingPaper: other }] })).toEqual(["Other kin"]);
    expect(
      await titles({
        offset: 0,
        data: [
          { contexts, citedPaper: other },
          { contexts, citedPaper: null },
        ],
      }),
    ).toEqual(["Other kin", "it is unknown to the source"]);
    expect(await titles({ data: [{ snippet: { text: "x" }, score: 1, paper: { corpusId: 5, title: "Kin" } }] })).toEqual(["Kin"]);
  });

  it("without papers yields nothing", async () => {
    for (const answer of [{ total: 0, offset: 0 }, { total: 0, offset: 0, data: [] }, { recommendedPapers: [] }])
      expect(await titles(answer)).toEqual([]);
  });

  it("is reported line by line if it is an error", async () => {
    const { refusals } = await readText(semanticScholarFormat, `${JSON.stringify(other)}\n{"error": "Too many requests"}\n`);
    expect(refusals).toMatchObject([{ place: { line: 2 }, reason: "the source answered: Too many requests" }]);
  });
});
