/** Public subscriptions to trending papers: without a key, confirmed by mail, and useless for harassment. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anybody } from "../../../src/core/delivery.ts";
import { SmtpTransport } from "../../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { createWebApp } from "../../../src/web/web-app.tsx";
import { inventPaper } from "../../contract/invented-papers.ts";
import { SmtpService } from "../delivery/smtp-service.ts";
import { type Service, serviceOf } from "./service-of.ts";

let now: Date;
let smtp: SmtpService;
let mail: SmtpTransport;
let engine: Engine;
let library: MemoryLibrary;
let app: Service;
const failures: unknown[] = [];

const address = "https://papers.example";
const wanted = { days: "weekdays", hour: "7", zone: "Europe/Berlin" };
const ask = async (path: string, fields?: Record<string, string>, from = "192.0.2.1") => {
  const response = await app.request(address + path, fields === undefined ? {} : { method: "POST", body: new URLSearchParams(fields) }, {
    incoming: { socket: { remoteAddress: from, remotePort: 1, remoteFamily: "IPv4" } },
  });
  await engine.publicSubscriptions.settled();
  return response;
};
const subscribe = (to: string, from?: string) => ask("/subscribe", { ...wanted, address: to }, from);
const link = (kind: string) => new RegExp(`https://papers\\.example(/${kind}/[\\w.-]+)`).exec(smtp.mails.at(-1)?.text ?? "")?.[1] ?? "";

function open(allowed: boolean, transport: SmtpTransport | undefined): void {
  engine = new Engine(library, new HashingEmbedder(), {
    now: () => now,
    publicUrl: address,
    mail: transport,
    publicSubscriptions: allowed,
  });
  app = serviceOf(engine, {
    apiKeys: ["the-key-of-the-settings"],
    createPages: (options) => createWebApp(engine, { ...options, onFailure: (error) => failures.push(error) }),
  });
}

beforeAll(async () => {
  smtp = await SmtpService.start();
  mail = new SmtpTransport({ host: "127.0.0.1", port: smtp.port, from: "papers@example.org", tls: "none" });
});
afterAll(() => smtp.close());
beforeEach(() => {
  now = new Date("2026-03-02T12:00:00Z");
  smtp.mails.length = 0;
  failures.length = 0;
  library = new MemoryLibrary(() => now);
  open(true, mail);
  return () => engine.close();
});

describe("a public subscription", () => {
  it("needs no key, is confirmed by mail, brings trending papers, and is ended by a link", async () => {
    await library.upsert([inventPaper(1, { ids: ["arXiv:2401.00001"], title: "Copper kettles", votes: 3, published: "2026-03-02" })]);
    expect((await ask("/subscribe")).status).toBe(200);
    expect((await subscribe("eve@example.org")).status).toBe(200);
    expect(await engine.digests.subscriptions()).toMatchObject([{ person: anybody, kind: "trending", weekdays: [1, 2, 3, 4, 5], hour: 7 }]);
    expect((await engine.digests.subscriptions())[0]?.confirmed).toBeUndefined();
    expect((await ask(link("confirm"), {})).status).toBe(200);
    now = new Date("2026-03-03T12:00:00Z");
    await engine.digests.deliverDue({ transports: { mail } });
    const text = smtp.mails.at(-1)?.text ?? "";
    expect(text).toContain("Copper kettles");
    // Pages here need a key.
    expect(text).toContain("https://arxiv.org/abs/2401.00001");
    expect(text).not.toContain("papers.example/papers/");
    expect((await ask(link("unsubscribe"), {})).status).toBe(200);
    expect(await engine.digests.subscriptions()).toEqual([]);
  });

  it("gets the same response whether it exists or not, and cannot be changed by typing its address", async () => {
    const first = await subscribe("eve@example.org");
    await ask(link("confirm"), {});
    const before = await engine.digests.subscriptions();
    const again = await ask("/subscribe", { address: "EVE@example.org", days: "daily", hour: "3", zone: "UTC" });
    expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
    expect(await engine.digests.subscriptions()).toEqual(before);
    expect(smtp.mails).toHaveLength(1);
  });

  it("mails an address at most twice a day, and serves a client at most five times an hour", async () => {
    for (let at = 0; at < 4; at++) expect((await subscribe("eve@example.org", `192.0.2.${at}`)).status).toBe(200);
    expect(smtp.mails).toHaveLength(2);
    // Which reach the same mailbox.
    for (const [at, same] of ["eve+1@example.org", "e.v.e@EXAMPLE.org", "Eve+a+b@example.org."].entries())
      expect((await subscribe(same, `198.51.100.${at}`)).status).toBe(200);
    expect(smtp.mails).toHaveLength(2);
    const statuses: number[] = [];
    for (let at = 0; at < 6; at++) statuses.push((await subscribe(`eve${at}@example.org`, "192.0.2.99")).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("is forgotten if it was not confirmed within a week", async () => {
    await subscribe("eve@example.org");
    now = new Date("2026-03-10T12:00:00Z");
    await subscribe("bob@example.org");
    expect((await engine.digests.subscriptions()).map((one) => one.address)).toEqual(["bob@example.org"]);
  });

  it("is refused for an invalid address, hour or time zone, and keeps the input", async () => {
    for (const wrong of [
      { address: "no" },
      { hour: "25" },
      { hour: "" },
      { zone: "Nowhere" },
      { address: "a@b.example\r\nbcc: c@d.example" },
    ]) {
      const response = await ask("/subscribe", { address: "eve@example.org", ...wanted, ...wrong });
      expect([response.status, (await response.text()).includes('role="alert"')], JSON.stringify(wrong)).toEqual([400, true]);
    }
    expect(await engine.digests.subscriptions()).toEqual([]);
  });

  it("is never one of picks, and its address cannot be used to sign in", async () => {
    const input = { channel: "mail", address: "eve@example.org", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false } as const;
    await expect(engine.digests.subscribe(anybody, { ...input, kind: "picks" }, true)).rejects.toMatchObject({ code: "invalid_request" });
    await engine.digests.subscribe(anybody, { ...input, kind: "trending" }, true);
    engine.signIns.requestLink("eve@example.org", "x", (error) => failures.push(error));
    await engine.signIns.settled();
    expect([smtp.mails, failures]).toEqual([[], []]);
  });

  it("is not offered unless the settings allow it and mail is set up", async () => {
    for (const [allowed, transport] of [
      [false, mail],
      [true, undefined],
    ] as const) {
      open(allowed, transport);
      expect([(await ask("/subscribe")).status, (await subscribe("eve@example.org")).status]).toEqual([404, 404]);
    }
    expect(await engine.digests.subscriptions()).toEqual([]);
  });
});
