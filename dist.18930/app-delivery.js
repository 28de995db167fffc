/** Puts together the ways in which messages leave. */
import { version } from "./compiled.js";
import { NoteTransport } from "./delivery/notes.js";
import { SmtpTransport } from "./delivery/smtp.js";
import { WebhookTransport } from "./delivery/webhook.js";
/** Why a webhook cannot be sent to, as far as that is known before anything is. */
export function faultOfWebhook({ privateWebhooks }, address) {
    return new WebhookTransport(privateWebhooks, version).faultOf(address);
}
/** The ways of sending that a configuration sets up: mail needs a server, the others nothing. */
export function createTransports({ smtp, privateWebhooks }) {
    return {
        ...(smtp === undefined ? {} : { mail: new SmtpTransport(smtp) }),
        webhook: new WebhookTransport(privateWebhooks, version),
        file: new NoteTransport(),
    };
}
//# sourceMappingURL=app-delivery.js.map