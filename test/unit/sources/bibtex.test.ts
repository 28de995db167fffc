/** BibTeX and BibLaTeX, well written and not. */
import { describe, expect, it } from "vitest";
import { bibtexFormat } from "../../../src/sources/bibtex.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = String.raw`@article{kettle19,
  title = {Kettles that {SING}: {\'E}tudes of $O(n^2)$},
  author = {Lantern, Ada and Bo von der Kettle and {The Lantern and Kettle Group} and K{\"u}hn, Jr., Cy and others},
  journal = {Journal of Warm Things},
  year = 2019, month = mar,
  abstract = "Abstract: We \emph{listen} to {"}kettles{"} -- 50\% of $x_i$.",
  keywords = {kettles, song},
  doi = {10.1234/kettle\_5},
  url = {http://example.org/a\_b?x=1\&y=2},
  file = {:C\:\\kettle.pdf:PDF},
}
`;

const titled = (fields: string) => onlyPaper(bibtexFormat, `@misc{k, title = {T}, ${fields}}`);

describe("an entry of BibTeX", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(bibtexFormat, kettle)).toEqual({
      ids: ["DOI:10.1234/kettle_5"],
      title: "Kettles that SING: Études of $O(n^2)$",
      abstract: 'We listen to "kettles" – 50% of $x_i$.',
      authors: [
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
        { name: "Bo von der Kettle", family: "von der Kettle", given: "Bo" },
        { name: "The Lantern and Kettle Group" },
        { name: "Cy Kühn Jr.", family: "Kühn", given: "Cy" },
      ],
      published: "2019-03",
      venue: "Journal of Warm Things",
      categories: [],
      keywords: ["kettles", "song"],
      url: "http://example.org/a_b?x=1&y=2",
      sources: ["bibtex"],
    });
  });

  it("may be in BibLaTeX", async () => {
    const paper = await onlyPaper(
      bibtexFormat,
      lines(
        "@online{k,",
        "  title = {Kettles}, subtitle = {A Song},",
        "  author = {family=Fosse, given=Jean, prefix=de la, useprefix=true and given=Ada, family=Lantern},",
        "  % a comment",
        "  journaltitle = {Things}, date = {2019-03/2020}, langid = {USenglish}, language = {en},",
        "  eprint = {2401.00001v3}, eprinttype = {arxiv}, eprintclass = {cs.LG}, pmid = {77}",
        "}",
      ),
    );
    expect(paper).toMatchObject({
      ids: ["arXiv:2401.00001", "PMID:77"],
      title: "Kettles: A Song",
      authors: [
        { name: "Jean de la Fosse", family: "de la Fosse", given: "Jean" },
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
      ],
      venue: "Things",
      published: "2019-03",
      categories: ["cs.LG"],
    });
  });

  it("has its ids read from every field that programs use, and from its key only if it is an id", async () => {
    expect((await titled("eprint = {1706.03762}, archivePrefix = {arXiv}, primaryClass = {cs.CL}")).ids).toEqual(["arXiv:1706.03762"]);
    expect((await titled("journal = {arXiv preprint arXiv:1706.03762}")).ids).toEqual(["arXiv:1706.03762"]);
    expect((await titled("journal = {CoRR}, volume = {abs/1706.03762}")).ids).toEqual(["arXiv:1706.03762"]);
    expect((await titled("eprint = {123}, eprinttype = {pubmed}")).ids).toEqual(["PMID:123"]);
    expect((await titled("howpublished = {\\url{https://arxiv.org/abs/hep-th/9901001}}")).ids).toEqual(["arXiv:hep-th/9901001"]);
    expect((await titled("url = {https://aclanthology.org/N19-1423/}, doi = {https://doi.org/10.1234/A}")).ids).toEqual([
      "DOI:10.1234/a",
      "ACL:N19-1423",
    ]);
    expect((await onlyPaper(bibtexFormat, "@article{10.1145/1.2, title={T}}")).ids).toEqual(["DOI:10.1145/1.2"]);
    expect((await onlyPaper(bibtexFormat, "@article{DBLP:conf/a/B19, title={T}}")).ids).toEqual(["DBLP:conf/a/B19"]);
    const [a, b] = await Promise.all(["x", "y"].map((key) => onlyPaper(bibtexFormat, `@article{${key}, title={T}, year=2019}`)));
    expect(a?.ids).toEqual([expect.stringMatching(/^title:/)]);
    expect(b?.ids).toEqual(a?.ids);
  });

  it("has its date read in each of BibTeX's forms", async () => {
    expect((await titled("year = {2019}, month = {Sept.}")).published).toBe("2019-09");
    expect((await titled("year = 2019, month = 1 # { jan }")).published).toBe("2019-01-01");
    expect((await titled("year = 2019, month = 12, day = 24")).published).toBe("2019-12-24");
    expect((await titled("year = {in press}")).published).toBeUndefined();
    expect((await titled("date = {2021-21}")).published).toBe("2021");
  });

  it("is refused alone if the strings that it names would fill the memory", async () => {
    const string = `@string{a = "${"x".repeat(600_000)}"}`;
    const much = `@article{k, title = {T}, note = ${Array(2_000).fill("a").join(" # ")}}`;
    const { papers, refusals } = await readText(bibtexFormat, `${string}\n${much}\n@article{l, title = {U}, year = 2001}`);
    expect(refusals).toMatchObject([
      { place: { line: 2, entry: "k" }, field: "note", reason: expect.stringContaining("longer than 4 MiB") },
    ]);
    expect(papers.map(({ title }) => title)).toEqual(["U"]);
  });

  it("has the values of its strings inserted", async () => {
    const { papers } = await readText(
      bibtexFormat,
      '@string{jwt = "Journal of " # warm}\n@STRING(warm = {Warm})\n@string{ jwt2 = {J. } # Warm }\n@article{a, title={T}, journal = JWT2 # " Things", year=2000}\n@article{b, title={U}, journal = cacm}',
    );
    expect(papers.map(({ venue }) => venue)).toEqual(["J. Warm Things", "cacm"]);
  });

  it("inherits missing fields from its proceedings, before or after it", async () => {
    const { papers } = await readText(
      bibtexFormat,
      lines(
        "@inproceedings{a, title = {One}, crossref = {conf}}",
        "@inproceedings{b, title = {Two}, crossref = {CONF}, year = 2001, booktitle = {Own}}",
        "@proceedings{conf, title = {Conference of Kettles}, date = {2019-05}, editor = {Kettle, Bo}}",
        "@inproceedings{c, title = {Three}, crossref = {Conf}}",
        "@inproceedings{d, title = {Four}, crossref = {nowhere}}",
        "@xdata{x, journal = {Things}, year = 1999}",
        "@article{e, title = {Five}, xdata = {x}}",
      ),
    );
    expect(papers.map(({ title, venue, published }) => [title, venue, published])).toEqual([
      ["Two", "Own", "2001"],
      ["Conference of Kettles", undefined, "2019-05"],
      ["One", "Conference of Kettles", "2019-05"],
      ["Three", "Conference of Kettles", "2019-05"],
      ["Five", "Things", "1999"],
      ["Four", undefined, undefined],
    ]);
  });

  it("has editors if it has no authors, and its book title if it is the book", async () => {
    expect(await onlyPaper(bibtexFormat, "@collection{k, booktitle = {Kettles}, editor = {Kettle, Bo}}")).toMatchObject({
      title: "Kettles",
      authors: [{ name: "Bo Kettle" }],
    });
  });
});

describe("a broken entry of BibTeX", () => {
  const broken: [what: string, entry: string, refusal: object][] = [
    ["without a title", "@article{k, year = 2019}", { field: "title", reason: "there is no title" }],
    ["with a field without a value", "@article{k, title {x}}", { field: "title", reason: expect.stringContaining("“=”") }],
    [
      "with words between its fields",
      "@article{k, title = {x} and more, year=1}",
      { field: "and", reason: expect.stringContaining("“=”") },
    ],
    ["with a value that is not closed", '@article{k, title = "x, year = 1}', { field: "title", reason: expect.stringContaining("closed") }],
    [
      "that is not closed",
      "@article{k, title = {x}, year = {2019,",
      { reason: expect.stringMatching(/not closed before the next entry begins in line 4/) },
    ],
    ["with a stray sign", "@article{k, title = {x}, = {y}}", { reason: expect.stringContaining("“= {y}”") }],
  ];
  for (const [what, entry, refusal] of broken)
    it(`${what} affects only itself`, async () => {
      const { papers, refusals } = await readText(bibtexFormat, `@misc{a, title={First}}\n\n${entry}\n@misc{b, title={Last}}\n`);
      expect(papers.map(({ title }) => title)).toEqual(["First", "Last"]);
      expect(refusals).toMatchObject([{ place: { file: "invented.txt", line: 3, entry: "k" }, ...refusal }]);
      expect(refusals[0]?.excerpt).toMatch(/^@article\{k/);
    });

  it("is still read if a comma or the key is missing", async () => {
    const { papers, refusals } = await readText(
      bibtexFormat,
      '@article{a title={One} year={2001}}@article{title="Two"}@article{,title={Three},,}@article(d, title = {Four (4)}, note = "a ) b")@book{e,title=Five,}',
    );
    expect(papers.map(({ title }) => title)).toEqual(["One", "Two", "Three", "Four (4)", "Five"]);
    expect(refusals).toEqual([]);
  });

  it("is read if either way of counting braces completes it", async () => {
    const { papers, refusals } = await readText(
      bibtexFormat,
      "@misc{a, title = {Set \\{1}}\n@misc{b, title = {Two}, file = {C:\\}}\n\n@misc{c, title = {Three}, file = {D:\\}}\n",
    );
    expect(papers.map(({ title }) => title)).toEqual(["Set {1", "Two", "Three"]);
    expect(refusals).toEqual([]);
  });

  it("is reported if it is not closed at the end of the file", async () => {
    const { refusals } = await readText(bibtexFormat, "\n@article{k,\n title = {x");
    expect(refusals).toMatchObject([{ place: { line: 2, entry: "k" }, reason: "it is not closed before the end of the file" }]);
  });

  it("is refused when it is longer than 4 MiB", async () => {
    const { papers, refusals } = await readText(
      bibtexFormat,
      `@misc{long, title = {${"long words\n".repeat(400_000)}}}\n@misc{b, title={Last}}`,
    );
    expect(papers.map(({ title }) => title)).toEqual(["Last"]);
    expect(refusals).toMatchObject([{ place: { line: 1, entry: "long" }, reason: "the record is longer than 4 MiB" }]);
  });

  it("is refused if a field is too long", async () => {
    const { refusals } = await readText(bibtexFormat, `@misc{k, title = {x}, abstract = {${"\\'e".repeat(40_000)}}}`);
    expect(refusals).toMatchObject([{ field: "abstract", reason: "it has 120000 characters" }]);
  });
});

describe("a BibTeX file", () => {
  it("may contain comments and entries that are not papers", async () => {
    const { papers, refusals } = await readText(
      bibtexFormat,
      lines(
        "% Encoding: UTF-8",
        "  % @article{x, title={Commented out}}",
        "Write to me@example.org (today), or @home { not }.",
        "@comment{",
        "@article{y, title={Commented out, too}}",
        "}",
        "@preamble{ {\\newcommand{\\x}{y}} }",
        "@set{s, entryset = {a,b}}",
        "@Control{c, x = 1}",
        "@comment without braces",
        "@article",
        "{z, title = {Read}}",
        "@comment{ never closed",
        "@article{w, title = {Read, too}}",
        "@comment{ again",
        "@article{v, title = {And this}}",
      ),
    );
    expect(papers.map(({ title }) => title)).toEqual(["Read", "Read, too", "And this"]);
    expect(refusals).toMatchObject([{ place: { line: 3 } }]);
  });

  it("may arrive in pieces of any size, with any line endings", async () => {
    const text = `\ufeff${kettle}\n@comment{x}\n${kettle.replace("kettle19", "k2")}`.replaceAll("\n", "\r\n");
    const whole = await readText(bibtexFormat, text);
    expect(whole.papers).toHaveLength(2);
    for (const size of [1, 2, 7, 100]) expect((await readText(bibtexFormat, text, size)).records).toEqual(whole.records);
    expect(whole.records.map((record) => (record.kind === "paper" ? record.place : undefined))).toEqual([
      { file: "invented.txt", line: 1, entry: "kettle19" },
      { file: "invented.txt", line: 14, entry: "k2" },
    ]);
  });

  it("is recognised by its entries", () => {
    expect(bibtexFormat.recognize(kettle)).toBe(1);
    expect(bibtexFormat.recognize(`% Encoding: UTF-8\n\n${kettle}`)).toBe(1);
    expect(bibtexFormat.recognize("@string{a = {b}}\n")).toBe(1);
    for (const other of ['{"a": "@article{a,"}', "me@example.org {", "<x>@article{a, b=c}", "TY  - JOUR\n"])
      expect(bibtexFormat.recognize(other)).toBe(0);
  });

  it("reports an entry without its opening brace, and continues after it", async () => {
    const { papers, refusals } = await readText(
      bibtexFormat,
      lines("@Article,", "  title = {Lost},", "}", "", "@misc{kin, title = {Kinds of kin}}"),
    );
    expect(refusals).toMatchObject([{ place: { line: 1 }, reason: expect.stringContaining("brace") }]);
    expect(papers.map(({ title }) => title)).toEqual(["Kinds of kin"]);
  });
});
