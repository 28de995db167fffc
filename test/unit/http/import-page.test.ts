/** Files of papers uploaded from a browser, and the page's report on them. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBody, readSent } from "../../../src/app-sources.ts";
import { mostSentBytes } from "../../../src/core/source.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { zipOf } from "../sources/zip-of.ts";
import { serviceOf } from "./service-of.ts";

let library: MemoryLibrary;
let engine: Engine;
let app: ReturnType<typeof serviceOf>;

const serve = () =>
  serviceOf(engine, {
    isLoopback: (host) => host === "localhost",
    readBody,
    createPages: (given) => createWebApp(engine, { ...given, readSent }),
  });
const entry = (number: number) => `@article{k${number}, title = {Copper kettles, part ${number}}, doi = {10.1000/k${number}}}\n`;

async function send(
  files: Record<string, string | Buffer>,
  headers: Record<string, string> = {},
  once?: string,
): Promise<{ status: number; html: string }> {
  const body = new FormData();
  if (once !== undefined) body.append("once", once);
  for (const [name, content] of Object.entries(files)) body.append("file", new File([new Uint8Array(Buffer.from(content))], name));
  const answer = await app.request("http://localhost/import", { method: "POST", body, headers: { accept: "text/html", ...headers } });
  return { status: answer.status, html: await answer.text() };
}

/** The cells of the table: a row for each file. */
function rowsOf(html: string): string[][] {
  const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = ""]) => cell),
  );
  return rows.filter((cells) => cells.length > 0);
}

beforeEach(() => {
  library = new MemoryLibrary();
  engine = new Engine(library, new HashingEmbedder());
  app = serve();
});

afterEach(() => engine.close());

describe("the import page", () => {
  it("accepts several files at once, also compressed ones, and reports on each", async () => {
    const sent = {
      "mine.bib": entry(1) + entry(2),
      "packed.bib.gz": gzipSync(entry(2) + entry(3)),
      "all.zip": zipOf({ "a.bib": entry(4), "deep/b.ris": "TY  - JOUR\nTI  - Tin kettles\nDO  - 10.1000/k5\nER  - \n" }),
    };
    const { status, html } = await send(sent);
    expect(status).toBe(200);
    expect(html).toContain("5 new papers");
    expect(rowsOf(html)).toEqual([
      ["mine.bib", "2", "2", "0", "0", "0", "0"],
      ["packed.bib.gz", "2", "1", "0", "1", "0", "0"],
      ["all.zip", "2", "2", "0", "0", "0", "0"],
    ]);
    expect(await library.countPapers()).toBe(5);
    expect((await send(sent)).html).toContain("No new papers");
  });

  it("does what a form asks for once, however often the button is clicked, and shows the same report", async () => {
    const form = await (await app.request("http://localhost/import")).text();
    const once = /name="once" value="([^"]+)"/.exec(form)?.[1];
    const [first, second] = await Promise.all([send({ "mine.bib": entry(1) }, {}, once), send({ "mine.bib": entry(1) }, {}, once)]);
    const later = await send({ "mine.bib": entry(1) }, {}, once);
    for (const { html } of [first, second, later]) {
      expect(html).toContain("1 new paper");
      expect(html.replace(/<[^>]+>/g, "")).toContain("Search it, or follow");
    }
    // The same form with what the file has become since.
    expect((await send({ "mine.bib": entry(1) + entry(2) }, {}, once)).html).toContain("1 new paper");
    expect(await library.countPapers()).toBe(2);
  });

  it("takes in all of a form whose first click was given up by the browser for the second", async () => {
    const leaving = new AbortController();
    const body = new FormData();
    body.append("once", "x");
    body.append("file", new File([entry(1).repeat(500) + entry(2)], "mine.bib"));
    const first = Promise.resolve(app.request("http://localhost/import", { method: "POST", body, signal: leaving.signal }));
    const second = send({ "mine.bib": entry(1).repeat(500) + entry(2) }, {}, "x");
    leaving.abort();
    await first.catch(() => undefined);
    expect(rowsOf((await second).html)[0]?.[1]).toBe("501");
  });

  it("loses only a bad file, or only a bad record, and gives the reason", async () => {
    const { html } = await send({
      "paper.pdf": "%PDF-1.7\n",
      "<b>.txt": "Dear diary",
      "empty.bib": "",
      "half.bib": `${entry(1)}@article{bad, year = {2020}}\n`,
      "broken.zip": zipOf({ "a.bib": entry(2) }).subarray(0, 60),
    });
    expect(rowsOf(html).map(([name, read, added]) => [name, read, added])).toEqual([
      ["paper.pdf", "0", "0"],
      ["&lt;b&gt;.txt", "0", "0"],
      ["empty.bib", "0", "0"],
      ["half.bib", "2", "1"],
      ["broken.zip", "0", "0"],
    ]);
    for (const said of [
      "paper.pdf is a PDF",
      "&lt;b&gt;.txt is in no format",
      "empty.bib is empty",
      "Nothing from paper.pdf",
      "Not everything from half.bib",
      "broken.zip cannot be read",
    ])
      expect(html).toContain(said);
    expect(html).toContain("1 paper waits to be embedded: searches by words find it at once");
    // The record, without repeating its file's name.
    expect(html).toMatch(/<li>line \d+, title: there is no title<br\/><code>@article\{bad,[^<]*<\/code><\/li>/);
    expect(await library.countPapers()).toBe(1);
  });

  it("lists the first twenty faults of a file, and counts the rest", async () => {
    const letters = zipOf(Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`${at}.txt`, "Dear diary"])));
    const { html } = await send({ "letters.zip": letters, "bad.bib": "@article{bad, year = {2020}}\n".repeat(30) });
    expect(html.match(/is in no format/g)).toHaveLength(20);
    expect(html).toContain("… and 5 more");
    expect(html).toContain("… and 10 more");
  });

  it("asks for a file if none was chosen, and refuses one that is too large", async () => {
    const nothing = await send({ "": "" });
    expect([nothing.status, nothing.html]).toEqual([400, expect.stringContaining("No file was chosen")]);
    const headers = { "content-length": String(mostSentBytes + 1) };
    const large = await send({ "a.bib": entry(1) }, headers);
    expect([large.status, large.html]).toEqual([413, expect.stringContaining("larger than 64 MiB")]);
    expect(await library.countPapers()).toBe(0);
  });

  it("is for administrators: others are told so, and no link leads them to it", async () => {
    const admin = await engine.addPerson("ada", "admin");
    const key = await engine.addPerson("bob", "write");
    // Keys are cached for a second.
    app = serve();
    const refused = await send({ "mine.bib": entry(1) }, { "x-api-key": key });
    expect(refused.status).toBe(403);
    expect(await library.countPapers()).toBe(0);
    const pageFor = async (path: string, own: string) =>
      await (await app.request(`http://localhost${path}`, { headers: { "x-api-key": own, accept: "text/html" } })).text();
    expect(await pageFor("/import", key)).toContain("scope admin");
    expect(await pageFor("/import", key)).not.toContain("multipart/form-data");
    expect(await pageFor("/", key)).not.toContain('href="/import"');
    expect(await pageFor("/", admin)).toContain('href="/import"');
  });

  it("accepts nothing sent by a page from elsewhere", async () => {
    expect((await send({ "mine.bib": entry(1) }, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect(await library.countPapers()).toBe(0);
  });
});
