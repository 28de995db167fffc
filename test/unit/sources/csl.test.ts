/** CSL items in JSON and in YAML. */
import { describe, expect, it } from "vitest";
import { cslFormat } from "../../../src/sources/csl.ts";
import { cslJsonSample, cslYamlSample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { lines, onlyPaper, readText } from "./reading-text.ts";

const item = { id: "k", type: "article-journal", title: "Kinds of kin" };

describe("a CSL item", () => {
  it("that is nested very deeply is read or refused, depending on the stack, without affecting others", async () => {
    const deep = `${"[".repeat(9_900)}${"]".repeat(9_900)}`;
    const text = `[{"type": "article-journal", "title": "Deep", "issued": ${deep}},\n${JSON.stringify({ ...item, DOI: "10.5555/kin" })}]`;
    const { papers, refusals } = await readText(cslFormat, text);
    expect(papers.map(({ title }) => title)).toContain("Kinds of kin");
    expect(papers.length + refusals.length).toBe(2);
    for (const { reason } of refusals) expect(reason).toContain("cannot be read");
  });

  it("becomes a paper", async () => {
    expect(await onlyPaper(cslFormat, cslJsonSample)).toEqual({
      ids: ["arXiv:2401.00001", "DOI:10.5555/kettle.1", "PMID:123"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [
        { name: "Ada Example", family: "Example", given: "Ada" },
        { name: "Bo van den Berg Jr", family: "van den Berg", given: "Bo" },
        { name: "The Kettle Group" },
      ],
      published: "2024-01-02",
      venue: "Journal of Kettles",
      categories: [],
      keywords: ["kettle", "lantern"],
      url: "https://kettles.example.org/1",
      language: "en-GB",
      sources: ["csl"],
    });
  });

  it("has the same result in YAML", async () => {
    const fromYaml = await onlyPaper(cslFormat, cslYamlSample);
    expect(fromYaml).toEqual({
      ids: ["DOI:10.5555/kettle.1"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada" }, { name: "The Kettle Group" }],
      published: "2024-01-02",
      venue: "Journal of Kettles",
      categories: [],
      keywords: [],
      sources: ["csl"],
    });
  });

  it("without an id is named by title, first author and year, never by its own key", async () => {
    const [one, other, later] = await Promise.all([
      paperFrom(cslFormat, { ...item, id: "http://zotero.org/users/1/items/ABCD2345", issued: { "date-parts": [[2024]] } }),
      paperFrom(cslFormat, { ...item, id: 139, issued: { "date-parts": [[2024]] } }),
      paperFrom(cslFormat, { ...item, id: "2401.00001", issued: { "date-parts": [[2025]] } }),
    ]);
    expect(other.ids).toEqual([expect.stringMatching(/^title:/)]);
    expect(one.ids).toContain(other.ids[0]);
    expect(later.ids).not.toEqual(other.ids);
  });

  it("has its ids read from fields, notes and addresses", async () => {
    const idsOf = async (fields: object) => (await paperFrom(cslFormat, { ...item, ...fields })).ids;
    expect(await idsOf({ DOI: "https://doi.org/10.5555/KETTLE.1" })).toEqual(["DOI:10.5555/kettle.1"]);
    expect(await idsOf({ PMID: "123", PMCID: "PMC77" })).toEqual(["PMID:123", "PMCID:PMC77"]);
    expect(await idsOf({ note: "Read in May.\nPMCID: PMC77\nDOI: 10.5555/kettle.1\ntex.eprint: none" })).toEqual([
      "DOI:10.5555/kettle.1",
      "PMCID:PMC77",
    ]);
    expect(await idsOf({ note: "arXiv:2401.00001v2 [cs]" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ note: "arXiv: hep-th/9901001" })).toEqual(["arXiv:hep-th/9901001"]);
    expect(await idsOf({ type: "article", number: "arXiv:2401.00001", publisher: "arXiv" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ URL: "http://arxiv.org/abs/2401.00001v3" })).toEqual(["arXiv:2401.00001"]);
    expect(await idsOf({ number: "2401.00001" })).toEqual([expect.stringMatching(/^title:/)]);
  });

  it("may have authors with particles, suffixes, an ORCID or a single name", async () => {
    const author = [
      { family: "Beethoven", given: "Ludwig", "dropping-particle": "van" },
      { family: "Kettle", given: "Martin Luther", suffix: "III" },
      { family: "Fosse", given: "Jean", "non-dropping-particle": "de la", ORCID: "https://orcid.org/0000-0001-2345-678x" },
      { family: "Aristotle" },
      { literal: "Institute of Kettles, Lanterns and Ladders" },
      { given: "Plato" },
      {},
      null,
    ];
    expect((await paperFrom(cslFormat, { ...item, author })).authors).toEqual([
      { name: "Ludwig van Beethoven", family: "Beethoven", given: "Ludwig" },
      { name: "Martin Luther Kettle III", family: "Kettle", given: "Martin Luther" },
      { name: "Jean de la Fosse", family: "de la Fosse", given: "Jean", orcid: "0000-0001-2345-678X" },
      { name: "Aristotle", family: "Aristotle" },
      { name: "Institute of Kettles, Lanterns and Ladders" },
      { name: "Plato" },
    ]);
    const editor = [{ family: "Itor", given: "Ed" }];
    const film = { ...item, type: "motion_picture", director: [{ literal: "Kettle Films" }], editor, author: [] };
    expect((await paperFrom(cslFormat, film)).authors).toEqual([{ name: "Kettle Films" }]);
    expect((await paperFrom(cslFormat, { ...item, type: "book", editor })).authors).toMatchObject([{ name: "Ed Itor" }]);
  });

  it.each([
    [{ "date-parts": [[2024, 3, 5]] }, "2024-03-05"],
    [{ "date-parts": [["2024", "3"]] }, "2024-03"],
    [{ "date-parts": [[2024, 13]], season: 1 }, "2024"],
    [{ "date-parts": [[2024, 2, 30]] }, "2024-02"],
    [{ "date-parts": [[2019, 3, 5], [2020]] }, "2019-03-05"],
    [{ "date-parts": [[null]] }, undefined],
    [{ raw: "5 March 2024" }, "2024-03-05"],
    [{ literal: "Spring 2024" }, "2024"],
    ["2024-03-05", "2024-03-05"],
    ["2024-03/2025", "2024-03"],
    [{ literal: "in press" }, undefined],
  ])("issued %j is dated %s", async (issued, published) => {
    expect((await paperFrom(cslFormat, { ...item, issued })).published).toBe(published);
  });

  it("has an abstract without markup or heading", async () => {
    const abstract = "<jats:title>Abstract</jats:title><jats:p>We count H<jats:sub>2</jats:sub>O &amp; <i>kettles</i>.</jats:p>";
    const paper = await paperFrom(cslFormat, { ...item, title: "Kinds of <span class='nocase'>Kin</span>", abstract });
    expect(paper).toMatchObject({ title: "Kinds of Kin", abstract: "We count H2O & kettles." });
  });

  it("has its container, its event or the publisher of a preprint as its venue", async () => {
    const venueOf = async (fields: object) => (await paperFrom(cslFormat, { ...item, ...fields })).venue;
    expect(await venueOf({ "container-title": ["Things"], "event-title": "Event" })).toBe("Things");
    expect(await venueOf({ event: "Kettle Days" })).toBe("Kettle Days");
    expect(await venueOf({ type: "article", publisher: "arXiv" })).toBe("arXiv");
    expect(await venueOf({ type: "book", publisher: "Press" })).toBeUndefined();
  });

  it("is refused with the name of the invalid field", async () => {
    expect(await refusalOf(cslFormat, { ...item, title: "" })).toMatchObject({ field: "title" });
    expect(await refusalOf(cslFormat, { ...item, title: { en: "T" } })).toMatchObject({ field: "title" });
    expect(await refusalOf(cslFormat, [7])).toMatchObject({ reason: "the record is not a JSON object" });
  });
});

describe("CSL-YAML", () => {
  const entry = (id: string, ...rest: string[]) => [`- id: ${id}`, "  type: book", ...rest];

  it("keeps the spelling of numbers and dates", async () => {
    const paper = await onlyPaper(
      cslFormat,
      lines("references:", ...entry("1e5", "  title: 1984", "  DOI: 10.10", "  issued: 2024-03-05", "  PMID: 0123")),
    );
    expect(paper).toMatchObject({ title: "1984", published: "2024-03-05" });
    const second = await onlyPaper(
      cslFormat,
      lines("references:", ...entry("a", "  title: T", "  note: |", "    arXiv: 2401.10000", "    more")),
    );
    expect(second.ids).toEqual(["arXiv:2401.10000"]);
  });

  it("may have its list after other metadata, indented or not", async () => {
    for (const margin of ["", "  ", "    "]) {
      const text = lines(
        "---",
        "title: My thesis",
        "author:",
        "  - name: Ada",
        "# what I have read",
        "references:",
        ...[...entry("a", "  title: A"), "", ...entry("b", "  title: B")].map((line) => (line === "" ? "" : margin + line)),
        "nocite: |",
        "  @*",
        "...",
      );
      expect(cslFormat.recognize(text)).toBe(1);
      const { papers, refusals } = await readText(cslFormat, text);
      expect(papers.map(({ title }) => title)).toEqual(["A", "B"]);
      expect(refusals).toEqual([]);
    }
  });

  it("continues after a broken item, and reports the item's line", async () => {
    const text = lines(
      "references:",
      ...entry("a", "  title: A"),
      ...entry("b", "  title: [B", "  author: {"),
      ...entry("c", "  title: C"),
      "- just a text",
      ...entry("e", "  author: *nobody", "  title: E"),
      ...entry("f", "  title: F"),
    );
    const { records, papers, refusals } = await readText(cslFormat, text);
    expect(papers.map(({ title }) => title)).toEqual(["A", "C", "F"]);
    expect(refusals.map(({ place, reason }) => [place.line, reason.replace(/:.*/s, "")])).toEqual([
      [5, "not valid YAML"],
      [12, "not valid YAML"],
      [13, "not valid YAML"],
    ]);
    expect(records.map(({ kind }) => kind)).toEqual(["paper", "refused", "paper", "refused", "refused", "paper"]);
  });

  it("refuses single items that are too long, and a file without a list", async () => {
    const long = lines("references:", ...entry("a", `  abstract: ${"x".repeat(300_000)}`, "  title: A"), ...entry("b", "  title: B"));
    const { papers, refusals } = await readText(cslFormat, long);
    expect(papers.map(({ title }) => title)).toEqual(["B"]);
    expect(refusals).toMatchObject([{ place: { line: 2 }, reason: "the record is longer than 256 KiB" }]);
    expect((await readText(cslFormat, lines("title: T", "list:", "- a"))).refusals).toMatchObject([
      { reason: "there is no list of references" },
    ]);
    expect((await readText(cslFormat, "references: []\n")).records).toEqual([]);
  });
});

describe("CSL", () => {
  it("is recognised by names, dates and containers, unless another format has them", () => {
    const recognize = (record: object) => cslFormat.recognize(JSON.stringify([record]));
    for (const record of [
      { ...item, author: [{ family: "A" }] },
      { title: "T", issued: { raw: "2024" } },
      { title: "T", "container-title": "J" },
    ])
      expect(recognize(record)).toBe(1);
    expect(recognize(item)).toBe(0.7);
    for (const record of [
      { itemType: "book", title: "T", author: [{ family: "A" }] },
      { title: ["T"], author: [{ family: "A" }], DOI: "10.5555/1" },
      { title: "T" },
      { ...item, type: "journalArticle" },
    ])
      expect(recognize(record)).toBe(0);
    for (const text of ["", "references: none\n", "title: T\nlist:\n- a\n", "preferences:\n- a\n"])
      expect(cslFormat.recognize(text)).toBe(0);
  });
});
