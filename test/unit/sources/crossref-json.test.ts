/** Works of Crossref's REST API. */
import { describe, expect, it } from "vitest";
import { crossrefJsonFormat } from "../../../src/sources/crossref-json.ts";
import { crossrefJsonSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper, readText } from "./reading-text.ts";

const answer = JSON.parse(crossrefJsonSample);
const [work] = answer.message.items;
const paperWith = (fields: object) => paperFrom(crossrefJsonFormat, { ...work, ...fields });

describe("a work of Crossref", () => {
  it("becomes a paper", async () => {
    expect(await onlyPaper(crossrefJsonFormat, crossrefJsonSample)).toEqual({
      ids: ["DOI:10.5555/kettle.1"],
      title: "Kinds of kin: a census",
      abstract: "We count kettles.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada", orcid: "0000-0001-2345-6789" }, { name: "The Kettle Group" }],
      published: "2024-03",
      venue: "Journal of Kettles",
      categories: ["Metallurgy"],
      keywords: [],
      url: "https://doi.org/10.5555/kettle.1",
      pdfUrl: "https://kettles.example.org/1.pdf",
      language: "en",
      citations: 7,
      sources: ["crossref-json"],
    });
  });

  it("is read alone, in a list, in an answer, in a data file, or one per line", async () => {
    for (const text of [
      JSON.stringify(work),
      JSON.stringify([work]),
      JSON.stringify({ status: "ok", "message-type": "work", "message-version": "1.0.0", message: work }),
      JSON.stringify({ items: [work] }, undefined, 1),
      `${JSON.stringify(work)}\n`,
    ]) {
      expect(crossrefJsonFormat.recognize(text)).toBe(1);
      expect((await onlyPaper(crossrefJsonFormat, text)).ids).toEqual(["DOI:10.5555/kettle.1"]);
    }
  });

  it("includes its subtitle once", async () => {
    expect((await paperWith({ title: ["Kinds of kin: A Census"] })).title).toBe("Kinds of kin: A Census");
    expect((await paperWith({ title: ["Kinds of kin:"] })).title).toBe("Kinds of kin: a census");
    expect((await paperWith({ subtitle: [] })).title).toBe("Kinds of kin");
  });

  it("has authors with suffixes; a book has its editors", async () => {
    const author = [{ given: "Bo", family: "van den Berg", suffix: "Jr." }, { family: "Aristotle" }];
    expect((await paperWith({ author })).authors).toEqual([
      { name: "Bo van den Berg Jr.", family: "van den Berg", given: "Bo" },
      { name: "Aristotle", family: "Aristotle" },
    ]);
    expect((await paperWith({ author: undefined, editor: [{ given: "Ed", family: "Itor" }] })).authors).toMatchObject([
      { name: "Ed Itor" },
    ]);
  });

  it("is dated by the first of its known dates, as precise as that is", async () => {
    expect(
      (await paperWith({ issued: { "date-parts": [[null]] }, "published-online": { "date-parts": [[2023, 12, 31]] } })).published,
    ).toBe("2023-12-31");
    expect((await paperWith({ issued: { "date-parts": [[2024]] } })).published).toBe("2024");
    expect((await paperWith({ issued: undefined, created: { "date-parts": [[2022, 1, 1]] } })).published).toBe("2022-01-01");
    expect((await paperWith({ issued: undefined })).published).toBeUndefined();
  });

  it("is retracted or withdrawn if it says so of itself; a notice is not", async () => {
    expect((await paperWith({ "updated-by": [{ type: "retraction", DOI: "10.5555/notice" }] })).status).toBe("retracted");
    expect((await paperWith({ relation: { "is-retracted-by": [{ id: "10.5555/notice" }] } })).status).toBe("retracted");
    expect((await paperWith({ "update-to": [{ type: "Retraction", DOI: "10.5555/kettle.1" }] })).status).toBe("retracted");
    expect((await paperWith({ "updated-by": [{ type: "withdrawal" }] })).status).toBe("withdrawn");
    expect((await paperWith({ "update-to": [{ type: "retraction", DOI: "10.5555/other" }] })).status).toBeUndefined();
    expect((await paperWith({ "updated-by": [{ type: "correction" }] })).status).toBeUndefined();
  });

  it("has an abstract without markup, with formulas as text", async () => {
    const abstract =
      "<jats:sec><jats:title>Summary</jats:title><jats:p>We count CO<jats:sub>2</jats:sub> &lt; 5.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title><jats:p>Many.</jats:p></jats:sec>";
    const paper = await paperWith({ abstract });
    expect(paper.abstract).not.toMatch(/jats|^Summary/);
    expect(paper.abstract).toMatch(/^We count CO2 < 5\..*Results.*Many\.$/);
  });

  it("has an event or an institution as its venue if it has no container", async () => {
    expect((await paperWith({ "container-title": [], event: { name: "Kettle Days" } })).venue).toBe("Kettle Days");
    expect((await paperWith({ "container-title": undefined, institution: [{ name: "bioRxiv" }] })).venue).toBe("bioRxiv");
  });

  it("is refused alone with the name of the invalid field", async () => {
    const { papers, refusals } = await readText(
      crossrefJsonFormat,
      JSON.stringify({
        ...answer,
        message: { items: [{ ...work, title: [] }, work, { ...work, DOI: "" }, { ...work, "is-referenced-by-count": "7" }] },
      }),
    );
    expect(papers).toHaveLength(1);
    expect(refusals.map(({ field }) => field)).toEqual(["title", "id", "is-referenced-by-count"]);
    expect(await refusalOf(crossrefJsonFormat, { ...work, title: [["T"]] })).toMatchObject({ field: "title" });
  });

  it("is not read from an answer without works", async () => {
    const empty = JSON.stringify({ ...answer, message: { "total-results": 0, items: [] } });
    expect(crossrefJsonFormat.recognize(empty)).toBe(1);
    expect((await readText(crossrefJsonFormat, empty)).records).toEqual([]);
  });

  it("is not taken for CSL, nor CSL for it", () => {
    for (const other of ['[{"DOI":"10.5555/1","title":"T","indexed":{}}]', '[{"title":["T"]}]', "", "{}"])
      expect(crossrefJsonFormat.recognize(other)).toBe(0);
  });
});
