/** Feeds as documents: well-formed, with everything that their specifications require, and readable by others. */
import { spawnSync } from "node:child_process";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { feedIdOf, paperIdOfFeedId } from "../../../src/core/feed-id.ts";
import type { NewPaper, Paper } from "../../../src/core/paper.ts";
import { type FeedContent, type FeedFormat, feedOf } from "../../../src/http/feed.ts";
import { feedFormat } from "../../../src/sources/feed.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { allOf, inputOf } from "../sources/reading.ts";

const papers: readonly Paper[] = [
  paper(1, {
    title: "Kettles & $O(n^2)$ lanterns",
    abstract: 'We show $a < b$ & more; it costs 5 % <unk> ]]> as "they" say.',
    authors: [{ name: "Ada Kettle" }, { name: "Bo Lantern" }, { name: "Cy Third" }],
    listed: "2025-03-24",
    published: "2025-03-20",
    updated: "2025-04-01",
    categories: ["cs.AA", "cs.BB"],
    votes: 3,
    codeUrl: "https://example.org/code?a=1&b=2",
  }),
  paper(2, { published: "2025-03", authors: [], abstract: "", status: "withdrawn", codeUrl: "javascript:alert(1)" }),
  paper(3, {
    title: "A \u0001title \ud800 ]]> with <script>alert(1)</script>",
    published: "2025-03-01",
    categories: ['a<b>&"c'],
    authors: [{ name: "A < B & Co" }],
  }),
  paper(4, { published: undefined }),
];

function paper(number: number, changes: { [Name in keyof NewPaper]?: NewPaper[Name] | undefined }): Paper {
  return JSON.parse(JSON.stringify({ paperId: `X:${number}`, ...inventPaper(number), ...changes }));
}

const content: FeedContent = {
  title: "Kettles & <lanterns>",
  description: "All about a & b < c",
  selfUrl: "http://localhost:7460/feeds/search.atom?q=a&category=cs.AA",
  htmlUrl: "http://localhost:7460/?q=a&category=cs.AA",
  items: papers.map((one) => ({ paper: one, url: `http://localhost:7460/papers/${one.paperId}` })),
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Throws if the text is not well-formed. */
function parse(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const path = [root];
  const add = (text: string) => {
    const open = path.at(-1);
    if (open !== undefined) open.text += text;
  };
  const parser = new SaxesParser({ xmlns: false });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [], text: "" };
    path.at(-1)?.children.push(element);
    path.push(element);
  });
  parser.on("closetag", () => path.pop());
  parser.on("text", add);
  parser.on("cdata", add);
  parser.write(xml).close();
  const [document] = root.children;
  if (document === undefined) throw new TypeError("there is no root");
  return document;
}

const all = (element: Element | undefined, name: string) => element?.children.filter((child) => child.name === name) ?? [];
const textIn = (element: Element | undefined, name: string) => all(element, name)[0]?.text;

describe("an Atom feed", () => {
  const feed = parse(feedOf(content, "atom"));
  const entries = all(feed, "entry");

  it("has what RFC 4287 requires of a feed", () => {
    expect(feed.attributes.xmlns).toBe("http://www.w3.org/2005/Atom");
    expect(textIn(feed, "id")).toBe(content.htmlUrl);
    expect(textIn(feed, "title")).toBe(content.title);
    expect(textIn(feed, "subtitle")).toBe(content.description);
    expect(textIn(feed, "updated")).toBe("2025-04-01T00:00:00.000Z");
    expect(all(feed, "link").map(({ attributes }) => [attributes.rel, attributes.href])).toEqual([
      ["alternate", content.htmlUrl],
      ["self", content.selfUrl],
    ]);
    expect(all(feed, "author").map((author) => textIn(author, "name"))).toEqual(["Paperkin"]);
  });

  it("has what it requires of an entry: id, title and time, each id once", () => {
    // A paper without a date is not news.
    expect(entries.map((entry) => textIn(entry, "id"))).toEqual([1, 2, 3].map((number) => `tag:paperkin,2026:paper/X:${number}`));
    for (const entry of entries) {
      expect(textIn(entry, "title")).not.toBe("");
      for (const time of [textIn(entry, "updated"), textIn(entry, "published")]) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(all(entry, "content")[0]?.attributes.type).toBe("html");
    }
    expect(textIn(entries[0], "published")).toBe("2025-03-24T00:00:00.000Z");
    expect(textIn(entries[0], "updated")).toBe("2025-04-01T00:00:00.000Z");
    expect(all(entries[0], "author").map((author) => textIn(author, "name"))).toEqual(["Ada Kettle", "Bo Lantern", "Cy Third"]);
    expect(all(entries[0], "category").map(({ attributes }) => attributes.term)).toEqual(["cs.AA", "cs.BB"]);
  });

  it("has titles and texts as escaped HTML, simple mathematics as Unicode, and no link that runs anything", () => {
    expect(textIn(entries[0], "title")).toBe("Kettles &amp; O(n²) lanterns");
    expect(textIn(entries[0], "summary")).toContain("a &lt; b &amp; more; it costs 5 % &lt;unk&gt; ]]&gt;");
    expect(textIn(entries[0], "content")).toContain('<a href="https://example.org/code?a=1&amp;b=2">Code</a>');
    expect(textIn(entries[2], "title")).not.toContain("<");
    expect(textIn(entries[1], "title")).toMatch(/^\[withdrawn\] /);
    expect(feedOf(content, "atom")).not.toContain("javascript:");
  });

  it("marks an abstract that runs from right to left as such", () => {
    const item = {
      paper: paper(5, { abstract: "BERT و GPT من أشهر النماذج", venue: "ACL" }),
      url: "https://papers.example/5",
      why: "Why.",
    };
    const [entry] = all(parse(feedOf({ ...content, items: [item] }, "atom")), "entry");
    expect(textIn(entry, "content")).toMatch(/^<p>Why\.<\/p>.*<p dir="rtl">BERT و GPT من أشهر النماذج<\/p><p>ACL/);
  });
});

describe("an RSS feed", () => {
  const feed = parse(feedOf(content, "rss"));
  const [channel] = all(feed, "channel");
  const items = all(channel, "item");

  it("has what RSS 2.0 requires", () => {
    expect([feed.name, feed.attributes.version]).toEqual(["rss", "2.0"]);
    expect(textIn(channel, "title")).toBe(content.title);
    expect(textIn(channel, "link")).toBe(content.htmlUrl);
    expect(textIn(channel, "description")).toBe(content.description);
    expect(all(channel, "atom:link")[0]?.attributes).toMatchObject({ rel: "self", href: content.selfUrl });
    expect(items.map((item) => textIn(item, "guid"))).toEqual([1, 2, 3].map((number) => `tag:paperkin,2026:paper/X:${number}`));
    for (const item of items) {
      expect(all(item, "guid")[0]?.attributes.isPermaLink).toBe("false");
      expect(textIn(item, "pubDate")).toMatch(/^\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT$/);
      expect(textIn(item, "link")).toMatch(/^http:\/\/localhost:7460\/papers\//);
    }
  });

  it("has plain titles, and authors in Dublin Core", () => {
    expect(textIn(items[0], "title")).toBe("Kettles & O(n²) lanterns");
    expect(textIn(items[2], "title")).toContain("]] > with <script>alert(1)</script>");
    expect(all(items[0], "dc:creator").map(({ text }) => text)).toEqual(["Ada Kettle", "Bo Lantern", "Cy Third"]);
    expect(all(items[0], "author")).toEqual([]);
    expect(feed.attributes["xmlns:dc"]).toBe("http://purl.org/dc/elements/1.1/");
  });
});

describe("a JSON feed", () => {
  const schema = z.strictObject({
    version: z.literal("https://jsonfeed.org/version/1.1"),
    title: z.string(),
    description: z.string(),
    home_page_url: z.url(),
    feed_url: z.url(),
    items: z.array(
      z.strictObject({
        id: z.string(),
        url: z.url(),
        title: z.string(),
        content_html: z.string(),
        summary: z.string().optional(),
        date_published: z.iso.datetime(),
        date_modified: z.iso.datetime(),
        authors: z.array(z.strictObject({ name: z.string() })),
        tags: z.array(z.string()),
      }),
    ),
  });

  it("has the fields of version 1.1", () => {
    const feed = schema.parse(JSON.parse(feedOf(content, "json")));
    expect(feed).toMatchObject({ title: content.title, home_page_url: content.htmlUrl, feed_url: content.selfUrl });
    expect(feed.items.map(({ id }) => id)).toEqual([1, 2, 3].map((number) => `tag:paperkin,2026:paper/X:${number}`));
    expect(feed.items[0]).toMatchObject({
      tags: ["cs.AA", "cs.BB"],
      authors: [{ name: "Ada Kettle" }, { name: "Bo Lantern" }, { name: "Cy Third" }],
    });
    expect(feed.items[0]?.content_html).toContain("a &lt; b &amp; more");
    expect(feed.items[2]?.content_html).not.toContain("<script");
  });
});

describe("a feed", () => {
  it.each<FeedFormat>(["rss", "atom"])("as %s is read back by Paperkin itself", async (format) => {
    const records = await allOf(feedFormat.read(inputOf(feedOf(content, format))));
    expect(records).toHaveLength(3);
    const [first] = records;
    expect(first).toMatchObject({
      kind: "paper",
      paper: {
        title: "Kettles & O(n²) lanterns",
        authors: [{ name: "Ada Kettle" }, { name: "Bo Lantern" }, { name: "Cy Third" }],
        categories: ["cs.AA", "cs.BB"],
        published: "2025-03-24",
        url: "http://localhost:7460/papers/X:1",
      },
    });
  });

  it.each<FeedFormat>(["rss", "atom", "json"])("without papers is one as %s, and the same each time", (format) => {
    const empty = feedOf({ ...content, items: [] }, format);
    expect(empty).toBe(feedOf({ ...content, items: [] }, format));
    if (format !== "json") expect(() => parse(empty)).not.toThrow();
  });

  it("has ids that are URIs, whatever the papers' ids", () => {
    expect(feedIdOf("arXiv:1706.03762")).toBe("tag:paperkin,2026:paper/arXiv:1706.03762");
    expect(feedIdOf("DOI:10.1/a<b> c#d?e%")).toBe("tag:paperkin,2026:paper/DOI:10.1/a%3Cb%3E%20c%23d%3Fe%25");
    for (const id of ["arXiv:hep-th/9901001", "DOI:10.1/a<b> c#d?e%", "odd:ü/ü"]) expect(paperIdOfFeedId(feedIdOf(id))).toBe(id);
    for (const uri of ["tag:example.org,2026:paper/x", "tag:paperkin,2026:paper/%E0%A4%A", ""])
      expect(paperIdOfFeedId(uri)).toBeUndefined();
    expect(feedIdOf("\ud800")).toBe("tag:paperkin,2026:paper/%EF%BF%BD");
    const odd = feedIdOf("odd:a<b>//c\\d'e\"f");
    expect(
      parse(
        feedOf({ ...content, items: [{ paper: paper(1, { paperId: "odd:a<b>//c\\d'e\"f" } as object), url: content.htmlUrl }] }, "atom"),
      )
        .children.filter(({ name }) => name === "entry")
        .map((entry) => textIn(entry, "id")),
    ).toEqual([odd]);
  });
});

const feedparser = spawnSync("python3", ["-c", "import feedparser"]).status === 0;

describe.skipIf(!feedparser)("a feed read by feedparser (python3-feedparser is needed)", () => {
  it.each<FeedFormat>(["rss", "atom"])("as %s has no fault and all of its papers", (format) => {
    const script =
      "import feedparser, json, sys; d = feedparser.parse(sys.stdin.buffer.read()); print(json.dumps([int(d.bozo), d.version, d.feed.title, [[e.id, e.title, e.link, [a.get('name') for a in e.get('authors', [])], [t.term for t in e.get('tags', [])]] for e in d.entries]]))";
    const { stdout } = spawnSync("python3", ["-c", script], { input: feedOf(content, format), encoding: "utf8" });
    const [bozo, version, , entries] = z
      .tuple([
        z.number(),
        z.string(),
        z.string(),
        z.array(z.tuple([z.string(), z.string(), z.string(), z.array(z.string().nullable()), z.array(z.string())])),
      ])
      .parse(JSON.parse(stdout));
    expect([bozo, version]).toEqual([0, format === "rss" ? "rss20" : "atom10"]);
    expect(entries[0]).toEqual([
      "tag:paperkin,2026:paper/X:1",
      expect.stringContaining("O(n²) lanterns"),
      "http://localhost:7460/papers/X:1",
      ["Ada Kettle", "Bo Lantern", "Cy Third"],
      ["cs.AA", "cs.BB"],
    ]);
    expect(entries).toHaveLength(3);
  });
});

it("a paper with thousands of authors has a hundred of them in a feed, and says how many more there are", () => {
  const authors = Array.from({ length: 3_000 }, (_, at) => ({ name: `Ada Kettle${at}` }));
  const items = [{ paper: paper(1, { authors }), url: "http://localhost:7460/papers/X:1" }];
  for (const format of ["rss", "atom", "json"] as const) {
    const text = feedOf({ ...content, items }, format);
    expect(text).toContain("Ada Kettle99 and 2,900 more");
    expect(text).not.toContain("Ada Kettle100");
  }
});
