/** How messages leave: what a transport is given, and the outcome that it reports. */

export interface MailMessage {
  /** A mailbox, a web address, or a folder. */
  readonly to: string;
  /** `<id@host>`; the same in every attempt. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where the recipient unsubscribes with one POST (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

/** The message of a day, in all the forms that channels need. */
export interface DigestMessage extends MailMessage {
  readonly subscription: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Begins with front matter. */
  readonly markdown: string;
  /** The name of its file in a folder of notes: no separators, ends in `.md`. */
  readonly fileName: string;
  /** What programs get, as JSON. */
  readonly data: unknown;
  /** What a webhook's signature is made with: `whsec_` and base64. */
  readonly secret: string;
}

/**
 * `accepted`: the other side has taken it. `refused`: it has not, and trying again is safe (though useless if `permanent`). `unknown`:
 * the message had begun to leave, and no answer came.
 */
export type SendOutcome =
  | { readonly outcome: "accepted" }
  | {
      readonly outcome: "refused";
      readonly permanent: boolean;
      readonly reason: string;
      /** How long the other side wants to be left alone. */
      readonly waitMs?: number;
    }
  | { readonly outcome: "unknown"; readonly reason: string };

export interface Transport<Message extends MailMessage = DigestMessage> {
  /**
   * Tries once, within its own time limits; never throws for what the other side does.
   * @param beforeData is awaited before the first byte of the message leaves; what it writes is durable then. A transport that may repeat
   * a message unnoticed does not need it.
   */
  send(message: Message, beforeData: () => Promise<void>): Promise<SendOutcome>;
}
