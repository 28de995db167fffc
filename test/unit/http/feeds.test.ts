/** Feeds over HTTP: addresses, conditions, and conditional requests. */
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { ConditionalAnswers } from "../../../src/http/conditional.ts";
import { createHttpApp } from "../../../src/http/http-app.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

const jsonFeedSchema = z.object({
  title: z.string(),
  home_page_url: z.string(),
  feed_url: z.string(),
  items: z.array(z.object({ id: z.string(), url: z.string(), date_published: z.string() })),
});

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder(), { publicUrl: "https://papers.example" });
const app = createHttpApp(engine, {
  apiKeys: [],
  version: "0.0.0",
  readBody: () => Promise.reject(new Error("feeds bring no papers in")),
  isLoopback: () => true,
  createPages: () => new Hono(),
  notFoundPage: (c) => c.text("not found", 404),
  errorPage: (c) => c.text("wrong", 500),
});
const get = async (path: string, headers: Record<string, string> = {}) => await app.request(`http://127.0.0.1:7460${path}`, { headers });
const jsonFeed = async (path: string) => jsonFeedSchema.parse(await (await get(path)).json());
const idsIn = (feed: z.infer<typeof jsonFeedSchema>) => feed.items.map(({ id }) => id.replace(/^.*paper\//, ""));

beforeAll(async () => {
  await library.upsert([
    inventPaper(1, { title: "Copper kettles", published: "2025-03-20", categories: ["cs.AA"] }),
    inventPaper(2, { title: "Copper kettles again", published: "2025-03-24", categories: ["cs.BB"] }),
    inventPaper(3, { title: "Violins of granite", published: "2024-01-01", categories: ["cs.AA"], venue: "Conf-A" }),
    inventPaper(4, { title: "Withdrawn violins", published: "2025-03-23", status: "withdrawn" }),
  ]);
  await engine.addTopic("Copper & kettles", "Copper kettles");
  await engine.embedBacklog();
});
afterAll(() => engine.close());

describe("a feed", () => {
  it("uses the external address in its links if a proxy with TLS was asked, and otherwise the requested one", async () => {
    const linksAt = async (origin: string) => {
      const feed = jsonFeedSchema.parse(await (await app.request(`${origin}/feeds/search.json?q=kettles`)).json());
      return [feed.feed_url, feed.home_page_url, new URL(feed.items[0]?.url ?? "").origin];
    };
    for (const [asked, origin] of [
      ["http://papers.example", "https://papers.example"],
      ["http://192.168.1.2:7460", "http://192.168.1.2:7460"],
    ] as const)
      expect(await linksAt(asked)).toEqual([`${origin}/feeds/search.json?q=kettles`, `${origin}/?q=kettles`, origin]);
  });

  it.each([
    ["rss", "application/rss+xml; charset=utf-8", "<rss"],
    ["atom", "application/atom+xml; charset=utf-8", "<feed"],
    ["json", "application/feed+json; charset=utf-8", "https://jsonfeed.org/version/1.1"],
  ])("is available as %s with its media type", async (format, type, mark) => {
    for (const name of ["daily", "topics/copper-kettles", "search"]) {
      const response = await get(`/feeds/${name}.${format}`);
      expect(response.status, name).toBe(200);
      expect(response.headers.get("content-type")).toBe(type);
      expect(await response.text()).toContain(mark);
    }
  });

  it("of the last days has the newest papers first, with links to the requested address", async () => {
    const feed = await jsonFeed("/feeds/daily.json");
    expect(idsIn(feed)).toEqual(["X:2", "X:4", "X:1", "X:3"]);
    expect(feed).toMatchObject({ home_page_url: "http://127.0.0.1:7460/daily", feed_url: "http://127.0.0.1:7460/feeds/daily.json" });
    expect(feed.items[0]?.url).toBe("http://127.0.0.1:7460/papers/X:2");
  });

  it("of a search has good matches, newest first, and keeps conditions", async () => {
    expect(idsIn(await jsonFeed("/feeds/search.json?q=copper+kettles&mode=keyword"))).toEqual(["X:2", "X:1"]);
    expect(idsIn(await jsonFeed("/feeds/search.json?q=copper+kettles&mode=keyword&sort=score"))).toEqual(["X:1", "X:2"]);
    const narrow = await jsonFeed("/feeds/search.json?q=&category=cs.AA&category=cs.CC");
    expect(idsIn(narrow)).toEqual(["X:1", "X:3"]);
    expect(narrow.home_page_url).toBe("http://127.0.0.1:7460/?q=&category=cs.AA&category=cs.CC");
  });

  it("of a topic has its good papers", async () => {
    const feed = await jsonFeed("/feeds/topics/copper-kettles.json");
    expect(feed.title).toContain("Copper & kettles");
    expect(idsIn(feed).slice(0, 2)).toEqual(["X:2", "X:1"]);
  });

  it.each([
    ["/feeds/topics/nothing.atom", 404, "topic_not_found"],
    ["/feeds/nothing.atom", 404, "route_not_found"],
    ["/feeds/daily.pdf", 404, "route_not_found"],
    ["/feeds/daily", 404, "route_not_found"],
    ["/feeds/search.rss?from=yesterday", 400, "invalid_request"],
    ["/feeds/search.rss?mode=best", 400, "invalid_request"],
    ["/feeds/topics/copper-kettles.rss?sort=worst", 400, "invalid_request"],
  ])("%s is refused with status %i", async (path, status, code) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it("is sent once to clients that send its tag or its time, and again when it has changed", async () => {
    const path = "/feeds/search.atom?q=granite&mode=keyword";
    const first = await get(path);
    const [etag = "", modified = ""] = [first.headers.get("etag") ?? "", first.headers.get("last-modified") ?? ""];
    const conditions: Record<string, string>[] = [
      { "if-none-match": etag },
      { "if-none-match": `"other", W/${etag}` },
      { "if-modified-since": modified },
    ];
    for (const headers of conditions) {
      const again = await get(path, headers);
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
      expect(again.headers.get("etag")).toBe(etag);
    }
    // A different tag decides, whatever the time.
    expect((await get(path, { "if-none-match": '"other"', "if-modified-since": modified })).status).toBe(200);
    expect((await get(path, { "if-modified-since": "not a time" })).status).toBe(200);
    await library.upsert([inventPaper(9, { title: "Granite at last", published: "2025-03-25" })]);
    const changed = await get(path, { "if-none-match": etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(etag);
    expect((await get(path, { "if-modified-since": modified })).status).toBe(200);
  });
});

describe("the time of an answer", () => {
  it("is when its content was first seen, later for each change, and forgotten when there are too many", async () => {
    let now = Date.UTC(2025, 2, 24, 12);
    let body = "one";
    const answers = new ConditionalAnswers(() => now);
    const one = new Hono().get("/*", (c) => answers.answer(c, body, "text/plain"));
    const modified = async (path = "/") => (await one.request(path)).headers.get("last-modified");
    expect(await modified()).toBe("Mon, 24 Mar 2025 12:00:00 GMT");
    now += 60_000;
    expect(await modified()).toBe("Mon, 24 Mar 2025 12:00:00 GMT");
    body = "two";
    expect(await modified()).toBe("Mon, 24 Mar 2025 12:01:00 GMT");
    body = "three";
    expect(await modified()).toBe("Mon, 24 Mar 2025 12:01:01 GMT");
    now += 60_000;
    for (let at = 0; at < 1_000; at++) await modified(`/${at}`);
    expect(await modified()).toBe("Mon, 24 Mar 2025 12:02:00 GMT");
  });
});
