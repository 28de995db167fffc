/**
 * Sends digests to programs: a POST of JSON, signed as the Standard Webhooks specification has it
 * (https://github.com/standard-webhooks/standard-webhooks): `webhook-id`, `webhook-timestamp` in seconds, and
 * `webhook-signature: v1,` with the base64 of HMAC-SHA-256 over `id.timestamp.body`.
 */
import { createHmac } from "node:crypto";
import { AppError } from "../core/errors.js";
import { waitOf } from "../sources/live/client.js";
import { Transport as Connections } from "../sources/live/transport.js";
/** As the end of a sentence that begins with the host. */
const forbidden = "is an address of this machine or of a private network; the setting privateWebhooks allows it";
const usualTimeouts = { connectMs: 10_000, answerMs: 30_000 };
export class WebhookTransport {
    version;
    now;
    connections;
    /** @param trusted addresses whose host and port may be private. @param version of the program. */
    constructor(trusted, version, { connectMs, answerMs } = usualTimeouts, now = Date.now) {
        this.version = version;
        this.now = now;
        this.connections = new Connections(trusted.map((one) => new URL(one)), { connectMs, answerMs, silenceMs: answerMs, totalMs: connectMs + 2 * answerMs, bodyBytes: 0 });
    }
    /** Why nothing can be sent to an address, as far as that is known before anything is; each message asks again. */
    async faultOf(address) {
        const url = URL.canParse(address) ? new URL(address) : undefined;
        return url !== undefined && (await this.connections.isForbidden(url)) ? `${url.host} ${forbidden}` : undefined;
    }
    async send({ to, subscription, date, data, secret }, beforeData) {
        const body = Buffer.from(JSON.stringify(data));
        // The same in every attempt: what comes twice all the same is known by it.
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
        }
        catch (thrown) {
            if (thrown instanceof AppError && thrown.code === "address_forbidden")
                return refused(`${new URL(to).host} ${forbidden}`);
            const reason = this.connections.explain(thrown);
            return hasBegun ? { outcome: "unknown", reason } : refused(reason);
        }
    }
}
/** @param secret `whsec_` and base64. */
function signatureOf(secret, id, timestamp, body) {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
}
/** An answer decides. Redirects are not followed: who has moved says so where the subscription is made. */
function outcomeOf(status, waitMs) {
    if (status >= 200 && status < 300)
        return { outcome: "accepted" };
    const isTemporary = status === 408 || status === 425 || status === 429 || status >= 500;
    const reason = status < 400 ? `it answers ${status}, and redirects are not followed` : `it answers ${status}`;
    return { outcome: "refused", permanent: !isTemporary, reason, ...(waitMs === undefined ? {} : { waitMs }) };
}
function refused(reason) {
    return { outcome: "refused", permanent: false, reason };
}
//# sourceMappingURL=webhook.js.map