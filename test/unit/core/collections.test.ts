/** Which collections of a file a record is in, as each kind of file states it. */
import { describe, expect, it } from "vitest";
import { FileCollections } from "../../../src/core/collections.ts";
import type { Format } from "../../../src/core/source.ts";
import { betterBibtexJsonFormat } from "../../../src/sources/better-bibtex-json.ts";
import { bibtexFormat } from "../../../src/sources/bibtex.ts";
import { zoteroJsonFormat } from "../../../src/sources/zotero-json.ts";
import { zoteroRdfFormat } from "../../../src/sources/zotero-rdf.ts";
import { readText } from "../sources/reading-text.ts";

/** Paths by title. */
async function pathsIn(format: Format, text: string, pieceBytes?: number): Promise<Record<string, string[]>> {
  const { records, refusals } = await readText(format, text, pieceBytes);
  expect(refusals).toEqual([]);
  const collections = new FileCollections();
  for (const record of records) if (record.kind === "collection") collections.add(record);
  return Object.fromEntries(
    records.flatMap((record) => (record.kind === "paper" ? [[record.paper.title, collections.pathsOf(record).sort()]] : [])),
  );
}

const expected = { One: ["Thesis"], Two: ["Reading", "Thesis/Methods"], Three: [] };

describe("the collections of a record", () => {
  it("are read from Better BibTeX's JSON, before or after its items", async () => {
    const item = (itemID: number, title: string) => ({ itemType: "book", title, itemID, creators: [] });
    const items = [item(1, "One"), item(2, "Two"), item(3, "Three")];
    const collections = {
      AAAA: { key: "AAAA", name: "Thesis", items: [1], collections: ["BBBB"] },
      BBBB: { key: "BBBB", parent: "AAAA", name: "Methods", items: [2], collections: [] },
      CCCC: { key: "CCCC", name: "Reading", items: [2, "x", null], collections: [7] },
    };
    const head = { config: { label: "BetterBibTeX JSON" } };
    expect(await pathsIn(betterBibtexJsonFormat, JSON.stringify({ ...head, collections, items }))).toEqual(expected);
    expect(await pathsIn(betterBibtexJsonFormat, JSON.stringify({ ...head, items, collections }, undefined, 2), 7)).toEqual(expected);
    const nested = [
      { name: "Thesis", items: [1], collections: [{ name: "Methods", items: [2], collections: [] }] },
      { name: "Reading", items: [2] },
    ];
    expect(await pathsIn(betterBibtexJsonFormat, JSON.stringify({ ...head, collections: nested, items }))).toEqual(expected);
  });

  it("are read from Zotero's RDF, after the items", async () => {
    const item = (about: string, title: string) =>
      `<bib:Book rdf:about="${about}"><z:itemType>book</z:itemType><dc:title>${title}</dc:title></bib:Book>`;
    const collection = (about: string, title: string, ...parts: string[]) =>
      `<z:Collection rdf:about="${about}"><dc:title>${title}</dc:title>${parts.map((part) => `<dcterms:hasPart rdf:resource="${part}"/>`).join("")}</z:Collection>`;
    const text = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
      xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:dc="http://purl.org/dc/elements/1.1/">
      ${item("#item_1", "One")}${item("https://x.org/2", "Two")}${item("urn:isbn:3", "Three")}
      ${collection("#collection_1", "Thesis", "#collection_2", "#item_1")}${collection("#collection_2", "Methods", "https://x.org/2")}
      ${collection("#collection_3", "Reading", "https://x.org/2", "#item_9")}</rdf:RDF>`;
    expect(await pathsIn(zoteroRdfFormat, text)).toEqual(expected);
  });

  it("are read from JSON of Zotero's web API: by key, and by name if the file has the collections too", async () => {
    const item = (key: string, title: string, ...collections: string[]) => ({
      key,
      version: 1,
      data: { key, version: 1, itemType: "book", title, creators: [], collections },
    });
    const items = [item("I1", "One", "AAAA"), item("I2", "Two", "BBBB", "CCCC"), item("I3", "Three")];
    const collection = (key: string, name: string, parentCollection: string | false = false) => ({
      key,
      version: 1,
      data: { key, version: 1, name, parentCollection, relations: {} },
    });
    const collections = [collection("BBBB", "Methods", "AAAA"), collection("AAAA", "Thesis"), collection("CCCC", "Reading")];
    expect(await pathsIn(zoteroJsonFormat, JSON.stringify([...items, ...collections]))).toEqual(expected);
    expect(await pathsIn(zoteroJsonFormat, JSON.stringify(items))).toEqual({ One: ["AAAA"], Two: ["BBBB", "CCCC"], Three: [] });
  });

  it("are read from JabRef's groups", async () => {
    const text = "@book{a, title = {One}, groups = {Thesis}}\n@book{b, title = {Two}, groups = {Reading, Thesis}}\n";
    expect(await pathsIn(bibtexFormat, text)).toEqual({ One: ["Thesis"], Two: ["Reading", "Thesis"] });
  });

  it("are finite when collections contain each other", () => {
    const collections = new FileCollections();
    const place = { file: "x" };
    collections.add({ kind: "collection", key: "a", name: "A", parts: ["b", "x"], place });
    collections.add({ kind: "collection", key: "b", name: "B", parts: ["a"], place });
    expect(collections.pathsOf({ key: "x" })).toHaveLength(1);
    expect(collections.pathsOf({ key: "x" })[0]).toMatch(/\/B\/A$/);
  });
});
