/** Webhooks by host name: only what the name resolves to when connecting counts, never an earlier result. */
import type { LookupAddress } from "node:dns";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { DigestMessage } from "../../../src/core/transport.ts";
import { WebhookTransport } from "../../../src/delivery/webhook.ts";
import { WebhookService } from "./webhook-service.ts";

/** The name server's answers, one list per query; the last one from then on. */
const { answers } = vi.hoisted(() => ({ answers: [] as string[][] }));
vi.mock("node:dns", async (original) => ({
  ...(await original<typeof import("node:dns")>()),
  lookup: (_: string, __: unknown, callback: (error: null, found: LookupAddress[]) => void) => {
    const found = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  },
}));

let service: WebhookService;
beforeEach(async () => {
  service = await WebhookService.start();
  answers.length = 0;
});
afterEach(() => service.close());

const transport = new WebhookTransport([], "1.2.3", { connectMs: 10_000, answerMs: 10_000 });
const addressOf = (name: string) => `http://${name}:${new URL(service.url).port}/hook`;
const message = { subscription: "abc", date: "2026-03-02", data: {}, secret: "whsec_aaaa" } as unknown as DigestMessage;

it.each([[["127.0.0.1"]], [["8.8.8.8", "127.0.0.1"]], [["::1"]], [["::ffff:127.0.0.1"]], [["2606:4700::1111", "fd00::1"]]])(
  "A name that resolves to %j is refused, and nothing is sent",
  async (found) => {
    answers.push(found);
    const to = addressOf("hooks.example.org");
    expect(await transport.faultOf(to)).toContain("privateWebhooks");
    const sent = await transport.send({ ...message, to }, () => Promise.reject(new Error("there was a connection")));
    expect(sent).toMatchObject({ outcome: "refused", reason: expect.stringContaining("privateWebhooks") });
    expect(service.posts).toEqual([]);
  },
);

it("A name that was elsewhere on subscription is refused once it resolves to this machine", async () => {
  answers.push(["8.8.8.8"], ["127.0.0.1"]);
  const to = addressOf("rebound.example.org");
  expect(await transport.faultOf(to)).toBeUndefined();
  const sent = await transport.send({ ...message, to }, () => Promise.reject(new Error("there was a connection")));
  expect(sent).toMatchObject({ outcome: "refused", reason: expect.stringContaining("privateWebhooks") });
  expect(service.posts).toEqual([]);
});
