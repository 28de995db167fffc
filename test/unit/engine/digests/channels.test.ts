/** From a subscription to a webhook or a note: once a day, retried where that is safe. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NoteTransport } from "../../../../src/delivery/notes.ts";
import { WebhookTransport } from "../../../../src/delivery/webhook.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";
import { WebhookService } from "../../delivery/webhook-service.ts";

const daily = { kind: "picks", weekdays: [1, 2, 3, 4, 5, 6, 7], hour: 7, timeZone: "UTC", wantsEmpty: false } as const;
let now: Date;
let engine: Engine;
let hook: WebhookService;
let webhook: WebhookTransport;

const deliverAt = async (time: string) => {
  now = new Date(time);
  return await engine.digests.deliverDue({ transports: { webhook, file: new NoteTransport() } });
};
const states = async () => (await engine.digests.deliveries()).map(({ date, state, attempts }) => `${date} ${state} ${attempts}`);

beforeEach(async () => {
  now = new Date("2026-03-01T12:00:00Z");
  const library = new MemoryLibrary(() => now);
  engine = new Engine(library, new HashingEmbedder(), { now: () => now, publicUrl: "https://papers.example" });
  hook = await WebhookService.start();
  webhook = new WebhookTransport([hook.url], "0.0.0", { connectMs: 2_000, answerMs: 2_000 });
  await library.upsert([inventPaper(1, { title: 'Copper "kettles"', abstract: "Copper kettles sing.", published: "2026-03-01" })]);
  await engine.embedBacklog();
  await engine.person("me").addInterest({ name: 'Kettles: "big"', words: "copper kettles" });
});
afterEach(async () => {
  await hook.close();
  await engine.close();
});

describe("a webhook's message", () => {
  it("is retried when the receiver asks for it, no sooner than requested, with the same id", async () => {
    await engine.digests.subscribe("me", { ...daily, channel: "webhook", address: hook.url }, true);
    hook.answers.push({ status: 429, headers: { "retry-after": "1800" } });
    expect(await deliverAt("2026-03-02T07:00:00Z")).toMatchObject({ pending: 1 });
    expect(await deliverAt("2026-03-02T07:29:00Z")).toMatchObject({ sent: 0, pending: 0 });
    expect(await deliverAt("2026-03-02T07:31:00Z")).toMatchObject({ sent: 1 });
    expect(await deliverAt("2026-03-02T07:40:00Z")).toMatchObject({ sent: 0 });
    expect(new Set(hook.posts.map(({ headers }) => headers["webhook-id"]))).toHaveLength(1);
    expect(hook.posts).toHaveLength(2);
    expect(JSON.parse(hook.posts[1]?.body ?? "")).toMatchObject({
      type: "digest",
      date: "2026-03-02",
      person: "me",
      sections: [{ title: 'Kettles: "big"', entries: [{ why: expect.stringContaining("shares"), paper: { paperId: "X:1" } }] }],
    });
  });

  it("is not repeated if it may have been accepted, and is given up if it is refused for good", async () => {
    await engine.digests.subscribe("me", { ...daily, channel: "webhook", address: hook.url, wantsEmpty: true }, true);
    hook.answers.push({ drop: "late" }, { status: 410 });
    expect(await deliverAt("2026-03-02T07:00:00Z")).toMatchObject({ unknown: 1 });
    expect(await deliverAt("2026-03-02T20:00:00Z")).toMatchObject({ sent: 0, unknown: 0 });
    expect(await deliverAt("2026-03-03T07:00:00Z")).toMatchObject({ failed: 1 });
    expect(await states()).toEqual(["2026-03-03 failed 1", "2026-03-02 unknown 1"]);
    expect(hook.posts).toHaveLength(2);
  });

  it("comes after mails: slow receivers delay nobody's mail", async () => {
    const channels: string[] = [];
    for (let at = 0; at < 5; at++) {
      await engine.digests.subscribe("me", { ...daily, channel: "webhook", address: `${hook.url}?${at}` }, true);
      await engine.digests.subscribe("me", { ...daily, channel: "mail", address: `ada${at}@example.org` }, true);
    }
    now = new Date("2026-03-02T07:00:00Z");
    const mail = { send: async () => ({ outcome: "accepted" }) as const };
    await engine.digests.deliverDue({ transports: { webhook, mail }, onDelivery: ({ channel }) => channels.push(channel) });
    expect(channels).toEqual([...Array(5).fill("mail"), ...Array(5).fill("webhook")]);
  });

  it("waits no longer than a few hours, whatever the receiver asks for", async () => {
    await engine.digests.subscribe("me", { ...daily, channel: "webhook", address: hook.url }, true);
    hook.answers.push({ status: 503, headers: { "retry-after": "31536000" } });
    await deliverAt("2026-03-02T07:00:00Z");
    expect(await deliverAt("2026-03-02T11:00:01Z")).toMatchObject({ sent: 1 });
  });

  it("is tried even if the clock that postponed it is set back by days", async () => {
    await engine.digests.subscribe("me", { ...daily, channel: "webhook", address: hook.url }, true);
    hook.answers.push({ status: 503 });
    expect(await deliverAt("2026-03-05T07:00:00Z")).toMatchObject({ pending: 1 });
    expect(await deliverAt("2026-03-05T06:58:00Z")).toMatchObject({ sent: 1 });
  });

  it("is signed with a secret that ends with its subscription", async () => {
    const wanted = { ...daily, channel: "webhook", address: hook.url } as const;
    const first = await engine.digests.subscribe("me", wanted, true);
    now = new Date("2026-03-01T13:00:00Z");
    const changed = await engine.digests.subscribe("me", { ...wanted, hour: 8 }, true);
    expect(await engine.digests.webhookSecret(changed)).toBe(await engine.digests.webhookSecret(first));
    await engine.digests.unsubscribe("me", hook.url);
    const again = await engine.digests.subscribe("me", wanted, true);
    expect(again.id).toBe(first.id);
    expect(await engine.digests.webhookSecret(again)).not.toBe(await engine.digests.webhookSecret(first));
  });
});

describe("a note", () => {
  it("is written once it is due, with its interests in the front matter", async () => {
    const folder = await mkdtemp(join(tmpdir(), "paperkin-notes-"));
    await engine.digests.subscribe("me", { ...daily, channel: "file", address: folder }, true);
    expect(await deliverAt("2026-03-02T07:00:00Z")).toMatchObject({ sent: 1 });
    const note = await readFile(join(folder, "2026-03-02-picks.md"), "utf8");
    expect(note).toMatch(
      /^---\npaperkin: \S+\ndate: 2026-03-02\nkind: picks\ninterests:\n {2}- "Kettles: \\"big\\""\n---\n\n# Picks of Monday, 2 March 2026\n/,
    );
    expect(note).toContain('[Copper "kettles"](<https://papers.example/papers/X:1>)');
    await rm(folder, { recursive: true });
  });

  it("to a folder that was unavailable is written once it is back", async () => {
    const folder = await mkdtemp(join(tmpdir(), "paperkin-notes-"));
    const gone = join(folder, "disk");
    await engine.digests.subscribe("me", { ...daily, channel: "file", address: gone }, true);
    expect(await deliverAt("2026-03-02T07:00:00Z")).toMatchObject({ pending: 1 });
    await mkdir(gone);
    expect(await deliverAt("2026-03-02T08:00:00Z")).toMatchObject({ sent: 1 });
    await rm(folder, { recursive: true });
  });
});
