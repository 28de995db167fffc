/** RSS and Atom listings. */
import { describe, expect, it } from "vitest";
import { feedIdOf } from "../../../src/core/feed-id.ts";
import { feedFormat } from "../../../src/sources/feed.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { arxivAtomListingSample, arxivListingSample, journalFeedSample, xmlSamples } from "./xml-samples.ts";

const rssOf = (item: string) => `<rss version="2.0"><channel><title>Kettle news</title><item>${item}</item></channel></rss>`;

it("a feed of another Paperkin identifies papers by their paper ids, if these are known everywhere", async () => {
  const idsFrom = async (id: string) =>
    (
      await paperFrom(
        feedFormat,
        rssOf(`<title>Kettles</title><guid isPermaLink="false">${feedIdOf(id)}</guid><link>http://a/papers/x</link>`),
      )
    ).ids;
  expect(await idsFrom("DOI:10.1000/a<b>;2-#")).toEqual(["DOI:10.1000/a<b>;2-#"]);
  expect(await idsFrom("arXiv:hep-th/9901001")).toEqual(["arXiv:hep-th/9901001"]);
  expect(await idsFrom("my:1")).toEqual(["tag:paperkin,2026:paper/my:1"]);
});

describe("a listing of arXiv", () => {
  it("yields the paper for every kind of announcement, with the day it was listed", async () => {
    expect(await paperFrom(feedFormat, arxivListingSample)).toEqual({
      ids: ["arXiv:2508.00001", "DOI:10.1234/lantern.1"],
      title: "Listening to <unk> lanterns",
      abstract: "We light <s> lanterns.",
      authors: [{ name: "André Example" }, { name: "Bo Other" }, { name: "Cy Third Jr." }],
      categories: ["cs.SD", "cs.CL"],
      keywords: [],
      sources: ["feed"],
      listed: "2025-08-20",
      venue: "Lantern Letters 2 (2025)",
      url: "https://arxiv.org/abs/2508.00001",
      pdfUrl: "https://arxiv.org/pdf/2508.00001",
      language: "en-US",
      version: 2,
    });
  });

  it("may be Atom", async () => {
    expect(await paperFrom(feedFormat, arxivAtomListingSample)).toMatchObject({
      ids: ["arXiv:2508.00002"],
      abstract: "As teapots improve, so do we.",
      authors: [{ name: "Chun Example" }],
      categories: ["cs.CL"],
      listed: "2025-08-21",
      version: 1,
    });
  });

  it("from earlier years has the id after the title", async () => {
    const paper = await paperFrom(
      feedFormat,
      rssOf(
        "<title>On lids. (arXiv:2101.00001v2 [cs.SD] UPDATED)</title><link>http://arxiv.org/abs/2101.00001</link><description>&lt;p&gt;Lids.&lt;/p&gt;</description>",
      ),
    );
    expect(paper).toMatchObject({ ids: ["arXiv:2101.00001"], title: "On lids", abstract: "Lids.", version: 2 });
  });
});

describe("a listing of a journal", () => {
  it("may be RDF, with abstracts in HTML", async () => {
    expect(await paperFrom(feedFormat, journalFeedSample)).toEqual({
      ids: ["DOI:10.5555/kettle.77"],
      title: "Copper & tin",
      abstract: "We alloy H2O with nothing.",
      authors: [
        { name: "Ada Example", family: "Example", given: "Ada" },
        { name: "Bo Other", family: "Other", given: "Bo" },
      ],
      categories: [],
      keywords: [],
      sources: ["feed"],
      published: "2025-07-09",
      listed: "2025-07-09",
      venue: "Annals of Kettles",
      url: "https://kettles.example.org/1?rss=1",
    });
  });

  it("identifies a paper by whatever ids its items have", async () => {
    const ids = async (item: string) => (await paperFrom(feedFormat, rssOf(`<title>A</title>${item}`))).ids;
    expect(await ids("<guid>tag:example.org,1</guid><link>https://example.org/1</link>")).toEqual(["tag:example.org,1"]);
    expect(await ids("<link>https://doi.org/10.5555/a</link>")).toEqual(["DOI:10.5555/a"]);
    expect(await ids("<link>https://example.org/1</link>")).toEqual(["https://example.org/1"]);
    expect(await ids("")).toEqual([expect.stringMatching(/^title:[0-9a-f]{20}$/)]);
  });

  it("uses the full content if there is no summary, and reads names in any form", async () => {
    const atom = (inner: string) =>
      `<feed xmlns="http://www.w3.org/2005/Atom"><updated>2025-01-02T00:00:00Z</updated><entry><title>A</title>${inner}</entry></feed>`;
    expect(
      await paperFrom(
        feedFormat,
        atom(
          '<link rel="self" href="https://x.example.org/"/><link href="https://example.org/2"/><author><name>Example, Ada</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content><published>2025-01-01</published>',
        ),
      ),
    ).toMatchObject({
      abstract: "One Two",
      authors: [{ name: "Ada Example" }],
      url: "https://example.org/2",
      published: "2025-01-01",
      listed: "2025-01-02",
    });
    const names = async (creator: string) =>
      (await paperFrom(feedFormat, rssOf(`<title>A</title>${creator}`))).authors.map(({ name }) => name);
    expect(await names("<creator>Ada Example, Bo Other</creator>")).toEqual(["Ada Example", "Bo Other"]);
    expect(await names("<creator>Example, Ada</creator>")).toEqual(["Ada Example"]);
    expect(await names("<author>a@example.org (Ada Example)</author>")).toEqual(["Ada Example"]);
  });

  it("refuses single items without a title", async () => {
    const [first, second] = await allOf(feedFormat.read(inputOf(rssOf("<link>https://example.org/1</link></item><item><title>B</title>"))));
    expect(first).toMatchObject({ kind: "refused", refusal: { field: "title", place: { line: 1, entry: "https://example.org/1" } } });
    expect(second).toMatchObject({ kind: "paper", place: { entry: "2" } });
  });
});

it("recognises feeds, but not those of arXiv's API, which have a format of their own", () => {
  for (const sample of xmlSamples.feed ?? []) expect(feedFormat.recognize(sample)).toBe(0.8);
  for (const [format, samples] of Object.entries(xmlSamples))
    if (format !== "feed") for (const sample of samples) expect(feedFormat.recognize(sample)).toBe(format === "arxiv-atom" ? 0.8 : 0);
  for (const other of ["", "[]", "<rss", "<html>", '<rdf:RDF xmlns:rdf="x">'])
    expect(feedFormat.recognize(other)).toBe(other === "<rss" ? 0.8 : 0);
});
