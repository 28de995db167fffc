/** The Web of Science's tagged text, and Inspec's. */
import { describe, expect, it } from "vitest";
import { isiFormat } from "../../../src/sources/isi.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = lines(
  "PT J",
  "AU Lantern, A",
  "   Kettle, B",
  "AF Lantern, Ada",
  "   Kettle, Bo",
  "TI Kettles that sing in",
  "   the morning",
  "SO JOURNAL OF WARM THINGS",
  "DE kettles; singing in the",
  "   morning",
  "ID WARM-THINGS",
  "AB We listen.",
  "CR NOBODY A, 1999, J COLD, V1",
  "PD JUN 14",
  "PY 2006",
  "DI 10.1234/kettle",
  "PM 123",
  "UT ISI:0001",
  "ER",
);

describe("a record of the Web of Science", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(isiFormat, `FN ISI Export Format\nVR 1.0\n${kettle}\nEF`)).toEqual({
      ids: ["DOI:10.1234/kettle", "PMID:123", "WOS:0001"],
      title: "Kettles that sing in the morning",
      abstract: "We listen.",
      authors: [
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
        { name: "Bo Kettle", family: "Kettle", given: "Bo" },
      ],
      published: "2006-06-14",
      venue: "JOURNAL OF WARM THINGS",
      categories: [],
      keywords: ["kettles", "singing in the morning", "WARM-THINGS"],
      sources: ["isi"],
    });
  });

  it("has Inspec's sub- and superscripts as mathematics, its words without codes, and its month without the year", async () => {
    const paper = await onlyPaper(
      isiFormat,
      lines(
        "PT J",
        "TI Kettles of LiNbO/sub 3/ and He/sup",
        "   +/",
        "PD 07 2006",
        "PY 2006",
        "DE Practical/ kettles; metal/ Sn/sub 2/ kettles// A12 Kettles/ 3 mm",
        "ID [10.1234/x]",
        "UT INSPEC:77",
        "ER",
      ),
    );
    expect(paper).toMatchObject({
      ids: ["INSPEC:77"],
      title: "Kettles of LiNbO$_{3}$ and He$^{+}$",
      published: "2006-07",
      keywords: ["kettles", "metal", "Sn$_{2}$ kettles"],
    });
  });

  it("needs no end tag, and is refused without a title", async () => {
    const { papers, refusals } = await readText(isiFormat, `PT J\nTI One\nPT J\nAU Nobody\n${kettle}`);
    expect(papers.map(({ title }) => title)).toEqual(["One", "Kettles that sing in the morning"]);
    expect(refusals).toMatchObject([{ place: { line: 3 }, field: "title" }]);
  });
});

describe("the Web of Science's tagged text", () => {
  it("is recognised by its tags", () => {
    expect(isiFormat.recognize(`FN x\nVR 1.0\n${kettle}`)).toBe(1);
    expect(isiFormat.recognize(kettle.replaceAll("\n", "\r\n"))).toBe(1);
    for (const other of ["PT\tAU\tTI\nJ\tA\tB\n", "TY  - JOUR\n", "PT J\n"]) expect(isiFormat.recognize(other)).toBe(0);
  });
});
