/** Webhooks at a real HTTP server: signatures, and the meaning of each answer and each broken connection. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DigestMessage } from "../../../src/core/transport.ts";
import { WebhookTransport } from "../../../src/delivery/webhook.ts";
import { WebhookService } from "./webhook-service.ts";

const key = Buffer.from("a key of thirty-two bytes exactly");
const message: DigestMessage = {
  to: "",
  messageId: "<1@example.org>",
  subject: "",
  text: "",
  html: "",
  markdown: "",
  fileName: "",
  subscription: "abc",
  date: "2026-03-02",
  data: { type: "digest", title: "Köttel" },
  secret: `whsec_${key.toString("base64")}`,
};
let service: WebhookService;
let transport: WebhookTransport;
let steps: number;
const send = async (to = service.url) => await transport.send({ ...message, to }, async () => void steps++);

beforeEach(async () => {
  service = await WebhookService.start();
  transport = new WebhookTransport([service.url], "1.2.3", { connectMs: 2_000, answerMs: 500 });
  steps = 0;
});
afterEach(() => service.close());

describe("a webhook", () => {
  it("receives JSON with a signature over its id, the time and the body", async () => {
    expect(await send()).toEqual({ outcome: "accepted" });
    const [posted] = service.posts;
    expect(JSON.parse(posted?.body ?? "")).toEqual(message.data);
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = posted?.headers ?? {};
    expect(id).toBe("abc.2026-03-02");
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
    expect(signature).toBe(`v1,${createHmac("sha256", key).update(`${id}.${time}.${posted?.body}`).digest("base64")}`);
    expect(posted?.headers).toMatchObject({ "idempotency-key": '"abc.2026-03-02"', "content-type": "application/json" });
    expect(posted?.headers["content-length"]).toBe(String(Buffer.byteLength(posted?.body ?? "")));
  });

  it("has the same id in every attempt", async () => {
    service.answers.push({ status: 500 });
    for (const _ of ["first", "again"]) await send();
    expect(service.posts.map(({ headers }) => headers["webhook-id"])).toEqual(["abc.2026-03-02", "abc.2026-03-02"]);
  });

  it.each([
    [200, "accepted", undefined],
    [202, "accepted", undefined],
    [302, "refused", true],
    [400, "refused", true],
    [410, "refused", true],
    [408, "refused", false],
    [425, "refused", false],
    [429, "refused", false],
    [500, "refused", false],
    [503, "refused", false],
  ])("that answers %i has %s it (for good: %s)", async (status, outcome, permanent) => {
    service.answers.push({ status, headers: { location: service.url } });
    const result = await send();
    expect(result).toMatchObject({ outcome, ...(permanent === undefined ? {} : { permanent }) });
    // Redirects are not followed.
    expect(service.posts).toHaveLength(1);
  });

  it("is not contacted again until the time it asks for", async () => {
    service.answers.push({ status: 429, headers: { "retry-after": "120" } });
    expect(await send()).toEqual({ outcome: "refused", permanent: false, reason: "it answers 429", waitMs: 120_000 });
  });

  it.each([["early"], ["late"]] as const)("may have accepted what was on its way when the connection ended %s", async (drop) => {
    service.answers.push({ drop });
    expect((await send()).outcome).toBe("unknown");
    expect(steps).toBe(1);
  });

  it.each([
    [200, "accepted"],
    [500, "refused"],
  ])("has answered completely with its status (%i), even if its body never ends", async (status, outcome) => {
    service.answers.push({ status, isEndless: true });
    transport = new WebhookTransport([service.url], "1.2.3", { connectMs: 60_000, answerMs: 60_000 });
    expect((await send()).outcome).toBe(outcome);
    expect((await send()).outcome).toBe("accepted");
  });

  it("may have accepted what it never answered", async () => {
    service.answers.push("silence");
    expect(await send()).toMatchObject({ outcome: "unknown", reason: expect.stringContaining("no answer") });
  });

  it("that cannot be reached has certainly accepted nothing, and nothing is recorded", async () => {
    const url = service.url;
    await service.close();
    expect(await send(url)).toMatchObject({ outcome: "refused", permanent: false });
    expect(steps).toBe(0);
    service = await WebhookService.start();
  });

  it("on this machine or a private network is refused unless the settings name it", async () => {
    transport = new WebhookTransport([], "1.2.3");
    const port = new URL(service.url).port;
    for (const to of [
      service.url,
      `http://localhost:${port}/hook`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      "http://10.0.0.1/",
      "http://169.254.169.254/",
    ])
      expect(await send(to), to).toMatchObject({
        outcome: "refused",
        permanent: false,
        reason: expect.stringContaining("privateWebhooks"),
      });
    expect([service.posts, steps]).toEqual([[], 0]);
  });

  it("on a private network must be the URL in the settings, or below it, not just the same host", async () => {
    transport = new WebhookTransport([`${service.url}/named`], "1.2.3");
    for (const path of ["/named", "/named/", "/named/a?b=c"]) expect(await send(service.url + path), path).toEqual({ outcome: "accepted" });
    for (const path of ["", "/", "/named-alike", "/named/../admin", "/named/%2e%2e/admin"]) {
      expect(await send(service.url + path), path).toMatchObject({
        outcome: "refused",
        reason: expect.stringContaining("privateWebhooks"),
      });
      expect(await transport.faultOf(service.url + path), path).toContain("privateWebhooks");
    }
    expect(service.posts).toHaveLength(3);
  });

  it("receives nothing if the attempt cannot be recorded first", async () => {
    const result = await transport.send({ ...message, to: service.url }, () => Promise.reject(new Error("the disk is full")));
    expect(result).toEqual({ outcome: "refused", permanent: false, reason: "the disk is full" });
    expect(service.posts).toEqual([]);
  });
});
