/** Messages to people: subscriptions, the content of each day, delivery, and the effect of the links in them. */
import { createHmac } from "node:crypto";
import { type Delivery, type DeliveryState, type DigestKind, isSameAddress, type Subscription } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import { type FeedbackKind, feedbackKinds, ownerName } from "../../core/interest.ts";
import type { Library } from "../../core/library.ts";
import { localTime } from "../../core/local-time.ts";
import type { Paper } from "../../core/paper.ts";
import { dayMs } from "../../core/period.ts";
import { readToken, signToken, type TokenPurpose } from "../../core/signed-token.ts";
import type { DigestMessage, MailMessage, Transport } from "../../core/transport.ts";
import type { Serving } from "../generations/serving.ts";
import { mailDocument, mailLink, paragraph } from "../mail-html.ts";
import { getPaper } from "../papers.ts";
import { giveFeedback, saidOf, takeBackFeedback } from "../people/feedback.ts";
import { requireDay } from "../people/picks.ts";
import { digestContent } from "./content.ts";
import { digestData } from "./data.ts";
import { type DeliverCounts, type DeliverOptions, deliverDue, deliverOne } from "./deliver.ts";
import { nextDay } from "./due.ts";
import { digestHtml } from "./html.ts";
import { digestLinks } from "./links.ts";
import { confirmSubscription, getSubscription, ownTimeZone, type SubscriptionInput, subscribe } from "./subscriptions.ts";
import { digestMarkdown, digestText, subjectOf } from "./text.ts";

export interface DigestOptions {
  readonly now: () => Date;
  /** The public address of the service, without a trailing slash. */
  readonly publicUrl: string;
  readonly halfLifeDays: number;
  /** Why a webhook cannot be sent to, if that is known beforehand. */
  readonly faultOfWebhook?: ((address: string) => Promise<string | undefined>) | undefined;
}

/** What a link in a message says of a paper. */
export interface FeedbackLink {
  readonly paper: Paper;
  readonly kind: FeedbackKind;
  /** Whether its person says so of the paper now. */
  readonly isSaid: boolean;
}

/** What a message is for: a subscription, or, without an id, a preview. */
type DigestOf = Pick<Subscription, "person" | "kind" | "address"> &
  ({ readonly id: undefined } | Pick<Subscription, "id" | "created" | "wantsEmpty">);

/** Days in which a subscription is to be confirmed. */
export const confirmationDays = 7;
/**
 * The papers of a message with any other outcome come in the next one. So do those that arrived on a day when there was nothing to say.
 */
const arrived: readonly DeliveryState[] = ["sent"];

export class Digests {
  constructor(
    private readonly library: Library,
    private readonly serving: Serving,
    private readonly options: DigestOptions,
  ) {}

  subscriptions(): Promise<Subscription[]> {
    return this.library.delivery.subscriptions();
  }

  /** Latest day first. */
  deliveries(): Promise<Delivery[]> {
    return this.library.delivery.deliveries();
  }

  /** Throws `invalid_request`, `person_not_found`. */
  async subscribe(person: string, input: SubscriptionInput, confirmed: boolean): Promise<Subscription> {
    const fault = input.channel === "webhook" ? await this.options.faultOfWebhook?.(input.address.trim()) : undefined;
    if (fault !== undefined) throw new AppError("invalid_request", `${fault}.`);
    return await subscribe(this.library, person, input, confirmed, this.options.now());
  }

  /**
   * The secret with which messages of a webhook are signed. It is derived from the library's key, and so stored nowhere; ending a
   * subscription and making it again changes it.
   */
  async webhookSecret({ id, created }: Pick<Subscription, "id" | "created">): Promise<string> {
    const key = await this.library.delivery.signingKey();
    return `whsec_${createHmac("sha256", key).update(`webhook\n${id}\n${created}`).digest("base64")}`;
  }

  /**
   * Replaces the library's key: links in messages already sent stop working, and webhooks get other secrets. @returns those, by address.
   */
  async replaceKey(): Promise<{ person: string; address: string; secret: string }[]> {
    await this.library.delivery.replaceSigningKey();
    const webhooks = (await this.library.delivery.subscriptions()).filter(({ channel }) => channel === "webhook");
    return await Promise.all(
      webhooks.map(async (one) => ({ person: one.person, address: one.address, secret: await this.webhookSecret(one) })),
    );
  }

  /** The day of the next message, in the subscriber's time zone; undefined until the address has confirmed. */
  nextDay(subscription: Subscription): string | undefined {
    return subscription.confirmed === undefined ? undefined : nextDay(subscription, this.options.now());
  }

  /** Asks the reader of a subscription's address to agree. Throws `delivery_failed`. */
  async askForConfirmation({ id, address, kind }: Subscription, mail: Transport<MailMessage>): Promise<void> {
    const now = this.options.now();
    const expires = new Date(now.getTime() + confirmationDays * dayMs).toISOString();
    const href = `${this.options.publicUrl}/confirm/${await this.sign("confirm", [id, expires])}`;
    const subject = "Please confirm your subscription";
    const what = `Somebody, probably you, asked Paperkin to send ${kind === "picks" ? "picks of papers" : "what is trending"} to ${address}.`;
    const otherwise = "If it was not you, ignore this message: no more will be sent.";
    const outcome = await mail.send(
      {
        to: address,
        messageId: this.messageId(`confirm.${now.getTime()}`, id),
        subject,
        text: `${what}\n\nTo confirm, open this page and press its button:\n${href}\n\n${otherwise}\n`,
        html: mailDocument(subject, what, [paragraph(what), paragraph(mailLink(href, "Confirm")), paragraph(otherwise)].join("\n")),
      },
      () => Promise.resolve(),
    );
    if (outcome.outcome !== "accepted")
      throw new AppError("delivery_failed", `The mail that asks ${address} to confirm was not delivered: ${outcome.reason}.`, {
        mend: "Check the setting `smtp`, and subscribe again.",
      });
  }

  /** The subscription that a link is about. Throws `invalid_link`, `subscription_not_found`. */
  async subscriptionOf(purpose: "confirm" | "unsubscribe", token: string): Promise<Subscription> {
    const [id = "", expires] = await this.read(purpose, token);
    this.checkExpiry(expires);
    return await getSubscription(this.library, id);
  }

  /** Throws `invalid_link`, `subscription_not_found`. */
  async confirm(token: string): Promise<Subscription> {
    const { id } = await this.subscriptionOf("confirm", token);
    return await confirmSubscription(this.library, id, this.options.now());
  }

  /** @returns whether there was one: a second click is not an error. Throws `invalid_link`. */
  async unsubscribeByLink(token: string): Promise<boolean> {
    const [id = ""] = await this.read("unsubscribe", token);
    return await this.library.delivery.removeSubscription(id);
  }

  /** By id, or all of a person's with this address. @returns how many there were. */
  async unsubscribe(person: string, which: string): Promise<number> {
    const meant = (await this.subscriptions()).filter(
      (one) => one.person === person && (one.id === which || isSameAddress(one.channel, one.address, which)),
    );
    for (const { id } of meant) await this.library.delivery.removeSubscription(id);
    return meant.length;
  }

  /** What a link in a message is about. Throws `invalid_link`, `paper_not_found`. */
  async feedbackOf(token: string): Promise<FeedbackLink> {
    const { person, kind, paperId } = await this.readFeedback(token);
    const { paper } = await getPaper(this.library, paperId);
    return { kind, paper, isSaid: (await saidOf(this.library, person, [paper]))(paper).has(kind) };
  }

  /** Gives, or takes back, the feedback that the link is about. Throws `invalid_link`, `paper_not_found`. */
  async giveFeedback(token: string, undo: boolean): Promise<FeedbackLink> {
    const { person, paperId, kind, interest } = await this.readFeedback(token);
    if (undo) await takeBackFeedback(this.library, person, paperId, kind);
    else {
      // Feedback for an interest that has been removed since has no effect on any interest.
      const known = (await this.library.personal.interests(person)).some(({ id }) => id === interest);
      await giveFeedback(this.library, person, paperId, { kind, ...(known ? { interest } : {}) }, this.options.now());
    }
    return await this.feedbackOf(token);
  }

  /**
   * The message of a day as it would be sent to a person now; unlike sending, this does not make its picks permanent. Throws as picking
   * does.
   */
  preview(person: string, kind: DigestKind, date: string | undefined, signal?: AbortSignal): Promise<DigestMessage> {
    const day = date ?? localTime(this.options.now(), ownTimeZone()).date;
    return this.message({ person, kind, address: "", id: undefined }, day, undefined, signal).then(({ message }) => message);
  }

  /** Sends all that is due. @returns undefined while another process is doing so. */
  deliverDue(options: DeliverOptions): Promise<DeliverCounts | undefined> {
    return deliverDue(this.library, this.parts, options);
  }

  /**
   * Sends the message of a day to all of a person's addresses.
   * @param again whether to include those whose message is already in the outbox. @param to only this address. Throws as `deliverOne`,
   * and `invalid_request` for a day that has not begun there.
   */
  async deliverTo(person: string, date: string, again: boolean, options: DeliverOptions, to?: string): Promise<Delivery[]> {
    const meant = (await this.subscriptions()).filter(
      (one) => one.person === person && one.confirmed !== undefined && isSameAddress(one.channel, to ?? one.address, one.address),
    );
    if (meant.length === 0)
      throw new AppError("subscription_not_found", `${person} has no confirmed subscription${to === undefined ? "" : ` to ${to}`}.`, {
        mend: "`paperkin digest subscribe` makes one.",
      });
    // Checked before anything is stored: an invalid or future day would stand in the way of later ones.
    requireDay(date);
    const early = meant.find(({ timeZone }) => date > localTime(this.options.now(), timeZone).date);
    if (early !== undefined)
      throw new AppError("invalid_request", `${date} has not begun yet in the time zone of ${early.address} (${early.timeZone}).`, {
        mend: "Name a day that has begun there.",
      });
    const done: Delivery[] = [];
    let onRecord: AppError | undefined;
    for (const subscription of meant) {
      try {
        done.push(await deliverOne(this.library, { subscription, date, again }, this.parts, options));
      } catch (thrown) {
        // An address that has it already does not keep it from the others.
        if (!(thrown instanceof AppError) || thrown.code !== "invalid_request") throw thrown;
        onRecord ??= thrown;
      }
    }
    if (onRecord !== undefined && done.length === 0) throw onRecord;
    return done;
  }

  private readonly parts = {
    now: () => this.options.now(),
    messageIdOf: ({ id }: Subscription, date: string) => this.messageId(date, id),
    compose: async (subscription: Subscription, date: string, signal?: AbortSignal) => {
      const before = await this.library.delivery.deliveries({ subscription: subscription.id, states: arrived });
      // Before the first message that arrived: what was picked since the address was confirmed.
      const first = subscription.kind === "picks" ? subscription.confirmed?.slice(0, 10) : undefined;
      const since = before.find((one) => one.date < date)?.date ?? first;
      const { message, isEmpty } = await this.message(subscription, date, since, signal);
      return isEmpty && !subscription.wantsEmpty ? undefined : message;
    },
  };

  private async message(
    { person, kind, address, ...of }: DigestOf,
    date: string,
    since: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ message: DigestMessage; isEmpty: boolean }> {
    const { publicUrl, halfLifeDays } = this.options;
    const now = this.options.now();
    const sending = of.id === undefined ? "never" : of.wantsEmpty ? "always" : "if_any";
    const content = await this.serving.within((library, embedder) =>
      digestContent({ library, embedder, now, halfLifeDays, sending }, { person, kind }, date, since, signal),
    );
    const links = digestLinks({ publicUrl, signingKey: await this.library.delivery.signingKey(), person, now }, content, of.id);
    const subject = subjectOf(content);
    const message: DigestMessage = {
      subscription: of.id ?? "",
      date,
      to: address,
      messageId: this.messageId(date, of.id ?? "preview"),
      subject,
      text: digestText(content, links),
      html: digestHtml(content, links, subject),
      markdown: digestMarkdown(content, links),
      fileName: `${date}-${kind}${person === ownerName ? "" : `-${person}`}.md`,
      data: digestData(content, links, person),
      secret: of.id === undefined ? "" : await this.webhookSecret(of),
      ...(links.unsubscribe === undefined ? {} : { unsubscribeUrl: links.unsubscribe }),
    };
    return { message, isEmpty: content.sections.length === 0 };
  }

  private messageId(name: string, id: string): string {
    return `<${name}.${id}@${new URL(this.options.publicUrl).hostname.replace(/[[\]:]/g, "")}>`;
  }

  private async readFeedback(token: string) {
    const [person = "", paperId = "", said, interest = "", expires, subscription = ""] = await this.read("feedback", token);
    this.checkExpiry(expires);
    const kind = feedbackKinds.find((one) => one === said);
    const isThere = person === ownerName || (await this.library.personal.people()).includes(person);
    // A sent message stays in the outbox until its person is removed: its links do nothing for a later person of the same name (I9).
    const wasSent = subscription === "" || (await this.library.delivery.deliveries({ subscription })).length > 0;
    if (kind === undefined || !isThere || !wasSent) throw invalidLink();
    return { person, paperId, kind, interest };
  }

  private async sign(purpose: TokenPurpose, values: readonly string[]): Promise<string> {
    return signToken(await this.library.delivery.signingKey(), purpose, values);
  }

  private async read(purpose: TokenPurpose, token: string): Promise<readonly string[]> {
    const values = readToken(await this.library.delivery.signingKey(), purpose, token);
    if (values === undefined) throw invalidLink();
    return values;
  }

  private checkExpiry(expires: string | undefined): void {
    if (expires !== undefined && expires < this.options.now().toISOString()) throw invalidLink();
  }
}

function invalidLink(): AppError {
  return new AppError("invalid_link", "This link is not valid, or no longer valid.", { mend: "Use the one in the latest mail." });
}
