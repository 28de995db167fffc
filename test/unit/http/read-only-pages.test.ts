/** Nobody is offered a button for what they may not do; what cannot be undone needs two steps. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../../src/core/personal-store.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
const app = serviceOf(engine);
const keys = new Map<Scope, string>();
const get = (path: string, scope: Scope) =>
  app.request(`https://papers.example${path}`, { headers: { accept: "text/html", "x-api-key": keys.get(scope) ?? "" } });
const pageOf = async (path: string, scope: Scope) => await (await get(path, scope)).text();
/** The targets of a page's forms that change something. */
const postsOf = (html: string) =>
  [...html.matchAll(/<form(?=[^>]*method="post")[^>]*action="([^"]*)"/g)].map(([, action = ""]) => action).sort();

const pages = [
  "/?q=copper+kettles",
  "/?q=copper+kettles&compare=1",
  "/papers/X:1",
  "/daily",
  "/topics",
  "/topics/kettles",
  "/interests",
  "/interests/1",
  "/feedback",
  "/picks",
  "/feeds",
  "/subscriptions",
  "/similar?like=X:1",
];
let interestPath: string;
let withoutTopics: string[];

beforeAll(async () => {
  for (const scope of ["read", "write", "admin"] as const) keys.set(scope, await engine.addPerson("ada", scope));
  await engine.library.upsert([
    inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing.", published: "2026-02-28" }),
    inventPaper(2, { title: "Copper pots", abstract: "Copper pots and kettles sing.", published: "2026-02-28" }),
  ]);
  await engine.embedBacklog();
  withoutTopics = await Promise.all((["read", "admin"] as const).map((scope) => pageOf("/topics", scope)));
  await engine.addTopic("Kettles", "copper kettles");
  const ada = engine.person("ada");
  interestPath = `/interests/${(await ada.addInterest({ words: "copper kettles" })).id}`;
  await ada.giveFeedback("X:1", { kind: "note", note: "Read it." });
  await ada.giveFeedback("X:2", { kind: "save" });
  await ada.addFeed();
  await engine.ownSubscriptions.add("ada", {
    address: "https://hooks.example/ada",
    kind: "picks",
    weekdays: [1],
    hour: 7,
    timeZone: "UTC",
    wantsEmpty: false,
  });
  await engine.addComment("ada", "X:1", "It sings.");
});
afterAll(() => engine.close());

describe("a key that only reads", () => {
  it.each(pages)("sees no button on %s that it may not press, and is told why", async (path) => {
    const address = path === "/interests/1" ? interestPath : path;
    const reader = await get(address, "read");
    const html = await reader.text();
    expect(reader.status).toBe(200);
    expect(postsOf(html).filter((action) => !action.startsWith("/similar"))).toEqual([]);
    expect(html).toContain("You are signed in with a read-only key");
    expect(postsOf(await pageOf(address, "write")).filter((action) => !action.startsWith("/similar"))).not.toEqual([]);
  });

  it("is led to no page that it may not see, nor is a key that writes", async () => {
    for (const scope of ["read", "write"] as const) {
      expect(await pageOf("/docs", scope)).not.toContain('href="/admin"');
      expect((await get("/admin", scope)).status).toBe(403);
    }
    expect(await pageOf("/docs", "admin")).toContain('href="/admin"');
  });

  it.each([
    ["/interests", "To follow something"],
    ["/feeds", "To make or revoke a feed"],
    ["/subscriptions", "To have them sent"],
    ["/papers/X:1", "To comment"],
  ])("is told on %s what it would need", async (path, what) => {
    expect(await pageOf(path, "read")).toContain(`a read-only key. ${what}`);
    expect(await pageOf(path, "write")).not.toContain(what);
  });
});

it("A page without topics explains them, and shows its command to those who can run it", () => {
  const said = withoutTopics.map((html) => [html.includes("a topic is a subject"), html.includes("paperkin topics add")]);
  expect(said).toEqual([
    [true, false],
    [true, true],
  ]);
});

describe("what cannot be undone", () => {
  it.each([
    ["an interest", () => interestPath, "Remove this interest", "/remove"],
    ["what an interest has learnt", () => interestPath, "Forget what it learnt from feedback", "/reset"],
    ["the address of a feed", () => "/feeds", "Revoke it", "/feeds/revoke"],
    ["a subscription", () => "/subscriptions", "Unsubscribe", "/subscriptions/end"],
    ["a comment", () => "/papers/X:1", "Remove", "/comments/remove"],
    ["a note", () => "/feedback", "Remove the note", "note"],
    ["a note in a list", () => "/?q=copper+kettles", "Remove it", "note"],
  ])("asks twice without script: %s", async (_, pathOf, first, last) => {
    const html = await pageOf(pathOf(), "write");
    const asked = [...html.matchAll(/<details class="sure"><summary>([^<]*).*?<\/details>/gs)].filter(([, text]) => text === first);
    expect(asked.length).toBeGreaterThan(0);
    for (const [whole] of asked) expect(whole).toMatch(new RegExp(`<p>[^<]{20,}</p>.*${last}".*</button>`, "s"));
    // The button that does it is nowhere else.
    const rest = html.replace(/<details class="sure">.*?<\/details>/gs, "");
    expect(rest).not.toMatch(new RegExp(`(?:action="[^"]*${last}"|name="undo" value="${last}")`));
  });
});
