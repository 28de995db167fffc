/** Whoever asks for an author sees that author among many. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "../http/service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
const service = serviceOf(engine, { isLoopback: () => true });

/** The authors of the only hit. */
async function shown(search: string): Promise<string | undefined> {
  const html = await (await service.request(`http://localhost/?${search}`)).text();
  return /<p class="facts"><span>(.*?)<\/span>/.exec(html)?.[1]?.replaceAll(/<\/?bdi>/g, "");
}

beforeAll(async () => {
  const names = ["Bo", "Cy", "Di", "Ed", "Fi", "Gus", "Ada", "Ida"].map((given) => ({ name: `${given} Lovelace` }));
  names[5] = { name: "Gus Kettle" };
  names[7] = { name: "Ida B. Kettle" };
  await engine.library.upsert([inventPaper(1, { title: "Copper pots", abstract: "They boil.", authors: names })]);
  await engine.embedBacklog();
});
afterAll(() => engine.close());

describe("a list of hits", () => {
  const first = "Bo Lovelace, Cy Lovelace, Di Lovelace, Ed Lovelace";

  it("names the first authors if the search names none", async () => {
    expect(await shown("q=copper+pots")).toBe(`${first} and 4 more`);
  });

  it.each([
    ["q=Ada+Lovelace", `${first}, … <mark>Ada Lovelace</mark> and 3 more`],
    ["q=copper+author:kettle", `${first}, … <mark>Gus Kettle</mark> and 3 more`],
    ["q=copper&author=Kettle%2C+I.", `${first}, … <mark>Ida B. Kettle</mark> and 3 more`],
    ["q=copper+author:cy", `${first.replace("Cy Lovelace", "<mark>Cy Lovelace</mark>")} and 4 more`],
  ])("names for %s the author whom the search names, whatever the position", async (search, authors) => {
    expect(await shown(search)).toBe(authors);
  });
});

it("the count of a single paper does not mention an order", async () => {
  const html = await (await service.request("http://localhost/?q=author:kettle")).text();
  expect(html).toContain('role="status">1 paper. <span');
});
