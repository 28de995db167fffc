/** People's own subscriptions, over routes and the page: only their own, confirmed for mail, never a folder. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SmtpTransport } from "../../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { SmtpService } from "../delivery/smtp-service.ts";
import { type Service, serviceOf } from "./service-of.ts";

const address = "https://papers.example";
let now: Date;
let smtp: SmtpService;
let mail: SmtpTransport;
let engine: Engine;
let app: Service;
let keys: Record<string, string>;

async function open(transport: SmtpTransport | undefined): Promise<void> {
  const library = new MemoryLibrary(() => now);
  engine = new Engine(library, new HashingEmbedder(), { now: () => now, publicUrl: address, mail: transport });
  app = serviceOf(engine);
  keys = {
    ada: await engine.addPerson("ada", "write"),
    bob: await engine.addPerson("bob", "write"),
    eve: await engine.addPerson("eve", "read"),
  };
}

const ask = async (who: string, method: string, path: string, body?: unknown) =>
  await app.request(address + path, {
    method,
    headers: { "x-api-key": keys[who] ?? "", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const post = async (who: string, path: string, fields: Record<string, string>) =>
  await app.request(address + path, { method: "POST", headers: { "x-api-key": keys[who] ?? "" }, body: new URLSearchParams(fields) });
const subscriptionSchema = z.object({
  id: z.string(),
  address: z.string(),
  confirmed: z.string().optional(),
  secret: z.string().optional(),
});
const add = async (who: string, body: unknown) => {
  const response = await ask(who, "POST", "/v1/subscriptions", body);
  expect(response.status).toBe(201);
  return subscriptionSchema.parse(await response.json());
};
const listed = async (who: string): Promise<unknown> => (await ask(who, "GET", "/v1/subscriptions")).json();
const confirm = async () => {
  const path = /https:\/\/papers\.example(\/confirm\/[\w.-]+)/.exec(smtp.mails.at(-1)?.text ?? "")?.[1] ?? "";
  expect((await app.request(address + path, { method: "POST" })).status).toBe(200);
};

beforeAll(async () => {
  smtp = await SmtpService.start();
  mail = new SmtpTransport({ host: "127.0.0.1", port: smtp.port, from: "papers@example.org", tls: "none" });
});
afterAll(() => smtp.close());
beforeEach(async () => {
  now = new Date("2026-03-02T12:00:00Z");
  smtp.mails.length = 0;
  await open(mail);
  return () => engine.close();
});

describe("a subscription of one's own", () => {
  it("to a mailbox is confirmed by mail, brings picks the next morning, and is listed with its deliveries", async () => {
    await engine.library.upsert([inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing.", published: "2026-03-02" })]);
    await engine.embedBacklog();
    await engine.person("ada").addInterest({ words: "copper kettles" });
    const made = await add("ada", { address: " ada@example.org ", hour: 6, timeZone: "Europe/Berlin", wantsEmpty: true });
    expect(made).toMatchObject({ address: "ada@example.org" });
    expect(made.confirmed).toBeUndefined();
    expect(smtp.mails.map(({ to }) => to)).toMatchObject([{ text: "ada@example.org" }]);
    await confirm();
    now = new Date("2026-03-03T12:00:00Z");
    await engine.digests.deliverDue({ transports: { mail } });
    expect(smtp.mails).toHaveLength(2);
    expect(await listed("ada")).toMatchObject({
      subscriptions: [{ kind: "picks", weekdays: [1, 2, 3, 4, 5], hour: 6, latest: { date: "2026-03-03", state: "sent" } }],
    });
    // Changing the days of a confirmed one needs no further mail.
    expect((await add("ada", { address: "ada@example.org", weekdays: [1] })).confirmed).toBeDefined();
    expect(smtp.mails).toHaveLength(2);
  });

  it("to a webhook shows its secret once", async () => {
    const { secret, confirmed } = await add("ada", { address: "https://example.org/hook" });
    expect(secret).toMatch(/^whsec_/);
    expect(confirmed).toBeDefined();
    expect(JSON.stringify(await listed("ada"))).not.toContain("whsec_");
  });

  it("is refused if its address contains invisible characters, or a lone surrogate", async () => {
    for (const bad of [
      "ada@example.org\ud800",
      "ada\u0000@example.org",
      "ada@exa\u200bmple.org",
      "https://example.org/a\r\nb",
      "https://example.org/\udc00",
    ])
      expect((await ask("ada", "POST", "/v1/subscriptions", { address: bad })).status, JSON.stringify(bad)).toBe(400);
    expect(smtp.mails).toEqual([]);
  });

  it("is visible to nobody else: I9", async () => {
    const { id } = await add("ada", { address: "https://example.org/hook" });
    expect(await listed("bob")).toEqual({ subscriptions: [] });
    expect((await ask("bob", "DELETE", `/v1/subscriptions/${id}`)).status).toBe(404);
    expect((await post("bob", "/subscriptions/end", { id })).status).toBe(404);
    expect(await listed("ada")).toMatchObject({ subscriptions: [{ id }] });
    expect((await ask("ada", "DELETE", `/v1/subscriptions/${id}`)).status).toBe(204);
    expect(await listed("ada")).toEqual({ subscriptions: [] });
  });

  it("is never a folder of the server, and needs a key that may write", async () => {
    for (const folder of ["/tmp", "./notes", "file:///tmp", "ftp://example.org", ""])
      expect((await ask("ada", "POST", "/v1/subscriptions", { address: folder })).status).toBe(400);
    expect((await ask("eve", "POST", "/v1/subscriptions", { address: "https://example.org/hook" })).status).toBe(403);
    expect((await ask("eve", "GET", "/v1/subscriptions")).status).toBe(200);
    expect((await app.request(`${address}/v1/subscriptions`)).status).toBe(401);
    expect(await engine.digests.subscriptions()).toEqual([]);
  });

  it("mails an address at most twice a day, and lets nobody use this service for bulk mail", async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 3; at++) statuses.push((await ask("ada", "POST", "/v1/subscriptions", { address: "Zoe@example.org" })).status);
    for (let at = 0; at < 9; at++)
      statuses.push((await ask("ada", "POST", "/v1/subscriptions", { address: `zoe${at}@example.org` })).status);
    expect(statuses).toEqual([201, 201, 429, 201, 201, 201, 201, 201, 201, 201, 429, 429]);
    const refused = await ask("bob", "POST", "/v1/subscriptions", { address: "zoe@example.org" });
    // The mails began now, and count for a day.
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "86400"]);
    expect(await listed("bob")).toEqual({ subscriptions: [] });
  });

  it("is one of at most 50, also if many are asked for at once", async () => {
    const times = { weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false };
    const asked = Array.from({ length: 60 }, (_, at) =>
      engine.ownSubscriptions.add("ada", { ...times, address: `https://example.org/${at}`, kind: "trending" }),
    );
    expect((await Promise.allSettled(asked)).filter(({ status }) => status === "rejected")).toHaveLength(10);
    expect(await engine.ownSubscriptions.of("ada")).toHaveLength(50);
  });

  it("keeps its hour if a change to it is refused", async () => {
    const statuses: number[] = [];
    for (const hour of [5, 6, 7])
      statuses.push((await ask("ada", "POST", "/v1/subscriptions", { address: "zoe@example.org", hour })).status);
    expect(statuses).toEqual([201, 201, 429]);
    expect(await listed("ada")).toMatchObject({ subscriptions: [{ hour: 6 }] });
  });

  it("by mail is refused if the service has none, a webhook is not", async () => {
    await engine.close();
    await open(undefined);
    const refused = await ask("ada", "POST", "/v1/subscriptions", { address: "ada@example.org" });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("smtp")]);
    // Whatever is typed there can only be the address of a webhook.
    const typed = await (await post("ada", "/subscriptions", { address: "hooks.example", hour: "7", zone: "UTC" })).text();
    expect(typed).toMatch(/does not send mail, and this is not a web address.*begins with https:/);
    await add("ada", { address: "https://example.org/hook" });
    expect(await (await ask("ada", "GET", "/subscriptions")).text()).toContain("Email is not set up on this service");
  });
});

function onceIn(page: string): string {
  return /name="once" value="([^"]+)"/.exec(page)?.[1] ?? "";
}

describe("the page of subscriptions", () => {
  const wanted = { kind: "picks", days: "weekly", hour: "7", zone: "Europe/Berlin" };

  it("adds one, says what to do next, lists it and ends it", async () => {
    const made = await (await post("ada", "/subscriptions", { ...wanted, address: "ada@example.org" })).text();
    expect(made).toContain("Check your email");
    expect(made).toContain("on Mondays at 7:00, Europe/Berlin");
    expect(made).toContain("It has not been confirmed yet");
    const [one] = await engine.ownSubscriptions.of("ada");
    const end = async (once: string) => {
      const ended = await post("ada", "/subscriptions/end", { id: one?.subscription.id ?? "", once });
      expect([ended.status, ended.headers.get("location")]).toEqual([303, "/subscriptions#all"]);
      return await (await ask("ada", "GET", "/subscriptions")).text();
    };
    // A double click.
    for (let click = 0; click < 2; click++) expect(await end(onceIn(made))).toContain("There are none.");
    // Subscribed again, which has the same id.
    const again = await (await post("ada", "/subscriptions", { ...wanted, address: "ada@example.org" })).text();
    expect((await engine.ownSubscriptions.of("ada")).map(({ subscription }) => subscription.id)).toEqual([one?.subscription.id]);
    expect(await end(onceIn(again))).toContain("There are none.");
  });

  it("asks an address once per form, however often it is sent, and does not restart one ended since", async () => {
    const once = onceIn(await (await ask("ada", "GET", "/subscriptions")).text());
    const send = async () => await (await post("ada", "/subscriptions", { ...wanted, address: "ada@example.org", once })).text();
    for (const page of await Promise.all([send(), send()])) expect(page).toContain("Check your email");
    expect(await send()).toContain("Your new subscription");
    expect(smtp.mails).toHaveLength(1);
    const [one] = await engine.ownSubscriptions.of("ada");
    await engine.ownSubscriptions.end("ada", one?.subscription.id ?? "");
    expect(await send()).not.toContain("Your new subscription");
    expect(await engine.ownSubscriptions.of("ada")).toEqual([]);
    expect(smtp.mails).toHaveLength(1);
  });

  it("keeps the input if there is an error in it", async () => {
    for (const wrong of [{ address: "a b@example.org" }, { hour: "" }, { zone: "Nowhere" }]) {
      const response = await post("ada", "/subscriptions", { ...wanted, address: "ada@example.org", ...wrong });
      const text = await response.text();
      expect(response.status).toBe(400);
      expect(text).toContain('role="alert"');
      expect(text).toContain(`value="${wrong.address ?? "ada@example.org"}"`);
    }
    expect(smtp.mails).toEqual([]);
  });
});
