/** EndNote's tagged text, and refer's. */
import { describe, expect, it } from "vitest";
import { endnoteTaggedFormat } from "../../../src/sources/endnote-tagged.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = lines(
  "%0 Journal Article",
  "%T Kettles that sing",
  "%A Lantern, Ada",
  "%A Bo Kettle",
  "%J Journal of Warm Things",
  "%D 2019",
  "%8 March 5",
  "%X One line",
  "and another.",
  "%K kettles",
  "song",
  "%R doi:10.1234/kettle",
  "%U https://arxiv.org/abs/2401.00001",
  "%G en",
  "%@ 1234-5678",
);

describe("a record of EndNote's tagged text", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(endnoteTaggedFormat, kettle)).toEqual({
      ids: ["arXiv:2401.00001", "DOI:10.1234/kettle"],
      title: "Kettles that sing",
      abstract: "One line and another.",
      authors: [{ name: "Ada Lantern", family: "Lantern", given: "Ada" }, { name: "Bo Kettle" }],
      published: "2019-03-05",
      venue: "Journal of Warm Things",
      categories: [],
      keywords: ["kettles", "song"],
      url: "https://arxiv.org/abs/2401.00001",
      language: "en",
      sources: ["endnote-tagged"],
    });
  });

  it("begins with %0, and may contain empty lines", async () => {
    const { papers } = await readText(
      endnoteTaggedFormat,
      lines("%0 Book", "%T One", "%X Begins.", "", "Ends.", "", "%D 2001", "%0 Book", "%T Two"),
    );
    expect(papers).toMatchObject([{ title: "One", abstract: "Begins. Ends.", published: "2001" }, { title: "Two" }]);
  });

  it("ends with an empty line if there is no %0", async () => {
    const { papers } = await readText(
      endnoteTaggedFormat,
      lines("%A Lantern, Ada", "%T One", "", "", "%A Kettle, Bo", "%T Two", "%B Things"),
    );
    expect(papers).toMatchObject([
      { title: "One", authors: [{ name: "Ada Lantern" }] },
      { title: "Two", authors: [{ name: "Bo Kettle" }], venue: "Things" },
    ]);
  });

  it("is refused without a title", async () => {
    const { papers, refusals } = await readText(endnoteTaggedFormat, `${kettle}\n%0 Report\n%A Nobody\n`);
    expect(papers).toHaveLength(1);
    expect(refusals).toMatchObject([{ place: { line: 17 }, field: "title", reason: "there is no title" }]);
  });
});

describe("EndNote's tagged text", () => {
  it("is recognised by its first line", () => {
    expect(endnoteTaggedFormat.recognize(`\ufeff\r\n${kettle}`)).toBe(1);
    expect(endnoteTaggedFormat.recognize("%0\n%A a\n")).toBe(1);
    for (const other of ["% Encoding: UTF-8\n@article{a,", "%PDF-1.4\n", "%", "%%\n%T x", "TY  - JOUR\n%T a"])
      expect(endnoteTaggedFormat.recognize(other)).toBe(0);
  });
});
