/** The text of a page of Daily Papers, as browsers save and copy it. */
import { describe, expect, it } from "vitest";
import { hfPageFormat } from "../../../src/sources/hf-page.ts";
import { hfPageSample } from "./json-samples.ts";
import { lines, readText } from "./reading-text.ts";

const saved = new Date("2025-03-24T12:00:00Z");

const read = (text: string, modified: Date = saved) => readText(hfPageFormat, text, undefined, modified);

/** One block, with this for its foot. */
const block = (foot: string, title = "Kinds of kin") => `${title}\n\nWe count kettles.\n\n${foot}\n`;

async function listedOf(foot: string, modified?: Date): Promise<string | undefined> {
  const { papers, refusals } = await read(block(foot), modified);
  if (refusals.length > 0) throw new TypeError(JSON.stringify(refusals));
  return papers[0]?.listed;
}

const prose = "We listen to kettles in every kitchen of the town, and write down which of them sing, at which hour, and for whom. "
  .repeat(3)
  .trim();

describe("a page of Daily Papers", () => {
  it("yields a paper for each block, named by its title", async () => {
    const { papers, records } = await read(hfPageSample);
    expect(papers).toEqual([
      {
        ids: [expect.stringMatching(/^title:/)],
        title: "Kinds of kin",
        abstract: "We count kettles. Then we count lanterns.",
        authors: [],
        categories: [],
        keywords: [],
        listed: "2024-12-31",
        comments: 3,
        sources: ["hf-page"],
      },
      expect.objectContaining({ title: "Ladders of the north", abstract: "We climb.", listed: "2024-03-06" }),
    ]);
    expect(papers[1]).not.toHaveProperty("comments");
    expect(records.map(({ kind, ...rest }) => (kind === "paper" && "place" in rest ? rest.place.line : undefined))).toEqual([4, 17]);
  });

  it("is read with any blank lines, line endings, spaces and bullets", async () => {
    const plain = await read(hfPageSample);
    const forms = [
      hfPageSample.replaceAll("\n", "\r\n"),
      `\ufeff${hfPageSample.replaceAll(" ", "\u00a0")}`,
      hfPageSample.replace(/\n{2,}/g, "\n"),
      hfPageSample.replaceAll("\n", "\n\n"),
      hfPageSample.replaceAll("•", "*"),
      hfPageSample.replaceAll("•", "·"),
      hfPageSample.replaceAll("·", "•"),
      hfPageSample.replace(/authors\n·\n/, "authors · "),
      hfPageSample.replace("1 author", "1 authors"),
    ];
    for (const form of forms) {
      expect(hfPageFormat.recognize(form)).toBe(1);
      const { papers, refusals } = await read(form);
      expect(refusals).toEqual([]);
      const words = (abstract: string) => abstract.split(/\s+/);
      expect(papers.map((paper) => ({ ...paper, abstract: words(paper.abstract) }))).toEqual(
        plain.papers.map((paper) => ({ ...paper, abstract: words(paper.abstract) })),
      );
    }
  });

  it("gives a day without a year the latest year that is not in the future", async () => {
    expect(await listedOf("• 2 authors\n·\nMar 24")).toBe("2025-03-24");
    expect(await listedOf("• 2 authors\n·\nMar 25")).toBe("2024-03-25");
    expect(await listedOf("• 2 authors\n·\nDec 31")).toBe("2024-12-31");
    expect(await listedOf("• 2 authors\n·\nFeb 29")).toBe("2024-02-29");
    expect(await listedOf("• 2 authors\n·\nMar 25, 2025")).toBe("2025-03-25");
    expect(await listedOf("• 2 authors\n·\nSept 9 2023")).toBe("2023-09-09");
    const today = new Date().toISOString().slice(0, 10);
    const { papers } = await readText(hfPageFormat, block("• 2 authors\n·\nMar 6"));
    expect(papers[0]?.listed).toBe(`${Number(today.slice(0, 4)) - (today.slice(5) < "03-06" ? 1 : 0)}-03-06`);
  });

  it("is dated by its heading, regardless of when the file was saved", async () => {
    for (const heading of ["Daily Papers - Mar 5, 2023", "2023-03-05", "Sunday, March 5, 2023", `Papers\n\n5 March 2023`]) {
      const { papers } = await read(`${heading}\n\n${block("• 2 authors\n·\nMar 6")}${block("• 2 authors\n·\nMar 5", "Other kin")}`);
      expect(papers.map(({ title, listed }) => [title, listed])).toEqual([
        ["Kinds of kin", "2022-03-06"],
        ["Other kin", "2023-03-05"],
      ]);
    }
  });

  it("may have a number of comments, on its own line or not", async () => {
    for (const [foot, comments] of [
      ["• 2 authors\n·\nMar 6\n12", 12],
      ["• 2 authors\n·\nMar 6\n\n  12 comments", 12],
      ["• 2 authors\n·\nMar 6, 2025 · 1 comment", 1],
      ["• 2 authors\n·\nMar 6, 2025 7", 7],
      ["• 2 authors\n·\nMar 6\n·\n0", 0],
    ] as const)
      expect((await read(block(foot) + block("• 1 author\n·\nMar 1"))).papers.map((paper) => paper.comments)).toEqual([
        comments,
        undefined,
      ]);
  });

  it("may have any headings above its first title", async () => {
    const headings = lines(
      "Hugging Face",
      "Daily Papers",
      "by AK and the research community",
      "",
      "Your mail, every day",
      "",
      "Log in",
      "",
    );
    const { papers } = await read(`${headings}\nKinds of kin\n\nIn short: kettles.\n\n${prose}\n\n• 2 authors\n·\nMar 6\n`);
    expect(papers).toMatchObject([{ title: "Kinds of kin", abstract: `In short: kettles. ${prose}` }]);
    const withoutThem = await read(`Kinds of kin\n\nIn short: kettles.\n\n${prose}\n\n• 2 authors\n·\nMar 6\n`);
    expect(withoutThem.papers).toEqual(papers);
  });

  it("may consist of several pages in a row, and end in names of links", async () => {
    const page = hfPageSample;
    const { papers, refusals } = await read(`${page}\n${page}\nPrevious\nNext\n\nCompany\nTOS\nPrivacy\n`);
    expect(papers.map(({ title }) => title)).toEqual(["Kinds of kin", "Ladders of the north", "Kinds of kin", "Ladders of the north"]);
    expect(refusals).toEqual([]);
  });

  it("refuses single blocks with line and reason, and continues after them", async () => {
    const broken: readonly (readonly [string, string, string | undefined])[] = [
      ["Only a title\n• 2 authors\n·\nMar 6\n", "one line for title and abstract", "abstract"],
      ["• 2 authors\n·\nMar 6\n", "there is no title", "title"],
      [block("• 2 authors\n·\nFeb 30, 2025"), "“Feb 30, 2025” is not a date", "listed"],
      [block("• 2 authors\n·"), "“Behind it” stands where the day should be", undefined],
      [block("·\nMar 6"), "no number of authors before the day", undefined],
      [block(`• 2 authors\n·\nMar 6`, `T\n\n${`${prose}\n`.repeat(800)}`), "longer than 256 KiB", undefined],
    ];
    for (const [text, reason, field] of broken) {
      const { records, papers, refusals } = await read(
        `${block("• 1 author\n·\nMar 1", "Before it")}\n${text}\n${block("• 1 author\n·\nMar 1", "Behind it")}`,
      );
      expect(papers.map(({ title }) => title)).toEqual(["Before it", "Behind it"]);
      expect(records.map(({ kind }) => kind)).toEqual(["paper", "refused", "paper"]);
      expect(refusals).toMatchObject([{ place: { file: "invented.txt", line: 9 }, reason: expect.stringContaining(reason), field }]);
    }
  });

  it("reports the line at which it is cut off", async () => {
    const start = block("• 1 author\n·\nMar 1");
    const { papers, refusals } = await read(`${start}Ladders of the north\n\n${prose}\n`);
    expect(papers).toHaveLength(1);
    expect(refusals).toMatchObject([{ place: { line: 8 }, reason: "the input ends in the middle of the paper" }]);
    expect((await read(`${start}${block("• 2 authors\n·")}`)).refusals).toMatchObject([
      { place: { line: 8 }, reason: "the input ends where the day should be" },
    ]);
  });

  it("is recognised by the complete footer of a paper only", () => {
    for (const other of [
      "",
      "Kinds of kin\n\nWe count kettles.\n",
      "Kinds of kin\n\n• 2 authors\n\nWe met on Mar 24, 2025\n",
      "Kinds of kin\n·\nMar 24, 2025\n",
      '["\n2 authors\n·\nMar 24, 2025\n"]',
      "<p>\n2 authors\n·\nMar 24, 2025\n</p>",
    ])
      expect(hfPageFormat.recognize(other)).toBe(0);
  });
});
