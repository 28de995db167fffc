/** RDF that Zotero exports. */
import { describe, expect, it } from "vitest";
import { zoteroRdfFormat } from "../../../src/sources/zotero-rdf.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { bibliontologySample, xmlSamples, zoteroSample } from "./xml-samples.ts";

const head = zoteroSample.slice(0, zoteroSample.indexOf("<bib:Article"));
const rdfOf = (inner: string) => `${head}${inner}</rdf:RDF>`;
const item = (title: string, inner: string) =>
  `<bib:Article rdf:about="#${title}"><z:itemType>journalArticle</z:itemType><dc:title>${title}</dc:title>${inner}</bib:Article>`;
const journal = (name: string, doi: string) =>
  `<bib:Journal rdf:about="${name}"><dc:title>${name}</dc:title><dc:identifier>DOI ${doi}</dc:identifier></bib:Journal>`;

describe("an export of Zotero", () => {
  it("yields items with their journals, and collections, but no attachments or notes", async () => {
    const [first, second, collection, ...others] = await allOf(zoteroRdfFormat.read(inputOf(zoteroSample)));
    expect(others).toEqual([]);
    expect(collection).toMatchObject({ kind: "collection", key: "#collection_1", name: "Mine" });
    expect(first).toEqual({
      kind: "paper",
      key: "https://kettles.example.org/z1",
      place: { file: "invented.jsonl", line: 10, entry: "https://kettles.example.org/z1" },
      paper: {
        ids: ["DOI:10.5555/z.1", "arXiv:2401.00077", "PMID:777"],
        title: "Kettles, zoted",
        abstract: "We zote.",
        authors: [{ name: "Ada Example", family: "Example", given: "Ada" }],
        categories: [],
        keywords: ["steam", "sound"],
        sources: ["zotero"],
        published: "2025-06-18",
        venue: "Journal of Kettles",
        url: "https://kettles.example.org/z1",
        language: "en",
      },
    });
    expect(second).toMatchObject({ paper: { ids: ["arXiv:2401.00078"], title: "A preprint", published: "2024-01-03", venue: "arXiv" } });
  });

  it("has the editors of a collection without authors in their place", async () => {
    const people = (list: string, surname: string) =>
      `<bib:${list}><rdf:Seq><rdf:li><foaf:Person><foaf:surname>${surname}</foaf:surname><foaf:givenName>Ed</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:${list}>`;
    const editorsOf = async (inner: string) =>
      (await paperFrom(zoteroRdfFormat, rdfOf(item("Kin", inner)))).authors.map(({ name }) => name);
    expect(await editorsOf(people("editors", "Itor"))).toEqual(["Ed Itor"]);
    expect(await editorsOf(people("editors", "Itor") + people("authors", "Author"))).toEqual(["Ed Author"]);
  });

  it("may be in Bibliontology, where people come after their papers", async () => {
    expect(await paperFrom(zoteroRdfFormat, bibliontologySample)).toEqual({
      ids: ["DOI:10.5555/b.1"],
      title: "Kettles, by ontology",
      abstract: "We are related.",
      authors: [
        { name: "Ada Example", family: "Example", given: "Ada" },
        { name: "Bo Other", family: "Other", given: "Bo" },
      ],
      categories: [],
      keywords: [],
      sources: ["zotero"],
      published: "2017-07-26",
      venue: "Journal of Ontologies",
      url: "https://kettles.example.org/b1",
    });
  });

  it("gives a journal's DOI only to the first of its articles, and not at all if it has two", async () => {
    const part = (name: string) => `<dcterms:isPartOf rdf:resource="${name}"/>`;
    const records = await allOf(
      zoteroRdfFormat.read(
        inputOf(
          rdfOf(
            item("A", part("j")) +
              item("B", part("j")) +
              item("C", part("nowhere")) +
              journal("j", "10.5555/j.1") +
              item("D", part("j")) +
              item(
                "E",
                `<dcterms:isPartOf><bib:Book><dc:title>Book</dc:title><dc:identifier>DOI 10.5555/e</dc:identifier></bib:Book></dcterms:isPartOf>`,
              ) +
              item("F", `<dcterms:isPartOf>${journal("k", "10.5555/k DOI 10.5555/l")}</dcterms:isPartOf>`),
          ),
        ),
      ),
    );
    const seen = records.map((record) =>
      record.kind === "paper" ? [record.paper.title, record.paper.ids[0]?.replace(/^title:.*/, "-"), record.paper.venue] : [],
    );
    expect(seen).toEqual([
      ["A", "DOI:10.5555/j.1", "j"],
      ["B", "-", "j"],
      ["D", "-", "j"],
      ["E", "DOI:10.5555/e", "Book"],
      ["F", "-", "k"],
      ["C", "-", undefined],
    ]);
  });

  it("distinguishes items without a type from what they are part of", async () => {
    const records = await allOf(
      zoteroRdfFormat.read(
        inputOf(
          rdfOf(
            `<bib:Book rdf:about="urn:isbn:1"><dc:title>Around chapters</dc:title></bib:Book><bib:Book><dc:title>Old export</dc:title></bib:Book><rdf:Description rdf:about="#1"><dc:title>Something</dc:title></rdf:Description><rdf:Description rdf:about="#2"/><bib:Thesis/><foaf:Organization rdf:about="#3"><foaf:name>O</foaf:name></foaf:Organization>`,
          ),
        ),
      ),
    );
    expect(
      records.map((record) => (record.kind === "refused" ? record.refusal.reason : record.kind === "paper" ? record.paper.title : "")),
    ).toEqual(["Old export", "Something", "there is no title"]);
  });

  it("yields readable items next to broken ones", async () => {
    const records = await allOf(
      zoteroRdfFormat.read(
        inputOf(
          rdfOf(`${item("A", '<dcterms:isPartOf rdf:resource="j"/>')}<bib:Article><dc:title>x</bib:Article>${journal("j", "10.5555/j.1")}`),
        ),
      ),
    );
    expect(records).toMatchObject([
      { kind: "refused", refusal: { place: { entry: "1" }, reason: expect.stringContaining("not well-formed") } },
      { kind: "paper", paper: { title: "A", venue: "j" } },
    ]);
  });

  it("holds items back for their journals only up to a limit", async () => {
    const long = `<dcterms:isPartOf rdf:resource="late"/><dcterms:abstract>${"x".repeat(60_000)}</dcterms:abstract>`;
    const records = await allOf(
      zoteroRdfFormat.read(
        inputOf(rdfOf(Array.from({ length: 100 }, (_, number) => item(`T${number}`, long)).join("") + journal("late", "10.5555/late"))),
      ),
    );
    const venues = records.map((record) => (record.kind === "paper" ? record.paper.venue : "refused"));
    expect(venues).toHaveLength(100);
    expect(new Set(venues)).toEqual(new Set([undefined, "late"]));
  });

  it("is recognised, unlike other RDF", () => {
    expect(zoteroRdfFormat.recognize(zoteroSample)).toBe(1);
    expect(zoteroRdfFormat.recognize(bibliontologySample)).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "zotero-rdf") for (const sample of samples) expect(zoteroRdfFormat.recognize(sample)).toBe(0);
    for (const other of ["", "<RDF/>", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'])
      expect(zoteroRdfFormat.recognize(other)).toBe(0);
  });
});
