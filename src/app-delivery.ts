/** Puts together the ways in which messages leave. */
import { version } from "./compiled.ts";
import type { Config } from "./config.ts";
import { NoteTransport } from "./delivery/notes.ts";
import { SmtpTransport } from "./delivery/smtp.ts";
import { WebhookTransport } from "./delivery/webhook.ts";
import type { Transports } from "./engine/deliver.ts";

/** The ways of sending that a configuration sets up: mail needs a server, the others nothing. */
export function createTransports({ smtp, privateWebhooks }: Config): Transports {
  return {
    ...(smtp === undefined ? {} : { mail: new SmtpTransport(smtp) }),
    webhook: new WebhookTransport(privateWebhooks, version),
    file: new NoteTransport(),
  };
}
