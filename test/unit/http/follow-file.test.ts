/** A file of references uploaded on the page of interests. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBody } from "../../../src/app-sources.ts";
import { mostExamplePapers } from "../../../src/core/interest.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { serviceOf } from "./service-of.ts";

let library: MemoryLibrary;
let engine: Engine;
let app: ReturnType<typeof serviceOf>;

const serve = () => serviceOf(engine, { isLoopback: (host) => host === "localhost", readBody });
const entry = (number: number) =>
  `@article{k${number}, title = {Copper kettles, part ${number}}, author = {Ada Kin}, year = {2020}, doi = {10.1000/k${number}}}\n`;

async function send(
  text: string | undefined,
  headers: Record<string, string> = {},
  name = "Thesis, really.bib",
  fields: Record<string, string> = {},
): Promise<Response> {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.set(field, value);
  if (text !== undefined) body.set("file", new File([text], name));
  return await app.request("http://localhost/interests/file", { method: "POST", body, headers });
}

beforeEach(async () => {
  library = new MemoryLibrary();
  engine = new Engine(library, new HashingEmbedder());
  app = serve();
  expect((await send(entry(1))).status).toBe(303);
  await engine.person("me").removeInterest("Thesis, really");
});

afterEach(() => engine.close());

describe("a followed file", () => {
  it("adds papers that the library does not have, and all of them are examples", async () => {
    const answer = await send(entry(1) + entry(2) + entry(3));
    expect(answer.status).toBe(303);
    const [interest] = await engine.person("me").interests();
    expect(answer.headers.get("location")).toBe(`/interests/${interest?.id}`);
    expect(interest).toMatchObject({ name: "Thesis, really", positives: [1, 2, 3].map((at) => `DOI:10.1000/k${at}`) });
    expect(await library.countPapers()).toBe(3);
  });

  it("may be one collection of the file, which names the interest; an unknown one changes nothing", async () => {
    const inGroup = (number: number, group: string) => entry(number).replace("year =", `groups = {${group}}, year =`);
    const file = inGroup(1, "Methods") + inGroup(2, "Methods") + inGroup(3, "Other");
    const refused = await send(file, {}, "Thesis.bib", { collection: "nowhere", name: "Methods & more" });
    const page = await refused.text();
    expect([refused.status, page]).toEqual([400, expect.stringContaining("It has Methods, Other.")]);
    // The input stays: only the file has to be chosen again.
    expect(page).toMatch(/name="collection" value="nowhere".*name="name" value="Methods &amp; more"/s);
    expect(await library.countPapers()).toBe(1);
    expect((await send(file, {}, "Thesis.bib", { collection: "methods" })).status).toBe(303);
    expect(await engine.person("me").interests()).toMatchObject([{ name: "methods", positives: ["DOI:10.1000/k1", "DOI:10.1000/k2"] }]);
  });

  it("reports how many of its records cannot be read", async () => {
    const location = (await send(`${entry(2)}@article{bad, year = {2020}}\n`)).headers.get("location") ?? "";
    const page = await (await app.request(`http://localhost${location}`)).text();
    expect(page).toContain("Not everything in the file became an example: 1 of its records cannot be read.");
  });

  it("by somebody who may not add papers uses those that the library has", async () => {
    await engine.addPerson("ada", "write");
    const key = await engine.addPerson("bob", "write");
    // Keys are cached for a second.
    app = serve();
    const authorization = { authorization: `Bearer ${key}` };
    const location = (await send(entry(1) + entry(2), authorization)).headers.get("location") ?? "";
    expect(location).toMatch(/\?missing=1&unread=0$/);
    expect(await library.countPapers()).toBe(1);
    expect((await engine.person("bob").interests()).map(({ positives }) => positives)).toEqual([["DOI:10.1000/k1"]]);
    expect(await engine.person("ada").interests()).toEqual([]);
    const refused = await send(entry(2), authorization);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining("The library contains none of the papers in Thesis, really.bib"),
    ]);
  });

  it.each([
    ["nothing", undefined, "No file was chosen"],
    ["an empty file", "", "No file was chosen"],
    ["no references", "Dear diary, today nothing was read.\n", "."],
    [
      "more records than are looked through",
      Array.from({ length: 20_001 }, (_, at) => `10.1000/k${at}\n`).join(""),
      "more than 20,000 records",
    ],
    ["more papers than an interest holds", Array.from({ length: mostExamplePapers + 1 }, (_, at) => entry(at)).join(""), "holds up to 500"],
  ])("I11: that is %s changes nothing, and the form says why", async (_, text, said) => {
    const answer = await send(text);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    const page = await answer.text();
    expect(/role="alert"[^>]*>([^<]*)</.exec(page)?.[1]).toContain(said);
    expect(await engine.person("me").interests()).toEqual([]);
    expect(await library.countPapers()).toBe(1);
  });
});

it("An upload is read in slices, whether it is many small records or much that is none", async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  const read = async (chunks: readonly string[]) => {
    turns = 0;
    let records = 0;
    for await (const _ of await readBody(eachOf(chunks), "", "id-list")) records++;
    return { records, turns };
  };
  setImmediate(count);
  const small = await read([Array.from({ length: 1_000 }, (_, at) => `10.1000/k${at}\n`).join("")]);
  const much = await read(Array.from({ length: 20 }, () => "\n".repeat(100)));
  isOver = true;
  expect(small.records).toBe(1_000);
  expect(small.turns).toBeGreaterThanOrEqual(10);
  expect(much.turns).toBeGreaterThanOrEqual(20);
});

async function* eachOf(chunks: readonly string[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
