/** XML that EndNote exports. */
import { describe, expect, it } from "vitest";
import { endnoteXmlFormat } from "../../../src/sources/endnote-xml.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { endnoteSample, xmlSamples } from "./xml-samples.ts";

const recordOf = (inner: string) => `<xml><records><record><rec-number>1</rec-number>${inner}</record></records></xml>`;
const title = "<titles><title>T</title></titles>";

describe("a record of EndNote", () => {
  it("becomes a paper, with its text joined from styled runs", async () => {
    expect(await allOf(endnoteXmlFormat.read(inputOf(endnoteSample)))).toEqual([
      {
        kind: "paper",
        place: { file: "invented.jsonl", line: 2, entry: "rec-number 7" },
        paper: {
          ids: ["DOI:10.5555/en.1", "PMID:55555", "PMCID:PMC55"],
          title: "Kettles at 10^5 Pa",
          abstract: "We boil.",
          authors: [{ name: "Ada B. Example", family: "Example", given: "Ada B." }, { name: "Kettle Group" }],
          categories: [],
          keywords: ["steam", "sound"],
          sources: ["endnote"],
          published: "2018-06-01",
          venue: "J Kettles",
          url: "https://www.ncbi.nlm.nih.gov/pubmed/55555",
          language: "en",
        },
      },
    ]);
  });

  it("has a PubMed id only if it comes from PubMed", async () => {
    const idsOf = async (inner: string) => (await paperFrom(endnoteXmlFormat, recordOf(title + inner))).ids;
    expect(await idsOf("<accession-num>55555</accession-num>")).toEqual([expect.stringMatching(/^title:/)]);
    expect(await idsOf("<accession-num>55555</accession-num><remote-database-name>NLM</remote-database-name>")).toEqual(["PMID:55555"]);
    expect(
      await idsOf(
        "<accession-num>WOS:000200148800007</accession-num><urls><web-urls><url>https://arxiv.org/abs/2401.00001</url></web-urls></urls>",
      ),
    ).toEqual(["arXiv:2401.00001"]);
  });

  it("is dated as precisely as the record states", async () => {
    const dateOf = async (dates: string) => (await paperFrom(endnoteXmlFormat, recordOf(`${title}<dates>${dates}</dates>`))).published;
    expect(await dateOf("<year>2015</year><pub-dates><date>Mar 3, 2015</date></pub-dates>")).toBe("2015-03-03");
    expect(await dateOf("<pub-dates><date>May 2019</date></pub-dates>")).toBe("2019-05");
    expect(await dateOf("<year>in press</year>")).toBeUndefined();
  });

  it("is refused without a title", async () => {
    expect(await allOf(endnoteXmlFormat.read(inputOf(recordOf(""))))).toMatchObject([
      { kind: "refused", refusal: { field: "title", place: { entry: "rec-number 1" } } },
    ]);
  });

  it("is recognised, unlike other XML whose root begins with the same word", () => {
    expect(endnoteXmlFormat.recognize(endnoteSample)).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "endnote-xml") for (const sample of samples) expect(endnoteXmlFormat.recognize(sample)).toBe(0);
    for (const other of ["", "<xml/>", "<xml><record><name/></record></xml>", "<records><record><title/></record></records>"])
      expect(endnoteXmlFormat.recognize(other)).toBe(0);
  });
});
