/** I9 over every route: one person's data appears in no answer to another, and nothing another sends changes it. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { feedbackKinds } from "../../../src/core/interest.ts";
import type { Scope } from "../../../src/core/personal-store.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { isEnough, neededScope } from "../../../src/http/identity.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const now = new Date("2026-03-02T12:00:00Z");
const library = new MemoryLibrary(() => now);
const engine = new Engine(library, new HashingEmbedder(), { now: () => now, publicUrl: "https://papers.example" });
const app = serviceOf(engine);
const ada = engine.person("ada");
const keys: Record<string, string> = {};

/** A placeholder for one of Ada's in addresses and bodies; a name that nobody has until she does something. */
let hers = { interest: "nothing", feed: "nothing", token: "nothing", subscription: "nothing", session: "nothing", split: "nothing" };

type Body = { readonly json: unknown } | { readonly form: Record<string, string> };

async function ask(method: string, path: string, who: string, body?: Body) {
  const headers = { "x-api-key": keys[who] ?? "", ...(body !== undefined && "json" in body ? { "content-type": "application/json" } : {}) };
  const sent = body === undefined ? null : "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form);
  return await app.request(`http://papers.example${path}`, { method, headers, body: sent });
}

/** The state of the service and its users: these differ, for administrators. */
const notPersonal =
  /^\/(?:admin|v1\/people|v1\/jobs|v1\/index|health|metrics|openapi\.json|docs|assets|sign-in|f|confirm|unsubscribe)(?:\/|$)/;

/** By route: addresses and what follows them, with Ada's data where something may be given. */
function addressesOf(route: string): string[] {
  const path = route.replaceAll(/\{[^}]*\}|\?$/g, "");
  const subject = "lantern river";
  const asked = [`q=${subject}`, `q=${subject}&unseen=true`];
  if (path === "/v1/export")
    return [...asked, ...feedbackKinds.map((kind) => `kind=${kind}`)].map((query) => `${path}?format=jsonl&${query}`);
  if (path === "/v1/search" || path === "/") return [path, ...asked.map((query) => `${path}?${query}`)];
  if (path === "/explain") return asked.map((query) => `${path}?${query}&paper=X:1`);
  if (path === "/feeds/:file") return ["/feeds/daily.json", `/feeds/search.atom?q=${subject}`];
  if (path === "/feeds/topics/:file") return ["/feeds/topics/rivers.json"];
  // Open to anybody who knows it: only a wrong one is requested.
  if (path === "/feeds/private/:file") return ["/feeds/private/pf_nothing.json"];
  if (path === "/v1/picks" || path === "/picks") return [path, `${path}?date=2026-03-01`, `${path}?from=2026-02-27&to=2026-03-02`];
  if (path === "/v1/feedback" || path === "/feedback") return [path, ...feedbackKinds.map((kind) => `${path}?kind=${kind}`)];
  if (path === "/v1/judgments") return [path, `${path}?query=${subject}`];
  if (path.includes("/interests/")) return [hers.interest, "Hers"].map((id) => path.replace(":id", id));
  if (/^\/graph\/v1\/\w+\/(?:search|autocomplete)/.test(path)) return [`${path}?query=${subject}`];
  if (path === "/api/papers/search") return [`${path}?q=${subject}`];
  if (path === "/api/query") return [`${path}?search_query=all:${subject}`];
  if (/\/papers?\//.test(path)) return [path.replace(":id", "X:1")];
  if (path === "/daily/:period") return ["/daily", "/daily/2026-03-02"];
  return [path.replace(":slug", "rivers")];
}

/** Posts that only read; `unseen` depends on feedback. */
const readingPosts: readonly [path: string, body: Body][] = [
  ["/v1/explain", { json: { query: "lantern river", paperId: "X:1", unseen: true } }],
  ["/v1/similar", { json: { text: "copper violin" } }],
  ["/v1/recommendations", { json: { positive: ["X:2"] } }],
  ["/v1/papers/batch", { json: { ids: ["X:1"] } }],
  ["/graph/v1/paper/batch", { json: { ids: ["X:1"] } }],
  ["/recommendations/v1/papers", { json: { positivePaperIds: ["X:2"] } }],
  ["/similar", { form: { like: "X:1" } }],
];

/** All answers that are read, by address; without what differs each time. */
async function answersTo(who: string): Promise<Map<string, string>> {
  const routes = new Set(app.routes.filter(({ method, path }) => method === "GET" && !notPersonal.test(path)).map(({ path }) => path));
  const asked = [...routes].flatMap((route) =>
    addressesOf(route).map((address, at) => ({ name: `${route} ${at}`, address, method: "GET" })),
  );
  const posted = readingPosts.map(([address, body]) => ({ name: `POST ${address}`, address, method: "POST", body }));
  const answers = new Map<string, string>();
  for (const { name, address, method, body } of [...asked, ...posted] as ((typeof asked)[number] & { body?: Body })[]) {
    const response = await ask(method, address, who, body);
    expect(response.status, address).toBeLessThan(500);
    expect(address, "an address without parameters").not.toMatch(/\/:/);
    const text = Object.values(hers).reduce((known, id) => known.replaceAll(id, "nothing"), await response.text());
    answers.set(name, `${response.status} ${text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "random")}`);
  }
  return answers;
}

/** All that Ada has. */
async function everythingOfAda(): Promise<unknown> {
  return JSON.parse(
    JSON.stringify([
      await ada.interests(),
      await ada.feedback(),
      await ada.judgments(),
      await ada.feeds(),
      (await ada.picks(ada.today())).picks,
      await engine.ownSubscriptions.of("ada"),
      await engine.signIns.sessions("ada"),
      await engine.commentsOn("X:1"),
    ]),
  );
}

async function letAdaAct(): Promise<void> {
  const { id } = await ada.addInterest({ name: "Hers", words: "copper violin", positives: ["X:2", "X:3"] });
  await ada.giveFeedback("X:1", { kind: "note", note: "Her own note." });
  await ada.giveFeedback("X:1", { kind: "seen", interest: id });
  await ada.giveFeedback("X:4", { kind: "dismiss", interest: id });
  await ada.judge({ query: "lantern river", paperId: "X:1", relevant: true });
  await ada.picks(ada.today());
  const { prefix, token } = await ada.addFeed("Hers");
  const made = await engine.ownSubscriptions.add("ada", {
    address: "https://hook.example/hers",
    kind: "picks",
    weekdays: [1],
    hour: 7,
    timeZone: "UTC",
    wantsEmpty: false,
  });
  await engine.signIns.beginWithKey("ada", keys.ada ?? "", "Her browser");
  const [session] = await engine.signIns.sessions("ada");
  hers = { interest: id, feed: prefix, token, subscription: made.subscription.id, session: session?.prefix ?? "", split: "token" };
}

/** What others send about Ada's data, with their own keys. */
function attempts(comment: string): [method: string, path: string, body?: Body][] {
  const { interest, feed, subscription, session } = hers;
  const paper = { paperId: "X:1" };
  return [
    ["PATCH", `/v1/interests/${interest}`, { json: { name: "Theirs" } }],
    ["PATCH", "/v1/interests/Hers", { json: { words: "Theirs" } }],
    ["DELETE", `/v1/interests/${interest}`],
    ["POST", `/v1/interests/${interest}/reset`],
    ["POST", `/v1/interests/${interest}/split`, { json: { token: "any" } }],
    ["DELETE", `/v1/interests/${interest}/split`],
    ["POST", "/v1/feedback", { json: { ...paper, kind: "note", note: "Theirs.", interest } }],
    ["DELETE", "/v1/feedback?paperId=X:1&kind=note"],
    ["DELETE", "/v1/judgments?query=lantern river&paperId=X:1"],
    ["POST", "/v1/feeds", { json: { interest } }],
    ["DELETE", `/v1/feeds/${feed}`],
    ["POST", "/v1/subscriptions", { json: { address: "https://hook.example/hers", hour: 9 } }],
    ["DELETE", `/v1/subscriptions/${subscription}`],
    ["POST", "/v1/picks?exploration=true"],
    ["POST", "/feedback", { form: { ...paper, undo: "note" } }],
    ["POST", "/feedback", { form: { ...paper, kind: "dismiss", interest } }],
    ["POST", "/judgments", { form: { ...paper, query: "lantern river", undo: "yes" } }],
    ["POST", "/feeds", { form: { interest } }],
    ["POST", "/feeds/revoke", { form: { prefix: feed } }],
    ["POST", "/subscriptions/end", { form: { id: subscription } }],
    ["POST", "/account/revoke", { form: { prefix: session } }],
    ["POST", `/interests/${interest}`, { form: { name: "Theirs", words: "theirs" } }],
    ["POST", `/interests/${interest}/split`, { form: { token: "any" } }],
    ["POST", `/interests/${interest}/keep-whole`, { form: {} }],
    ["POST", `/interests/${interest}/reset`, { form: {} }],
    ["POST", `/interests/${interest}/remove`, { form: {} }],
    ...(comment === ""
      ? []
      : ([
          ["DELETE", `/v1/comments/${comment}`],
          ["POST", "/comments/remove", { form: { id: comment } }],
        ] as const)),
  ].map(([method, path, body]) => [method, path, body] as [string, string, undefined]);
}

beforeAll(async () => {
  // Answers state how long they took.
  vi.useFakeTimers({ toFake: ["performance"] });
  await library.upsert(inventPapers(30));
  await engine.embedBacklog();
  await engine.addTopic("Rivers", "Lanterns by the river.");
  for (const scope of ["read", "write", "admin"] satisfies Scope[]) {
    keys[scope] = await engine.addPerson(scope, scope);
    await engine.person(scope).addInterest({ name: "Mine", words: "lantern river" });
    await engine.person(scope).giveFeedback("X:7", { kind: "dismiss" });
  }
  keys.ada = await engine.addPerson("ada", "write");
});
afterAll(async () => {
  vi.useRealTimers();
  await engine.close();
});

describe("I9: what one person has", () => {
  it("appears in no route's answer to another, whatever that one may do", async () => {
    const others = ["read", "admin"];
    // The picks of a day are made on the first request.
    for (const who of others) for (const address of addressesOf("/v1/picks")) await ask("GET", address, who);
    const before = new Map<string, Map<string, string>>();
    for (const who of others) before.set(who, await answersTo(who));
    await letAdaAct();
    for (const who of others)
      for (const [address, answer] of await answersTo(who)) expect([address, answer]).toEqual([address, before.get(who)?.get(address)]);
    expect(await (await ask("GET", `/v1/interests/${hers.interest}`, "ada")).text()).toContain("copper violin");
  });

  it.each(["read", "write", "admin"] as const)("is changed by nothing that another sends: scope %s", async (who) => {
    if (hers.interest === "nothing") await letAdaAct();
    const comment = who === "admin" ? "" : (await engine.addComment("ada", "X:1", `Hers, said to ${who}.`)).id;
    const before = await everythingOfAda();
    const sent = attempts(comment);
    for (const [method, path, body] of sent) {
      const { status } = await ask(method, path, who, body);
      expect(status, `${method} ${path}`).toBeLessThan(500);
      if (!isEnough(who, neededScope(method, path.replace(/\?.*/, "")))) expect(status, `${method} ${path}`).toBe(403);
    }
    expect(await everythingOfAda()).toEqual(before);
  });

  it("is tested on every route that changes a person's data by its id", () => {
    const tried = attempts("comment").map(([method, path]) => `${method} ${path.replace(/\?.*/, "")}`);
    const routes = app.routes.filter(({ method, path }) => !["GET", "ALL"].includes(method) && neededScope(method, path) === "write");
    for (const { method, path } of routes) {
      const pattern = new RegExp(`^${method} ${path.replaceAll(/:\w+(?:\{[^}]*\})?/g, "[^/]+")}$`);
      if (!makesOwn.test(`${method} ${path}`))
        expect(
          tried.some((one) => pattern.test(one)),
          `${method} ${path}`,
        ).toBe(true);
    }
  });
});

/** These name nothing that exists except papers. */
const makesOwn = /^POST \/(?:v1\/papers\/.*comments|comments|(?:v1\/)?interests|interests\/file|picks|subscriptions|v1\/judgments)$/;
