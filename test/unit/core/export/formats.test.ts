/** Papers as files for other programs, which can be read back. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExportName, exportNames, piecesOf } from "../../../../src/core/export/format.ts";
import { exportFormat, exportFormatOfFile } from "../../../../src/core/export/formats.ts";
import type { NewPaper, Paper } from "../../../../src/core/paper.ts";
import type { Format } from "../../../../src/core/source.ts";
import { bibtexFormat } from "../../../../src/sources/bibtex.ts";
import { cslFormat } from "../../../../src/sources/csl.ts";
import { csvFormat } from "../../../../src/sources/csv.ts";
import { paperkinFormat } from "../../../../src/sources/paperkin.ts";
import { risFormat } from "../../../../src/sources/ris.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";
import { readText } from "../../sources/reading-text.ts";

const readers: Readonly<Record<ExportName, Format>> = {
  bibtex: bibtexFormat,
  ris: risFormat,
  csl: cslFormat,
  csv: csvFormat,
  jsonl: paperkinFormat,
};

const starter = readFileSync(new URL("../../../../src/starter/corpus.jsonl", import.meta.url), "utf8");

async function written(name: ExportName, papers: readonly Paper[]): Promise<string> {
  let text = "";
  for await (const piece of piecesOf(exportFormat(name), papers)) text += piece;
  return text;
}

function paperOf(fields: Partial<Paper>): Paper {
  const paper = inventPaper(1, fields);
  return { ...paper, paperId: paper.ids[0] ?? "" };
}

/** What every format keeps; BibTeX has no day of the month. */
function kept({ ids, title, authors, abstract, keywords, published }: NewPaper) {
  const certain = ids.filter((id) => /^(?:arXiv|DOI):/.test(id));
  return { certain, title, authors: authors.map(({ name }) => name), abstract, keywords, month: published?.slice(0, 7) };
}

describe.each(exportNames)("papers as %s", (name) => {
  it("are read back as they were", async () => {
    const { papers } = await readText(paperkinFormat, starter);
    const own = papers.map((paper): Paper => ({ ...paper, paperId: paper.ids[0] ?? "" }));
    const back = await readText(readers[name], await written(name, own));
    expect(back.refusals).toEqual([]);
    expect(back.papers.map(kept)).toEqual(own.map(kept));
  });

  it("keep every part of a title or a name in its field", async () => {
    const titles = ['="1" & @x, {y} \\ % # _ ~ ^ 1 < 2 > 1 $5 | “q” ;', "- minus", "TY  - JOUR", "名前 – Ω é", "ER  -", "@article{a,"];
    const papers = titles.map((title, at) => paperOf({ ids: [`DOI:10.1234/${at}`], title, authors: [{ name: `Ann, "O" ${at}` }] }));
    const back = await readText(readers[name], await written(name, papers));
    expect(back.refusals).toEqual([]);
    expect(back.papers.map(({ ids }) => ids[0])).toEqual(papers.map(({ paperId }) => paperId));
    // Zero-width and typographic characters may be written differently; no word may be lost.
    const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu);
    expect(back.papers.map(({ title }) => words(title))).toEqual(titles.map(words));
  });

  it("are a valid empty file if there are none", async () => {
    const text = await written(name, []);
    if (name === "csl") expect(JSON.parse(text)).toEqual([]);
    else expect((await readText(readers[name], text)).records).toEqual([]);
  });

  it("are recognised by a file's extension", () => {
    expect(exportFormatOfFile(`Papers.${exportFormat(name).extension.toUpperCase()}`)?.name).toBe(name);
    expect(exportFormatOfFile(exportFormat(name).extension)).toBeUndefined();
  });
});

it("have unique keys in a BibTeX file", async () => {
  const papers = Array.from({ length: 60 }, (_, at) =>
    paperOf({ ids: [`X:${at}`], title: at === 1 ? "Kettlesb" : "Kettles", authors: [] }),
  );
  const keys = [...(await written("bibtex", papers)).matchAll(/^@\w+\{(.*),$/gm)].map(([, key]) => key ?? "");
  expect(keys).toHaveLength(60);
  expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(60);
});

it("tables are safe: no cell is a formula, even with semicolons as separators, and all of it is read back", async () => {
  const formulas = ["=1+1", "+1", "-1", "@SUM(A1)", '\t=cmd|"/c calc"!A1', "＝1+1", "'=1", "''-omics", '"=1"'];
  const titles = [...formulas, ...formulas.map((one) => `kettles;${one}`), 'kettles; ""=1+1', "kettles;' =1"];
  const papers = titles.map((title, at) =>
    paperOf({ ids: [`X:${at}`], title, venue: title, abstract: title, authors: [{ name: title.replaceAll(";", "") }, { name: "=Ada" }] }),
  );
  const text = await written("csv", papers);
  const starts = /(?:^|[,;])[\s"]*[=+\-@＝＋－＠]/m;
  expect(text.replace(/^\ufeff/, "")).not.toMatch(starts);
  const { papers: back } = await readText(readers.csv, text);
  const said = (of: readonly { title: string; venue?: string | undefined; abstract: string }[]) =>
    of.map(({ title, venue, abstract }) => [title, venue, abstract].map((one) => one?.replace("\t", " ").trim()));
  expect(said(back)).toEqual(said(papers));
});

it("an apostrophe at the beginning of a title is kept in other programs' tables", async () => {
  const { papers } = await readText(readers.csv, "id,title\nX:1,'-omics for kettles\n");
  expect(papers.map(({ title }) => title)).toEqual(["'-omics for kettles"]);
});

describe("the name of an author", () => {
  it.each([
    ["Ada Lovelace", { family: "Lovelace", given: "Ada" }],
    ["Ludwig van Beethoven", { family: "van Beethoven", given: "Ludwig" }],
    ["Martin Luther King Jr.", { family: "King", given: "Martin Luther", suffix: "Jr." }],
    ["Plato", { literal: "Plato" }],
    ["ATLAS Collaboration", { literal: "ATLAS Collaboration" }],
    ["Research and Co", { literal: "Research and Co" }],
    ["王小明", { literal: "王小明" }],
  ])("%s is split if it is a person's", async (name, parts) => {
    expect(JSON.parse(await written("csl", [paperOf({ authors: [{ name }] })]))[0].author).toEqual([parts]);
  });

  it("has the parts given by its source", async () => {
    const authors = [{ name: "Gabriel García Márquez", family: "García Márquez", given: "Gabriel" }];
    expect(await written("ris", [paperOf({ authors })])).toContain("AU  - García Márquez, Gabriel\r\n");
  });
});
