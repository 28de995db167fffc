/** Creates the transports by which messages leave. */
import { version } from "./compiled.ts";
import type { Config } from "./config.ts";
import { NoteTransport } from "./delivery/notes.ts";
import { SmtpTransport } from "./delivery/smtp.ts";
import { WebhookTransport } from "./delivery/webhook.ts";
import type { Transports } from "./engine/digests/deliver.ts";

/** The reason why a webhook's address cannot be used, as far as it can be known in advance. */
export function faultOfWebhook({ privateWebhooks }: Config, address: string): Promise<string | undefined> {
  return new WebhookTransport(privateWebhooks, version).faultOf(address);
}

/** The transports that a configuration allows: mail requires an SMTP server, the others require nothing. */
export function createTransports({ smtp, privateWebhooks }: Config): Transports {
  return {
    ...(smtp === undefined ? {} : { mail: new SmtpTransport(smtp) }),
    webhook: new WebhookTransport(privateWebhooks, version),
    file: new NoteTransport(),
  };
}
