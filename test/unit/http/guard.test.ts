/** Who is let in, what a page from elsewhere can cause, and who may cache answers. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isLoopback } from "../../../src/config.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const app = serviceOf(engine, { isLoopback: (host) => host === "localhost" });
const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  app.request(`http://localhost${path}`, { method, headers: { host: "localhost", ...headers } });
/** Keys are cached for a second. */
const later = () => vi.advanceTimersByTime(2_000);

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  await library.upsert(inventPapers(20));
  await engine.embedBacklog();
  await engine.person("me").addInterest({ words: "lantern river" });
});
afterAll(async () => {
  vi.useRealTimers();
  await engine.close();
});

describe("a page from elsewhere", () => {
  it("has no influence on the picks of a day", async () => {
    for (const site of ["cross-site", "same-site"]) expect((await ask("/v1/picks?limit=1", { "sec-fetch-site": site })).status).toBe(403);
    expect((await ask("/v1/picks?limit=1", { origin: "http://evil.example" })).status).toBe(403);
    expect(await engine.person("me").picks(engine.person("me").today())).toMatchObject({ picks: { picks: expect.any(Array) } });
    for (const headers of [{}, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }] as Record<string, string>[])
      expect((await ask("/v1/picks", headers)).status).toBe(200);
    expect((await ask("/picks", { "sec-fetch-site": "cross-site" })).status).toBe(200);
    // A link is followed; a request that merely loads the page, so that the picks of some day are made, is refused.
    expect((await ask("/picks", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" })).status).toBe(200);
    for (const dest of ["image", "iframe", "empty", "script"]) {
      expect((await ask("/picks?date=2026-03-02", { "sec-fetch-site": "cross-site", "sec-fetch-dest": dest })).status).toBe(403);
      expect((await ask("/picks", { "sec-fetch-site": "same-origin", "sec-fetch-dest": dest })).status).toBe(200);
    }
  });
});

describe("a page from here", () => {
  it("identifies itself with its forms over plain http too, and to nobody else", async () => {
    expect((await ask("/")).headers.get("referrer-policy")).toBe("same-origin");
    const send = async (origin: string) => (await ask("/judgments", { origin }, "POST")).status;
    expect([await send("http://localhost"), await send("null"), await send("http://evil.example")]).toEqual([400, 403, 403]);
  });
});

describe("a service without keys", () => {
  it("knows this machine's names however somebody types them", async () => {
    const own = serviceOf(engine, { isLoopback });
    const from = async (host: string) => (await own.request("http://localhost/v1/interests", { headers: { host } })).status;
    for (const host of ["localhost", "LocalHost:7460", "127.1", "127.0.0.2:80", "[::1]:7460", "[0:0:0:0:0:0:0:1]"])
      expect(await from(host), host).toBe(200);
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.4", "[::2]", "a b", ""])
      expect(await from(host), host).toBe(403);
  });
});

describe("a service without keys, behind a proxy on this machine", () => {
  it("serves the owner on this machine alone", async () => {
    const own = serviceOf(engine, { isLoopback });
    const from = async (forwarded: string | undefined, httpVersion = "1.1") => {
      const headers = { host: "localhost", ...(forwarded === undefined ? {} : { "x-forwarded-for": forwarded }) };
      const env = { incoming: { httpVersion, socket: { remoteAddress: "127.0.0.1", remotePort: 1, remoteFamily: "IPv4" } } };
      return (await own.request("http://localhost/v1/interests", { headers }, env)).status;
    };
    for (const client of ["203.0.113.7", "10.0.0.5, 127.0.0.1", "2001:db8::1"]) expect(await from(client), client).toBe(403);
    for (const client of ["127.0.0.1", "::1"]) expect(await from(client), client).toBe(200);
    for (const nobody of ["", "203.0.113.7, "]) expect(await from(nobody), nobody).toBe(403);
    // As nginx sends it with nothing but `proxy_pass`.
    expect([await from(undefined), await from(undefined, "1.0"), await from("::1", "1.0")]).toEqual([200, 403, 200]);
  });

  it("refuses what shows in another way that a proxy passed it on", async () => {
    const own = serviceOf(engine, { isLoopback });
    const env = { incoming: { httpVersion: "1.1", socket: { remoteAddress: "127.0.0.1", remotePort: 1, remoteFamily: "IPv4" } } };
    const from = async (headers: Record<string, string>) =>
      (await own.request("http://localhost/v1/interests", { headers: { host: "127.0.0.1:7460", ...headers } }, env)).status;
    for (const header of ["x-real-ip", "forwarded", "via", "x-forwarded-host", "x-forwarded-proto"])
      expect(await from({ [header]: "203.0.113.7" }), header).toBe(403);
    expect(await from({ "x-real-ip": "127.0.0.1", "x-forwarded-for": "127.0.0.1" })).toBe(200);
    // nginx since 1.29.7 with nothing but `proxy_pass`: only the address of the page that is being left shows it.
    const sites: Record<string, string>[] = [{ "sec-fetch-site": "same-origin" }, {}];
    for (const site of sites) {
      expect(await from({ ...site, referer: "https://papers.example.org/interests" })).toBe(403);
      expect(await from({ ...site, referer: "http://127.0.0.1:7460/interests" })).toBe(200);
    }
    expect(await from({ "sec-fetch-site": "cross-site", referer: "https://elsewhere.example.org/" })).toBe(200);
  });
});

describe("answers", () => {
  it.each(["/v1/interests", "/v1/picks", "/v1/feedback", "/picks", "/interests", "/feedback", "/v1/interests/nothing", "/"])(
    "I9: of %s are not cached on the way",
    async (path) => {
      expect((await ask(path)).headers.get("cache-control")).toBe("private, no-cache");
    },
  );

  it("set their own caching if anybody may cache them", async () => {
    expect((await ask("/feeds/daily.atom")).headers.get("cache-control")).toBe("no-cache");
    expect((await ask("/feeds")).headers.get("cache-control")).toBe("no-store");
    expect((await ask("/assets/style.css")).headers.get("cache-control") ?? "").not.toContain("private");
  });
});

describe("a library that cannot be read", () => {
  it("fails the request that reads it, and nothing that nobody waits for", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const closed = () => Promise.reject(new Error("closed"));
    const [keys, people] = [vi.spyOn(library.personal, "keys"), vi.spyOn(library.personal, "people")];
    keys.mockImplementation(closed);
    people.mockImplementation(closed);
    later();
    expect((await ask("/v1/interests")).status).toBe(500);
    expect((await ask("/v1/interests", { "x-api-key": "pk_none" })).status).toBe(500);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    for (const one of [keys, people]) one.mockRestore();
    later();
  });
});

describe("a service whose last key was revoked", () => {
  it("stays closed as long as there are people, and belongs to its owner again without any", async () => {
    const key = await engine.addPerson("ada", "write");
    later();
    expect((await ask("/v1/interests")).status).toBe(401);
    await engine.revokeKey(key.slice(0, 11));
    later();
    for (const headers of [{}, { "x-api-key": key }] as Record<string, string>[])
      expect((await ask("/v1/interests", headers)).status).toBe(401);
    await engine.removePerson("ada");
    later();
    expect((await ask("/v1/interests")).status).toBe(200);
  });
});
