/** RIS, with the habits and errors of those who write it. */
import { describe, expect, it } from "vitest";
import { risFormat } from "../../../src/sources/ris.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = lines(
  "TY  - JOUR",
  "AU  - Lantern, Ada",
  "AU  - Von Kettle, Bo",
  "AU  - The Lantern Group,",
  "TI  - Kettles that sing",
  "T2  - Journal of Warm Things",
  "JO  - J Warm Th",
  "PY  - 2019",
  "DA  - 2019/03/05/",
  "AB  - Summary: We listen to kettles.",
  "DO  - 10.1234/Kettle.5",
  "UR  - http://example.org/kettles; http://example.org/kettles.pdf",
  "KW  - *kettles",
  "KW  - song",
  "ID  - 17",
  "LA  - en",
  "ER  - ",
);

describe("a record of RIS", () => {
  it.each(["English", "eng", "EN"])("has its language even if it is written as %s", async (written) => {
    expect(await onlyPaper(risFormat, kettle.replace("LA  - en", `LA  - ${written}`))).toMatchObject({ language: "en" });
  });

  it("becomes a paper", async () => {
    expect(await onlyPaper(risFormat, kettle)).toEqual({
      ids: ["DOI:10.1234/kettle.5"],
      title: "Kettles that sing",
      abstract: "We listen to kettles.",
      authors: [
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
        { name: "Bo Von Kettle", family: "Von Kettle", given: "Bo" },
        { name: "The Lantern Group" },
      ],
      published: "2019-03-05",
      venue: "Journal of Warm Things",
      categories: [],
      keywords: ["kettles", "song"],
      url: "http://example.org/kettles",
      pdfUrl: "http://example.org/kettles.pdf",
      language: "en",
      sources: ["ris"],
    });
  });

  it("does not use the number of a local library as an id, and has the same name in every file", async () => {
    const [a, b] = await Promise.all(
      ["17", "18"].map((id) => onlyPaper(risFormat, `TY  - JOUR\nT1  - Kettles\nA1  - Lantern, Ada\nY1  - 2019\nID  - ${id}\nER  - \n`)),
    );
    expect(a?.ids).toEqual([expect.stringMatching(/^title:/)]);
    expect(b?.ids).toEqual(a?.ids);
  });

  it("has ids in every scheme that is certain, from any field", async () => {
    const paper = await onlyPaper(
      risFormat,
      lines("TY  - JOUR", "TI  - K", "AN  - ISI:000111", "UR  - https://arxiv.org/abs/2401.00001v2", "DO  - doi:10.1234/a b", "ER  -"),
    );
    expect(paper.ids).toEqual(["arXiv:2401.00001", "DOI:10.1234/a", "WOS:000111"]);
    expect((await onlyPaper(risFormat, lines("TY  - JOUR", "TI  - K", "AN  - 123", "DB  - PubMed", "ER  -"))).ids).toEqual(["PMID:123"]);
    const hash = "6b1f0c0000000000000000000000000000000abc";
    for (const others of [["AN  - 1234.56789", "M1  - 0821.42002"], [`ID  - ${hash}`]])
      expect((await onlyPaper(risFormat, lines("TY  - JOUR", "TI  - K", ...others, "ER  -"))).ids).toEqual([
        expect.stringMatching(/^title:/),
      ]);
  });

  it("has a date as precise as it is written, or none", async () => {
    const dated = async (...tags: string[]) => (await onlyPaper(risFormat, lines("TY  - JOUR", "TI  - K", ...tags, "ER  - "))).published;
    expect(await dated("PY  - 1948/07//")).toBe("1948-07");
    expect(await dated("Y1  - 2014//")).toBe("2014");
    expect(await dated("PY  - 2014", "DA  - 2014 Mar 3")).toBe("2014-03-03");
    expect(await dated("PY  - in press")).toBeUndefined();
  });

  it("continues on lines without a tag", async () => {
    const paper = await onlyPaper(
      risFormat,
      lines("TY  - JOUR", "TI  - Kettles", "  and lanterns", "AB  - One.", "", "T2-weighted two.", "KW  - a", "b", "ER  - "),
    );
    expect(paper).toMatchObject({ title: "Kettles and lanterns", abstract: "One. T2-weighted two.", keywords: ["a", "b"] });
  });

  it("is found between other text, with any line endings, without its end tag and with missing spaces", async () => {
    const text = "Record #1 of 3\nprovider: x\n1.\r\nTY  - JOUR\r\nTI  - One\r\nER  -\r\n\r2.\rTY  - JOUR\rTI  -Two\rTY - CONF\nTI - Three";
    const { papers, refusals } = await readText(risFormat, `\ufeff${text}`);
    expect(papers.map(({ title }) => title)).toEqual(["One", "Two", "Three"]);
    expect(refusals).toEqual([]);
  });

  it("is refused without a title, with its line", async () => {
    const { papers, refusals } = await readText(risFormat, `${kettle}\n\nTY  - JOUR\nAU  - Nobody\nER  - \n${kettle}`);
    expect(papers).toHaveLength(2);
    expect(refusals).toEqual([
      {
        place: { file: "invented.txt", line: 20 },
        field: "title",
        reason: "there is no title",
        excerpt: "TY - JOUR AU - Nobody",
      },
    ]);
  });

  it("is refused if it is longer than 4 MiB, and is not kept in memory", async () => {
    const long = `TY  - JOUR\nTI  - Long\n${`AB  - ${"x".repeat(1_000)}\n`.repeat(4_300)}ER  - \n`;
    const { papers, refusals } = await readText(risFormat, kettle + long + kettle);
    expect(papers).toHaveLength(2);
    expect(refusals).toMatchObject([{ place: { line: 18 }, reason: "the record is longer than 4 MiB" }]);
  });
});

describe("RIS", () => {
  it("is recognised by its first tag, even after other text", () => {
    expect(risFormat.recognize(kettle)).toBe(1);
    expect(risFormat.recognize(`Record #1\r\n1.\r\n${kettle.replaceAll("\n", "\r\n")}`)).toBe(1);
    expect(risFormat.recognize("ty  - jour")).toBe(0);
    expect(risFormat.recognize("PMID- 1\nTI  - a\n")).toBe(0);
  });
});
