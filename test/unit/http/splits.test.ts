/** Splitting an interest over HTTP and on its page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { createHttpApp } from "../../../src/http/http-app.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { errorPageOf, notFoundPage } from "../../../src/web/fallback-pages.tsx";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { inventPaper } from "../../contract/invented-papers.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const app = createHttpApp(engine, {
  apiKeys: [],
  version: "0.0.0",
  readBody: () => Promise.reject(new Error("nothing is brought in")),
  isLoopback: () => true,
  createPages: (options) => createWebApp(engine, options),
  notFoundPage,
  errorPage: errorPageOf(engine.signIns),
});
const ask = async (method: string, path: string, body?: URLSearchParams | string, headers: Record<string, string> = {}) =>
  await app.request(`http://127.0.0.1:7460${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
const send = async (path: string, body: unknown) => await ask("POST", path, JSON.stringify(body), { "content-type": "application/json" });
const ids = { both: "", other: "" };

beforeAll(async () => {
  const abstracts = ["Copper kettles boil water over fire", "Granite violins play slow music indoors"];
  await library.upsert(
    Array.from({ length: 20 }, (_, at) =>
      inventPaper(at, { title: at === 0 ? "Kettles <b>one</b>" : `Paper ${at}`, abstract: `${abstracts[at % 2]} number${at}.` }),
    ),
  );
  await engine.embedBacklog();
  const positives = Array.from({ length: 20 }, (_, at) => `X:${at}`);
  ids.both = (await engine.person("me").addInterest({ name: "Both", positives })).id;
  ids.other = (await engine.person("me").addInterest({ name: "Other", positives })).id;
});
afterAll(() => engine.close());

describe("an interest that has divided in two", () => {
  it("gets a proposed split, and is kept whole when the person says so", async () => {
    const shown = await (await ask("GET", `/v1/interests/${ids.other}/split`)).json();
    expect(shown).toMatchObject({ proposal: { halves: [{ papers: expect.any(Array) }, { papers: expect.any(Array) }] } });
    const page = await (await ask("GET", `/interests/${ids.other}`)).text();
    expect(page).toContain("It may be two interests");
    expect(page).toContain("Kettles &lt;b&gt;one&lt;/b&gt;");
    expect((await ask("POST", `/interests/${ids.other}/keep-whole`)).status).toBe(303);
    expect(await (await ask("GET", `/interests/${ids.other}`)).text()).not.toContain("It may be two interests");
    expect(await (await ask("GET", `/v1/interests/${ids.other}/split`)).json()).toEqual({});
  });

  it("becomes two with the button of its page", async () => {
    const page = await (await ask("GET", `/interests/${ids.both}`)).text();
    const [, token = ""] = /name="token" value="([0-9a-f]+)"/.exec(page) ?? [];
    expect((await ask("POST", `/interests/${ids.both}/split`, new URLSearchParams({ token: "old" }))).status).toBe(400);
    const done = await ask("POST", `/interests/${ids.both}/split`, new URLSearchParams({ token }));
    expect([done.status, done.headers.get("location")]).toEqual([303, `/interests/${ids.both}`]);
    // A double click.
    const again = await ask("POST", `/interests/${ids.both}/split`, new URLSearchParams({ token }));
    expect([again.status, again.headers.get("location")]).toEqual([303, `/interests/${ids.both}`]);
    const all = await engine.person("me").interests();
    const [added] = all.filter(({ id }) => id !== ids.both && id !== ids.other);
    const sizes = new Map(all.map(({ id, positives }) => [id, positives.length]));
    expect(sizes).toEqual(new Map([ids.both, ids.other, added?.id].map((id) => [id, id === ids.other ? 20 : 10])));
  });

  it("becomes two with the token of its proposal, once", async () => {
    const { id } = await engine.person("me").addInterest({ name: "Third", positives: Array.from({ length: 20 }, (_, at) => `X:${at}`) });
    const path = `/v1/interests/${id}/split`;
    const { proposal } = (await (await ask("GET", path)).json()) as { proposal: { token: string } };
    const accepted = await send(path, { token: proposal.token });
    expect([accepted.status, await accepted.json()]).toMatchObject([201, { interests: [{ id }, { positives: expect.any(Array) }] }]);
    expect((await send(path, { token: proposal.token })).status).toBe(400);
    expect((await ask("DELETE", path)).status).toBe(200);
    expect((await ask("GET", "/v1/interests/nothing/split")).status).toBe(404);
  });
});
