/** DOIs of DataCite's REST API. */
import { describe, expect, it } from "vitest";
import { dataciteJsonFormat } from "../../../src/sources/datacite-json.ts";
import { dataciteJsonSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper, readText } from "./reading-text.ts";

const [doi] = JSON.parse(dataciteJsonSample).data;
const paperWith = (attributes: object) => paperFrom(dataciteJsonFormat, { ...doi, attributes: { ...doi.attributes, ...attributes } });

describe("a DOI of DataCite", () => {
  it("becomes a paper, with arXiv's own number if it is arXiv's", async () => {
    expect(await onlyPaper(dataciteJsonFormat, dataciteJsonSample)).toEqual({
      ids: ["arXiv:2401.00001"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [
        { name: "Ada Example", family: "Example", given: "Ada", orcid: "0000-0001-2345-6789" },
        { name: "Institute of Kettles, Lanterns and Ladders" },
      ],
      published: "2024-01-02",
      updated: "2024-01-05",
      venue: "arXiv",
      categories: [],
      keywords: ["Kettles"],
      url: "https://arxiv.org/abs/2401.00001",
      citations: 4,
      sources: ["datacite-json"],
    });
  });

  it("is read alone, in a list, as attributes, or one per line", async () => {
    for (const text of [
      JSON.stringify({ data: doi }),
      JSON.stringify(doi),
      JSON.stringify([doi]),
      JSON.stringify(doi.attributes),
      `${JSON.stringify(doi)}\n`,
    ]) {
      expect(dataciteJsonFormat.recognize(text)).toBe(1);
      expect((await onlyPaper(dataciteJsonFormat, text)).ids).toEqual(["arXiv:2401.00001"]);
    }
  });

  it("may have creators in any form of the schema", async () => {
    const creators = [
      { name: "van den Berg, Bo", nameType: "Personal" },
      { name: "Kettle, Cy, Jr." },
      { name: "Aristotle" },
      { name: "Kettle Works, Ltd.", nameType: "Organizational" },
      { familyName: "Alone" },
      { name: "Orcid, An", nameIdentifiers: [{ nameIdentifier: "none" }, { nameIdentifier: "0000-0001-2345-678X" }] },
      {},
    ];
    expect((await paperWith({ creators })).authors).toEqual([
      { name: "Bo van den Berg", family: "van den Berg", given: "Bo" },
      { name: "Cy Kettle Jr.", family: "Kettle", given: "Cy" },
      { name: "Aristotle" },
      { name: "Kettle Works, Ltd." },
      { name: "Alone" },
      { name: "An Orcid", family: "Orcid", given: "An", orcid: "0000-0001-2345-678X" },
    ]);
  });

  it("is dated by the best of its dates, or a more precise one in the same year", async () => {
    const publishedOf = async (dates: object[], publicationYear: unknown = 2024) => (await paperWith({ dates, publicationYear })).published;
    expect(
      await publishedOf([
        { date: "2024", dateType: "Issued" },
        { date: "2024-03-05", dateType: "Available" },
      ]),
    ).toBe("2024-03-05");
    expect(
      await publishedOf([
        { date: "2024", dateType: "Issued" },
        { date: "2023-03-05", dateType: "Created" },
      ]),
    ).toBe("2024");
    expect(await publishedOf([{ date: "2024-03-05/2024-04-01", dateType: "Available" }])).toBe("2024-03-05");
    expect(await publishedOf([{ date: "2019-01-01", dateType: "Collected" }])).toBe("2024");
    expect(await publishedOf([], "2021")).toBe("2021");
    expect(await publishedOf([], null)).toBeUndefined();
  });

  it("has the title that is not a translation, and the description that is an abstract", async () => {
    expect((await paperWith({ titles: [{ title: "Nur dies", titleType: "TranslatedTitle" }] })).title).toBe("Nur dies");
    expect(
      (
        await paperWith({
          titles: [
            { title: "A", titleType: "Subtitle" },
            { title: "B", titleType: null },
          ],
        })
      ).title,
    ).toBe("B");
    expect((await paperWith({ descriptions: [{ description: "Pages", descriptionType: "Other" }] })).abstract).toBe("");
    const markup = { description: "<p>We count H<sub>2</sub>O &amp; more.</p>", descriptionType: "Abstract" };
    expect((await paperWith({ descriptions: [markup] })).abstract).toBe("We count H2O & more.");
  });

  it("has its container as its venue, or else its publisher in either form", async () => {
    expect((await paperWith({ container: { title: "Things" } })).venue).toBe("Things");
    expect((await paperWith({ publisher: "Zenodo" })).venue).toBe("Zenodo");
  });

  it("is refused with the name of the invalid field", async () => {
    const wrong = (attributes: object) => refusalOf(dataciteJsonFormat, { ...doi, attributes: { ...doi.attributes, ...attributes } });
    expect(await wrong({ titles: [] })).toMatchObject({ field: "title" });
    expect(await wrong({ language: 5, publicationYear: true })).toMatchObject({ field: "publicationYear" });
    expect(await refusalOf(dataciteJsonFormat, { type: "dois", attributes: { titles: [{ title: "T" }] } })).toMatchObject({ field: "id" });
  });

  it("yields nothing from an empty list, and is recognised by its distinctive fields", async () => {
    expect((await readText(dataciteJsonFormat, '{"data":[],"meta":{"total":0}}')).papers).toEqual([]);
    for (const other of ["", '{"data":[{"type":"works","attributes":{}}]}', '{"titles":["T"]}'])
      expect(dataciteJsonFormat.recognize(other)).toBe(0);
  });
});
