/** Signing in to the pages: by key and by mailed link, what a session may do, and how it ends. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { SmtpTransport } from "../../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { SmtpService } from "../delivery/smtp-service.ts";
import { type Service, serviceOf } from "./service-of.ts";

let now: Date;
let smtp: SmtpService;
let engine: Engine;
let app: Service;
let adaKey: string;
const logged: string[] = [];
const failures: unknown[] = [];

const address = "https://papers.example";
const ask = async (path: string, init: RequestInit = {}, from = "192.0.2.1") =>
  await app.request(address + path, { ...init, headers: { accept: "text/html", ...init.headers } }, socketOf(from));
const socketOf = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress, remotePort: 1, remoteFamily: "IPv4" } } });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}, from?: string) => {
  const body = new URLSearchParams(fields);
  return ask(path, { method: "POST", body, headers: { "content-length": String(body.toString().length), ...headers } }, from);
};
const cookieOf = (response: Response) => /^__Host-paperkin_session=[^;]*/.exec(response.headers.get("set-cookie") ?? "")?.[0] ?? "";
const signInByKey = async (key: string) => ({ cookie: cookieOf(await post("/sign-in", { key })) });
const lastLink = () => /https:\/\/papers\.example(\/sign-in\/ps_[\w-]{32})\s/.exec(smtp.mails.at(-1)?.text ?? "")?.[1] ?? "";
const requestLink = async (to: string, from?: string) => {
  const response = await post("/sign-in", { address: to }, {}, from);
  await engine.signIns.settled();
  return response;
};

function open(mail: boolean): void {
  const library = new MemoryLibrary(() => now);
  const settings = { host: "127.0.0.1", port: smtp.port, from: "papers@example.org", tls: "none" } as const;
  engine = new Engine(library, new HashingEmbedder(), {
    now: () => now,
    publicUrl: address,
    ...(mail ? { mail: new SmtpTransport(settings) } : {}),
  });
  app = serviceOf(engine, {
    apiKeys: ["the-key-of-the-settings"],
    createPages: (options) => createWebApp(engine, { ...options, onFailure: (error) => failures.push(error) }),
    onRequest: ({ path }) => logged.push(path),
  });
}

beforeAll(async () => {
  smtp = await SmtpService.start();
});
afterAll(() => smtp.close());
beforeEach(async () => {
  now = new Date("2026-03-01T12:00:00Z");
  smtp.mails.length = 0;
  failures.length = 0;
  open(true);
  adaKey = await engine.addPerson("ada", "write");
  await engine.addPerson("bob", "read");
  return () => engine.close();
});

describe("a key", () => {
  it("is exchanged for a session, and appears in no page and no cookie", async () => {
    const refused = await ask("/interests?x=1");
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBeNull();
    expect(await refused.text()).toContain('value="/interests?x=1"');
    const response = await post("/sign-in", { key: adaKey, back: "/interests?x=1" });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/interests?x=1"]);
    const written = response.headers.get("set-cookie") ?? "";
    for (const part of ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"]) expect(written).toContain(part);
    expect(written).not.toContain(adaKey);
    const cookie = cookieOf(response);
    const page = await ask("/account", { headers: { cookie } });
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain("signed in as ada");
    for (const secret of [adaKey, cookie.split("=")[1] ?? "?"]) expect(text).not.toContain(secret);
  });

  it("signs in again and resubmits the form that a browser sent after its session had ended", async () => {
    const typed = { paperId: "X:1", kind: "note", note: "Typed for <an hour>,\nand a line.", back: "/picks#of-X-1" };
    const refused = await post("/feedback", typed);
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, null]);
    const page = await refused.text();
    expect(page).toContain("What you sent is kept on this page");
    expect(page).toContain('name="note" value="Typed for &lt;an hour&gt;,\nand a line."');
    const resumed = { ...typed, resume: "/feedback" };
    const wrong = await post("/sign-in", { ...resumed, key: "pk_wrong" });
    expect([wrong.status, await wrong.text()]).toEqual([401, expect.stringContaining('name="resume" value="/feedback"')]);
    const response = await post("/sign-in", { ...resumed, key: adaKey });
    expect([response.status, response.headers.get("location")]).toEqual([307, "/feedback"]);
    expect(cookieOf(response)).not.toBe("");
    for (const resume of ["https://evil.example/", "//evil.example/"]) {
      const to = (await post("/sign-in", { ...resumed, resume, key: adaKey })).headers.get("location") ?? "";
      expect(new URL(to, address).origin, resume).toBe(address);
    }
    // The longest note, as encoded by forms, fits into both.
    const long = await post("/feedback", { ...typed, note: "字".repeat(10_000) });
    expect([long.status, (await long.text()).includes("字字")]).toEqual([401, true]);
    expect((await post("/sign-in", { ...resumed, note: "字".repeat(10_000), key: adaKey })).status).toBe(307);
  });

  it("triggers no password dialog in browsers, and forms from another origin are not resubmitted", async () => {
    const script = await ask("/v1/suggest?q=a", { headers: { accept: "*/*", "x-requested-with": "paperkin" } });
    expect([script.status, script.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="Paperkin"']);
    const foreign = await post("/feedback", { note: "not mine" }, { origin: "https://evil.example" });
    expect([foreign.status, await foreign.text()]).toEqual([403, expect.not.stringContaining('name="note"')]);
  });

  it("without permission is told so by a page, which keeps the input", async () => {
    const { cookie } = await signInByKey(await engine.addPerson("carl", "read"));
    const refused = await post("/comments", { paperId: "X:1", text: "A long thought." }, { cookie });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([403, expect.stringContaining("text/html")]);
    expect(await refused.text()).toMatch(/<textarea[^>]*readonly[^>]*>\s*A long thought\.\s*<\/textarea>/);
    const page = await ask("/admin", { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([403, expect.stringContaining("<h1>This is not allowed</h1>")]);
    expect((await ask("/admin", { headers: { cookie, accept: "*/*" } })).headers.get("content-type")).toContain("problem+json");
  });

  it("that is wrong opens no session, and may not be tried too often", async () => {
    const response = await post("/sign-in", { key: "pk_wrong" }, {}, "192.0.2.9");
    expect([response.status, cookieOf(response)]).toEqual([401, ""]);
    for (let at = 0; at < 30; at++) await post("/sign-in", { key: "pk_wrong" }, {}, "192.0.2.9");
    expect((await post("/sign-in", { key: adaKey }, {}, "192.0.2.9")).status).toBe(429);
    expect((await post("/sign-in", { key: adaKey }, {}, "192.0.2.10")).status).toBe(303);
    now = new Date("2026-03-01T12:16:00Z");
    expect((await post("/sign-in", { key: adaKey }, {}, "192.0.2.9")).status).toBe(303);
  });

  it("is rate-limited by the client reported by a proxy on this machine, and nobody else is believed", async () => {
    const tries = async (from: string, forwarded: (at: number) => string) => {
      const statuses: number[] = [];
      for (let at = 0; at < 22; at++)
        statuses.push((await post("/sign-in", { key: "pk_wrong" }, { "x-forwarded-for": forwarded(at) }, from)).status);
      return statuses.at(-1);
    };
    expect(await tries("127.0.0.1", (at) => `192.0.2.200, 198.51.100.${at}`)).toBe(401);
    expect(await tries("192.0.2.50", (at) => `198.51.100.${at}`)).toBe(429);
    // One client, however its address is written, and whatever its port or the rest of its network.
    expect(await tries("127.0.0.1", (at) => `203.0.113.7:${40_000 + at}`)).toBe(429);
    expect(await tries("127.0.0.1", (at) => `[2001:db8:7:7::1]:${40_000 + at}`)).toBe(429);
    expect(await tries("127.0.0.1", (at) => (at % 2 === 0 ? `2001:db8::${at + 1}:1` : `2001:0DB8:0:0:1:2:3:${at}`))).toBe(429);
    expect(await tries("127.0.0.1", (at) => `2001:db8:1:${at}::1`)).toBe(401);
  });

  it("is rate-limited by the client reported by trusted proxies, the last address that is not one of theirs", async () => {
    app = serviceOf(engine, { trustedProxies: ["198.51.100.7", "10.1.0.0/16", "fd00::/8"] });
    const wrong = async (from: string, forwarded?: string) =>
      (await post("/sign-in", { key: "pk_wrong" }, forwarded === undefined ? {} : { "x-forwarded-for": forwarded }, from)).status;
    const last = async (ask: (at: number) => Promise<number>) => {
      const statuses: number[] = [];
      for (let at = 0; at < 22; at++) statuses.push(await ask(at));
      return statuses.at(-1);
    };
    for (const proxy of ["198.51.100.7", "::ffff:198.51.100.7", "10.1.2.3", "fd00::1", "fd00::2%eth0"])
      expect(await last((at) => wrong(proxy, `192.0.2.${at}, 203.0.${proxy.length}.${at}`)), proxy).toBe(401);
    // One client behind two proxies, whatever it claims itself.
    expect(await last((at) => wrong("198.51.100.7", `192.0.2.${at}, 203.0.113.77, 10.1.0.${at}, 127.0.0.1`))).toBe(429);
    // Nobody who is not trusted, and a proxy that reports nothing is the client itself.
    expect(await last((at) => wrong("10.2.0.1", `192.0.2.${at}`))).toBe(429);
    expect(await last(() => wrong("10.1.0.9"))).toBe(429);
    expect(await last((at) => wrong("10.1.0.10", `192.0.2.${at}, 10.2.0.2`))).toBe(429);
  });

  it("is used by browsers that the account lists under their usual names", async () => {
    const agents = {
      "Firefox on Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Edge on a Mac":
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
      "Safari on an iPhone":
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "curl/8.5.0": "curl/8.5.0",
    };
    for (const agent of Object.values(agents)) await post("/sign-in", { key: adaKey }, { "user-agent": agent });
    const page = await (await ask("/account", { headers: await signInByKey(adaKey) })).text();
    expect([...page.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, name]) => name).sort()).toEqual(
      ["This browser", ...Object.keys(agents)].sort(),
    );
  });

  it("ends its sessions when it is revoked", async () => {
    const { cookie } = await signInByKey(adaKey);
    await engine.revokeKey(adaKey.slice(0, 11));
    open(true);
    expect((await ask("/account", { headers: { cookie } })).status).toBe(401);
  });

  it("never redirects to another service", async () => {
    for (const back of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/..//evil.example", "javascript:alert(1)"]) {
      const to = (await post("/sign-in", { key: adaKey, back })).headers.get("location") ?? "";
      expect(new URL(to, address).origin, back).toBe(address);
    }
  });
});

describe("a link in an email", () => {
  beforeEach(() => engine.signIns.setMailbox("ada", "Ada@example.org"));

  it("signs in with its button, once, and changes nothing when opened", async () => {
    await requestLink("ada@EXAMPLE.org");
    expect(smtp.mails).toHaveLength(1);
    const link = lastLink();
    for (const method of ["GET", "HEAD", "GET"]) expect((await ask(link, { method })).status).toBe(200);
    expect(await engine.signIns.sessions()).toEqual([]);
    expect((await post(link, {}, { origin: "https://evil.example" })).status).toBe(403);
    const response = await post(link, {});
    expect([response.status, response.headers.get("location")]).toEqual([303, "/picks"]);
    const cookie = cookieOf(response);
    expect((await ask("/account", { headers: { cookie } })).status).toBe(200);
    const again = await post(link, {});
    expect([again.status, cookieOf(again)]).toEqual([404, ""]);
    expect(logged).toContain("/sign-in/***");
    expect(logged.join()).not.toContain("ps_");
  });

  it("is worthless after a quarter of an hour, when altered, or once the address has changed", async () => {
    await requestLink("ada@example.org");
    expect((await post(`${lastLink()}x`, {})).status).toBe(404);
    now = new Date("2026-03-01T12:15:00Z");
    expect((await ask(lastLink())).status).toBe(404);
    expect((await post(lastLink(), {})).status).toBe(404);
    await requestLink("ada@example.org");
    await engine.signIns.setMailbox("ada", "ada@example.net");
    expect((await post(lastLink(), {})).status).toBe(404);
  });

  it("gets the same response whether the address is known or not, and is never sent to an unknown one", async () => {
    const [known, unknown] = [await requestLink("ada@example.org"), await requestLink("eve@example.org")];
    expect(unknown.status).toBe(known.status);
    expect(await unknown.text()).toBe(await known.text());
    expect(smtp.mails.map(({ to }) => to)).toHaveLength(1);
  });

  it("goes to the address given for the person, not to one that looks alike", async () => {
    await engine.signIns.setMailbox("bob", "mike@example.org");
    // The Kelvin sign becomes a small k when lowercased.
    for (const typed of ["MIKE@example.org", "mi\u212Ae@example.org"]) await requestLink(typed);
    expect(smtp.mails.flatMap(({ to }) => to ?? []).map(({ text }) => text)).toEqual(["mike@example.org", "mike@example.org"]);
  });

  it("is answered before anything about the address is looked up", async () => {
    const asked: string[] = [];
    const { mailboxes } = engine.library.signIns;
    engine.library.signIns.mailboxes = () => {
      asked.push("mailboxes");
      return mailboxes.call(engine.library.signIns);
    };
    engine.signIns.requestLink("ada@example.org", "x", () => undefined);
    expect(asked).toEqual([]);
    await engine.signIns.settled();
    expect(asked).toEqual(["mailboxes"]);
  });

  it("goes to an address at most three times in a quarter of an hour, whoever requests it", async () => {
    for (let at = 0; at < 5; at++) expect((await requestLink("ada@example.org", `192.0.2.${at}`)).status).toBe(200);
    expect(smtp.mails).toHaveLength(3);
  });

  it("goes to the confirmed address of a person's picks, never to the owner's, a trending, or an unconfirmed one", async () => {
    const input = { channel: "mail", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false } as const;
    await engine.digests.subscribe("bob", { ...input, address: "bob@example.org", kind: "picks" }, true);
    await engine.digests.subscribe("bob", { ...input, address: "all@example.org", kind: "trending" }, true);
    await engine.digests.subscribe("bob", { ...input, address: "open@example.org", kind: "picks" }, false);
    await engine.digests.subscribe("me", { ...input, address: "guest@example.org", kind: "picks" }, true);
    for (const to of ["all@example.org", "open@example.org", "guest@example.org", "bob@example.org"]) await requestLink(to);
    expect(smtp.mails.map(({ to }) => (Array.isArray(to) ? to[0] : to)?.text)).toEqual(["bob@example.org"]);
  });

  it("grants no more than the person's keys do, and never everything", async () => {
    await engine.signIns.setMailbox("bob", "bob@example.org");
    await engine.signIns.setMailbox("me", "me@example.org");
    const signIn = async (to: string) => {
      await requestLink(to);
      return { cookie: cookieOf(await post(lastLink(), {})) };
    };
    const [ada, bob, me] = [await signIn("ada@example.org"), await signIn("bob@example.org"), await signIn("me@example.org")];
    const interest = { words: "kettles" };
    expect((await post("/interests", interest, ada)).status).toBe(303);
    expect((await post("/interests", interest, bob)).status).toBe(403);
    expect((await post("/interests", interest, me)).status).toBe(303);
    expect((await ask("/v1/papers/x:1", { method: "DELETE", headers: me })).status).toBe(403);
  });

  it("logs what went wrong and keeps it for administrators, and tells the requester nothing", async () => {
    smtp.faults.push({ at: "recipient", code: 550 });
    expect((await requestLink("ada@example.org")).status).toBe(200);
    expect(failures).toMatchObject([{ code: "delivery_failed" }]);
    await expect.poll(() => engine.library.faults()).toMatchObject([{ work: "sign-in mail", code: "delivery_failed" }]);
  });

  it("is not offered if no mail is set up", async () => {
    const pages = async () => [await (await ask("/sign-in")).text(), await (await ask("/interests")).text()];
    for (const page of await pages()) expect(page).toContain("link in an email");
    open(false);
    for (const page of await pages()) {
      expect(page).toContain('name="key"');
      expect(page).not.toMatch(/link in an email|Ask for one|name="address"/);
    }
    expect((await post("/sign-in", { address: "ada@example.org" })).status).toBe(400);
  });
});

describe("a session", () => {
  it("ends by signing out, with its person, and on the command line, each alone", async () => {
    const [first, second, third] = [await signInByKey(adaKey), await signInByKey(adaKey), await signInByKey(adaKey)];
    const status = async (headers: { cookie: string }) => (await ask("/account", { headers })).status;
    await post("/sign-out", {}, first);
    expect([await status(first), await status(second)]).toEqual([401, 200]);
    const prefix = second.cookie.split("=")[1]?.slice(0, 11) ?? "";
    await post("/account/revoke", { prefix }, third);
    expect([await status(second), await status(third)]).toEqual([401, 200]);
    expect(await engine.signIns.end({ person: "ada" })).toBe(1);
    expect(await status(third)).toBe(401);
  });

  it("I9: is ended and seen by nobody else", async () => {
    const before = await signInByKey(adaKey);
    open(true);
    const key = await engine.addPerson("ada", "write");
    const own = await signInByKey(key);
    const cleo = { "x-api-key": await engine.addPerson("cleo", "write") };
    const prefix = own.cookie.split("=")[1]?.slice(0, 11) ?? "";
    await post("/account/revoke", { prefix }, cleo);
    await post("/account/revoke", {}, cleo);
    expect(await (await ask("/account", { headers: cleo })).text()).not.toContain(prefix);
    expect((await ask("/account", { headers: own })).status).toBe(200);
    // From another library, it is worthless.
    expect((await ask("/account", { headers: before })).status).toBe(401);
  });

  it("ends after a month without use, and continues with use", async () => {
    const session = await signInByKey(adaKey);
    now = new Date("2026-03-25T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(200);
    now = new Date("2026-04-20T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(200);
    now = new Date("2026-05-21T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(401);
  });

  it("stays ended if it was ended while its use was being recorded", async () => {
    const session = await signInByKey(adaKey);
    const { signIns } = engine.library;
    const read = signIns.session.bind(signIns);
    vi.spyOn(signIns, "session").mockImplementationOnce(async (hash) => {
      const found = await read(hash);
      await signIns.removeSession(hash);
      return found;
    });
    now = new Date("2026-03-02T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(401);
    expect(await signIns.sessions("ada")).toEqual([]);
  });

  it("continues when the disk is full: only its last use is not recorded", async () => {
    const session = await signInByKey(adaKey);
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    const putting = vi.spyOn(engine.library.signIns, "useSession").mockRejectedValue(full);
    now = new Date("2026-03-25T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(200);
    expect(putting).toHaveBeenCalled();
    putting.mockRestore();
    now = new Date("2026-04-20T12:00:00Z");
    expect((await ask("/account", { headers: session })).status).toBe(401);
  });

  it("changes nothing on behalf of a page of another origin", async () => {
    const session = await signInByKey(adaKey);
    expect((await post("/interests", { words: "kettles" }, { ...session, origin: "https://evil.example" })).status).toBe(403);
    expect(await engine.person("ada").interests()).toEqual([]);
  });

  it("uses a cookie name that no other host of the domain can write, if browsers use the public address", async () => {
    const { cookie } = await signInByKey(adaKey);
    const tossed = cookie.replace("__Host-", "");
    expect((await ask("/account", { headers: { cookie: tossed } })).status).toBe(401);
    expect((await ask("/account", { headers: { cookie: `${tossed}x; ${cookie}` } })).status).toBe(200);
    const out = await post("/sign-out", {}, { cookie });
    expect(out.headers.get("set-cookie")).toMatch(/__Host-paperkin_session=; Max-Age=0; Path=\/; Secure/);
  });

  it("uses a cookie name that works over plain http, if it is requested at another address", async () => {
    const here = (path: string, init: RequestInit) => app.request(`http://127.0.0.1:7460${path}`, init);
    const body = new URLSearchParams({ key: adaKey });
    const written = (await here("/sign-in", { method: "POST", body })).headers.get("set-cookie") ?? "";
    const [cookie = ""] = /^paperkin_session=[^;]*/.exec(written) ?? [];
    expect((await here("/account", { headers: { cookie } })).status).toBe(200);
    expect((await here("/account", { headers: { cookie: `__Host-${cookie}` } })).status).toBe(401);
  });

  it("with an invalid cookie opens nothing, and programs are asked for a key as before", async () => {
    for (const cookie of ["__Host-paperkin_session=", "__Host-paperkin_session=pw_x", `__Host-paperkin_session=${adaKey}`])
      expect((await ask("/account", { headers: { cookie } })).status, cookie).toBe(401);
    const response = await ask("/v1/picks", { headers: { accept: "text/html" } });
    expect([response.status, response.headers.get("www-authenticate")?.slice(0, 5)]).toEqual([401, "Basic"]);
  });
});
