import { describe, expect, test } from "vitest";
import { bibtexOf } from "../../../../src/core/export/bibtex.ts";
import type { Paper } from "../../../../src/core/paper.ts";

function paper(fields: Partial<Paper>): Paper {
  return {
    paperId: "x:1",
    ids: ["x:1"],
    title: "Untitled",
    abstract: "",
    authors: [],
    categories: [],
    keywords: [],
    sources: [],
    ...fields,
  };
}

function names(...all: string[]): Paper["authors"] {
  return all.map((name) => ({ name }));
}

/** The value of a field, without its outer braces. */
function field(entry: string, name: string): string | undefined {
  return new RegExp(`^ {2}${name} = \\{(.*)\\},$`, "m").exec(entry)?.[1];
}

/** BibTeX counts braces regardless of what precedes them. */
function braceDepth(text: string): number {
  return [...text].reduce((depth, character) => depth + (character === "{" ? 1 : character === "}" ? -1 : 0), 0);
}

describe("a BibTeX entry", () => {
  test("holds what is known of a paper and nothing else", () => {
    const entry = bibtexOf(
      paper({
        ids: ["arXiv:1706.03762"],
        title: "Attention Is All You Need",
        authors: names("Ashish Vaswani", "Noam Shazeer"),
        published: "2017-06-12",
        venue: "NIPS 2017",
        categories: ["cs.CL", "cs.LG"],
      }),
    );
    expect(entry).toBe(
      [
        "@inproceedings{vaswani2017attention,",
        "  title = {Attention Is All You Need},",
        "  author = {Ashish Vaswani and Noam Shazeer},",
        "  booktitle = {NIPS},",
        "  year = {2017},",
        "  month = jun,",
        "  eprint = {1706.03762},",
        "  archiveprefix = {arXiv},",
        "  primaryclass = {cs.CL},",
        "}",
      ].join("\n"),
    );
  });

  test("of a paper with only a title can still be cited", () => {
    expect(bibtexOf(paper({}))).toBe("@misc{untitled,\n  title = {Untitled},\n}");
  });

  test.each([
    ["Nature 1986", "article"],
    ["Physical Review Letters", "article"],
    ["Proceedings of the National Academy of Sciences", "article"],
    ["ACM Transactions on Graphics (SIGGRAPH)", "article"],
    ["ICLR 2015", "inproceedings"],
    ["Proceedings of the 20th Symposium on Operating Systems", "inproceedings"],
    ["arXiv 2025", "misc"],
    [undefined, "misc"],
  ])("of the venue %s is of type %s", (venue, type) => {
    const { venue: _, ...rest } = paper({});
    expect(bibtexOf(venue === undefined ? rest : { ...rest, venue })).toMatch(new RegExp(`^@${type}\\{`));
  });

  test("is escaped, and its braces are balanced, whatever the title contains", () => {
    const entry = bibtexOf(paper({ title: "50% of {all} C_1 & #2 ~ ^ \\ cost $5 } <b>" }));
    expect(field(entry, "title")).toContain("50\\% of \\textbraceleft{}all\\textbraceright{}");
    expect(field(entry, "title")).toContain("\\& \\#2 \\textasciitilde{} \\textasciicircum{} \\textbackslash{} cost \\$5");
    expect(braceDepth(entry)).toBe(0);
  });

  test("contains no mathematics with side effects when a document is typeset", () => {
    for (const tex of [
      "\\input{/etc/passwd}",
      "\\immediate\\write18{id}",
      "\\catcode`\\@=11",
      "\\def\\x{\\x}",
      "^^5cinput x",
      "\\csname input\\endcsname",
      "\\InputIfFileExists{/etc/passwd}{}{}",
      "\\makeatletter x",
      "\\@input{/etc/passwd}",
      "\\inputminted{text}{/etc/passwd}",
      "\\subimport{/etc/}{passwd}",
      "\\luaexec{x}",
      "\\end {document}x",
      "\\begin{filecontents*}{a}",
      "x % hides the rest",
      "x \\\\% too",
      "\\providecommand{\\x}{\\x\\x}\\x",
      "\\csvautotabular{/etc/passwd}",
      "\\ShellEscape{id}",
      "\\LoadClass{x}",
      "\\href{run:/bin/sh}{x}",
      "\\nocite{*}",
      "\\global\\output{}",
      "\\rule{99999em}{9em}",
      "\\begin{lstlisting}x",
      "\\alphainput",
      "\\begin{array}{*{99999999}{c}}x\\end{array}",
      "\\begin{array}{*9{*9{*9{*9{*9{c}}}}}}x\\end{array}",
      "\\begin{pmatrix*}[*{99999999}{c}]x\\end{pmatrix*}",
      `${"\\phantom{".repeat(9)}x${"}".repeat(9)}`,
    ])
      expect(bibtexOf(paper({ title: `Of $${tex}$` })), tex).toContain("\\$");
    expect(field(bibtexOf(paper({ title: "Of $p > 95\\%$" })), "title")).toBe("Of {$p > 95\\%$}");
    const array = "\\begin{array}{l|cc}x^{2_{3}}\\end{array}";
    expect(field(bibtexOf(paper({ title: `Of $${array}$` })), "title")).toBe(`Of {$${array}$}`);
    expect(field(bibtexOf(paper({ title: "Of $\\left(\\lfloor x^{2}\\rfloor\\right)$ and $\\leq$" })), "title")).toBe(
      "Of {$\\left(\\lfloor x^{2}\\rfloor\\right)$} and {$\\leq$}",
    );
  });

  test("is made in time linear in the venue's length, whatever the venue", () => {
    const commas = ",".repeat(400_000);
    expect(field(bibtexOf(paper({ venue: `${commas}a, 2020`, published: "2020" })), "journal")).toBe(`${commas}a`);
  }, 30_000);

  test("keeps mathematics in a title, and escapes it if its braces do not balance", () => {
    expect(field(bibtexOf(paper({ title: "An $O(n^{2})$ bound" })), "title")).toBe("An {$O(n^{2})$} bound");
    const broken = bibtexOf(paper({ title: "An $O(n^{2)$ bound" }));
    expect(broken).not.toContain("n^{2)");
    expect(braceDepth(broken)).toBe(0);
  });

  test("protects acronyms, and names in a sentence-case title", () => {
    expect(field(bibtexOf(paper({ title: "BERT: Pre-training of Deep Bidirectional Transformers" })), "title")).toBe(
      "{BERT:} Pre-training of Deep Bidirectional Transformers",
    );
    expect(field(bibtexOf(paper({ title: "Observation of a particle with the mass of the Higgs boson" })), "title")).toBe(
      "Observation of a particle with the mass of the {Higgs} boson",
    );
  });

  test("does not split organisations, or names with a comma or an “and”", () => {
    const entry = bibtexOf(paper({ authors: names("ATLAS Collaboration", "Martin King, Jr.", "Research and Co", "Ada Lovelace") }));
    expect(field(entry, "author")).toBe("{ATLAS Collaboration} and {Martin King, Jr.} and {Research and Co} and Ada Lovelace");
  });

  test("separates family and given name if both are known", () => {
    const entry = bibtexOf(paper({ authors: [{ name: "Ludwig van Beethoven", family: "van Beethoven", given: "Ludwig" }] }));
    expect(field(entry, "author")).toBe("van Beethoven, Ludwig");
  });

  test.each([
    ["Jürgen Schmidhuber", "Long Short-Term Memory", "schmidhuber1997long"],
    ["Søren Ødegård", "On the Origin", "odegard1997origin"],
    ["Sammy Davis Jr.", "A Song", "davis1997song"],
    ["王小明", "深度学习", "paper1997"],
  ])("has a key of plain letters for %s, %s", (name, title, key) => {
    expect(bibtexOf(paper({ authors: names(name), title, published: "1997" }))).toMatch(new RegExp(`^@misc\\{${key},`));
  });

  test("keeps a URL as it is, except for what would end the field", () => {
    const entry = bibtexOf(
      paper({ url: "https://example.org/a_b%20c?x={y}&z=1#d", ids: ["DOI:10.1175/1520-0469(1967)024<0241>2.0.co;2"] }),
    );
    expect(field(entry, "url")).toBe("https://example.org/a_b%20c?x=%7By%7D&z=1#d");
    expect(field(entry, "doi")).toBe("10.1175/1520-0469(1967)024<0241>2.0.co;2");
  });

  test("says when a paper has been retracted", () => {
    expect(field(bibtexOf(paper({ status: "retracted" })), "note")).toBe("Retracted");
  });
});
