/** Subscriptions that people make for themselves without a shell: mail to an address that confirms, and webhooks. */
import { type Delivery, type DeliveryChannel, isSameAddress, limitedMailbox, type Subscription } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";
import { dayMs } from "../../core/period.ts";
import type { MailMessage, Transport } from "../../core/transport.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Digests } from "./digests.ts";
import { requireMailbox, requireTimes, type SubscriptionInput } from "./subscriptions.ts";

export interface OwnSubscriptionOptions {
  readonly now: () => Date;
  /** The transport for requests to confirm; undefined if none is configured. */
  readonly mail: Transport<MailMessage> | undefined;
}

export interface ListedSubscription {
  readonly subscription: Subscription;
  /** What became of the message of the latest day. */
  readonly latest: Delivery | undefined;
  /** The day of the next message, in the subscriber's time zone; undefined until the address has confirmed. */
  readonly next: string | undefined;
}

export interface MadeSubscription {
  readonly subscription: Subscription;
  readonly next: string | undefined;
  /** What the messages of a webhook are signed with. */
  readonly secret: string | undefined;
}

const hourMs = 60 * 60_000;
/** Of one person: each costs a message a day. */
const mostSubscriptions = 50;

export class OwnSubscriptions {
  private readonly addresses: RateLimit;
  private readonly people: RateLimit;
  /** Each counts what is there before it adds to it. */
  private readonly adding = new OneAtATime();

  constructor(
    private readonly library: Pick<Library, "delivery">,
    private readonly digests: Pick<Digests, "subscribe" | "askForConfirmation" | "webhookSecret" | "unsubscribe" | "nextDay">,
    private readonly options: OwnSubscriptionOptions,
  ) {
    // Whoever has a key may name any address: so each is asked rarely, and each person can ask only few.
    this.addresses = new RateLimit(2, dayMs, options.now);
    this.people = new RateLimit(10, hourMs, options.now);
  }

  /** Whether mail can be asked for. */
  get hasMail(): boolean {
    return this.options.mail !== undefined;
  }

  async of(person: string): Promise<ListedSubscription[]> {
    const own = (await this.library.delivery.subscriptions()).filter((one) => one.person === person);
    return await Promise.all(
      own.map(async (subscription) => ({
        subscription,
        latest: (await this.library.delivery.deliveries({ subscription: subscription.id }))[0],
        next: this.digests.nextDay(subscription),
      })),
    );
  }

  /**
   * Adds one, or changes the one with the same address and kind. A mailbox that has not confirmed is asked to. Throws `invalid_request`
   * (also if mail is not configured), `too_many_requests`, `delivery_failed`.
   */
  async add(person: string, input: Omit<SubscriptionInput, "channel">): Promise<MadeSubscription> {
    const { mail } = this.options;
    const channel = webChannelOf(input.address);
    if (channel === "webhook") {
      const subscription = await this.adding.run(async () => {
        await this.requireRoom(person, { ...input, channel });
        return await this.digests.subscribe(person, { ...input, channel }, true);
      });
      return { subscription, next: this.digests.nextDay(subscription), secret: await this.digests.webhookSecret(subscription) };
    }
    if (mail === undefined)
      throw new AppError("invalid_request", "This service does not send mail, and this is not a web address.", {
        mend: "The address of a webhook begins with https://. A private feed needs no address; for mail, the administrator must set up `smtp`.",
      });
    const address = requireMailbox(input.address);
    requireTimes(input);
    const subscription = await this.adding.run(async () => {
      const before = await this.requireRoom(person, { ...input, channel });
      this.people.require(person);
      // Before anything is kept: what is refused changes nothing.
      if (before?.confirmed === undefined) this.addresses.require(limitedMailbox(address));
      return await this.digests.subscribe(person, { ...input, address, channel }, false);
    });
    if (subscription.confirmed === undefined) await this.digests.askForConfirmation(subscription, mail);
    return { subscription, next: this.digests.nextDay(subscription), secret: undefined };
  }

  /** @returns the one that would be changed, which needs no room. Throws `invalid_request`. */
  private async requireRoom(person: string, { channel, address, kind }: SubscriptionInput): Promise<Subscription | undefined> {
    const own = (await this.library.delivery.subscriptions()).filter((one) => one.person === person);
    const before = own.find((one) => one.channel === channel && isSameAddress(channel, one.address, address.trim()) && one.kind === kind);
    if (before === undefined && own.length >= mostSubscriptions)
      throw new AppError(
        "invalid_request",
        `There are ${own.length} subscriptions already; a person can have at most ${mostSubscriptions}.`,
        {
          mend: "Cancel those that nobody reads.",
        },
      );
    return before;
  }

  /** Throws `subscription_not_found`, also for somebody else's. */
  async end(person: string, id: string): Promise<void> {
    if ((await this.digests.unsubscribe(person, id)) === 0)
      throw new AppError("subscription_not_found", "You have no such subscription.", { mend: "It may have been cancelled already." });
  }
}

/** Whatever is not a web address is taken for a mailbox: folders of this machine are only for people with a shell on it. */
function webChannelOf(address: string): Exclude<DeliveryChannel, "file"> {
  return /^\s*https?:/i.test(address) ? "webhook" : "mail";
}
