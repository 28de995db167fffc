/** Links in messages: they need no key, opening one changes nothing, and they open no other address. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signToken } from "../../../src/core/signed-token.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { createHttpApp } from "../../../src/http/http-app.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { errorPageOf, notFoundPage } from "../../../src/web/fallback-pages.tsx";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { inventPaper } from "../../contract/invented-papers.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const logged: string[] = [];
const app = createHttpApp(engine, {
  apiKeys: ["a-key-that-is-long-enough"],
  version: "0.0.0",
  readBody: () => Promise.reject(new Error("links bring no papers in")),
  isLoopback: () => false,
  createPages: (options) => createWebApp(engine, options),
  notFoundPage,
  errorPage: errorPageOf(engine.signIns),
  onRequest: ({ path }) => logged.push(path),
});
const ask = async (path: string, init: RequestInit = {}) => await app.request(`http://papers.example${path}`, init);
const foreign = { origin: "https://mail.example", "sec-fetch-site": "cross-site" };
let id: string;
const sign = async (purpose: "confirm" | "unsubscribe" | "feedback", values: string[]) =>
  signToken(await library.delivery.signingKey(), purpose, values);
const subscribe = async () => {
  const wanted = {
    channel: "mail",
    address: "ada@example.org",
    kind: "picks",
    weekdays: [1],
    hour: 7,
    timeZone: "UTC",
    wantsEmpty: false,
  } as const;
  ({ id } = await engine.digests.subscribe("me", wanted, false));
};

beforeAll(async () => {
  await library.upsert([inventPaper(1, { title: "Copper kettles" })]);
});
afterAll(() => engine.close());

describe("a link in a message", () => {
  it("does nothing once the library's secret was replaced, and its subscription is unchanged", async () => {
    await subscribe();
    const webhook = {
      channel: "webhook",
      address: "https://hook.example",
      kind: "picks",
      weekdays: [1],
      hour: 7,
      timeZone: "UTC",
    } as const;
    const hook = await engine.digests.subscribe("me", { ...webhook, wantsEmpty: false }, true);
    const [before, secret] = [id, await engine.digests.webhookSecret(hook)];
    const path = `/unsubscribe/${await sign("unsubscribe", [id])}`;
    const [changed, ...others] = await engine.digests.replaceKey();
    expect(others).toEqual([]);
    expect(changed).toEqual({ person: "me", address: "https://hook.example", secret: await engine.digests.webhookSecret(hook) });
    expect(changed?.secret).not.toBe(secret);
    expect((await ask(path, { method: "POST" })).status).toBe(404);
    await subscribe();
    expect(id).toBe(before);
    expect(await engine.digests.subscriptions()).toHaveLength(2);
    for (const one of [id, hook.id]) await library.delivery.removeSubscription(one);
  });

  it("ends a subscription with one POST from anywhere, and changes nothing when opened", async () => {
    await subscribe();
    const path = `/unsubscribe/${await sign("unsubscribe", [id])}`;
    for (const method of ["GET", "HEAD"]) expect((await ask(path, { method })).status).toBe(200);
    expect(await (await ask(path)).text()).toContain("ada@example.org");
    expect(await engine.digests.subscriptions()).toHaveLength(1);
    const oneClick = {
      method: "POST",
      headers: { ...foreign, "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    };
    for (const _ of ["first", "again"]) expect((await ask(path, oneClick)).status).toBe(200);
    expect(await engine.digests.subscriptions()).toEqual([]);
    expect((await ask(path)).status).toBe(404);
  });

  it("confirms an address with its button", async () => {
    await subscribe();
    const path = `/confirm/${await sign("confirm", [id, "2999-01-01T00:00:00.000Z"])}`;
    expect(await (await ask(path)).text()).toContain(">Confirm<");
    expect((await engine.digests.subscriptions())[0]?.confirmed).toBeUndefined();
    expect((await ask(path, { method: "POST", headers: foreign })).status).toBe(403);
    const done = await ask(path, { method: "POST" });
    expect(done.status).toBe(200);
    expect(await done.text()).toMatch(/The next message to .* is due on \d+ \w+ \d{4} at \d+:00/);
    expect((await engine.digests.subscriptions())[0]?.confirmed).toBeDefined();
    // Opened again, it asks for nothing.
    const again = await (await ask(path)).text();
    expect(again).toContain("The next message to");
    expect(again).not.toContain(">Confirm<");
  });

  it("gives feedback on a paper with its button, and undoes it", async () => {
    const path = `/f/${await sign("feedback", ["me", "X:1", "save", "", "2999-01-01T00:00:00.000Z"])}`;
    expect(await (await ask(path)).text()).toContain("Copper kettles");
    expect(await library.personal.feedback("me")).toEqual([]);
    expect((await ask(path, { method: "POST", headers: foreign })).status).toBe(403);
    expect(await (await ask(path, { method: "POST" })).text()).toContain("Undo");
    expect(await library.personal.feedback("me")).toMatchObject([{ paperId: "X:1", kind: "save" }]);
    // Opened again, days later, it remembers.
    expect(await (await ask(path)).text()).toContain("Undo");
    await ask(path, { method: "POST", body: new URLSearchParams({ undo: "1" }) });
    expect(await library.personal.feedback("me")).toEqual([]);
    expect(await (await ask(path)).text()).not.toContain("Undo");
  });

  it("is worthless for another purpose, altered, or expired", async () => {
    const late = await sign("feedback", ["me", "X:1", "save", "", "2020-01-01T00:00:00.000Z"]);
    const other = await sign("unsubscribe", ["me", "X:1", "save", "", "2999-01-01T00:00:00.000Z"]);
    for (const token of [late, other, `${late}x`, "x", "..", "x.y.z"]) {
      expect((await ask(`/f/${token}`)).status, token).toBeGreaterThanOrEqual(401);
      await ask(`/f/${token}`, { method: "POST" });
    }
    expect(await library.personal.feedback("me")).toEqual([]);
  });

  it("opens nothing else without a key", async () => {
    for (const path of [
      "/picks",
      "/interests",
      "/f",
      "/f/",
      "/f/a/b",
      "/unsubscribe",
      "/confirm/x/y",
      "/f/../picks",
      "/f/%2e%2e/picks",
      "/v1/picks",
    ]) {
      expect((await ask(path)).status, path).toBe(401);
      expect((await ask(path, { method: "POST" })).status, path).toBe(401);
    }
  });

  it("appears in no log", () => {
    expect(logged).toContain("/f/***");
    expect(logged.filter((path) => /^\/(?:f|unsubscribe|confirm)\/[\w-]{20}/.test(path))).toEqual([]);
  });

  it("with an endless path is logged only with its beginning", async () => {
    await ask(`/v1/${"x".repeat(50_000)}`);
    expect(logged.at(-1)).toMatch(/^\/v1\/x{300}/);
    expect(logged.at(-1)?.length).toBeLessThan(1_000);
  });
});
