/** Records harvested by OAI-PMH. */
import { describe, expect, it } from "vitest";
import { oaiPmhFormat } from "../../../src/sources/oai-pmh.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { crossrefSample, dataciteSample, jatsSample, modsSample, oaiSample, xmlSamples } from "./xml-samples.ts";

const recordOf = (metadata: string) =>
  `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><header><identifier>oai:x:1</identifier></header><metadata>${metadata}</metadata></record></GetRecord></OAI-PMH>`;
const dublinCore = (fields: string, identifier = "oai:x:1") =>
  recordOf(
    `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${fields}</oai_dc:dc>`,
  ).replace("oai:x:1", identifier);
const bare = (document: string) => document.replace(/^<\?xml[^>]*>\s*/, "").replace(/<!DOCTYPE[^>]*>\s*/, "");

async function reasonsOf(document: string): Promise<string[]> {
  return (await allOf(oaiPmhFormat.read(inputOf(document)))).map((record) => (record.kind === "refused" ? record.refusal.reason : "paper"));
}

describe("a harvest", () => {
  it("contains arXiv's metadata in both forms, Dublin Core, and deleted records", async () => {
    const [first, gone, second, third, ...others] = await allOf(oaiPmhFormat.read(inputOf(oaiSample)));
    expect(others).toEqual([]);
    expect(first).toEqual({
      kind: "paper",
      item: "oai:arXiv.org:2401.00001",
      place: { file: "invented.jsonl", line: 6, entry: "oai:arXiv.org:2401.00001" },
      paper: {
        ids: ["arXiv:2401.00001", "DOI:10.1234/k", "DOI:10.1234/l"],
        title: "An invented paper",
        abstract: "It was never written.",
        authors: [{ name: "Ada Example Jr", family: "Example", given: "Ada" }, { name: "The Kettle Group" }],
        categories: ["cs.SD", "eess.AS"],
        keywords: [],
        sources: ["arxiv"],
        published: "2024-01-02",
        updated: "2024-02-03",
        venue: "J. Kettles 5",
        url: "https://arxiv.org/abs/2401.00001",
        pdfUrl: "https://arxiv.org/pdf/2401.00001",
      },
    });
    expect(gone).toMatchObject({ kind: "deleted", item: "oai:arXiv.org:2401.00002", place: { entry: "oai:arXiv.org:2401.00002" } });
    expect(second).toMatchObject({
      paper: {
        ids: ["arXiv:0704.0001"],
        authors: [{ name: "A. Example" }, { name: "B. Other Jr." }, { name: "C. Third" }],
        published: "2007-04-02",
        updated: "2007-07-24",
        status: "withdrawn",
        version: 2,
      },
    });
    expect(third).toMatchObject({
      paper: {
        ids: ["DOI:10.5555/tea.1"],
        title: "On tea",
        abstract: "We drink tea and write about it.",
        authors: [{ name: "Ada Example" }, { name: "Bo Other" }],
        keywords: ["tea"],
        sources: ["oai-pmh"],
        published: "2019",
        venue: "Tea Letters",
        url: "https://repository.example.org/12",
        pdfUrl: "https://repository.example.org/12.pdf",
        language: "en",
      },
    });
  });

  it("of arXiv in Dublin Core includes the journal reference and the date of change", async () => {
    const paper = await paperFrom(
      oaiPmhFormat,
      dublinCore(
        "<dc:title>T</dc:title><dc:description>Comment: 3 pages, of which one is longer than the abstract</dc:description><dc:description>Short.</dc:description><dc:date>2010-09-06</dc:date><dc:date>2011-01-02</dc:date><dc:identifier>http://arxiv.org/abs/1009.00001</dc:identifier><dc:identifier>J. Kettles 34 (2011)</dc:identifier>",
        "oai:arXiv.org:1009.00001",
      ),
    );
    expect(paper).toMatchObject({
      ids: ["arXiv:1009.00001"],
      abstract: "Short.",
      published: "2010-09-06",
      updated: "2011-01-02",
      venue: "J. Kettles 34 (2011)",
    });
  });

  it("identifies a record by its identifier if it has no other id, and reads ids of people", async () => {
    expect(
      await paperFrom(
        oaiPmhFormat,
        dublinCore('<dc:title>T</dc:title><dc:creator id="https://orcid.org/0000-0001-0000-0001">Example, Ada</dc:creator>'),
      ),
    ).toMatchObject({ ids: ["oai:x:1"], authors: [{ name: "Ada Example", orcid: "0000-0001-0000-0001" }] });
  });

  it("may contain the metadata of other formats", async () => {
    const [item = ""] = /<crossref>\s*<journal>.*?<\/crossref>/s.exec(crossrefSample) ?? [];
    expect((await paperFrom(oaiPmhFormat, recordOf(item))).ids).toEqual(["DOI:10.5555/jk.2"]);
    const book = `<crossref xmlns="http://www.crossref.org/xschema/1.1"><book><book_series_metadata><titles><title>B</title></titles><doi_data><doi>10.5555/b</doi></doi_data></book_series_metadata></book></crossref>`;
    expect((await paperFrom(oaiPmhFormat, recordOf(book))).ids).toEqual(["DOI:10.5555/b"]);
    expect((await paperFrom(oaiPmhFormat, recordOf(bare(jatsSample)))).ids).toEqual(["PMID:4321", "DOI:10.5555/jk.1", "PMCID:PMC99"]);
    expect((await paperFrom(oaiPmhFormat, recordOf(bare(dataciteSample)))).ids).toEqual(["arXiv:2401.00009"]);
    const wrapped = `<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>${bare(dataciteSample)}</payload></oai_datacite>`;
    expect((await paperFrom(oaiPmhFormat, recordOf(wrapped))).ids).toEqual(["arXiv:2401.00009"]);
    const [mods = ""] = /<mods .*<\/mods>/s.exec(modsSample) ?? [];
    expect((await paperFrom(oaiPmhFormat, recordOf(mods))).ids).toEqual(["DOI:10.5555/mods.1"]);
  });

  it("reports why it failed", async () => {
    const answer = (inner: string) => `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">${inner}</OAI-PMH>`;
    expect(await reasonsOf(answer('<error code="badResumptionToken">it is too old</error>'))).toEqual([
      "the server answered with badResumptionToken: it is too old",
    ]);
    expect(await reasonsOf(answer("<ListIdentifiers><header><identifier>x</identifier></header></ListIdentifiers>"))).toEqual([
      "there are no records in <ListIdentifiers>: ask for ListRecords with its metadata",
    ]);
    expect(await reasonsOf(recordOf(""))).toEqual(["there is no metadata in it"]);
    expect(await reasonsOf(recordOf("<crossref/>"))).toEqual(["there is no paper in it"]);
    expect(await reasonsOf(recordOf("<oai_datacite/>"))).toEqual(["there is no <resource> in it"]);
    expect(await reasonsOf(recordOf('<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>'))).toEqual([
      "metadata in the form <record> is not known; harvest oai_dc",
    ]);
  });

  it("is recognised, also as a single record", () => {
    expect(oaiPmhFormat.recognize(oaiSample)).toBe(1);
    expect(oaiPmhFormat.recognize("<record>\n<header>\n<identifier>x</identifier></header><metadata><a:dc/></metadata></record>")).toBe(
      0.9,
    );
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "oai-pmh") for (const sample of samples) expect(oaiPmhFormat.recognize(sample)).toBe(0);
    for (const other of ["", "<record><title/></record>", "<records/>", "OAI-PMH"]) expect(oaiPmhFormat.recognize(other)).toBe(0);
  });
});
