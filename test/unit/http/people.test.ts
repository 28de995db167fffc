/** /v1/people: what the page of people does, for programs. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { type Service, serviceOf } from "./service-of.ts";

let engine: Engine;
let app: Service;

/** Keys are cached for a second: another app reads them afresh. */
function open(): void {
  app = serviceOf(engine, { isLoopback: (host) => host === "localhost" });
}

async function ask(method: string, path: string, key?: string, body?: unknown) {
  const headers = { "content-type": "application/json", ...(key === undefined ? {} : { "x-api-key": key }) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return await app.request(`http://localhost/v1/people${path}`, { method, headers, ...sent });
}

const statusWith = async (key: string) => (await app.request("http://localhost/v1/interests", { headers: { "x-api-key": key } })).status;

async function keyOf(response: Response): Promise<string> {
  expect([response.status, response.headers.get("cache-control")]).toEqual([201, "no-store"]);
  return ((await response.json()) as { key: string }).key;
}

beforeEach(() => {
  // Keys are listed in the order of their creation.
  let now = Date.parse("2026-03-02T08:00:00Z");
  engine = new Engine(new MemoryLibrary(), new HashingEmbedder(), { now: () => new Date(now++) });
  open();
});
afterEach(() => engine.close());

describe("a service that needs no key", () => {
  it("makes the first key one's own, as on the page, and requires it from then on", async () => {
    for (const body of [{ name: "ada" }, { name: "ada", scope: "admin" }, { name: "me" }]) {
      const refused = await ask("POST", "", undefined, body);
      expect([refused.status, await refused.json()]).toEqual([
        400,
        expect.objectContaining({ code: "invalid_request", detail: expect.stringContaining("The first key has to be your own") }),
      ]);
    }
    expect(await (await ask("GET", "")).json()).toEqual({ people: [] });
    const own = await keyOf(await ask("POST", "", undefined, { name: "me", scope: "admin" }));
    expect((await ask("GET", "")).status).toBe(401);
    await keyOf(await ask("POST", "", own, { name: "ada" }));
  });

  it("accepts somebody else's as the first if the settings have a key", async () => {
    app = serviceOf(engine, { apiKeys: ["a-key-of-the-settings"] });
    await keyOf(await ask("POST", "", "a-key-of-the-settings", { name: "ada" }));
  });
});

describe("a service with several people", () => {
  let root: string;
  beforeEach(async () => {
    root = await engine.addPerson("root", "admin");
  });

  it("lets a key of scope admin add them, give them further keys, and read nothing of a key but its beginning", async () => {
    const first = await keyOf(await ask("POST", "", root, { name: "Zoë".normalize("NFD") }));
    const second = await keyOf(await ask("POST", "", root, { name: "Zoë", scope: "read" }));
    const listed = await (await ask("GET", "", root)).text();
    expect(JSON.parse(listed)).toEqual({
      people: [
        { name: "Zoë", keys: [first, second].map((key, at) => listedKey(key, ["write", "read"][at])) },
        { name: "root", keys: [listedKey(root, "admin")] },
      ].sort((one, other) => (one.name < other.name ? -1 : 1)),
    });
    for (const { hash } of await engine.library.personal.keys()) expect(listed).not.toContain(hash);
    expect(await statusWith(second)).toBe(200);
  });

  it("revokes a key at once, and removes a person with all their data", async () => {
    const key = await keyOf(await ask("POST", "", root, { name: "Zoë" }));
    expect(await statusWith(key)).toBe(200);
    await engine.person("Zoë").addInterest({ words: "copper kettles" });
    for (const revoked of [1, 0]) expect(await (await ask("DELETE", `/keys/${key.slice(0, 11)}`, root)).json()).toEqual({ revoked });
    expect(await statusWith(key)).toBe(401);
    expect(await (await ask("GET", "", root)).json()).toMatchObject({ people: expect.arrayContaining([{ name: "Zoë", keys: [] }]) });
    for (const status of [204, 404])
      expect((await ask("DELETE", `/${encodeURIComponent("Zoë".normalize("NFD"))}`, root)).status).toBe(status);
    expect(await engine.person("Zoë").interests()).toEqual([]);
  });

  it("logs nothing of a key that is given whole instead of its beginning", async () => {
    const onRequest = vi.fn();
    app = serviceOf(engine, { onRequest });
    await ask("DELETE", `/keys/${root}`, root);
    expect(onRequest).toHaveBeenCalledWith(expect.objectContaining({ path: `/v1/people/keys/${root.slice(0, 11)}***` }));
  });

  it("stores where links to sign in are mailed, and removes it", async () => {
    await engine.addPerson("ada", "write");
    const say = async (name: string, address: unknown) => {
      const response = await ask("PATCH", `/${name}`, root, { address });
      return [response.status, await response.json()];
    };
    expect(await say("ada", " Ada@example.org ")).toEqual([200, { name: "ada", address: "Ada@example.org" }]);
    expect(await (await ask("GET", "", root)).json()).toMatchObject({
      people: [{ name: "ada", address: "Ada@example.org" }, { name: "root" }],
    });
    expect(await say("ada", "ada at home")).toEqual([400, expect.objectContaining({ code: "invalid_request" })]);
    expect(await say("eve", "eve@example.org")).toEqual([404, expect.objectContaining({ code: "person_not_found" })]);
    expect(await say("ada", undefined)).toEqual([400, expect.objectContaining({ code: "invalid_request" })]);
    expect([...(await engine.signIns.mailboxes())]).toEqual([["ada", "Ada@example.org"]]);
    expect(await say("ada", null)).toEqual([200, { name: "ada", address: null }]);
    expect([...(await engine.signIns.mailboxes())]).toEqual([]);
  });

  it.each(["read", "write"] as const)("lets a key of scope %s do none of it", async (scope) => {
    const key = await engine.addPerson("ada", scope);
    for (const [method, path, body] of [
      ["GET", ""],
      ["POST", "", { name: "eve", scope: "admin" }],
      ["PATCH", "/root", { address: "ada@example.org" }],
      ["DELETE", `/keys/${root.slice(0, 11)}`],
      ["DELETE", "/root"],
    ] as const) {
      const refused = await ask(method, path, key, body);
      expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining({ code: "forbidden" })]);
    }
    expect((await engine.people()).map(({ name, keys }) => [name, keys.length])).toEqual([
      ["ada", 1],
      ["root", 1],
    ]);
  });
});

function listedKey(key: string, scope: string | undefined) {
  return { prefix: key.slice(0, 11), scope, created: expect.any(String) };
}
