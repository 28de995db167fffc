/** Page addresses edited by hand: what is not understood is reported, kept in its field, and ignored in the answer. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
const service = serviceOf(engine, { isLoopback: () => true });
beforeAll(async () => {
  await engine.library.upsert(inventPapers(3));
  await engine.embedBacklog();
  await engine.addTopic("Kettles", "Kettles of copper");
});
afterAll(() => engine.close());

const ask = async (path: string) => await service.request(`http://localhost${path}`);
/** The page's messages about its address. */
async function saidOf(path: string): Promise<string[]> {
  const response = await ask(path);
  expect(response.status).toBe(200);
  const [, list = ""] = /was not understood, and is ignored:<\/p><ul>(.*?)<\/ul>/.exec(await response.text()) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, text = ""]) => text);
}

describe("an invalid value in a page's address", () => {
  it.each([
    ["/?q=paper&yearFrom=abc", ["yearFrom: “abc” is not a whole number from 0 to 9999"]],
    ["/?q=paper&minVotes=-1", ["minVotes: “-1” is not a whole number from 0 to 1000000000"]],
    ["/?q=paper&publishedFrom=2024-13", ["publishedFrom: a date is YYYY, YYYY-MM or YYYY-MM-DD"]],
    ["/?from=2024-02-30", ["from: this day does not exist"]],
    [
      "/?q=paper&halfLifeDays=0&diversity=2",
      ["halfLifeDays: “0” is not a number of days above 0, at most 100000", "diversity: “2” is not a number from 0 to 1"],
    ],
    ["/?q=paper&mode=magic", ["mode: “magic” is not one of hybrid, semantic, keyword"]],
    ["/?q=paper&mode=magic&compare=1", ["mode: “magic” is not one of hybrid, semantic, keyword"]],
    ["/?q=paper&compare=true", ["compare: “true” is not 1"]],
    ["/?q=paper&hasCode=maybe", ["hasCode: “maybe” is not one of true, false"]],
    ["/?q=paper&page=0", ["page: “0” is not a whole number of 1 or more"]],
    ["/?q=paper&venue=a&venue=b", ["venue: it may stand only once; all but the first one are left out"]],
    ["/?q=paper&yeer=2019", ["yeer: there is no such parameter"]],
    ["/explain?q=paper&paper=X:1&yearTo=soon", ["yearTo: “soon” is not a whole number from 0 to 9999"]],
    [
      "/daily?sort=best&page=-3",
      ["sort: “best” is not one of date, votes, trending, emerging", "page: “-3” is not a whole number from 1 to 10000"],
    ],
    ["/topics/kettles?sort=best", ["sort: “best” is not one of newest, score"]],
    [
      "/feedback?kind=liked&page=x",
      ["kind: “liked” is not one of save, dismiss, seen, vote, note", "page: “x” is not a whole number from 1 to 999999999"],
    ],
  ] as const)("is reported on the page: %s", async (path, said) => {
    expect(await saidOf(path)).toEqual(said);
  });

  it("does not include what a network appended to a link", async () => {
    expect(await saidOf("/?q=paper&utm_source=list&fbclid=x")).toEqual([]);
  });

  it("is ignored in the answer, and stays in its field to be corrected", async () => {
    const html = await (await ask("/?q=paper&yearFrom=%22%3Cb%3E&minVotes=0&diversity=lots")).text();
    expect(html).toContain("yearFrom: “&quot;&lt;b&gt;” is not");
    expect(html).toMatch(/<details open=""><summary>Narrow it down/);
    expect(html).toMatch(/name="yearFrom"[^>]*value="&quot;&lt;b&gt;"/);
    expect(html).toMatch(/<details class="order" open=""/);
    expect(html).toMatch(/name="diversity"[^>]*value="lots"/);
    // Links carry on only what was understood.
    expect(html).toContain('href="/?q=paper"');
    expect(html).not.toMatch(/href="[^"]*(?:yearFrom|diversity)=/);
  });

  it("is not reported for empty fields of a form, for defaults, or for thousands", async () => {
    expect(await saidOf("/?q=paper&mode=hybrid&yearFrom=&from=&venue=&halfLifeDays=&rerank=&page=1&unseen=true")).toEqual([]);
    expect(await saidOf("/explain?q=paper&paper=X:1&venue=x&venue=x")).toEqual([]);
    const many = await saidOf(`/?${Array.from({ length: 5_000 }, (_, at) => `p${at}=1`).join("&")}`);
    expect([many.length, many.at(-1)]).toEqual([11, "and 4990 more"]);
  });
});
