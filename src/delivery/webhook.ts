/**
 * Sends digests to programs: a POST of JSON, signed according to the Standard Webhooks specification
 * (https://github.com/standard-webhooks/standard-webhooks): `webhook-id`, `webhook-timestamp` in seconds, and `webhook-signature: v1,` with
 * the base64 of HMAC-SHA-256 over `id.timestamp.body`.
 */
import { createHmac } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { DigestMessage, SendOutcome, Transport } from "../core/transport.ts";
import { isBelow } from "../sources/live/addresses.ts";
import { waitOf } from "../sources/live/client.ts";
import { Transport as Connections } from "../sources/live/transport.ts";

/** Timeouts in milliseconds. */
export interface WebhookTimeouts {
  readonly connectMs: number;
  /** Until the response begins. */
  readonly answerMs: number;
}

/** The end of a sentence that begins with the host. */
const forbidden = "is an address of this machine or of a private network; allow it with the setting privateWebhooks";

const usualTimeouts: WebhookTimeouts = { connectMs: 10_000, answerMs: 30_000 };

export class WebhookTransport implements Transport {
  private readonly connections: Connections;

  /**
   * @param trusted addresses that may be private, each including everything below it. Others may not, since anybody with a key chooses
   * where messages go.
   * @param version of the program.
   */
  constructor(
    trusted: readonly string[],
    private readonly version: string,
    { connectMs, answerMs }: WebhookTimeouts = usualTimeouts,
    private readonly now: () => number = Date.now,
  ) {
    this.connections = new Connections(
      trusted.map((one) => new URL(one)),
      { connectMs, answerMs, silenceMs: answerMs, totalMs: connectMs + 2 * answerMs, bodyBytes: 0 },
      isBelow,
    );
  }

  /** The reason why nothing can be sent to an address, as far as it can be known in advance. It is checked again for each message. */
  async faultOf(address: string): Promise<string | undefined> {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    return url !== undefined && (await this.connections.isForbidden(url)) ? `${url.host} ${forbidden}` : undefined;
  }

  async send({ to, subscription, date, data, secret }: DigestMessage, beforeData: () => Promise<void>): Promise<SendOutcome> {
    const body = Buffer.from(JSON.stringify(data));
    // The same in every attempt, so that the receiver recognises a message that arrives twice.
    const id = `${subscription}.${date}`;
    const timestamp = String(Math.floor(this.now() / 1000));
    const headers = {
      "content-type": "application/json",
      "user-agent": `Paperkin/${this.version} (self-hosted)`,
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatureOf(secret, id, timestamp, body),
      "idempotency-key": `"${id}"`,
    };
    let hasBegun = false;
    try {
      const answer = await this.connections.post(new URL(to), headers, body, async () => {
        await beforeData();
        hasBegun = true;
      });
      return outcomeOf(answer.status, waitOf(answer.headers, this.now()));
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "address_forbidden") return refused(`${new URL(to).host} ${forbidden}`);
      const reason = this.connections.explain(thrown);
      return hasBegun ? { outcome: "unknown", reason } : refused(reason);
    }
  }
}

/** @param secret `whsec_` followed by base64. */
function signatureOf(secret: string, id: string, timestamp: string, body: Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
}

/** The response decides. Redirects are not followed: a receiver that has moved must be changed in the subscription. */
function outcomeOf(status: number, waitMs: number | undefined): SendOutcome {
  if (status >= 200 && status < 300) return { outcome: "accepted" };
  const isTemporary = status === 408 || status === 425 || status === 429 || status >= 500;
  const reason = status < 400 ? `it answers ${status}, and redirects are not followed` : `it answers ${status}`;
  return { outcome: "refused", permanent: !isTemporary, reason, ...(waitMs === undefined ? {} : { waitMs }) };
}

function refused(reason: string): SendOutcome {
  return { outcome: "refused", permanent: false, reason };
}
