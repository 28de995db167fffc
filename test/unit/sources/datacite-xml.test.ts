/** DataCite's metadata. */
import { describe, expect, it } from "vitest";
import { dataciteXmlFormat } from "../../../src/sources/datacite-xml.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";
import { dataciteSample, xmlSamples } from "./xml-samples.ts";

const resourceOf = (inner: string) => `<resource xmlns="http://datacite.org/schema/kernel-3">${inner}</resource>`;
const title = "<titles><title>T</title></titles>";

describe("a resource", () => {
  it("becomes a paper, with categories and version if it is arXiv's", async () => {
    expect(await paperFrom(dataciteXmlFormat, dataciteSample)).toEqual({
      ids: ["arXiv:2401.00009"],
      title: "Kettles as data: A table",
      abstract: "Many kettles. Some lids.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada", orcid: "0000-0001-0000-0001" }, { name: "Kettles, Lids and Co" }],
      categories: ["cs.SD"],
      keywords: [],
      sources: ["datacite"],
      published: "2024-01-02",
      venue: "arXiv",
      language: "en",
      version: 2,
    });
  });

  it("of a repository includes its keywords, its journal and its alternative ids", async () => {
    const paper = await paperFrom(
      dataciteXmlFormat,
      resourceOf(
        `<identifier identifierType="DOI">https://doi.org/10.5555/D.1</identifier>${title}<creators><creator><creatorName>Example, Ada</creatorName></creator></creators><publisher>Shelf</publisher><publicationYear>2014</publicationYear><subjects><subject>tea</subject></subjects><version>3.1</version><dates><date dateType="Collected">1999</date></dates><alternateIdentifiers><alternateIdentifier alternateIdentifierType="PMID">77</alternateIdentifier><alternateIdentifier alternateIdentifierType="URL">https://x.example.org</alternateIdentifier></alternateIdentifiers><relatedIdentifiers><relatedIdentifier relatedIdentifierType="arXiv" relationType="IsIdenticalTo">arXiv:2401.00008</relatedIdentifier><relatedIdentifier relatedIdentifierType="DOI" relationType="Cites">10.5555/other</relatedIdentifier></relatedIdentifiers><relatedItems><relatedItem relationType="IsPublishedIn"><titles><title>Journal of Shelves</title></titles></relatedItem></relatedItems>`,
      ).replace("arXiv:2401.00008", "2401.00008"),
    );
    expect(paper).toMatchObject({
      ids: ["DOI:10.5555/d.1", "arXiv:2401.00008", "PMID:77"],
      authors: [{ name: "Ada Example" }],
      published: "2014",
      venue: "Journal of Shelves",
    });
  });

  it("may be one of several, and is refused without a title", async () => {
    const two = await allOf(dataciteXmlFormat.read(inputOf(`<resources>${resourceOf(title)}${resourceOf("")}</resources>`)));
    expect(two).toMatchObject([{ kind: "paper" }, { kind: "refused", refusal: { field: "title", place: { entry: "2" } } }]);
    expect(await refusalOf(dataciteXmlFormat, resourceOf("<titles/>"))).toMatchObject({ field: "title" });
  });

  it("is recognised by its namespace", () => {
    expect(dataciteXmlFormat.recognize(dataciteSample)).toBe(1);
    expect(dataciteXmlFormat.recognize(`<oai_datacite>${resourceOf("")}`)).toBe(0.8);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "datacite-xml") for (const sample of samples) expect(dataciteXmlFormat.recognize(sample)).toBe(0);
    for (const other of ["", "<resource/>", '<resource xmlns="urn:x">']) expect(dataciteXmlFormat.recognize(other)).toBe(0);
  });
});
