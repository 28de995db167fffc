/** Tables of papers, as databases and people make them. */
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { csvFormat } from "../../../src/sources/csv.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = lines(
  "Title,Abstract,Authors,Date,Venue,DOI,arXiv,URL,PDF,Code,Keywords,Categories,Citations",
  '"Kettles, that ""sing""","We listen.\nAnd listen.","Lantern, Ada; Kettle, Bo",2019-03-05,Warm Things,10.1234/Kettle,2401.00001v2,https://example.org/k,https://example.org/k.pdf,https://github.com/a/b,kettles; song,cs.LG stat.ML,12',
);

describe("a row of a table", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(csvFormat, kettle)).toEqual({
      ids: ["arXiv:2401.00001", "DOI:10.1234/kettle"],
      title: 'Kettles, that "sing"',
      abstract: "We listen. And listen.",
      authors: [
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
        { name: "Bo Kettle", family: "Kettle", given: "Bo" },
      ],
      published: "2019-03-05",
      venue: "Warm Things",
      categories: ["cs.LG", "stat.ML"],
      keywords: ["kettles", "song"],
      url: "https://example.org/k",
      pdfUrl: "https://example.org/k.pdf",
      codeUrl: "https://github.com/a/b",
      citations: 12,
      sources: ["csv"],
    });
  });

  it("may come from Zotero", async () => {
    const text =
      '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date","Manual Tags","Automatic Tags"\n' +
      '"ABC","journalArticle","2019","Lantern, Ada; Kettle, Bo","Kettles","Warm Things","10.1234/k","http://x.org/","We listen.","March 2019","song; kettles","noise"';
    expect(await onlyPaper(csvFormat, `\ufeff${text}`)).toMatchObject({
      ids: ["DOI:10.1234/k"],
      title: "Kettles",
      venue: "Warm Things",
      published: "2019-03",
      abstract: "We listen.",
      keywords: ["song", "kettles"],
    });
  });

  it("may come from Scopus, IEEE Xplore, PubMed and the Web of Science", async () => {
    expect(
      await onlyPaper(
        csvFormat,
        '"Authors","Author full names","Title","Year","Source title","Cited by","DOI","Link","Abstract","Author Keywords","EID"\n"Lantern A.; Kettle B.","Lantern, Ada (57190000000); Kettle, Bo (57190000001)","Kettles","2019","Warm Things","3","10.1234/k","https://www.scopus.com/x","[No abstract available]","a; b","2-s2.0-1"',
      ),
    ).toMatchObject({ authors: [{ name: "Ada Lantern" }, { name: "Bo Kettle" }], venue: "Warm Things", citations: 3, abstract: "" });
    expect(
      await onlyPaper(
        csvFormat,
        '"Document Title",Authors,"Publication Title","Publication Year","Abstract","DOI",PDF Link,"Author Keywords","Article Citation Count"\n"Kettles","A. Lantern; B. Kettle","2019 Warm Conference","2019","We listen.","10.1234/k","https://x.org/k","a;b","7"',
      ),
    ).toMatchObject({ title: "Kettles", venue: "2019 Warm Conference", published: "2019", pdfUrl: "https://x.org/k", citations: 7 });
    expect(
      await onlyPaper(
        csvFormat,
        'PMID,Title,Authors,Journal/Book,Publication Year,PMCID,DOI\n77,Kettles,"Lantern A, Kettle B.",Things,2019,PMC5,',
      ),
    ).toMatchObject({ ids: ["PMID:77", "PMCID:PMC5"], authors: [{ name: "Lantern A" }, { name: "Kettle B." }], venue: "Things" });
    expect(
      await onlyPaper(
        csvFormat,
        "Publication Type\tAuthors\tAuthor Full Names\tArticle Title\tSource Title\tPublication Date\tPublication Year\tUT (Unique WOS ID)\nJ\tLantern, A\tLantern, Ada\tKettles\tTHINGS\tJUN 14\t2006\tWOS:0001",
      ),
    ).toMatchObject({ ids: ["WOS:0001"], authors: [{ name: "Ada Lantern" }], venue: "THINGS", published: "2006-06-14" });
    expect(
      await onlyPaper(csvFormat, "PT\tAU\tAF\tTI\tSO\tAB\tPY\tUT\nJ\tL, A\tLantern, Ada\tKettles\tTHINGS\tWe listen.\t2006\tWOS:1"),
    ).toMatchObject({
      title: "Kettles",
      abstract: "We listen.",
      authors: [{ name: "Ada Lantern" }],
    });
  });

  it("may come from Springer, with its own headers", async () => {
    const text =
      "Item Title,Publication Title,Item DOI,Authors,Publication Year,URL,Content Type\nKettles,Things,10.1234/k,Ada Lantern,2019,http://x.org,Article";
    expect(await onlyPaper(csvFormat, text)).toMatchObject({
      ids: ["DOI:10.1234/k"],
      title: "Kettles",
      venue: "Things",
      published: "2019",
    });
  });

  it("may be delimited by tabs, semicolons or bars", async () => {
    for (const delimiter of [",", "\t", ";", "|"])
      expect(await onlyPaper(csvFormat, `title${delimiter}year\r\n"a ${delimiter} b"${delimiter}2001\r\n`)).toMatchObject({
        title: `a ${delimiter} b`.replace(/\s+/, " "),
        published: "2001",
      });
    expect((await onlyPaper(csvFormat, "sep=;\ntitle;authors\nKettles;Lantern, Ada")).authors).toHaveLength(1);
  });

  it("may contain quotation marks that do not enclose cells", async () => {
    const { papers, refusals } = await readText(
      csvFormat,
      lines("title\tyear", '"Why?" she asked\t2001', 'The 5" disk\t2002', '"Left open\t2003', "Next\t2004", '"Last\t2005'),
    );
    expect(papers.map(({ title }) => title)).toEqual(['"Why?" she asked', 'The 5" disk', '"Left open', "Next", '"Last']);
    expect(refusals).toEqual([]);
  });

  it("that is never closed affects only itself", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => `Paper ${at},2001`);
    const { papers, refusals } = await readText(
      csvFormat,
      lines("title,year", "First,2000", '"Broken, and not closed', ...rows, 'x "y", z'),
    );
    expect(papers).toHaveLength(53);
    expect(refusals).toEqual([]);
    const misread = await readText(
      csvFormat,
      lines("title,year,venue", '"Broken,2000', ...rows.map((row) => `${row},Things`), 'He said "no",2001,Things'),
    );
    expect(misread.papers).toHaveLength(51);
    expect(misread.refusals).toMatchObject([{ place: { line: 2 }, reason: expect.stringContaining("2 cells") }]);
  });

  it("may lack cells at its end, but may not have extra ones", async () => {
    const { papers, refusals } = await readText(
      csvFormat,
      lines(
        "title,year,venue",
        "One,2001",
        "Two,2002,Things,,",
        "Three,2003,Things,more",
        "Four",
        "",
        ",,",
        "title,year,venue",
        ",2004,Things",
      ),
    );
    expect(papers.map(({ title }) => title)).toEqual(["One", "Two"]);
    expect(refusals).toMatchObject([
      { place: { line: 4 }, reason: "the row has 4 cells, the header 3", excerpt: "Three | 2003 | Things | more" },
      { place: { line: 5 }, reason: "the row has 1 cells, the header 3" },
      { place: { line: 9 }, field: "title", reason: "there is no title" },
    ]);
  });

  it("is refused when it is longer than 4 MiB", async () => {
    const { papers, refusals } = await readText(csvFormat, `title,abstract\nA,${"x".repeat(5_000_000)}\nB,y\n`);
    expect(papers.map(({ title }) => title)).toEqual(["B"]);
    expect(refusals).toMatchObject([{ place: { line: 2 }, reason: "the record is longer than 4 MiB" }]);
  });
});

describe("a table", () => {
  it("may arrive in pieces of any size", async () => {
    const whole = await readText(csvFormat, kettle);
    for (const size of [1, 3, 50]) expect((await readText(csvFormat, kettle, size)).records).toEqual(whole.records);
  });

  it("without a column of titles is not accepted", async () => {
    const reading = readText(csvFormat, "Sepal length,Sepal width\n1,2\n");
    await expect(reading).rejects.toThrow(AppError);
    await expect(reading).rejects.toMatchObject({
      code: "unsupported_format",
      message: expect.stringContaining("“Sepal length”, “Sepal width”"),
    });
    expect((await readText(csvFormat, "\n \n")).records).toEqual([]);
  });

  it("is recognised by its header", () => {
    expect(csvFormat.recognize(kettle)).toBeGreaterThan(0.8);
    expect(csvFormat.recognize("\ufeffsep=;\r\nTitle;Year\r\n")).toBeGreaterThan(0.8);
    expect(csvFormat.recognize("title,x\n")).toBe(0.5);
    expect(csvFormat.recognize("name,abstract,authors\n")).toBe(0.6);
    for (const other of [
      "name,age\n",
      "title\nKettles\n",
      '["title","year"]',
      '{"title": "a", "year": 1}',
      "<a>title,year</a>",
      "@a{b, title, year}",
      "TY  - JOUR\ntitle,year\n",
      "% title,year",
      "GET https://example.org/?fields=abstract,title,year\n",
    ])
      expect(csvFormat.recognize(other)).toBe(0);
  });
});
