/** Records of PubMed. */
import { describe, expect, it } from "vitest";
import { pubmedXmlFormat } from "../../../src/sources/pubmed-xml.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";
import { pubmedSample, xmlSamples } from "./xml-samples.ts";

const citation = (article: string, more = "") => `<MedlineCitation><PMID>1</PMID><Article>${article}</Article>${more}</MedlineCitation>`;

describe("a set of PubMed", () => {
  it("contains articles and chapters of books", async () => {
    const [article, chapter, ...others] = await allOf(pubmedXmlFormat.read(inputOf(pubmedSample)));
    expect(others).toEqual([]);
    expect(article).toEqual({
      kind: "paper",
      place: { file: "invented.jsonl", line: 4, entry: "PMID 12345" },
      paper: {
        ids: ["PMID:12345", "DOI:10.5555/kettle.9", "PMCID:PMC77"],
        title: "Effects of 99mTc on Camellia sinensis at 10^5 CO2",
        abstract: "BACKGROUND: Tea (p < 0.001) été. RESULTS: It is hot.",
        authors: [
          { name: "Ada B Example Jr", family: "Example", given: "Ada B", orcid: "0000-0001-0000-000X" },
          { name: "Kettle Study Group" },
        ],
        categories: [],
        keywords: ["kettles", "Tea"],
        sources: ["pubmed"],
        published: "2021-09-30",
        venue: "Annals of kettles",
        url: "https://pubmed.ncbi.nlm.nih.gov/12345/",
        language: "en",
        status: "retracted",
      },
    });
    expect(chapter).toMatchObject({
      place: { entry: "PMID 678" },
      paper: {
        ids: ["PMID:678"],
        title: "Chapter on lids",
        abstract: "Lids close.",
        authors: [{ name: "Bo Other" }],
        published: "2009-02",
        venue: "The kettle book",
      },
    });
  });

  it("may contain only MEDLINE records, whose fields are completed from alternatives", async () => {
    const paper = await paperFrom(
      pubmedXmlFormat,
      `<MedlineCitationSet>${citation(
        "<Journal><JournalIssue><PubDate><Year>2000</Year><Season>Spring</Season></PubDate></JournalIssue><ISOAbbreviation>Ann K</ISOAbbreviation></Journal><ArticleTitle>[Not Available].</ArticleTitle><VernacularTitle>Der Kessel.</VernacularTitle><Language>ger</Language>",
        "<OtherAbstract><AbstractText>Andernorts.</AbstractText></OtherAbstract><CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><PMID>2</PMID></CommentsCorrections></CommentsCorrectionsList>",
      )}</MedlineCitationSet>`,
    );
    expect(paper).toMatchObject({
      ids: ["PMID:1"],
      title: "Der Kessel",
      abstract: "Andernorts.",
      published: "2000",
      venue: "Ann K",
      language: "de",
      status: "retracted",
    });
  });

  it("contains whole books, with their editors if nobody else is named", async () => {
    const paper = await paperFrom(
      pubmedXmlFormat,
      "<PubmedBookArticle><BookDocument><PMID>5</PMID><Book><BookTitle>B.</BookTitle><CollectionTitle>C</CollectionTitle><AuthorList Type='editors'><Author><LastName>Editor</LastName><Initials>E</Initials></Author></AuthorList></Book></BookDocument></PubmedBookArticle>",
    );
    expect(paper).toMatchObject({ title: "B", venue: "C", authors: [{ name: "E Editor" }] });
  });

  it("refuses single records", async () => {
    expect(await refusalOf(pubmedXmlFormat, "<PubmedArticleSet>\n<PubmedArticle>\n</PubmedArticle></PubmedArticleSet>")).toMatchObject({
      field: "title",
      place: { line: 2, entry: "1" },
    });
    expect(await refusalOf(pubmedXmlFormat, "<PubmedArticleSet>\n<PubmedArticle>wrong\n</PubmedArticleSet>")).toMatchObject({
      reason: "<PubmedArticle> is not closed before </PubmedArticleSet>",
    });
  });

  it("is recognised", () => {
    expect(pubmedXmlFormat.recognize(pubmedSample)).toBe(1);
    expect(pubmedXmlFormat.recognize("<PubmedBookArticle>")).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "pubmed-xml") for (const sample of samples) expect(pubmedXmlFormat.recognize(sample)).toBe(0);
    for (const other of ["", "PubmedArticleSet", "<pubmed/>"]) expect(pubmedXmlFormat.recognize(other)).toBe(0);
  });
});
