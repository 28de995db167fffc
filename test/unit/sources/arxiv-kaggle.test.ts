/** Lines of arXiv's metadata snapshot. */
import { describe, expect, it } from "vitest";
import { arxivKaggleFormat } from "../../../src/sources/arxiv-kaggle.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { kaggleRecord } from "./samples.ts";

describe("a line of arXiv's snapshot", () => {
  it("becomes a paper without hard line breaks, dated by its first version", async () => {
    expect(await paperFrom(arxivKaggleFormat, kaggleRecord)).toEqual({
      ids: ["arXiv:0704.0001", "DOI:10.1234/abc.5"],
      title: "Lanterns along the river",
      abstract: "We hang lanterns and watch $E=mc^2$ pass.",
      authors: [
        { name: "Ada Example", family: "Example", given: "Ada" },
        { name: "Bo Other Jr", family: "Other", given: "Bo" },
        { name: "The Lantern Group" },
      ],
      published: "2007-04-02",
      updated: "2007-07-24",
      venue: "J. Kettles 5 (2007) 1",
      categories: ["hep-ph", "cs.AA"],
      keywords: [],
      url: "https://arxiv.org/abs/0704.0001",
      pdfUrl: "https://arxiv.org/pdf/0704.0001",
      version: 2,
      sources: ["arxiv"],
    });
  });

  it("keeps leading zeros and the slash of its id", async () => {
    expect((await paperFrom(arxivKaggleFormat, { ...kaggleRecord, id: "0704.0010", doi: null })).ids).toEqual(["arXiv:0704.0010"]);
    const old = await paperFrom(arxivKaggleFormat, { ...kaggleRecord, id: "hep-th/9901001", doi: "" });
    expect(old.ids).toEqual(["arXiv:hep-th/9901001"]);
    expect(old.url).toBe("https://arxiv.org/abs/hep-th/9901001");
  });

  it("is refused if its id is a number that has lost its zeros", async () => {
    const refusal = await refusalOf(arxivKaggleFormat, JSON.stringify(kaggleRecord).replace('"0704.0001"', "0704.0001".replace(/^0/, "")));
    expect(refusal).toMatchObject({ field: "id", reason: expect.stringContaining("704.0001 is a number") });
  });

  it("may have null in every optional field", async () => {
    const bare = {
      id: "2401.00001",
      title: "A",
      abstract: null,
      "journal-ref": null,
      doi: null,
      comments: null,
      categories: null,
      versions: null,
    };
    expect(await paperFrom(arxivKaggleFormat, bare)).toEqual({
      ids: ["arXiv:2401.00001"],
      title: "A",
      abstract: "",
      authors: [],
      categories: [],
      keywords: [],
      url: "https://arxiv.org/abs/2401.00001",
      pdfUrl: "https://arxiv.org/pdf/2401.00001",
      sources: ["arxiv"],
    });
  });

  it("splits its authors from one text if there is no list of them", async () => {
    const { authors_parsed: _, ...record } = kaggleRecord;
    const paper = await paperFrom(arxivKaggleFormat, { ...record, authors: "Andr\\'e Example, Bo Other and Cy Third" });
    expect(paper.authors.map(({ name }) => name)).toEqual(["André Example", "Bo Other", "Cy Third"]);
  });

  it("is marked as withdrawn if its comments say so", async () => {
    const paper = await paperFrom(arxivKaggleFormat, { ...kaggleRecord, comments: "This paper has been withdrawn by the author" });
    expect(paper.status).toBe("withdrawn");
    expect((await paperFrom(arxivKaggleFormat, kaggleRecord)).status).toBeUndefined();
  });

  it("takes the first of several DOIs", async () => {
    expect((await paperFrom(arxivKaggleFormat, { ...kaggleRecord, doi: "10.1234/a 10.1234/b" })).ids).toEqual([
      "arXiv:0704.0001",
      "DOI:10.1234/a",
    ]);
  });

  it("is recognised, also among other JSON", () => {
    expect(arxivKaggleFormat.recognize(`${JSON.stringify(kaggleRecord)}\n{`)).toBe(1);
    for (const other of ["", "{", "[]", '{"id":"1","title":"A"}', "\u0000\u0001"]) expect(arxivKaggleFormat.recognize(other)).toBe(0);
  });
});
