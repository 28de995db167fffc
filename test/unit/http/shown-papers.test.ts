/** How papers in other scripts, and with very long titles, appear on pages; and what pages say if there is nothing. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
const app = serviceOf(engine, { isLoopback: (host) => host === "localhost" });
const get = async (path: string) => await (await app.request(`http://localhost${path}`)).text();
const longest = "kettles that sing ".repeat(40).trim();

beforeAll(async () => {
  await engine.library.upsert([
    inventPaper(1, { title: longest, abstract: "Copper kettles sing." }),
    inventPaper(2, { title: "קומקומים שרים", abstract: "קומקומים שרים. Copper kettles sing.", language: "he", published: "2026-02-28" }),
    ...Array.from({ length: 30 }, (_, at) => inventPaper(at + 3, { title: `Singing kettles ${at}` })),
  ]);
  await engine.library.upsert([
    inventPaper(33, { abstract: "BERT و GPT من أشهر النماذج اللغوية." }),
    inventPaper(34, { abstract: "שלום is a word for peace." }),
  ]);
  await engine.embedBacklog();
});
afterAll(() => engine.close());

it("a title is aligned like its abstract", async () => {
  for (const path of ["/", "/daily", "/?q=copper+kettles", "/explain?q=kettles&paper=X:2"])
    expect([path, /<h[23][^>]* lang="he" dir="rtl"><a href="\/papers\/X:2"/.test(await get(path))]).toEqual([path, true]);
});

it("an abstract has the direction of most of its words, whatever it begins with", async () => {
  expect(await get("/papers/X:33")).toContain('<p dir="rtl">BERT و GPT من أشهر النماذج');
  expect(await get("/papers/X:34")).toContain('<p dir="ltr">שלום is a word');
});

it("a very long title is shortened where it is a reason", async () => {
  const page = await get("/similar?like=X:1");
  expect(page).toContain("Why: near");
  expect(page).not.toContain(longest);
  expect(page).toMatch(/near <a href="\/papers\/X:1"><bdi>kettles that sing [^<]{50,110}…<\/bdi><\/a>/);
});

it("the pages of a search link forwards and back", async () => {
  const first = await get("/?q=kettles");
  expect([first.includes('rel="next"'), first.includes('rel="prev"')]).toEqual([true, false]);
  const second = await get("/?q=kettles&page=2");
  expect([second.includes('rel="next"'), second.includes('rel="prev"')]).toEqual([false, true]);
});

it("a missing page says where to look, one click away", async () => {
  const page = await get("/topics/none");
  expect(page).toContain("<code>paperkin topics list</code>");
  expect(page).toContain('<a href="/topics">/topics</a>');
  expect(await get("/sign-in/none")).toContain('<a href="/sign-in">/sign-in</a>');
});

it("a page of feedback without any leads to papers", async () => {
  expect(await get("/feedback")).toMatch(/Nothing yet\..*<a href="\/daily">/s);
});

it("no heading of the documentation skips a level", async () => {
  const levels = [...(await get("/docs")).matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
  expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
});

it("a search by meaning says how many papers it cannot find yet", async () => {
  const growing = new Engine(new MemoryLibrary(), new HashingEmbedder());
  await growing.library.upsert([inventPaper(1, { title: "Copper kettles" })]);
  await growing.embedBacklog();
  await growing.library.upsert([inventPaper(2), inventPaper(3)]);
  const pages = serviceOf(growing, { isLoopback: () => true });
  const said = async (path: string) =>
    /[^>]*still waiting to be embedded[^<]*/.exec(await (await pages.request(`http://localhost${path}`)).text())?.[0];
  expect(await said("/?q=kettles")).toBe("2 papers are still waiting to be embedded, and cannot be found by meaning yet.");
  for (const path of ["/?q=kettles&mode=keyword", "/", "/?yearFrom=1900"]) expect(await said(path)).toBeUndefined();
  await growing.close();
});
