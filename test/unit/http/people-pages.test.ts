/** The page of people and their keys, for administrators; and how everybody sees as whom they are signed in. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SmtpTransport } from "../../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { type Service, serviceOf } from "./service-of.ts";

let engine: Engine;
let app: Service;
const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  await app.request(`http://localhost${path}`, { ...init, headers: { accept: "text/html", ...headers } });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  ask(path, headers, { method: "POST", body: new URLSearchParams(fields) });
const asHolderOf = (key: string) => ({ "x-api-key": key });
const keyIn = (html: string) => /<code class="secret">(pk_[\w-]{32})<\/code>/.exec(html)?.[1];
const onceIn = (html: string) => /name="once" value="([^"]+)"/.exec(html)?.[1] ?? "";

/** Keys are cached for a second: another app reads them afresh. */
function open(): void {
  app = serviceOf(engine, { isLoopback: (host) => host === "localhost" });
}

beforeEach(() => {
  engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
  open();
});
afterEach(() => engine.close());

describe("a service that needs no key", () => {
  it("makes the first key one's own, and signs in the browser that made it", async () => {
    const page = await (await ask("/admin/people")).text();
    expect(page).toMatch(
      /<details class="sure"><summary>Make your own key<\/summary>.*From then on every browser and every program needs/s,
    );
    expect(page).not.toContain('<select name="scope">');
    const made = await post("/admin/people", { name: "me", scope: "admin" });
    expect([made.status, made.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(keyIn(await made.text())).toBeDefined();
    const cookie = /^paperkin_session=[^;]*/.exec(made.headers.get("set-cookie") ?? "")?.[0] ?? "";
    open();
    expect((await ask("/interests")).status).toBe(401);
    expect((await ask("/admin/people", { cookie })).status).toBe(200);
  });

  it("refuses a key for somebody else, which would shut its maker out", async () => {
    const refused = await post("/admin/people", { name: "ada", scope: "write" });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("The first key has to be your own")]);
    expect(await engine.people()).toEqual([]);
    await post("/admin/people", { name: "me", scope: "admin" });
    // In the same second, in which the browser still counts as the owner's.
    expect((await post("/admin/people", { name: "ada", scope: "write" })).status).toBe(200);
  });

  it("has no page that mentions signing in", async () => {
    for (const path of ["/", "/docs", "/admin"]) {
      const html = await (await ask(path)).text();
      expect(html, path).not.toContain('class="who"');
      expect(html, path).toContain("your own library, on your own machine");
    }
  });
});

describe("a service with several people", () => {
  let admin: Record<string, string>;
  let adaKey: string;
  beforeEach(async () => {
    admin = asHolderOf(await engine.addPerson("root", "admin"));
    adaKey = await engine.addPerson("ada", "write");
  });

  it("lists everybody with the beginnings of their keys, for scope admin alone", async () => {
    const html = await (await ask("/admin/people", admin)).text();
    expect(html).toContain(`<code>${adaKey.slice(0, 11)}…</code>`);
    expect(html).not.toContain(adaKey);
    expect(await (await ask("/admin", admin)).text()).toMatch(/ada, root\s*<a href="\/admin\/people">/);
    expect((await ask("/admin/people", asHolderOf(adaKey))).status).toBe(403);
    for (const path of ["", "/revoke", "/address", "/remove"])
      expect((await post(`/admin/people${path}`, { name: "root", scope: "admin" }, asHolderOf(adaKey))).status, path).toBe(403);
    expect((await engine.people()).map(({ name, keys }) => [name, keys.length])).toEqual([
      ["ada", 1],
      ["root", 1],
    ]);
  });

  it("makes a key and shows it once, however often its form is sent, and not after it was revoked", async () => {
    const once = onceIn(await (await ask("/admin/people", admin)).text());
    const send = async () => keyIn(await (await post("/admin/people", { name: "bob", scope: "read", once }, admin)).text());
    const key = (await send()) ?? "";
    expect(await send()).toBe(key);
    const bob = (await engine.people()).find(({ name }) => name === "bob");
    expect(bob?.keys).toEqual([expect.objectContaining({ scope: "read", prefix: key.slice(0, 11) })]);
    await post("/admin/people/revoke", { prefix: key.slice(0, 11) }, admin);
    expect(await send()).toBeUndefined();
  });

  it("explains why a name is refused, and keeps the input in the form", async () => {
    const refused = await post("/admin/people", { name: "<ada>", scope: "read" }, admin);
    const html = await refused.text();
    expect(refused.status).toBe(400);
    expect(html).toMatch(/role="alert"[^>]*>[^<]*cannot be a person/);
    expect(html).toContain('name="name" value="&lt;ada&gt;"');
    expect(html).toMatch(/<option value="read" selected[^>]*>/);
  });

  it("revokes a key and removes a person on a second click that says what is lost", async () => {
    const html = await (await ask("/admin/people", admin)).text();
    expect(html).toMatch(/Revoke it<span class="hidden"> \(pk_[^<]*<\/span><\/summary><div><p>Programs that have it/);
    expect(html).toMatch(/<p>This removes all that is ada&#39;s: keys, sign-ins, interests, picks/);
    expect(html).toMatch(/No other key that was made here does everything/);
    await engine.person("ada").addInterest({ words: "copper kettles" });
    expect((await post("/admin/people/revoke", { prefix: adaKey.slice(0, 11) }, admin)).headers.get("location")).toBe(
      "/admin/people#people",
    );
    expect((await engine.people()).find(({ name }) => name === "ada")?.keys).toEqual([]);
    expect(await engine.person("ada").interests()).toHaveLength(1);
    await post("/admin/people/remove", { name: "ada" }, admin);
    expect((await engine.people()).map(({ name }) => name)).toEqual(["root"]);
    expect(await engine.person("ada").interests()).toEqual([]);
    expect((await post("/admin/people/remove", { name: "ada" }, admin)).status).toBe(404);
  });

  it("says where links to sign in go, if it sends mail", async () => {
    expect(await (await ask("/admin/people", admin)).text()).not.toContain("/admin/people/address");
    // Nothing is sent.
    const mail = new SmtpTransport({ host: "127.0.0.1", port: 9, from: "papers@example.org", tls: "none" });
    const sending = new Engine(new MemoryLibrary(), new HashingEmbedder(), { publicUrl: "https://papers.example", mail });
    app = serviceOf(sending);
    const owner = asHolderOf(await sending.addPerson("root", "admin"));
    const ada = asHolderOf(await sending.addPerson("ada", "write"));
    const say = (address: string, by = owner) => post("/admin/people/address", { name: "ada", address }, by);
    expect((await say(" Ada@example.org ")).headers.get("location")).toBe("/admin/people#people");
    expect(await (await ask("/admin/people", owner)).text()).toContain('value="Ada@example.org"');
    const refused = await say("ada at home");
    // The input stays, and its form says what is wrong with it.
    const wrong =
      /action="\/admin\/people\/address"><p class="problem" role="alert"[^>]*>“ada at home” is not a valid address.*?value="ada at home"/s;
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringMatching(wrong)]);
    expect(await (await post("/admin/people/address", { name: "nobody", address: "x" }, owner)).text()).toContain('role="alert"');
    expect((await say("eve@example.org", ada)).status).toBe(403);
    expect([...(await sending.signIns.mailboxes())]).toEqual([["ada", "Ada@example.org"]]);
    await say("");
    expect([...(await sending.signIns.mailboxes())]).toEqual([]);
    await sending.close();
  });

  it("says at the head of each page as whom one is signed in, and where to sign in", async () => {
    for (const path of ["/", "/docs", "/account", "/nowhere"]) {
      const html = await (await ask(path, asHolderOf(adaKey))).text();
      const root = await (await ask(path, admin)).text();
      expect(html, path).toMatch(/<a class="who" href="\/account"[^>]*><span class="hidden">Account of <\/span>ada<\/a>/);
      expect(root, path).toMatch(/Account of <\/span>root<\/a>/);
      expect(root, path).toContain("the library of this service");
    }
    expect(await (await ask("/sign-in")).text()).toMatch(/<a class="who" href="\/sign-in"[^>]*>Sign in<\/a>/);
  });
});
