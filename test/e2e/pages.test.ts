/** The pages without a browser: their content, with a real library behind them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { NewPaper } from "../../src/core/paper.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import { createHttpApp } from "../../src/http/http-app.ts";
import { paperOfRecord } from "../../src/sources/paperkin.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { errorPageOf, notFoundPage } from "../../src/web/fallback-pages.tsx";
import { createWebApp } from "../../src/web/web-app.tsx";

const papersLoaded = 60;
const oddId = "odd:a<b>c;d(e)/f//g%2Fh?i#j&k";
const hostileTitle = `<script>alert(1)</script> "quoted" & 'so'`;

function starterPapers(): NewPaper[] {
  const lines = readFileSync(new URL("../../src/starter/corpus.jsonl", import.meta.url), "utf8").split("\n");
  return lines.slice(0, papersLoaded).map((line) => paperOfRecord(JSON.parse(line)));
}

const hostilePaper = paperOfRecord({
  id: oddId,
  title: "placeholder",
  abstract: "An <img src=x onerror=alert(1)> in a text on $\\frac{a}{b}$ which costs $5 and $6.",
  authors: Array.from({ length: 23 }, (_, at) => `Author ${at}`),
  url: "javascript:alert(1)",
  pdfUrl: "https://example.org/a.pdf",
  categories: ["x&y"],
  status: "retracted",
});

/** An app with its own library; `close` removes it. */
async function openApp(papers: readonly NewPaper[]) {
  const folder = mkdtempSync(join(tmpdir(), "paperkin-pages-"));
  const library = await LocalLibrary.open({ folder, create: true, maintain: true });
  const engine = new Engine(library, new HashingEmbedder());
  if (papers.length > 0) await library.upsert(papers);
  const app = createHttpApp(engine, {
    apiKeys: [],
    version: "0.0.0",
    readBody: () => Promise.reject(new Error("pages bring no papers in")),
    isLoopback: () => true,
    createPages: (options) => createWebApp(engine, options),
    notFoundPage,
    errorPage: errorPageOf(engine.signIns),
  });
  return {
    engine,
    request: async (path: string, init?: RequestInit) => await app.request(`http://localhost${path}`, init),
    page: async (path: string) => await (await app.request(`http://localhost${path}`)).text(),
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type App = Awaited<ReturnType<typeof openApp>>;

const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" };

/** A page's text as people read it. */
function textOf(html: string): string {
  const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  return text.replace(/&(lt|gt|quot|amp|#39);/g, (whole, name: string) => characters[name] ?? whole);
}

/** The addresses in a page. */
function linksIn(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
}

function hitsIn(html: string): number {
  return html.split('<li class="hit"').length - 1;
}

describe("pages", () => {
  let app: App;
  beforeAll(async () => {
    // Sources clean what they read; no source lets a hostile title into the library, and it must not matter.
    app = await openApp([...starterPapers(), { ...hostilePaper, title: hostileTitle }]);
    await app.engine.embedBacklog();
    await app.engine.addTopic("Neural networks", "Networks of units with weights that are learnt by gradient descent");
  });
  afterAll(async () => {
    await app.close();
  });

  test.each([
    "/",
    "/?q=neural+networks",
    "/?q=networks&compare=1",
    "/topics",
    "/topics/neural-networks",
    "/daily",
    "/daily/2013-12?sort=emerging",
    "/?q=networks&halfLifeDays=900&diversity=0.3&collapse=true",
    "/explain?q=networks",
    `/explain?q=networks+-neural+year:2020..&category=cs.NE&paper=${encodeURIComponent(oddId)}`,
    "/similar",
    "/docs",
  ])("%s returns a complete document without inline scripts", async (path) => {
    const response = await app.request(path);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).toMatch(/^<!doctype html><html lang="en">/i);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html.split("<h1").length).toBe(2);
    expect(html).not.toMatch(/ style="| on\w+="|<script(?! src="\/)|<style/);
    expect(linksIn(html).filter((href) => !/^(?:\/|#)/.test(href))).toEqual([]);
  });

  test("/search redirects to the search, with its query", async () => {
    const response = await app.request("/search?q=copper&mode=keyword");
    expect([response.status, response.headers.get("location")]).toEqual([301, "/?q=copper&mode=keyword"]);
  });

  test("three modes side by side say where the others rank the same paper, and why one of them is the default", async () => {
    const html = await app.page("/?q=neural+networks&compare=1");
    const columns = html.split('<section aria-label="').slice(1);
    expect(columns).toHaveLength(3);
    const titles = columns.map((column) => [...column.matchAll(/<h3[^>]*><a href="([^"]+)"/g)].map(([, href = ""]) => href));
    const marks = columns.map((column) =>
      column
        .split('<p class="elsewhere">')
        .slice(1)
        .map((part) => textOf(part.split("</p>")[0] ?? "").trim()),
    );
    for (const [at, own] of titles.entries()) {
      expect(own.length).toBeGreaterThan(0);
      for (const [place, href] of own.entries()) {
        const ranks = titles.flatMap((other, which) => (which === at || !other.includes(href) ? [] : [`#${other.indexOf(href) + 1}`]));
        expect(marks[at]?.[place]?.match(/#\d+/g) ?? []).toEqual(ranks);
        if (ranks.length === 0) expect(marks[at]?.[place]).toBe("only here");
      }
    }
    expect(textOf(html)).toContain("is how searches are answered unless you choose otherwise");
    // The next query is compared too.
    expect(html).toContain('<input type="hidden" name="compare" value="1"/>');
    expect(linksIn(html)).toContain("/?q=neural+networks");
    expect(linksIn(await app.page("/?q=neural+networks"))).toContain("/?q=neural+networks&compare=1");
    // No choice is offered that changes nothing, and what narrows the columns is shown and can be removed.
    const narrowed = await app.page("/?q=neural+networks&mode=keyword&from=1980&compare=1");
    expect(narrowed).not.toContain('type="radio"');
    expect(narrowed).toContain('<input type="hidden" name="mode" value="keyword"/>');
    expect(linksIn(narrowed)).toContain("/?q=neural+networks&mode=keyword&compare=1");
  });

  test("judging a hit relevant leads back to it", async () => {
    const html = await app.page("/?q=neural+networks");
    const anchors = [...html.matchAll(/<fieldset id="([^"]+)"/g)].map(([, id]) => id);
    const backs = [...html.matchAll(/<form class="feedback judgment".*?name="back" value="([^"]+)"/gs)].map(([, back]) => back);
    expect(backs.length).toBeGreaterThan(5);
    expect(backs).toEqual(anchors.map((id) => `/?q=neural+networks#${id}`));
  });

  test("the start page has examples, topics and the newest papers; a condition narrows its papers down", async () => {
    const start = await app.page("/");
    // No example query that no paper here answers.
    expect(textOf(start)).toMatch(/Try a question: how to make a big network small without losing accuracy Or a topic:/);
    // A first-time visitor learns what it is, and where to go on.
    expect(textOf(start)).toMatch(/this library of \d+ research papers is searched by meaning and by words/);
    for (const href of ["/interests", "/picks", "/similar", "/daily", "/import"])
      expect(linksIn(start.split("</header>")[1] ?? "")).toContain(href);
    expect(start).toContain("npx paperkin fetch");
    expect(linksIn(start)).toContain("/topics/neural-networks");
    expect(hitsIn(start)).toBe(20);
    const browsed = await app.page("/?category=cs.NE");
    expect(textOf(browsed)).not.toContain("Try a question");
    expect(browsed).toContain('value="cs.NE"');
    expect(browsed).not.toContain("autofocus");
    expect(hitsIn(browsed)).toBeGreaterThan(0);
  });

  test("the pages of an answer follow each other without overlap, and end", async () => {
    const seen: string[] = [];
    let next: string | undefined = "/?q=networks&mode=semantic&yearTo=2030";
    while (next !== undefined) {
      const html: string = await app.page(next);
      const titles = [...html.matchAll(/<h3[^>]*><a href="(\/papers\/[^"]*)"/g)].map(([, href = ""]) => href);
      expect(titles.length).toBeGreaterThan(0);
      seen.push(...titles);
      next = /<a rel="next" href="([^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(new Set(seen).size).toBe(seen.length);
    // All except the one without a date.
    expect(seen.length).toBe(papersLoaded);
  });

  test("each hit links to the explanation of its rank, with the conditions and the order of its search", async () => {
    const html = await app.page("/?q=networks&yearTo=2030&halfLifeDays=4000&collapse=true");
    expect(textOf(html)).toMatch(/Why this paper: .* Meaning \(cosine\) 0\.\d{3} \d+ 40 %/);
    const [href = ""] = linksIn(html).filter((link) => link.startsWith("/explain?") && link.includes("paper="));
    expect(href).toMatch(/^\/explain\?q=networks&yearTo=2030&halfLifeDays=4000&collapse=true&paper=/);
    const told = textOf(await app.page(href));
    expect(told).toContain("It is hit 1.");
    expect(told).toContain("to the year 2030");
    expect(told).toMatch(/On \d{4}-\d\d-\d\d it is [\d,]+ days old/);
    expect(linksIn(await app.page(href))).toContain("/?q=networks&yearTo=2030&halfLifeDays=4000&collapse=true");
  });

  test("an explanation for no paper or an unknown one is refused, with the input escaped", async () => {
    expect(textOf(await app.page("/explain?q=x"))).not.toContain("How the query was read");
    const unknown = await app.request(`/explain?q=${encodeURIComponent('"><b>x')}&paper=${encodeURIComponent("<i>nobody")}`);
    expect(unknown.status).toBe(404);
    const html = await unknown.text();
    expect(textOf(html)).toContain("There is no paper <i>nobody in the library.");
    expect(html).not.toMatch(/<b>x|<i>nobody/);
    const hostile = await app.page(`/explain?q=script&paper=${encodeURIComponent(oddId)}`);
    expect(hostile).not.toContain("<script>alert");
    expect(textOf(hostile)).toContain("What each word adds");
  });

  test("options for the order stay while pages and conditions change, and invalid ones are reported and left out", async () => {
    const html = await app.page("/?q=networks&diversity=0.3&mode=semantic&minScore=nonsense&halfLifeDays=-4");
    expect(html).toContain('name="diversity"');
    expect(textOf(html)).toContain("minScore: “nonsense” is not a number");
    expect(linksIn(html).filter((link) => link.includes("nonsense"))).toEqual([]);
    for (const link of linksIn(html).filter((one) => one.startsWith("/?q=networks") && /yearFrom|page=2|compare/.test(one)))
      expect(link).toContain("diversity=0.3");
    expect(linksIn(html)).toContain("/?q=networks&mode=semantic");
    expect(linksIn(html).some((link) => link.startsWith("/feeds/search") && link.includes("diversity"))).toBe(false);
  });

  test("further pages say which papers they contain, and one beyond the end leads back", async () => {
    expect(textOf(await app.page("/?page=2"))).toContain(`Papers 21 to 40 of ${papersLoaded + 1}, newest first.`);
    const behind = await app.page("/?page=30");
    expect(textOf(behind)).toContain("The results end before this page");
    expect(linksIn(behind)).toEqual(expect.arrayContaining(["/", "/?page=4"]));
    expect(textOf(behind)).not.toContain("library is empty");
    for (const path of ["/?page=30", "/?q=networks&page=51", "/?q=networks&page=1000000", "/daily/2013-12?page=2"]) {
      const response = await app.request(path);
      expect(response.status, path).toBe(404);
      expect(textOf(await response.text()), path).toMatch(/ends? before this page|Results end with page 50/);
    }
    for (const page of ["0", "-1", "1.5", "x", ""]) expect(hitsIn(await app.page(`/?page=${page}`)), page).toBe(20);
  });

  test("hostile titles, texts and queries are shown literally", async () => {
    const query = `"><script>alert(2)</script>`;
    for (const html of [
      await app.page(`/papers/${encodeURIComponent(oddId)}`),
      await app.page(`/?q=${encodeURIComponent(query)}`),
      await app.page(`/?q=${encodeURIComponent(query)}&author=${encodeURIComponent(query)}&compare=1`),
      await app.page(`/similar?text=${encodeURIComponent(`</textarea>${query}`)}`),
      await app.page(`/papers/${encodeURIComponent(query)}`),
      await app.page(`/topics/${encodeURIComponent(query)}`),
    ]) {
      expect(html).not.toMatch(/<script>|<img|javascript:/);
      expect(textOf(html)).toMatch(/<script>alert\(\d\)/);
    }
  });

  test("a paper is found by its unusual id, raw and encoded, and every link to it works", async () => {
    const encoded = encodeURIComponent(oddId);
    const raw = oddId.replace("%", "%25").replace("?", "%3F").replace("#", "%23");
    for (const path of [`/papers/${encoded}`, `/papers/${raw}`]) expect(textOf(await app.page(path)), path).toContain(hostileTitle);
    const links = linksIn(await app.page("/?q=alert+quoted&mode=keyword")).filter((href) => href.startsWith("/papers/odd"));
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(textOf(await app.page(link)), link).toContain(hostileTitle);
  });

  test("a query that is an id or a title finds its paper first, and says why", async () => {
    expect(textOf(await app.page("/?q=DOI%3A10.1038%2F323533a0"))).toMatch(/Learning representations[^.]*id match/);
    expect(textOf(await app.page("/?q=long+short-term+memory"))).toMatch(/Long Short-Term Memory title match/);
  });

  test("a paper's page contains what is known about it, and links only to the web", async () => {
    const html = await app.page(`/papers/${encodeURIComponent(oddId)}`);
    const text = textOf(html);
    expect(text).toContain("retracted");
    expect(text).toContain("and 3 more");
    expect(text).toContain("costs $5 and $6");
    expect(html).toContain("<mfrac>");
    expect(text).toContain("@misc{0");
    expect(linksIn(html).filter((href) => /^[a-z]+:/i.test(href))).toEqual(["https://example.org/a.pdf"]);
    expect(html).toMatch(/href="https:\/\/example\.org\/a\.pdf" rel="noopener noreferrer"/);
    expect(linksIn(html)).toContain("/?category=x%26y");
    expect(hitsIn(html)).toBe(10);
  });

  test("the daily page shows the latest day, leads to days with papers, and says when it does", async () => {
    const latest = await app.page("/daily");
    expect(hitsIn(latest)).toBeGreaterThan(0);
    const earlier = /<a rel="prev" href="([^"]*)"/.exec(latest)?.[1] ?? "";
    expect(earlier).toMatch(/^\/daily\/\d{4}-\d{2}-\d{2}$/);
    expect(hitsIn(await app.page(earlier))).toBeGreaterThan(0);
    expect(textOf(await app.page("/daily/2026-W01"))).toContain("There are no papers for Week 1 of 2026, from 29 December 2025");
    const month = await app.page("/daily/2017-06?sort=trending");
    expect(textOf(month)).toContain("June 2017");
    expect(textOf(month)).toContain("Nobody has voted for these papers");
    expect(month).toContain('<a href="/daily/2017-06?sort=trending" aria-current="page">Trending</a>');
    const emerging = textOf(await app.page("/daily/2017-06?sort=emerging"));
    expect(emerging).toMatch(/\d+ of its 50 nearest papers (?:is|are) from the 30 days up to 2017-06-\d\d; .* would be usual\./);
    expect(textOf(await app.page("/daily/1700-01-01"))).toContain("There are no papers up to that date");
    expect(textOf(await app.page("/daily/2017-06?page=9"))).toContain("The listing ends before this page");
  });

  test.each(["2025-02-30", "2025-W53", "2025-13", "9999-01-01", "yesterday", "<b>"])(
    "a listing of %s does not exist, and the page says why",
    async (name) => {
      const response = await app.request(`/daily/${encodeURIComponent(name)}`);
      expect(response.status).toBe(400);
      expect(textOf(await response.text())).toMatch(/There is no|is not a period|too far away/);
    },
  );

  test("a paper in a listing has its votes, comments, code and number of authors", async () => {
    const own = await openApp([
      paperOfRecord({
        id: "one",
        title: "Paper one",
        date: "2025-03-24",
        abstract: "An <b>abstract</b>.",
        authors: ["A", "B", "C", "D", "E", "F"].map((letter) => `Ada ${letter}`),
        votes: 1,
        codeUrl: "https://example.org/code",
        status: "withdrawn",
      }),
      { ...paperOfRecord({ id: "two", title: "Paper two", date: "2025-03-24", codeUrl: "javascript:alert(1)" }), votes: 1200, comments: 3 },
    ]);
    const html = await own.page("/daily?sort=votes");
    const text = textOf(html);
    expect(text).toMatch(/Paper two.*1,200 votes.*3 comments.*Paper one.*withdrawn.*Ada D and 2 more.*1 vote /);
    expect(html).toContain('<a href="https://example.org/code" rel="noopener noreferrer">Code</a>');
    expect(html).toContain("<strong>1,200 votes</strong>");
    expect(html).toContain('<a href="/papers/two#comments">3 comments</a>');
    expect(html).not.toMatch(/javascript:|<b>/);
    await own.close();
  });

  test("a search counts its results by year, category, venue and source, and each condition can be removed", async () => {
    const html = await app.page("/?q=memory&category=cs.NE&hasAbstract=true&publishedFrom=1990");
    const links = linksIn(html);
    expect(links).toContain("/?q=memory&publishedFrom=1990&hasAbstract=true");
    expect(links).toContain("/?q=memory&category=cs.NE&publishedFrom=1990");
    expect(links).toContain("/?q=memory&category=cs.NE&hasAbstract=true");
    expect(textOf(html)).toMatch(/Remove: category cs.NE/);
    const dated = await app.page("/?q=memory&from=1990&to=1995-06");
    expect(linksIn(dated)).toContain("/?q=memory&to=1995-06");
    expect(dated).toContain('<input type="hidden" name="from" value="1990"/>');
    const year = links.find((link) => /yearFrom=(\d{4})&yearTo=\1/.test(link)) ?? "";
    expect(year).toContain("category=cs.NE");
    expect(textOf(html)).not.toContain("Categories");
    const narrowed = await app.page(year);
    expect(textOf(narrowed)).not.toContain("Nothing was found");
    expect(linksIn(narrowed)).toContain("/?q=memory&category=cs.NE&publishedFrom=1990&hasAbstract=true");
    expect(textOf(await app.page("/"))).not.toContain("Sources");
  });

  test("every page names its feeds, and each of them exists", async () => {
    for (const [path, feed] of [
      ["/", "/feeds/daily"],
      ["/daily", "/feeds/daily"],
      ["/topics/neural-networks", "/feeds/topics/neural-networks"],
      ["/?q=memory&mode=keyword&category=cs.NE&page=2", "/feeds/search"],
    ] as const) {
      const html = await app.page(path);
      const named = [...html.matchAll(/<link rel="alternate" type="([^"]*)" title="[^"]+" href="([^"]*)"/g)];
      expect(named.map(([, type]) => type)).toEqual(["application/rss+xml", "application/atom+xml", "application/feed+json"]);
      for (const [, type = "", href = ""] of named) {
        expect(href.startsWith(feed), href).toBe(true);
        const response = await app.request(href.replaceAll("&amp;", "&"));
        expect(response.status, href).toBe(200);
        expect(response.headers.get("content-type")).toContain(type);
      }
    }
    expect(linksIn(await app.page("/?q=memory&mode=keyword&category=cs.NE"))).toContain(
      "/feeds/search.atom?q=memory&category=cs.NE&mode=keyword",
    );
    expect(linksIn(await app.page("/daily"))).toContain("/feeds/daily.json");
  });

  test("papers related to several are found by links and by the form, each with its reason", async () => {
    const linked = await app.page("/similar?like=DOI%3A10.1038%2F323533a0");
    expect(textOf(linked)).toMatch(/Why: near Learning representations by back-propagating errors/);
    const send = (text: string) => {
      const body = new URLSearchParams({ text, like: "", unlike: "DOI:10.1038/323533a0\r\n" });
      return app.request("/similar", { method: "POST", body });
    };
    // The answer has an address, unless the query is too long for one.
    const short = await send("memory cells with gates");
    expect([short.status, short.headers.get("location")]).toEqual([
      303,
      "/similar?text=memory+cells+with+gates&unlike=DOI%3A10.1038%2F323533a0#results",
    ]);
    expect(hitsIn(await app.page(short.headers.get("location") ?? ""))).toBe(20);
    const long = await send("memory cells with gates ".repeat(200));
    expect(long.status).toBe(200);
    expect(hitsIn(await long.text())).toBe(20);
  });

  test("an error in a form is shown beside it, and the input stays", async () => {
    const unknown = await app.request("/similar?like=no-such-paper&text=cells");
    expect(unknown.status).toBe(404);
    const html = await unknown.text();
    expect(html).toContain('role="alert"');
    expect(html).toContain("no-such-paper</textarea>");
    const long = await app.request("/similar", { method: "POST", body: new URLSearchParams({ text: "a ".repeat(10_001) }) });
    expect(long.status).toBe(400);
  });

  test.each(["/nowhere", "/papers/nothing", "/topics/nothing", "/assets/nothing.css"])(
    "%s is not found: a page with status 404 and a search box",
    async (path) => {
      const response = await app.request(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toMatch(/<input[^>]*name="q"/);
    },
  );

  test("everything that a page loads exists, and is cached for as long as it does not change", async () => {
    const html = await app.page("/");
    const loaded = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]*)"/g)].map(([, href = ""]) => href);
    expect(loaded.length).toBe(4);
    for (const href of loaded) {
      const response = await app.request(href);
      expect(response.status, href).toBe(200);
      expect(response.headers.get("cache-control"), href).toContain("immutable");
      const again = await app.request(href, { headers: { "if-none-match": response.headers.get("etag") ?? "" } });
      expect(again.status, href).toBe(304);
    }
  });

  test("the documentation shows every route of the OpenAPI document, with an example", async () => {
    const openApi = z.object({ paths: z.record(z.string(), z.unknown()) }).parse(await (await app.request("/openapi.json")).json());
    const paths = Object.keys(openApi.paths);
    const page = await app.page("/docs");
    const text = textOf(page);
    expect(page).toContain("<code>neurips</code> finds");
    expect(text).not.toContain("`");
    // What each route needs, how it is sent, and bodies of the same shape in one place.
    expect(text).toMatch(/POST \/v1\/papers Add or update papers\..* Key: admin .*Body, application\/x-ndjson , application\/x-bibtex ,/);
    expect(text).toContain("A key is sent as X-API-Key ,");
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) expect(text).toContain(path);
    expect(text).toContain("curl 'http://127.0.0.1:7460/v1/search?q=");
  });
});

describe("pages of a library", () => {
  test("that is empty explain how papers are added", async () => {
    const app = await openApp([]);
    expect(textOf(await app.page("/daily"))).toContain("No paper in the library has a date yet");
    for (const path of ["/", "/daily"]) expect(linksIn((await app.page(path)).split("</header>")[1] ?? ""), path).toContain("/import");
    expect(textOf(await app.page("/"))).toContain("The library is empty");
    // A user who asks for picks learns why they are redirected.
    expect((await app.request("/picks")).headers.get("location")).toBe("/interests");
    expect(textOf(await app.page("/interests"))).toContain("There are none yet, so there are no picks.");
    for (const path of ["/?q=anything", "/?from=2020", "/?page=2"]) {
      expect(textOf(await app.page(path)), path).toContain("The library is empty");
      expect(textOf(await app.page(path)), path).not.toContain("leave some of them out");
    }
    await app.close();
  });

  test("with one paper use the singular", async () => {
    const app = await openApp(starterPapers().slice(0, 1));
    await app.engine.embedBacklog();
    const compared = textOf(await app.page("/?q=memory&compare=1"));
    expect(compared).toMatch(
      /(?:0 papers are|1 paper is) in both columns, “Meaning” and “Words”; of the 1 in “Both”, 1 is in at least one/,
    );
    const explained = linksIn(await app.page("/?q=memory")).find((href) => /^\/explain\?.*paper=/.test(href)) ?? "";
    expect(textOf(await app.page(explained))).toMatch(/Before the best paper moved the query a little.* It is /);
    await app.close();
  });

  test("without embeddings answer by words, and a paper says that it has just arrived", async () => {
    const app = await openApp(starterPapers());
    expect(textOf(await app.page("/?q=memory"))).toContain("papers contain your words");
    expect(textOf(await app.page("/?q=qwertyuiop"))).toContain("No paper contains these words, and none is embedded yet");
    expect(textOf(await app.page("/papers/DOI:10.1038/323533a0"))).toContain("has just come in");
    await app.close();
  });

  test("that fails show an error without internal details", async () => {
    const app = await openApp(starterPapers());
    await app.close();
    const response = await app.request("/");
    const html = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(html).not.toMatch(/database connection|\.ts:\d|at async/);
    expect(html).toMatch(/<input[^>]*name="q"/);
  });

  test("that fails unexpectedly refer to the line of the log", async () => {
    const app = await openApp([]);
    app.engine.topics = () => Promise.reject(new TypeError("inner life"));
    const response = await app.request("/topics");
    const text = textOf(await response.text());
    expect(response.status).toBe(500);
    expect(text).not.toContain("inner life");
    expect(text).toContain(`request id ${response.headers.get("x-request-id")} .`);
    await app.close();
  });
});
