/** Comments: everybody in the service reads them, their text does nothing, and only their author or an admin removes one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const app = serviceOf(engine);
const keys: Record<string, string> = {};
const as = async (who: string, method: string, path: string, body?: unknown) =>
  await app.request(`http://papers.example${path}`, {
    method,
    headers: {
      "x-api-key": keys[who] ?? "",
      ...(body === undefined || body instanceof URLSearchParams ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
  });
const commentSchema = z.object({ id: z.string(), paperId: z.string(), person: z.string(), text: z.string(), created: z.string() });
const write = async (who: string, text: string, paper = "X:1") =>
  commentSchema.parse(await (await as(who, "POST", `/v1/papers/${paper}/comments`, { text })).json());
const read = async (who: string, paper = "X:1") =>
  z.object({ comments: z.array(commentSchema) }).parse(await (await as(who, "GET", `/v1/papers/${paper}/comments`)).json()).comments;
const page = async (who: string, path = "/papers/X:1") => await (await as(who, "GET", path)).text();

beforeAll(async () => {
  await library.upsert([
    inventPaper(1, { title: "Copper kettles", comments: 14, votes: 7, sources: ["hf-daily"], published: "2026-02-28" }),
    inventPaper(2, { ids: ["DOI:10.1234/a/b"], title: "Violins", published: "2026-02-28" }),
  ]);
  await engine.embedBacklog();
  for (const [who, scope] of [
    ["ada", "write"],
    ["bob", "write"],
    ["cleo", "read"],
    ["root", "admin"],
  ] as const)
    keys[who] = await engine.addPerson(who, scope);
});
afterAll(() => engine.close());

describe("a comment", () => {
  it("is readable by everybody with a key, under any id of its paper", async () => {
    const written = await write("ada", "  Kettles!\r\n\r\n\r\n\r\nAnd lids. ");
    expect(written).toMatchObject({ person: "ada", paperId: "X:1", text: "Kettles!\n\nAnd lids." });
    for (const who of ["ada", "bob", "cleo"]) expect(await read(who)).toEqual([written]);
    expect((await as("nobody", "GET", "/v1/papers/X:1/comments")).status).toBe(401);
    const other = await write("bob", "Granite.", "10.1234/A/B");
    expect(other.paperId).toBe("DOI:10.1234/a/b");
    expect(await read("ada", "DOI:10.1234%2Fa%2Fb")).toEqual([other]);
    expect(await page("bob")).toContain("everybody who uses this service can read it");
  });

  it("that is refused links back to its paper", async () => {
    const body = new URLSearchParams({ paperId: "X:1", text: "", back: "/papers/X:1#comments" }).toString();
    const headers = {
      "x-api-key": keys.ada ?? "",
      "content-type": "application/x-www-form-urlencoded",
      "content-length": `${body.length}`,
    };
    const refused = await app.request("http://papers.example/comments", { method: "POST", headers, body });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('<a href="/papers/X:1#comments">Back to where you were</a>'),
    ]);
  });

  it("submitted by a double click is stored once, and may be written again once it is removed", async () => {
    const form = new URLSearchParams({ paperId: "X:1", text: "Twice.", back: "/papers/X:1#comments" });
    const clicked = await Promise.all([as("ada", "POST", "/comments", form), as("ada", "POST", "/comments", form)]);
    expect(clicked.map(({ status }) => status)).toEqual([303, 303]);
    const twice = async () => (await read("ada")).filter(({ text }) => text === "Twice.").map(({ id }) => id);
    const [only = "", ...others] = await twice();
    expect([only, others]).toEqual([expect.stringMatching(/^c_/), []]);
    expect((await write("ada", "Twice.")).id).toBe(only);
    const { id } = await write("bob", "Twice.");
    expect(await twice()).toHaveLength(2);
    await as("bob", "DELETE", `/v1/comments/${id}`);
    await as("ada", "DELETE", `/v1/comments/${only}`);
    expect((await write("ada", "Twice.")).id).not.toBe(only);
  });

  it("can be removed by its author, and by an admin", async () => {
    const [first, second] = [await write("ada", "First."), await write("ada", "Second.")];
    expect((await as("bob", "DELETE", `/v1/comments/${first.id}`)).status).toBe(403);
    expect((await as("bob", "POST", "/comments/remove", new URLSearchParams({ id: first.id }))).status).toBe(403);
    expect((await as("cleo", "DELETE", `/v1/comments/${first.id}`)).status).toBe(403);
    expect((await as("ada", "DELETE", `/v1/comments/${first.id}`)).status).toBe(204);
    expect((await as("ada", "DELETE", `/v1/comments/${first.id}`)).status).toBe(404);
    // A double click.
    for (let click = 0; click < 2; click++)
      expect((await as("root", "POST", "/comments/remove", new URLSearchParams({ id: second.id }))).status).toBe(303);
    expect((await as("ada", "POST", "/comments/remove", new URLSearchParams({ id: second.id }))).status).toBe(404);
    const ids = (await read("bob")).map(({ id }) => id);
    expect([ids.includes(first.id), ids.includes(second.id)]).toEqual([false, false]);
  });

  it("needs some text, not too much of it, on an existing paper, by somebody allowed to write", async () => {
    const before = await read("ada");
    for (const text of ["", " \n ", "\u0000", "x".repeat(1_001)])
      expect((await as("ada", "POST", "/v1/papers/X:1/comments", { text })).status).toBe(400);
    expect((await as("ada", "POST", "/v1/papers/X:99/comments", { text: "?" })).status).toBe(404);
    expect((await as("cleo", "POST", "/v1/papers/X:1/comments", { text: "May I?" })).status).toBe(403);
    // A key that may write its own data removes no paper this way.
    expect((await as("ada", "DELETE", "/v1/papers/X:1/comments")).status).toBe(403);
    expect(await read("ada")).toEqual(before);
    expect((await write("ada", "🫖".repeat(1_000))).text).toHaveLength(2_000);
  });

  it("is plain text: markup stays text, and only web addresses become links, marked nofollow", async () => {
    await write("ada", '<img src=x onerror=alert(1)> javascript:alert(1) see https://example.org/a?b="c. (http://user:p@h.example/)');
    const html = await page("bob");
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt; javascript:alert(1) see");
    expect(html).toContain('<a href="https://example.org/a?b=" rel="noopener noreferrer nofollow ugc">https://example.org/a?b=</a>');
    expect(html).not.toContain('href="javascript');
  });

  it("contains no characters that change the direction of text", async () => {
    expect((await write("ada", "a\u202Eb\u2066c")).text).toBe("a b c");
  });

  it("is limited to fifty for one person on one paper", async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 52; at++) statuses.push((await as("bob", "POST", "/v1/papers/X:1/comments", { text: `Number ${at}.` })).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    expect((await write("ada", "I still may.")).text).toBe("I still may.");
  });
});

describe("the daily listing", () => {
  it("counts local comments and votes in addition to those from a source", async () => {
    const here = (await read("ada")).length;
    await engine.person("ada").giveFeedback("X:1", { kind: "vote" });
    await engine.person("bob").giveFeedback("X:1", { kind: "vote" });
    const html = await page("cleo", "/daily/2026-02-28");
    expect(html).toContain(`${here} comments here, 14 on Hugging Face`);
    expect(html).toContain("2 votes here, 7 on Hugging Face");
    const answer: unknown = await (await as("cleo", "GET", "/v1/daily?date=2026-02-28&sort=votes")).json();
    expect(answer).toMatchObject({ papers: [{ here: { votes: 2, comments: here } }, { here: { votes: 0, comments: 1 } }] });
  });
});

describe("a service used by one person", () => {
  it("treats comments as notes to oneself", async () => {
    const own = new MemoryLibrary();
    const alone = new Engine(own, new HashingEmbedder());
    await own.upsert([inventPaper(1)]);
    const pages = serviceOf(alone, {
      isLoopback: (host) => host === "localhost",
    });
    const response = await pages.request("http://localhost/comments", {
      method: "POST",
      body: new URLSearchParams({ paperId: "X:1", text: "Mine.", back: "/papers/X:1#comments" }),
    });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/papers/X:1#comments"]);
    const html = await (await pages.request("http://localhost/papers/X:1")).text();
    expect(html).toContain("nobody else uses this service");
    expect(html).toContain("Mine.");
    await alone.close();
  });
});
