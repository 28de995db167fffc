/**
 * Sends mail through an SMTP server (RFC 5321), with one connection per message. The server replies to the end of the data, so once the
 * first byte of the message has been sent, only that reply shows whether it was accepted.
 */
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { MailMessage, SendOutcome, Transport } from "../core/transport.ts";

export interface SmtpSettings {
  readonly host: string;
  /** 587 by default; 465 with implicit TLS. */
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `name@example.org`, or `Display Name <name@example.org>`. */
  readonly from: string;
  /** `starttls` fails if the server does not offer it; `none` is for a server on this machine. */
  readonly tls: "starttls" | "implicit" | "none";
}

/** Timeouts in milliseconds. */
export interface SmtpTimeouts {
  readonly connectMs: number;
  /** For a connection on which nothing arrives. */
  readonly silenceMs: number;
}

/** Shorter than RFC 5321, 4.5.3.2 recommends; a message that is refused for slowness is sent again later. */
const usualTimeouts: SmtpTimeouts = { connectMs: 30_000, silenceMs: 120_000 };

/** Greeting, TLS and login; sender and recipient; the message itself. */
type Step = "session" | "envelope" | "data";

/** Properties of nodemailer's errors. */
interface SmtpFault extends Error {
  readonly responseCode?: number;
}

export class SmtpTransport implements Transport<MailMessage> {
  constructor(
    private readonly settings: SmtpSettings,
    private readonly timeouts: SmtpTimeouts = usualTimeouts,
  ) {}

  async send(message: MailMessage, beforeData: () => Promise<void>): Promise<SendOutcome> {
    const bytes = await this.compose(message);
    const sender = /<([^<>]+)>$/.exec(this.settings.from)?.[1] ?? this.settings.from;
    const connection = this.connect();
    let step: Step = "session";
    // The stream is read only after the server has asked for the data.
    const body = Readable.from(
      (async function* () {
        await beforeData();
        step = "data";
        yield bytes;
      })(),
    );
    try {
      await new Promise<void>((resolve, reject) => {
        // Stays attached, so that errors after the reply are ignored.
        connection.on("error", reject);
        connection.once("end", () => reject(new Error("The server closed the connection")));
        const deliver = (fault?: Error | null) => {
          if (fault) return reject(fault);
          step = "envelope";
          connection.send({ from: sender, to: [message.to], size: bytes.length }, body, (sent) => (sent ? reject(sent) : resolve()));
        };
        const { user, password } = this.settings;
        connection.connect((fault) => {
          if (fault) reject(fault);
          else if (user === undefined || password === undefined) deliver();
          else connection.login({ user, pass: password }, deliver);
        });
      });
      return { outcome: "accepted" };
    } catch (thrown) {
      return outcomeOf(thrown as SmtpFault, step);
    } finally {
      body.destroy();
      connection.quit();
      connection.close();
    }
  }

  private connect(): SMTPConnection {
    const { host, tls, port = tls === "implicit" ? 465 : 587 } = this.settings;
    return new SMTPConnection({
      host,
      port,
      secure: tls === "implicit",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "none",
      connectionTimeout: this.timeouts.connectMs,
      dnsTimeout: this.timeouts.connectMs,
      greetingTimeout: this.timeouts.connectMs,
      socketTimeout: this.timeouts.silenceMs,
      socketCloseTimeout: 0,
    });
  }

  private compose({ to, messageId, subject, text, html, unsubscribeUrl }: MailMessage): Promise<Buffer> {
    const headers = {
      // Suppresses out-of-office replies (RFC 3834).
      "Auto-Submitted": "auto-generated",
      ...(unsubscribeUrl === undefined
        ? {}
        : {
            "List-Unsubscribe": { prepared: true, value: `<${unsubscribeUrl}>` },
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          }),
    };
    const { from } = this.settings;
    return new MailComposer({ from, to, messageId, subject, text, html, headers, disableFileAccess: true, disableUrlAccess: true })
      .compile()
      .build();
  }
}

/** The server's reply decides. Without one, the outcome is unknown if the data had begun to be sent. */
function outcomeOf({ message, responseCode }: SmtpFault, step: Step): SendOutcome {
  if (responseCode === undefined || responseCode < 400)
    return step === "data" ? { outcome: "unknown", reason: message } : { outcome: "refused", permanent: false, reason: message };
  // An error before the envelope concerns the sender's own setup (a password, a certificate) and will be fixed, so it is not permanent.
  return { outcome: "refused", permanent: responseCode >= 500 && step !== "session", reason: message };
}
