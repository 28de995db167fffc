/** PubMed's tagged text. */
import { describe, expect, it } from "vitest";
import { nbibFormat } from "../../../src/sources/nbib.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const kettle = lines(
  "PMID- 00123",
  "OWN - NLM",
  "DP  - 2016 May 12",
  "TI  - Kettles that sing in",
  "      the morning.",
  "LID - 10.1234/kettle [doi]",
  "AB  - BACKGROUND: We listen.",
  "      AID - and go on.",
  "FAU - Lantern, Ada",
  "AU  - Lantern A",
  "AD  - Somewhere.",
  "FAU - Kettle, Bo",
  "AU  - Kettle B",
  "CN  - Lantern Group",
  "PT  - Journal Article",
  "PT  - Retracted Publication",
  "TA  - J Warm Th",
  "JT  - Journal of warm things",
  "OT  - song",
  "MH  - Kettles/*history/psychology",
  "PMC - PMC77",
  "AID - x-5 [pii]",
  "SO  - J Warm Th. 2016.",
);

describe("a record of PubMed's tagged text", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(nbibFormat, `\n${kettle}`)).toEqual({
      ids: ["DOI:10.1234/kettle", "PMID:123", "PMCID:PMC77"],
      title: "Kettles that sing in the morning.",
      abstract: "BACKGROUND: We listen. AID - and go on.",
      authors: [
        { name: "Ada Lantern", family: "Lantern", given: "Ada" },
        { name: "Bo Kettle", family: "Kettle", given: "Bo" },
        { name: "Lantern Group" },
      ],
      published: "2016-05-12",
      venue: "Journal of warm things",
      categories: [],
      keywords: ["song", "Kettles"],
      status: "retracted",
      sources: ["nbib"],
    });
  });

  it("ends at an empty line and at the next PMID; text without a tag is not a record", async () => {
    const text = lines(
      "PMID-1",
      "TI  - One",
      "TI  - more of it",
      "",
      "This is no record.",
      "",
      "PMCR- 5",
      "CTI - Book",
      "PMID- 2",
      "TI  -Two",
    );
    const { papers, refusals } = await readText(nbibFormat, text);
    expect(papers.map(({ ids: [id], title }) => [id, title])).toEqual([
      ["PMID:1", "One more of it"],
      [expect.stringMatching(/^title:/), "Book"],
      ["PMID:2", "Two"],
    ]);
    expect(refusals).toEqual([]);
  });

  it("is refused without a title", async () => {
    expect((await readText(nbibFormat, `${kettle}\nPMID-7\nPT  - Report\n`)).refusals).toMatchObject([
      { place: { line: 25 }, field: "title", excerpt: "PMID-7 PT - Report" },
    ]);
  });
});

describe("PubMed's tagged text", () => {
  it("is recognised by its first number", () => {
    expect(nbibFormat.recognize(kettle)).toBe(1);
    expect(nbibFormat.recognize("junk\r\nPMID-7\r\nTI  - a")).toBe(1);
    expect(nbibFormat.recognize("TY  - JOUR\nTI  - a\n")).toBe(0);
    expect(nbibFormat.recognize('{"pmid": 1}')).toBe(0);
  });
});
