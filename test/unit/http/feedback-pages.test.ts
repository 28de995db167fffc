/** What is said with one click on any list is taken back with the next one, and topics are followed with one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const app = serviceOf(engine, {
  isLoopback: (host) => host === "localhost",
});
const get = async (path: string) => await (await app.request(`http://localhost${path}`)).text();
const post = (path: string, fields: Record<string, string>) =>
  app.request(`http://localhost${path}`, { method: "POST", body: new URLSearchParams(fields) });
const me = engine.person("me");

beforeAll(async () => {
  await library.upsert([inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing.", published: "2026-02-28" })]);
  await engine.embedBacklog();
  await engine.addTopic("Kettles", "copper kettles");
});
afterAll(() => engine.close());

describe("a list of papers", () => {
  it.each(["/?q=copper+kettles", "/daily/2026-02-28", "/topics/kettles", "/papers/X:1"])("%s says and undoes", async (path) => {
    const back = path.replaceAll("&", "&amp;");
    expect(await get(path)).toContain(`name="back" value="${back}"`);
    for (const kind of ["save", "dismiss", "vote"]) {
      const said = await post("/feedback", { paperId: "X:1", kind, back: path });
      expect([said.status, said.headers.get("location")]).toEqual([303, path]);
      expect(await get(path)).toContain(`name="undo" value="${kind}"`);
      await post("/feedback", { paperId: "X:1", undo: kind, back: path });
      expect(await get(path)).not.toContain('name="undo"');
    }
    expect(await me.feedback()).toEqual([]);
  });
});

describe("the page of what was said", () => {
  it("lists all or one kind, and takes each back", async () => {
    await post("/feedback", { paperId: "X:1", kind: "save" });
    await post("/feedback", { paperId: "X:1", kind: "note", note: "Read <section> 3." });
    expect(await get("/feedback")).toContain("Read &lt;section&gt; 3.");
    expect(await get("/feedback?kind=note")).not.toContain('value="save"');
    expect(await get("/feedback?kind=vote")).toContain("Nothing yet.");
    expect(await get("/feedback?kind=nonsense")).toContain("All 2");
    await post("/feedback", { paperId: "X:1", undo: "note", back: "/feedback?kind=note" });
    expect((await me.feedback()).map(({ feedback }) => feedback.kind)).toEqual(["save"]);
    await me.takeBackFeedback("X:1", "save");
  });
});

describe("a topic", () => {
  it("becomes an interest of one's own with one click, and says so", async () => {
    for (const path of ["/topics", "/topics/kettles"]) expect(await get(path)).toContain('name="topic" value="kettles"');
    expect((await post("/interests", { topic: "kettles" })).status).toBe(303);
    const [interest] = await me.interests();
    for (const path of ["/topics", "/topics/kettles"]) {
      const html = await get(path);
      expect(html).toContain(`href="/interests/${interest?.id}"`);
      expect(html).not.toContain('name="topic"');
    }
  });
});
