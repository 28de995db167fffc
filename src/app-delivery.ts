/** Puts together the ways in which messages leave. */
import { version } from "./compiled.ts";
import type { Config } from "./config.ts";
import { NoteTransport } from "./delivery/notes.ts";
import { SmtpTransport } from "./delivery/smtp.ts";
import { WebhookTransport } from "./delivery/webhook.ts";
import type { Transports } from "./engine/deliver.ts";

/** Why a webhook cannot be sent to, as far as that is known before anything is. */
export function faultOfWebhook({ privateWebhooks }: Config, address: string): Promise<string | undefined> {
  return new WebhookTransport(privateWebhooks, version).faultOf(address);
}

/** The ways of sending that a configuration sets up: mail needs a server, the others nothing. */
export function createTransports({ smtp, privateWebhooks }: Config): Transports {
  return {
    ...(smtp === undefined ? {} : { mail: new SmtpTransport(smtp) }),
    webhook: new WebhookTransport(privateWebhooks, version),
    file: new NoteTransport(),
  };
}
