/** Sources that are asked for what is new (PubMed, feeds, Zotero), against a service that speaks their protocols. */
import { afterEach, describe, expect, it } from "vitest";
import type { LiveSourceName } from "../../../src/core/live-source.ts";
import { type Answering, Bench, LocalService } from "./live-service.ts";

let service: LocalService;
let bench: Bench;

async function open(name: LiveSourceName, answer: Answering, key?: string): Promise<void> {
  service = await LocalService.start(answer);
  bench = new Bench(name, service.address, key === undefined ? {} : { key });
}

afterEach(async () => {
  await bench.close();
  await service.close();
});

const json = (value: unknown, headers = {}) => ({ headers, body: JSON.stringify(value) });
const numbers = (from: number, count: number) => Array.from({ length: Math.max(0, count) }, (_, at) => from + at);

describe("PubMed", () => {
  const article = (id: string) =>
    `<PubmedArticle><MedlineCitation><PMID>${id}</PMID><Article><ArticleTitle>Paper ${id}.</ArticleTitle>
     <Abstract><AbstractText>About it.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>`;
  const setOf = (inside: string) => `<?xml version="1.0" ?><PubmedArticleSet>${inside}</PubmedArticleSet>`;
  let total = 250;
  const answer: Answering = ({ url }) => {
    const { retstart, retmax, term, id } = Object.fromEntries(url.searchParams);
    if (url.pathname === "/entrez/eutils/efetch.fcgi") return { body: setOf((id ?? "").split(",").map(article).join("")) };
    if (term === "((wrong") return json({ header: { type: "esearch" }, esearchresult: { ERROR: "Unbalanced parenthesis" } });
    const idlist = numbers(1_000 + Number(retstart), Math.min(Number(retmax), total - Number(retstart))).map(String);
    return json({ header: { type: "esearch" }, esearchresult: { count: String(total), retmax, retstart, idlist } });
  };

  it("returns record numbers, then their records, page by page", async () => {
    total = 250;
    await open("pubmed", answer, "s3cret");
    expect(await bench.fetch({ words: ["circadian", "rhythm[mesh]"], from: "2025-01-01" })).toMatchObject({
      error: undefined,
      counts: { new: 250 },
    });
    expect(service.asked.map(({ url }) => url.pathname.split("/").at(-1))).toEqual([
      "esearch.fcgi",
      "efetch.fcgi",
      "esearch.fcgi",
      "efetch.fcgi",
    ]);
    expect(service.queries[0]).toEqual({
      db: "pubmed",
      tool: "paperkin",
      term: "circadian rhythm[mesh]",
      retstart: "0",
      retmax: "200",
      datetype: "pdat",
      mindate: "2025/01/01",
      maxdate: "3000",
      retmode: "json",
      sort: "pub_date",
      api_key: "s3cret",
    });
    expect(await bench.titles()).toContain("Paper 1249");
  });

  it("is asked for everything since the last run", async () => {
    total = 2;
    await open("pubmed", answer);
    await bench.fetch({ words: ["kin"] });
    expect(service.queries[0]).not.toHaveProperty("mindate");
    bench.clock.passDays(3);
    total = 0;
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ error: undefined, counts: { read: 0 } });
    expect(service.queries.at(-1)).toMatchObject({ datetype: "edat", mindate: "2026/03/04", maxdate: "2026/03/08" });
  });

  it("reports a wrong clock if the last run is dated in the future", async () => {
    total = 1;
    await open("pubmed", answer);
    bench.clock.passDays(30);
    await bench.fetch({ words: ["kin"] });
    bench.clock.passDays(-30);
    expect((await bench.fetch({ words: ["kin"] })).error).toMatchObject({ message: expect.stringContaining("a clock was wrong") });
  });

  it("returns records by their numbers", async () => {
    await open("pubmed", answer);
    expect(await bench.fetch({ ids: ["12345678", "PMID:23"] })).toMatchObject({ error: undefined, counts: { new: 2 } });
    expect(service.queries[0]).toMatchObject({ id: "12345678,23", rettype: "xml" });
  });

  it("explains what is wrong with a query, and with one that matches too much", async () => {
    total = 20_000;
    await open("pubmed", answer);
    expect((await bench.fetch({ words: ["((wrong"] })).error).toMatchObject({
      code: "source_refused",
      message: expect.stringContaining("parenthesis"),
    });
    expect((await bench.fetch({ words: ["kin"] })).error).toMatchObject({
      code: "invalid_request",
      mend: expect.stringContaining("--from"),
    });
    expect(await bench.fetch({ words: ["kin"], limit: 5 })).toMatchObject({ error: undefined, counts: { new: 5 } });
    expect((await bench.fetch()).error).toMatchObject({ code: "invalid_request" });
  });

  it("keeps the complete records of an answer that is repeatedly truncated", async () => {
    total = 3;
    await open("pubmed", (asked, number) => {
      const { body = "" } = answer(asked, number);
      return { body: asked.url.pathname.includes("efetch") ? String(body).slice(0, -60) : body };
    });
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ error: { code: "source_unreachable" }, counts: { read: 2, new: 2 } });
  });
});

describe("a feed", () => {
  const atom = (title: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>Kettles</title><updated>2026-03-05T00:00:00Z</updated>
     <entry><id>tag:x.org,2026:${title}</id><title>${title}</title><summary>About it.</summary></entry></feed>`;
  const empty =
    '<?xml version="1.0"?><rss version="2.0"><channel><title>arXiv</title><skipDays><day>Sunday</day></skipDays></channel></rss>';

  it("is downloaded again only if it has changed", async () => {
    let etag = '"one"';
    await open("feed", ({ headers }) =>
      headers["if-none-match"] === etag
        ? { status: 304 }
        : { headers: { etag, "last-modified": "Thu, 05 Mar 2026 00:00:00 GMT" }, body: atom(`Title ${etag.length}`) },
    );
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1 } });
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { read: 0 } });
    expect(service.asked[1]?.headers).toMatchObject({ "if-none-match": '"one"', "if-modified-since": "Thu, 05 Mar 2026 00:00:00 GMT" });
    etag = '"another"';
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
    expect(await bench.fetch()).toMatchObject({ counts: { read: 0 } });
    expect(await bench.fetch({}, { restart: true })).toMatchObject({ counts: { unchanged: 1 } });
  });

  it("may have a day without papers", async () => {
    await open("feed", () => ({ body: empty }));
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { read: 0 } });
  });

  it("may be in another encoding", async () => {
    const latin = Buffer.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><item><title>Énergie</title><guid>1</guid></item></channel></rss>`,
      "latin1",
    );
    await open("feed", () => ({ body: latin }));
    await bench.fetch();
    expect(await bench.titles()).toEqual(["Énergie"]);
  });

  it("is identified by exactly one address", async () => {
    await open("feed", () => ({ body: empty }));
    for (const words of [["not an address"], ["https://a.org", "https://b.org"]])
      expect((await bench.fetch({ words })).error).toMatchObject({ code: "invalid_request" });
    const unset = new Bench("feed", undefined);
    expect((await unset.fetch()).error).toMatchObject({ code: "invalid_request", mend: expect.stringContaining("sources.feed.address") });
    await unset.close();
  });
});

describe("a Zotero library", () => {
  const item = (key: number, version: number) => ({
    key: `KEY${key}`,
    version,
    library: { type: "user", id: 475425, name: "Invented" },
    data: {
      key: `KEY${key}`,
      version,
      itemType: "journalArticle",
      title: `Paper ${key}`,
      abstractNote: "About it.",
      DOI: `10.5555/z${key}`,
      creators: [],
    },
    meta: {},
  });
  let items = numbers(0, 130).map((key) => item(key, 1 + key));
  let version = 130;
  let deleted: { key: string; version: number }[] = [];
  const answer: Answering = ({ url, headers }) => {
    if (headers["zotero-api-key"] !== "s3cret") return { status: 403, body: "Forbidden" };
    if (url.pathname.endsWith("/deleted")) {
      const since = Number(url.searchParams.get("since"));
      return json({ collections: [], items: deleted.filter((one) => one.version > since).map(({ key }) => key), searches: [], tags: [] });
    }
    if (Number(headers["if-modified-since-version"] ?? -1) >= version) return { status: 304 };
    const { since = "0", start, limit } = Object.fromEntries(url.searchParams);
    const changed = items.filter((one) => one.version > Number(since));
    const page = changed.slice(Number(start), Number(start) + Number(limit));
    return json(page, { "last-modified-version": String(version), "total-results": String(changed.length) });
  };

  it("is read completely, and then only for changes", async () => {
    await open("zotero", answer, "s3cret");
    const words = ["users/475425"];
    expect(await bench.fetch({ words })).toMatchObject({ error: undefined, counts: { new: 130 } });
    expect(service.asked[0]).toMatchObject({ headers: { "zotero-api-version": "3", "zotero-api-key": "s3cret" } });
    expect(service.asked.map(({ url }) => `${url.pathname} ${url.searchParams.get("start")}`)).toEqual([
      "/users/475425/items/top 0",
      "/users/475425/items/top 100",
    ]);
    expect(await bench.fetch({ words })).toMatchObject({ error: undefined, counts: { read: 0 } });
    expect(service.asked.at(-1)?.headers["if-modified-since-version"]).toBe("130");
    items = [...items, item(500, 131)];
    version = 131;
    expect(await bench.fetch({ words })).toMatchObject({ counts: { new: 1, read: 1 } });
    expect(service.asked.slice(-2).map(({ url }) => `${url.pathname} ${url.searchParams.get("since")}`)).toEqual([
      "/users/475425/items/top 130",
      "/users/475425/deleted 130",
    ]);
  });

  it("reports deletions, which remove nothing automatically", async () => {
    await open("zotero", answer, "s3cret");
    const words = ["users/475425"];
    await bench.fetch({ words });
    deleted = [
      { key: "KEY3", version: version + 1 },
      { key: "NOTE", version: version + 1 },
    ];
    items = items.filter(({ key }) => key !== "KEY3");
    version++;
    expect(await bench.fetch({ words })).toMatchObject({ error: undefined, counts: { read: 0, deleted: 1 } });
    expect((await bench.library.deletedItems()).map(({ item, id }) => [item, id])).toEqual([
      ["zotero:users/475425/KEY3", "DOI:10.5555/z3"],
    ]);
    expect(await bench.titles()).toContain("Paper 3");
    expect(await bench.fetch({ words })).toMatchObject({ error: undefined, counts: { deleted: 0 } });
  });

  it("is asked again for deletions if it failed before reporting them", async () => {
    let breaks = true;
    await open(
      "zotero",
      (asked, number) => (breaks && asked.url.pathname.endsWith("/deleted") ? { status: 500 } : answer(asked, number)),
      "s3cret",
    );
    const words = ["users/475425"];
    await bench.fetch({ words });
    deleted = [{ key: "KEY4", version: version + 1 }];
    version++;
    expect((await bench.fetch({ words })).error).toMatchObject({ code: "source_unreachable" });
    breaks = false;
    expect(await bench.fetch({ words })).toMatchObject({ error: undefined, counts: { deleted: 1 } });
    expect(service.asked.at(-1)?.url.pathname).toBe("/users/475425/deleted");
  });

  it("yields changes that were made during a run at the next run", async () => {
    await open(
      "zotero",
      (asked, number) => {
        const answered = answer(asked, number);
        if (number === 1) version = 140;
        return answered;
      },
      "s3cret",
    );
    version = 131;
    await bench.fetch({ words: ["groups/1/collections/ABCD2345"] });
    expect(service.asked[0]?.url.pathname).toBe("/groups/1/collections/ABCD2345/items/top");
    await bench.fetch({ words: ["groups/1/collections/ABCD2345"] });
    expect(service.queries.at(-1)?.since).toBe("131");
    expect(service.asked.at(-1)?.url.pathname).toBe("/groups/1/deleted");
  });

  it("is refused without its key, with advice where to put the key", async () => {
    await open("zotero", answer);
    expect((await bench.fetch({ words: ["users/1"] })).error).toMatchObject({
      code: "source_refused",
      mend: expect.stringContaining("sources.zotero.key"),
    });
  });

  it.each([[[]], [["me"]], [["users/1/items"]], [["users/1", "users/2"]], [["users/../1"]]])("cannot be named by %j", async (words) => {
    await open("zotero", answer);
    expect((await bench.fetch({ words })).error).toMatchObject({ code: "invalid_request", mend: expect.stringContaining("groups/NUMBER") });
  });
});
