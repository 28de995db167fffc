/** Articles in JATS. */
import { describe, expect, it } from "vitest";
import { jatsFormat } from "../../../src/sources/jats.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";
import { jatsSample, xmlSamples } from "./xml-samples.ts";

const articleOf = (meta: string, attributes = "") => `<article ${attributes}><front><article-meta>${meta}</article-meta></front></article>`;
const title = "<title-group><article-title>T</article-title></title-group>";

describe("an article", () => {
  it("yields its front matter", async () => {
    expect(await paperFrom(jatsFormat, jatsSample)).toEqual({
      ids: ["PMID:4321", "DOI:10.5555/jk.1", "PMCID:PMC99"],
      title: "Singing kettles: A study",
      abstract: "Background: Kettles with $\\alpha _1$ sing. Results: We saw x^2.",
      authors: [{ name: "Ada Example", family: "Example", given: "Ada", orcid: "0000-0002-0000-0002" }, { name: "Kettle Consortium" }],
      categories: ["Acoustics"],
      keywords: ["steam", "sound"],
      sources: ["jats"],
      published: "2024-02-09",
      venue: "Journal of Kettles",
      language: "en",
    });
  });

  it("may be in a set, and in an older version of the format", async () => {
    const set = `<pmc-articleset><article><front><journal-meta><journal-title>J</journal-title></journal-meta><article-meta>${title}<pub-date><year>2001</year></pub-date></article-meta></front></article>${articleOf("")}</pmc-articleset>`;
    const [first, second, ...others] = await allOf(jatsFormat.read(inputOf(set)));
    expect(others).toEqual([]);
    expect(first).toMatchObject({ paper: { venue: "J", published: "2001", ids: [expect.stringMatching(/^title:/)] } });
    expect(second).toMatchObject({ kind: "refused", refusal: { field: "title" } });
  });

  it("has another abstract only if there is none for its readers", async () => {
    const abstractOf = async (meta: string) => (await paperFrom(jatsFormat, articleOf(title + meta))).abstract;
    expect(await abstractOf('<abstract abstract-type="graphical"><p>G</p></abstract><abstract><p>A</p></abstract>')).toBe("A");
    expect(await abstractOf('<abstract abstract-type="teaser"><p>T</p></abstract><abstract/>')).toBe("T");
    expect(await abstractOf('<abstract abstract-type="toc"><p>T</p></abstract><trans-abstract><p>U</p></trans-abstract>')).toBe("");
  });

  it("may name its authors in any form", async () => {
    const authorsOf = async (contributors: string) =>
      (await paperFrom(jatsFormat, articleOf(`${title}<contrib-group>${contributors}</contrib-group>`))).authors.map(({ name }) => name);
    expect(
      await authorsOf(
        '<contrib contrib-type="author"><name-alternatives><name name-style="eastern"><surname>李</surname></name><name name-style="western"><surname>Li</surname><given-names>Na</given-names></name></name-alternatives></contrib><contrib><string-name>Bo <surname>Other</surname></string-name></contrib><contrib contrib-type="reviewer"><name><surname>R</surname></name></contrib>',
      ),
    ).toEqual(["Na Li", "Bo Other"]);
    expect(await authorsOf("<contrib><anonymous/></contrib>")).toEqual([]);
  });

  it("shows that it was retracted, and where its PDF is", async () => {
    const statusOf = async (meta: string, attributes = "") => (await paperFrom(jatsFormat, articleOf(title + meta, attributes))).status;
    expect(await statusOf('<related-article related-article-type="retraction-forward"/>')).toBe("retracted");
    expect(await statusOf("", 'article-type="retracted-article"')).toBe("retracted");
    expect(await statusOf('<related-article related-article-type="retracted-article"/>', 'article-type="retraction"')).toBeUndefined();
    const links = '<self-uri content-type="pdf" xlink:href="https://example.org/a.pdf"/><self-uri xlink:href="https://example.org/a"/>';
    expect(await paperFrom(jatsFormat, articleOf(title + links))).toMatchObject({ pdfUrl: "https://example.org/a.pdf" });
  });

  it("may be dated by an attribute or in words", async () => {
    const dateOf = async (date: string) => (await paperFrom(jatsFormat, articleOf(title + date))).published;
    expect(await dateOf('<pub-date iso-8601-date="2020-02-03"/>')).toBe("2020-02-03");
    expect(await dateOf("<pub-date><string-date>May 2019</string-date></pub-date>")).toBe("2019-05");
  });

  it("is refused if its text is cut off", async () => {
    const cut = jatsSample.slice(0, jatsSample.indexOf("other title"));
    expect(await refusalOf(jatsFormat, cut)).toMatchObject({ reason: "the input ends before </article>", place: { line: 3 } });
  });

  it("is recognised, unlike an article element of a web page", () => {
    expect(jatsFormat.recognize(jatsSample)).toBe(1);
    expect(jatsFormat.recognize("<pmc-articleset>")).toBe(1);
    expect(jatsFormat.recognize(articleOf(title))).toBe(1);
    expect(jatsFormat.recognize("<article><front>")).toBe(0.7);
    expect(jatsFormat.recognize('<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/">')).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "jats") for (const sample of samples) expect(jatsFormat.recognize(sample)).toBe(0);
    for (const other of [
      "",
      "<article><h1>News</h1></article>",
      "<html><article>",
      '<article xmlns="http://docbook.org/ns/docbook"><info/>',
    ])
      expect(jatsFormat.recognize(other)).toBe(0);
  });
});
