/** What a terminal shows of long work, and what remains of it. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { describeAuthors, note, print, printHits, printJson, printTable, printTitle, withProgress } from "../../../src/cli/output.ts";
import { removeControls } from "../../../src/core/text.ts";
import { inventPapers } from "../../contract/invented-papers.ts";

const showCursor = "\u001b[?25h";

it("text for people contains no terminal control characters, whatever files and services contain", () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  note("the title “\u001b]0;x\u0007\u009b31m\u202eb” is none");
  expect(written.mock.calls.join("")).toBe("the title “]0;x31mb” is none\n");
  vi.restoreAllMocks();
});

it("printed values control a terminal only with the program's own styles, and are unchanged for programs", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const said = "550 no\u001b[2J\u001b]0;x\u0007\u009b8m\u202e\r\nsuch box";
  print(`\u001b[1mSent\u001b[22m: ${said}`);
  printTable([["2026-03-02", said]]);
  printJson({ said });
  const [line = "", row = "", json = ""] = written.mock.calls.map(([text]) => String(text));
  vi.restoreAllMocks();
  expect(line).toBe("\u001b[1mSent\u001b[22m: 550 no[2J]0;x8m\nsuch box\n");
  expect(row).toBe("2026-03-02  550 no[2J]0;x8m such box\n");
  expect(json).toBe(removeControls(json));
  expect(JSON.parse(json)).toEqual({ said });
});

it("a long title goes on below itself on a terminal, and is one line in a file", () => {
  const { columns } = process.stdout;
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const paper = { title: "Reusing kettles of copper and of tin" };
  process.stdout.columns = 30;
  printTitle(7, paper, " (its title)");
  Object.assign(process.stdout, { columns: undefined });
  printTitle(7, paper);
  const lines = written.mock.calls.map(([text]) => String(text));
  vi.restoreAllMocks();
  process.stdout.columns = columns;
  expect(lines).toEqual(["  7. Reusing kettles of copper\n     and of tin (its title)\n", "  7. Reusing kettles of copper and of tin\n"]);
});

it("of an abstract that is no text, the excerpt has an end", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const [paper] = inventPapers(1);
  if (paper !== undefined)
    printHits([{ paper: { ...paper, paperId: "X:1" }, score: 1, scores: {}, sentence: { text: "*-#0C*!& ".repeat(500), marks: [] } }]);
  const text = written.mock.calls.join("");
  vi.restoreAllMocks();
  expect(text.length).toBeLessThan(1_200);
});

it("a word that the title and the venue contain is named once, with both", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const [paper] = inventPapers(1);
  const terms = [
    { term: "kettl", words: ["kettles"], fields: ["title" as const] },
    { term: "tin", words: ["tin"], fields: ["abstract" as const] },
    { term: "venue:kettl", words: ["kettles"], fields: ["venue" as const] },
  ];
  const why = { terms, semantic: { score: null, rank: null }, lexical: { score: null, rank: null }, alpha: null };
  if (paper !== undefined) printHits([{ paper: { ...paper, paperId: "X:1" }, score: 1, scores: {}, why }]);
  const text = written.mock.calls.join("");
  vi.restoreAllMocks();
  expect(text).toContain("contains kettles (title, venue); tin (abstract)");
});

it("columns are aligned if characters are wide, joined, or followed by accents", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  printTable([
    ["深層学習", "a"],
    ["e\u0301te\u0301", "b"],
    ["👩‍👩‍👧‍👦 ✈️", "c"],
    ["kettles…", "d"],
  ]);
  const lines = written.mock.calls.map(([text]) => String(text));
  vi.restoreAllMocks();
  expect(lines).toEqual(["深層学習  a\n", "e\u0301te\u0301       b\n", "👩‍👩‍👧‍👦 ✈️     c\n", "kettles…  d\n"]);
});

it("a row may end before the others, wherever it is", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  printTable([["ada"], ["ben", "pk_1", "write"], ["zoe", "pk_2345"], ["mia"]]);
  const lines = written.mock.calls.map(([text]) => String(text));
  vi.restoreAllMocks();
  expect(lines).toEqual(["ada\n", "ben  pk_1     write\n", "zoe  pk_2345\n", "mia\n"]);
});

describe("progress on a terminal", () => {
  const { isTTY } = process.stderr;
  afterEach(() => {
    process.stderr.isTTY = isTTY;
    vi.restoreAllMocks();
  });

  it("ends with the work, even if that fails: the bar is gone, the cursor is back, and no timer keeps the process alive", async () => {
    process.stderr.isTTY = true;
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const before = timers();
    const work = withProgress(false, async (progress) => {
      progress.show("papers", 1, 2, "papers");
      expect(timers()).toBeGreaterThan(before);
      throw new Error("the work failed");
    });
    await expect(work).rejects.toThrow("the work failed");
    expect(timers()).toBe(before);
    expect(written.mock.calls.join("")).toContain(showCursor);
  });
});

describe("the authors of a paper", () => {
  const paper = { authors: ["Bo", "Cy", "Di", "Ed", "Ada", "Fi"].map((given) => ({ name: `${given} Lovelace` })) };

  it("are the first ones, with the number of others", () => {
    expect(describeAuthors(paper)).toBe("Bo Lovelace, Cy Lovelace, Di Lovelace and 3 more");
  });

  it("include the one in the search, at any position", () => {
    expect(describeAuthors(paper, "Ada Lovelace")).toBe("Bo Lovelace, Cy Lovelace, Di Lovelace, … Ada Lovelace and 2 more");
    expect(describeAuthors(paper, "Cy Lovelace")).toBe("Bo Lovelace, Cy Lovelace, Di Lovelace and 3 more");
  });
});
