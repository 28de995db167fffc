/** Items of Zotero's web API. */
import { describe, expect, it } from "vitest";
import { zoteroJsonFormat } from "../../../src/sources/zotero-json.ts";
import { zoteroJsonSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper, readText } from "./reading-text.ts";

const itemWith = (data: object, meta?: object) => ({
  key: "ABCD2345",
  version: 1,
  ...(meta === undefined ? {} : { meta }),
  data: { key: "ABCD2345", itemType: "journalArticle", title: "Kinds of kin", ...data },
});
const paperWith = (data: object, meta?: object) => paperFrom(zoteroJsonFormat, itemWith(data, meta));

describe("an item of Zotero", () => {
  it("becomes a paper, unless it is a note", async () => {
    expect(await onlyPaper(zoteroJsonFormat, zoteroJsonSample)).toEqual({
      ids: ["arXiv:2401.00001", "DOI:10.5555/kettle.1"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada" }, { name: "The Kettle Group" }],
      published: "2024-01-02",
      venue: "Journal of Kettles",
      categories: [],
      keywords: ["kettle", "to read"],
      url: "https://kettles.example.org/1",
      sources: ["zotero-json"],
    });
  });

  it("is skipped if it is attached to another one, and refused if it is a work without a title", async () => {
    const all = ["note", "attachment", "annotation", "book"].map((itemType) => itemWith({ itemType, title: "" }));
    const { papers, refusals } = await readText(zoteroJsonFormat, JSON.stringify(all));
    expect(papers).toEqual([]);
    expect(refusals).toMatchObject([{ field: "title", reason: "there is no title" }]);
  });

  it("may be its fields alone, and one per line", async () => {
    const fields = { key: "ABCD2345", version: 1, itemType: "preprint", title: "Kinds of kin" };
    expect(zoteroJsonFormat.recognize(JSON.stringify(fields))).toBe(1);
    const { papers } = await readText(zoteroJsonFormat, `${JSON.stringify(fields)}\n${JSON.stringify(itemWith({ title: "Other kin" }))}\n`);
    expect(papers.map(({ title }) => title)).toEqual(["Kinds of kin", "Other kin"]);
  });

  it("has ids in its fields, in Extra, in the archive id and in its address", async () => {
    const idsOf = async (data: object) => (await paperWith(data)).ids;
    expect(await idsOf({ extra: "PMID: 123\nPMCID: PMC77\nCitation Key: example2024" })).toEqual(["PMID:123", "PMCID:PMC77"]);
    expect(await idsOf({ extra: "DOI: 10.5555/KETTLE.1\n_eprint: arXiv:2401.00001" })).toEqual([
      "arXiv:2401.00001",
      "DOI:10.5555/kettle.1",
    ]);
    expect(await idsOf({ extra: "arXiv:2401.00001 [cs]" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ itemType: "preprint", archiveID: "arXiv:2401.00001" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ url: "http://arxiv.org/abs/2401.00001" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ DOI: "", extra: "doi: 10.5555/1" })).toEqual(["DOI:10.5555/1"]);
    expect(await idsOf({ extra: "I read 10.5555/other, by the way: arXiv:2401.00001" })).toEqual([expect.stringMatching(/^title:/)]);
  });

  it("may have authors with particles, commas or a single name, and has editors if there are none", async () => {
    const creators = [
      { creatorType: "author", firstName: "Bo", lastName: "van den Berg" },
      { creatorType: "presenter", firstName: "Cy, Jr.", lastName: "Kettle" },
      { creatorType: "author", name: "Institute of Kettles" },
      { creatorType: "author", firstName: "", lastName: "Aristotle" },
      { creatorType: "translator", firstName: "Trans", lastName: "Lator" },
    ];
    expect((await paperWith({ creators })).authors).toEqual([
      { name: "Bo van den Berg", family: "van den Berg", given: "Bo" },
      { name: "Cy Jr. Kettle", family: "Kettle", given: "Cy Jr." },
      { name: "Institute of Kettles" },
      { name: "Aristotle" },
    ]);
    const editors = [{ creatorType: "editor", firstName: "Ed", lastName: "Itor" }];
    expect((await paperWith({ creators: editors })).authors).toMatchObject([{ name: "Ed Itor" }]);
  });

  it("has the date that Zotero has parsed, or else the date as written", async () => {
    const publishedOf = async (date: string, parsedDate?: string) =>
      (await paperWith({ date }, parsedDate === undefined ? {} : { parsedDate })).published;
    expect(await publishedOf("05/03/2024", "2024-03-05")).toBe("2024-03-05");
    expect(await publishedOf("05/03/2024")).toBe("2024");
    expect(await publishedOf("2024-03-00 March 2024")).toBe("2024-03");
    expect(await publishedOf("März 2024", "2024-03")).toBe("2024-03");
    expect(await publishedOf("in press")).toBeUndefined();
  });

  it("has its venue in the field of its type", async () => {
    for (const [data, venue] of [
      [{ itemType: "conferencePaper", proceedingsTitle: "Proceedings", conferenceName: "Days" }, "Proceedings"],
      [{ itemType: "conferencePaper", proceedingsTitle: "", conferenceName: "Days" }, "Days"],
      [{ itemType: "bookSection", bookTitle: "Book" }, "Book"],
      [{ itemType: "preprint", repository: "arXiv" }, "arXiv"],
    ] as const)
      expect((await paperWith(data)).venue).toBe(venue);
  });

  it("has no markup in its title and abstract", async () => {
    const paper = await paperWith({
      title: "H<sub>2</sub>O &amp; <i>kin</i>",
      abstractNote: "<jats:title>Summary</jats:title><jats:p>We count.</jats:p>",
    });
    expect(paper).toMatchObject({ title: "H2O & kin", abstract: "We count." });
  });

  it("is refused with the name of the invalid field", async () => {
    expect(await refusalOf(zoteroJsonFormat, itemWith({ DOI: ["10.5555/1"] }))).toMatchObject({ field: "DOI" });
    expect(await refusalOf(zoteroJsonFormat, itemWith({ title: null }))).toMatchObject({ field: "title" });
  });

  it("is recognised by its data, but not if its fields are those of an export", () => {
    for (const record of [itemWith({}), { key: "A", version: 1, data: {} }])
      expect(zoteroJsonFormat.recognize(JSON.stringify([record]))).toBe(1);
    for (const record of [
      { itemType: "book", title: "T", itemID: 1, key: "A" },
      { itemType: "book", title: "T" },
      { data: { title: "T" } },
      {},
    ])
      expect(zoteroJsonFormat.recognize(JSON.stringify([record]))).toBe(0);
  });
});
