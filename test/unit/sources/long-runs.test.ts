/** A run of one sign that never ends: reading it takes as long as it is, and not the square of that, which would be minutes here. */
import { expect, it } from "vitest";
import type { Format } from "../../../src/core/source.ts";
import { bibtexFormat } from "../../../src/sources/bibtex.ts";
import { crossrefJsonFormat } from "../../../src/sources/crossref-json.ts";
import { feedFormat } from "../../../src/sources/feed.ts";
import { pubmedXmlFormat } from "../../../src/sources/pubmed-xml.ts";
import { peopleIn } from "../../../src/sources/xml-people.ts";
import { allOf, inputOf } from "./reading.ts";

const long = 400_000;
const patienceMs = 30_000;
const item = (creator: string) =>
  `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title><item><title>T</title><link>https://example.org/1</link><description>An abstract.</description><dc:creator>${creator}</dc:creator></item></channel></rss>`;
const labelled = (label: string) =>
  `<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>T</ArticleTitle><Abstract><AbstractText Label="${label}">x</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>`;
const cases: readonly (readonly [string, Format, string])[] = [
  ["a creator of a feed", feedFormat, item("@".repeat(long))],
  ["a label of an abstract", pubmedXmlFormat, labelled(`a${" ".repeat(long)}b`)],
  [
    "the heading of an abstract",
    crossrefJsonFormat,
    JSON.stringify({ DOI: "10.1234/a", title: ["T"], abstract: `<jats:title>Abstract${" ".repeat(long)}x` }),
  ],
  ["the type of an entry", bibtexFormat, `@article${" ".repeat(long)}x\n@misc{key, title = {T}}\n`],
  ["a line after a broken record", crossrefJsonFormat, `[\n{"DOI": broken,\n]${" ".repeat(long)}x\n{"DOI": "10.1234/a", "title": ["T"]}]`],
  ["a title with a subtitle", crossrefJsonFormat, JSON.stringify({ DOI: "10.1234/a", title: [`a${" ".repeat(long)}b`], subtitle: ["c"] })],
];

it.each(cases)(
  "%s is read in time linear in its length",
  async (_, format, text) => {
    expect(await allOf(format.read(inputOf(text)))).not.toEqual([]);
  },
  patienceMs,
);

it("names are split in time linear in their length, even with very many spaces", () => {
  expect(peopleIn(`A. Example \n and  B. Other & C. Third${" ".repeat(long)}x`)).toEqual([
    { name: "A. Example" },
    { name: "B. Other" },
    { name: "C. Third x" },
  ]);
}, 30_000);
