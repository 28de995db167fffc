/** The ACL Anthology's XML. */
import { describe, expect, it } from "vitest";
import { aclAnthologyFormat } from "../../../src/sources/acl-anthology.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";
import { aclSample, xmlSamples } from "./xml-samples.ts";

const collectionOf = (collection: string, volume: string, paper: string, inner = "<title>T</title>", meta = "<year>2020</year>") =>
  `<collection id="${collection}"><volume id="${volume}"><meta>${meta}</meta><paper id="${paper}">${inner}</paper></volume></collection>`;

describe("a collection", () => {
  it("yields one paper per element, with the data of its volume, and skips front matter", async () => {
    const [first, second, ...others] = await allOf(aclAnthologyFormat.read(inputOf(aclSample)));
    expect(others).toEqual([]);
    expect(first).toEqual({
      kind: "paper",
      place: { file: "invented.jsonl", line: 7, entry: "P18-3001" },
      paper: {
        ids: ["ACL:P18-3001", "DOI:10.18653/v1/p18-3001"],
        title: "Towards Kettle parsing in $O(n^2)$",
        abstract: "We parse kettles & pots.",
        authors: [
          { name: "Ada Example", family: "Example", given: "Ada" },
          { name: "Mononym", orcid: "0000-0001-0000-0001" },
        ],
        categories: [],
        keywords: [],
        sources: ["acl-anthology"],
        published: "2018-07",
        venue: "Proceedings of ACL 2018, Student Research Workshop",
        url: "https://aclanthology.org/P18-3001/",
        pdfUrl: "https://aclanthology.org/P18-3001.pdf",
        codeUrl: "https://github.com/example/kettles",
      },
    });
    expect(second).toMatchObject({ paper: { ids: ["ACL:P18-3012"], status: "retracted", pdfUrl: "https://elsewhere.example.org/12.pdf" } });
  });

  it.each([
    ["2020.acl", "main", "1", "2020.acl-main.1"],
    ["2022.acl", "long", "420", "2022.acl-long.420"],
    ["P18", "3", "1", "P18-3001"],
    ["W18", "6", "1", "W18-0601"],
    ["W18", "63", "10", "W18-6310"],
    ["C69", "1", "2", "C69-0102"],
    ["D19", "1", "14", "D19-1014"],
    ["D19", "57", "2", "D19-5702"],
  ])("names the paper of collection %s, volume %s, number %s", async (collection, volume, paper, id) => {
    expect((await paperFrom(aclAnthologyFormat, collectionOf(collection, volume, paper))).ids).toEqual([`ACL:${id}`]);
  });

  it("reads journals, papers in other languages and withdrawn papers", async () => {
    const paper = await paperFrom(
      aclAnthologyFormat,
      collectionOf(
        "J89",
        "2",
        "3",
        "<title>T</title><author><first>Ada</first></author><author>Plain Name</author><language>fra</language><removed date='1984-01-01'>x</removed>",
        "<journal-title>Computational Kettles</journal-title><booktitle>Volume 2</booktitle><month>June-August</month><year>1989</year>",
      ),
    );
    expect(paper).toMatchObject({
      ids: ["ACL:J89-2003"],
      venue: "Computational Kettles",
      published: "1989-06",
      authors: [{ name: "Ada" }, { name: "Plain Name" }],
      language: "fr",
      status: "withdrawn",
    });
    expect(paper.pdfUrl).toBeUndefined();
  });

  it("refuses papers one by one, and gives a paper without a volume no Anthology id", async () => {
    expect(await refusalOf(aclAnthologyFormat, collectionOf("P18", "1", "1", ""))).toMatchObject({
      field: "title",
      place: { entry: "P18-1001" },
    });
    expect((await paperFrom(aclAnthologyFormat, '<paper id="1"><title>T</title></paper>')).ids).toEqual([expect.stringMatching(/^title:/)]);
  });

  it("is recognised", () => {
    expect(aclAnthologyFormat.recognize(aclSample)).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "acl-anthology") for (const sample of samples) expect(aclAnthologyFormat.recognize(sample)).toBe(0);
    for (const other of ["", '<collection id="x">', '<collection xmlns="http://www.loc.gov/MARC21/slim"><record/></collection>'])
      expect(aclAnthologyFormat.recognize(other)).toBe(0);
  });
});
