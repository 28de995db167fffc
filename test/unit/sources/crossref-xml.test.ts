/** XML of Crossref. */
import { describe, expect, it } from "vitest";
import { crossrefXmlFormat } from "../../../src/sources/crossref-xml.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";
import { crossrefSample, xmlSamples } from "./xml-samples.ts";

const answerOf = (inner: string) => `<doi_records><doi_record><crossref>${inner}</crossref></doi_record></doi_records>`;
const doi = (name: string) => `<doi_data><doi>10.5555/${name}</doi></doi_data>`;

describe("an answer of Crossref", () => {
  it("contains articles, conference papers, preprints and books; a DOI that was not found is refused", async () => {
    const [article, paper, preprint, book, nothing, ...others] = await allOf(crossrefXmlFormat.read(inputOf(crossrefSample)));
    expect(others).toEqual([]);
    expect(article).toEqual({
      kind: "paper",
      place: { file: "invented.jsonl", line: 6, entry: "DOI:10.5555/JK.2" },
      paper: {
        ids: ["DOI:10.5555/jk.2"],
        title: "Kettle & pot: A comparison",
        abstract: "Pots are slower.",
        authors: [{ name: "Ada Example", family: "Example", given: "Ada", orcid: "0000-0001-0000-0001" }, { name: "Kettle Consortium" }],
        categories: [],
        keywords: [],
        sources: ["crossref"],
        published: "2024-02-09",
        venue: "Journal of Kettles",
        url: "https://kettles.example.org/jk2",
        pdfUrl: "https://kettles.example.org/jk2.pdf",
        language: "en",
      },
    });
    expect(paper).toMatchObject({ paper: { title: "Lids", published: "2020", venue: "Proceedings of Kettle Days", language: "en" } });
    expect(preprint).toMatchObject({ paper: { title: "Spouts", published: "2021-08-06", venue: "KettleXiv" } });
    expect(book).toMatchObject({ paper: { ids: ["DOI:10.5555/kb"], title: "Das Kesselbuch", published: "1999", language: "de" } });
    expect(nothing).toMatchObject({
      kind: "refused",
      refusal: { reason: "Crossref answered: doi:10.5555/nothing was not found", place: { line: 25 } },
    });
  });

  it("yields chapters but not the book around them, and proceedings without papers", async () => {
    const chapter = `<book><book_series_metadata><series_metadata><titles><title>Series</title></titles></series_metadata><publication_date><year>1972</year></publication_date>${doi("b")}</book_series_metadata><content_item><titles><title>Chapter</title></titles>${doi("b.1")}</content_item></book>`;
    expect(await paperFrom(crossrefXmlFormat, answerOf(chapter))).toMatchObject({
      ids: ["DOI:10.5555/b.1"],
      title: "Chapter",
      venue: "Series",
      published: "1972",
    });
    const proceedings = `<conference><proceedings_metadata><proceedings_title>Days</proceedings_title>${doi("p")}</proceedings_metadata></conference>`;
    expect(await paperFrom(crossrefXmlFormat, answerOf(proceedings))).toMatchObject({ ids: ["DOI:10.5555/p"], title: "Days" });
  });

  it("may come from the query service or a deposit, where each article has the issue before it", async () => {
    const issue = (year: string) => `<journal_issue><publication_date><year>${year}</year></publication_date></journal_issue>`;
    const article = (name: string) => `<journal_article><titles><title>${name}</title></titles>${doi(name)}</journal_article>`;
    const deposit = `<doi_batch xmlns="http://www.crossref.org/schema/5.3.1"><head/><body><journal><journal_metadata><full_title>J</full_title></journal_metadata>${issue("2001")}${article("a")}${issue("2002")}${article("b")}${article("c")}</journal></body></doi_batch>`;
    const dates = (await allOf(crossrefXmlFormat.read(inputOf(deposit)))).map((record) =>
      record.kind === "paper" ? [record.paper.title, record.paper.published, record.paper.venue] : [],
    );
    expect(dates).toEqual([
      ["a", "2001", "J"],
      ["b", "2002", "J"],
      ["c", "2002", "J"],
    ]);
    const result = `<crossref_result xmlns="http://www.crossref.org/qrschema/3.0"><query_result><body><query status="resolved"><doi>10.5555/a</doi><doi_record><crossref xmlns="http://www.crossref.org/xschema/1.1"><journal>${article("a")}</journal></crossref></doi_record></query><query status="unresolved"><doi>10.5555/z</doi><msg>DOI not found</msg></query></body></query_result></crossref_result>`;
    expect(await allOf(crossrefXmlFormat.read(inputOf(result)))).toMatchObject([
      { kind: "paper", paper: { title: "a" } },
      { kind: "refused", refusal: { reason: "Crossref answered: DOI not found" } },
    ]);
  });

  it("is refused if it contains no paper", async () => {
    expect(await refusalOf(crossrefXmlFormat, answerOf("<sa_component/>"))).toMatchObject({ reason: "there is no paper in <crossref>" });
    expect(await refusalOf(crossrefXmlFormat, answerOf(`<journal><journal_article>${doi("a")}</journal_article></journal>`))).toMatchObject(
      {
        field: "title",
      },
    );
  });

  it("is recognised", () => {
    expect(crossrefXmlFormat.recognize(crossrefSample)).toBe(1);
    expect(crossrefXmlFormat.recognize('<crossref xmlns="http://www.crossref.org/xschema/1.1">')).toBe(0.9);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "crossref-xml") for (const sample of samples) expect(crossrefXmlFormat.recognize(sample)).toBe(0);
    for (const other of ["", "<xml/>", "doi_records"]) expect(crossrefXmlFormat.recognize(other)).toBe(0);
  });
});
