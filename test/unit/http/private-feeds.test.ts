/** Private feeds: the address suffices and opens one feed, nobody else's picks are in it, and it can be revoked. */
import { spawnSync } from "node:child_process";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { createHttpApp } from "../../../src/http/http-app.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { errorPageOf, notFoundPage } from "../../../src/web/fallback-pages.tsx";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { inventPaper } from "../../contract/invented-papers.ts";

let now = new Date("2026-03-01T12:00:00Z");
const library = new MemoryLibrary(() => now);
const engine = new Engine(library, new HashingEmbedder(), { now: () => now, publicUrl: "https://papers.example" });
const logged: string[] = [];
const app = createHttpApp(engine, {
  apiKeys: [],
  version: "0.0.0",
  readBody: () => Promise.reject(new Error("feeds bring no papers in")),
  isLoopback: () => false,
  createPages: (options) => createWebApp(engine, options),
  notFoundPage,
  errorPage: errorPageOf(engine.signIns),
  onRequest: ({ path }) => logged.push(path),
});
const ask = async (path: string, init: RequestInit = {}) => await app.request(new URL(path, "http://papers.example").href, init);
const keys: Record<string, string> = {};
const as = async (who: string, method: string, path: string, body?: unknown) =>
  await ask(path, {
    method,
    headers: { "x-api-key": keys[who] ?? "", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const newFeedSchema = z.object({ prefix: z.string(), rss: z.string(), atom: z.string(), json: z.string() });
const newFeed = async (who: string, body: unknown = {}) => newFeedSchema.parse(await (await as(who, "POST", "/v1/feeds", body)).json());
const jsonFeedSchema = z.object({
  title: z.string(),
  feed_url: z.string(),
  items: z.array(z.object({ id: z.string(), url: z.string(), content_html: z.string(), date_published: z.string() })),
});
const readJson = async (address: string) => jsonFeedSchema.parse(await (await ask(address)).json());

beforeAll(async () => {
  await library.upsert([
    inventPaper(1, { title: "Copper <kettles> & lids ]]>", abstract: "Copper kettles sing.", published: "2026-02-28" }),
    inventPaper(2, { title: "Violins of granite", abstract: "Granite violins hum.", published: "2026-02-28" }),
    inventPaper(3, { title: "Tides and moons", abstract: "Moons pull tides.", published: "2026-02-28" }),
  ]);
  await engine.embedBacklog();
  for (const [who, scope] of [
    ["ada", "write"],
    ["bob", "write"],
    ["cleo", "read"],
    ["eve", "write"],
  ] as const)
    keys[who] = await engine.addPerson(who, scope);
  await engine.person("ada").addInterest({ name: "Kettles", words: "copper kettles" });
  await engine.person("ada").addInterest({ name: "Violins", words: "granite violins" });
  await engine.person("bob").addInterest({ name: "Tides", words: "moons tides" });
});
afterAll(() => engine.close());

describe("a private feed", () => {
  it("has the picks with abstracts and reasons, under its address alone", async () => {
    const made = await newFeed("ada");
    expect(made.json).toMatch(/^https:\/\/papers\.example\/feeds\/private\/pf_[\w-]{32}\.json$/);
    const feed = await readJson(made.json);
    expect(feed.items.map(({ id }) => id).sort()).toEqual(["tag:paperkin,2026:paper/X:1", "tag:paperkin,2026:paper/X:2"]);
    const [kettles] = feed.items.filter(({ id }) => id.endsWith("X:1"));
    expect(kettles).toMatchObject({ url: "https://papers.example/papers/X:1", date_published: "2026-03-01T12:00:00.000Z" });
    expect(kettles?.content_html).toContain("<p>Copper kettles sing.</p>");
    expect(kettles?.content_html).toContain("<p>fits “Kettles”");
    expect(feed.feed_url).toBe(made.json);
    // Under whatever name it is requested, it answers the same.
    expect(await (await ask(made.json.replace("papers.example", "elsewhere.example"))).text()).toBe(await (await ask(made.json)).text());
  });

  it("of an interest has what was picked for it", async () => {
    const feed = await readJson((await newFeed("ada", { interest: "Violins" })).json);
    expect(feed.title).toBe("Violins · Paperkin");
    expect(feed.items.map(({ id }) => id)).toEqual(["tag:paperkin,2026:paper/X:2"]);
  });

  it("is well-formed in all formats, and is sent once to clients that send its tag", async () => {
    const made = await newFeed("ada");
    for (const address of [made.rss, made.atom]) {
      const xml = await (await ask(address)).text();
      const problems: Error[] = [];
      const parser = new SaxesParser({ xmlns: true });
      parser.on("error", (problem) => problems.push(problem));
      parser.write(xml).close();
      expect(problems).toEqual([]);
      expect(xml).toContain("fits “Kettles”");
    }
    const first = await ask(made.atom);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    const again = await ask(made.atom, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const byTime = await ask(made.atom, { headers: { "if-modified-since": first.headers.get("last-modified") ?? "" } });
    expect(byTime.status).toBe(304);
  });

  it("makes the picks of a day once, and later ones are added on top", async () => {
    const made = await newFeed("ada");
    await readJson(made.json);
    const standing = await library.personal.picks("ada", "2026-03-01");
    now = new Date("2026-03-02T12:00:00Z");
    await library.upsert([inventPaper(4, { title: "Copper kettles again", abstract: "Copper kettles sing on.", published: "2026-03-02" })]);
    await engine.embedBacklog();
    const feed = await readJson(made.json);
    expect(feed.items[0]?.id).toBe("tag:paperkin,2026:paper/X:4");
    expect(feed.items).toHaveLength(3);
    expect(await library.personal.picks("ada", "2026-03-01")).toEqual(standing);
    expect((await library.personal.pickHistory("ada")).map(({ date }) => date)).toEqual(["2026-03-02", "2026-03-01"]);
  });

  it("does not make the picks that a scheduled message is to make", async () => {
    const wanted = { channel: "mail", address: "bob@example.org", kind: "picks", weekdays: [1, 2, 3], timeZone: "UTC" } as const;
    await engine.digests.subscribe("bob", { ...wanted, hour: 18, wantsEmpty: false }, true);
    const made = await newFeed("bob");
    expect((await readJson(made.json)).items).toEqual([]);
    expect(await library.personal.pickHistory("bob")).toEqual([]);
    now = new Date("2026-03-02T18:00:00Z");
    expect((await readJson(made.json)).items.map(({ id }) => id)).toEqual(["tag:paperkin,2026:paper/X:3"]);
  });

  it("is empty for a person who follows nothing", async () => {
    await engine.addPerson("dan", "write");
    const { token } = await engine.person("dan").addFeed();
    expect((await readJson(`/feeds/private/${token}.json`)).items).toEqual([]);
  });
});

describe("an address of a private feed", () => {
  it("opens nothing else, and nothing with another method", async () => {
    const { json, prefix } = await newFeed("ada");
    const token = /pf_[\w-]+/.exec(json)?.[0] ?? "";
    for (const path of ["/v1/picks", "/picks", "/v1/feeds", "/feeds", "/feeds/daily.json", `/feeds/private/${token}/x.json`]) {
      expect((await ask(path)).status, path).toBe(401);
      expect((await ask(path, { headers: { "x-api-key": token } })).status, path).toBe(401);
    }
    for (const path of [`/f/${token}`, `/feeds/private/${token}`, `/feeds/private/${prefix}.json`, "/feeds/private/..json"])
      expect((await ask(path)).status, path).toBe(404);
    expect((await ask(json, { method: "POST" })).status).toBe(405);
    expect((await ask(json, { method: "DELETE" })).status).toBe(405);
  });

  it("I9: is listed and revoked by its owner alone", async () => {
    const { json, prefix } = await newFeed("ada");
    const listed = await (await as("bob", "GET", "/v1/feeds")).text();
    expect(listed).not.toContain(prefix);
    expect(await (await as("bob", "DELETE", `/v1/feeds/${prefix}`)).json()).toEqual({ revoked: 0 });
    expect((await as("bob", "POST", "/v1/feeds", { interest: "Kettles" })).status).toBe(404);
    expect((await ask(json)).status).toBe(200);
    const own = await (await as("ada", "GET", "/v1/feeds")).text();
    expect(own).toContain(prefix);
    expect(own).not.toContain(/pf_[\w-]+/.exec(json)?.[0]);
    expect(await (await as("ada", "DELETE", `/v1/feeds/${prefix}`)).json()).toEqual({ revoked: 1 });
    expect(await (await ask(json)).json()).toMatchObject({ code: "invalid_link", status: 404 });
  });

  it("ends with its interest, and with its person", async () => {
    const { json } = await newFeed("ada", { interest: "Violins" });
    await engine.person("ada").removeInterest("Violins");
    expect((await ask(json)).status).toBe(404);
    const other = await newFeed("bob");
    await engine.removePerson("bob");
    expect((await ask(other.json)).status).toBe(404);
  });

  it("is not made with a key that may only read, nor without limit", async () => {
    expect((await as("cleo", "POST", "/v1/feeds", {})).status).toBe(403);
    expect((await as("cleo", "GET", "/v1/feeds")).status).toBe(200);
    for (let made = (await engine.person("ada").feeds()).length; made < 100; made++) await engine.person("ada").addFeed();
    expect((await as("ada", "POST", "/v1/feeds", {})).status).toBe(400);
  });

  it("is stored as a hash, and appears in no log", async () => {
    const { token } = await engine.person("cleo").addFeed();
    expect(JSON.stringify(await library.delivery.privateFeeds("cleo"))).not.toContain(token);
    await ask(`/feeds/private/${token}.atom`);
    expect(logged).toContain("/feeds/private/***");
    // As a copied link may end, or as somebody types it.
    for (const path of [`/feeds/private/${token}.atom)`, `/feeds/private/${token}.rss/x`, `//feeds/private/${token}`, `/x/${token}.rss`])
      await ask(path);
    await ask(`/FEEDS/private%2F${token}.json`);
    expect(logged.filter((path) => path.includes(token))).toEqual([]);
  });
});

describe("the page of private feeds", () => {
  it("shows a new address once, and revokes it", async () => {
    const [reading, own] = [{ "x-api-key": keys.cleo ?? "" }, { "x-api-key": keys.eve ?? "" }];
    expect((await ask("/feeds", { method: "POST", headers: reading, body: new URLSearchParams() })).status).toBe(403);
    const made = await ask("/feeds", { method: "POST", headers: own, body: new URLSearchParams({ interest: "" }) });
    expect(made.headers.get("cache-control")).toBe("no-store");
    const [address = "", prefix = ""] =
      /https:\/\/papers\.example\/feeds\/private\/(pf_[\w-]{8})[\w-]+\.atom/.exec(await made.text()) ?? [];
    expect((await ask(address)).status).toBe(200);
    const page = await (await ask("/feeds", { headers: own })).text();
    expect(page).toContain(prefix);
    expect(page).not.toContain(address);
    expect((await ask("/feeds/revoke", { method: "POST", headers: own, body: new URLSearchParams({ prefix }) })).status).toBe(303);
    expect((await ask(address)).status).toBe(404);
  });
});

describe("a form that makes a private feed", () => {
  const own = () => ({ "x-api-key": keys.eve ?? "" });
  const onceIn = (page: string) => /name="once" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const formOf = async () => onceIn(await (await ask("/feeds", { headers: own() })).text());
  const send = async (fields: Record<string, string>) =>
    await (await ask("/feeds", { method: "POST", headers: own(), body: new URLSearchParams(fields) })).text();
  const addressIn = (page: string) => /feeds\/private\/pf_[\w-]+\.atom/.exec(page)?.[0];
  const count = async () => (await engine.person("eve").feeds()).length;

  it("makes one feed, however often it is sent, and shows the same address each time", async () => {
    const before = await count();
    const once = await formOf();
    const twice = await Promise.all([send({ interest: "", once }), send({ interest: "", once })]);
    const again = await send({ interest: "", once });
    const pages = [...twice, again];
    expect(new Set(pages.map(addressIn)).size).toBe(1);
    expect(await count()).toBe(before + 1);
    // The page in the response has a form of its own.
    const next = onceIn(again);
    expect(next).not.toBe(once);
    await send({ interest: "", once: next });
    expect(await count()).toBe(before + 2);
    expect(addressIn(await (await ask("/feeds", { headers: own() })).text())).toBeUndefined();
  });

  it("makes another feed once something else is chosen in it, and for somebody else", async () => {
    const once = await formOf();
    const first = addressIn(await send({ interest: "", once }));
    const { id } = await engine.person("eve").addInterest({ words: "copper kettles" });
    expect(addressIn(await send({ interest: id, once }))).not.toBe(first);
    const headers = { "x-api-key": keys.ada ?? "" };
    await engine.person("ada").revokeFeeds((await engine.person("ada").feeds())[0]?.prefix ?? "");
    const others = await (await ask("/feeds", { method: "POST", headers, body: new URLSearchParams({ interest: "", once }) })).text();
    expect(addressIn(others)).toMatch(/^feeds/);
    expect(addressIn(others)).not.toBe(first);
  });

  it("does not show one that was revoked since, and makes none in its place", async () => {
    const once = await formOf();
    const [, prefix = ""] = /(pf_[\w-]{8})/.exec(addressIn(await send({ interest: "", once })) ?? "") ?? [];
    await engine.person("eve").revokeFeeds(prefix);
    const before = await count();
    expect(addressIn(await send({ interest: "", once }))).toBeUndefined();
    expect(await count()).toBe(before);
  });
});

describe("the static files of the pages", () => {
  it("need no key, since pages behind links in mails use them", async () => {
    for (const name of ["style.css", "paperkin.js", "favicon.svg"]) expect((await ask(`/assets/${name}`)).status, name).toBe(200);
    for (const path of ["/assets/nothing.css", "/assets/..", "/assets/%2e%2e%2fpicks", "/assets/a/b"])
      expect([401, 404], path).toContain((await ask(path)).status);
  });

  it("are not sent again to clients that have them, even if a compressing proxy made their tag a weak one", async () => {
    const tag = (await ask("/assets/style.css")).headers.get("etag") ?? "";
    for (const known of [tag, `W/${tag}`, `"other", W/${tag}`])
      expect((await ask("/assets/style.css", { headers: { "if-none-match": known } })).status, known).toBe(304);
    expect((await ask("/assets/style.css", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });
});

const feedparser = spawnSync("python3", ["-c", "import feedparser"]).status === 0;

describe.skipIf(!feedparser)("a private feed read by feedparser (python3-feedparser is needed)", () => {
  it.each(["rss", "atom"] as const)("as %s has no fault, and includes its reasons", async (format) => {
    const [first] = await engine.person("ada").feeds();
    await engine.person("ada").revokeFeeds(first?.prefix ?? "");
    const { token } = await engine.person("ada").addFeed();
    const script =
      "import feedparser, json, sys; d = feedparser.parse(sys.stdin.buffer.read()); print(json.dumps([int(d.bozo), [[e.id, e.title, e.link, e.content[0].value if 'content' in e else e.summary] for e in d.entries]]))";
    const input = await (await ask(`/feeds/private/${token}.${format}`)).text();
    const { stdout } = spawnSync("python3", ["-c", script], { input, encoding: "utf8" });
    const [bozo, entries] = z
      .tuple([z.number(), z.array(z.tuple([z.string(), z.string(), z.string(), z.string()]))])
      .parse(JSON.parse(stdout));
    expect(bozo).toBe(0);
    expect(entries.length).toBeGreaterThan(1);
    for (const [id, , link, html] of entries) {
      expect(id).toMatch(/^tag:paperkin,2026:paper\/X:\d$/);
      expect(link).toMatch(/^https:\/\/papers\.example\/papers\/X:\d$/);
      expect(html).toContain("fits “");
    }
  });
});
