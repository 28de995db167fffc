/**
 * Sends mail through an SMTP server (RFC 5321), a connection for each message. The server answers the end of the message, so
 * that once its first byte has left only that answer tells whether it was taken.
 */
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { MailMessage, SendOutcome, Transport } from "../core/transport.ts";

export interface SmtpSettings {
  readonly host: string;
  /** 587 unless given; 465 where TLS is implicit. */
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `name@example.org`, or with a display name before it in angle brackets. */
  readonly from: string;
  /** `starttls` refuses to go on without it; `none` is for a server on this machine. */
  readonly tls: "starttls" | "implicit" | "none";
}

/** Milliseconds that each part may take. */
export interface SmtpTimeouts {
  readonly connectMs: number;
  /** Without a sign of life. */
  readonly silenceMs: number;
}

/** RFC 5321, 4.5.3.2 would wait longer; a message that is refused for its slowness is tried again. */
const usualTimeouts: SmtpTimeouts = { connectMs: 30_000, silenceMs: 120_000 };

/** Greeting, TLS and sign-in; sender and recipient; the message itself. */
type Step = "session" | "envelope" | "data";

/** What nodemailer says beside the message of an error. */
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
    // The stream is read only when the server has said that it waits for the message.
    const body = Readable.from(
      (async function* () {
        await beforeData();
        step = "data";
        yield bytes;
      })(),
    );
    try {
      await new Promise<void>((resolve, reject) => {
        // Stays, so that what comes after the answer changes nothing.
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
      // No answers from programs that are on holiday (RFC 3834).
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

/** An answer decides; without one, what matters is whether the message had begun to leave. */
function outcomeOf({ message, responseCode }: SmtpFault, step: Step): SendOutcome {
  if (responseCode === undefined || responseCode < 400)
    return step === "data" ? { outcome: "unknown", reason: message } : { outcome: "refused", permanent: false, reason: message };
  // Before the envelope it is about us (a password, a certificate), which somebody will mend.
  return { outcome: "refused", permanent: responseCode >= 500 && step !== "session", reason: message };
}
