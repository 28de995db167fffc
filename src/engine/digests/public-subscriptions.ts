/** Subscribing to what is trending without being a user: an address, which confirms. Off unless the settings allow it. */
import { anybody, isSameAddress, limitedMailbox, type Subscription } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import { dayMs } from "../../core/period.ts";
import type { MailMessage, Transport } from "../../core/transport.ts";
import { RateLimit } from "../rate-limit.ts";
import { confirmationDays, type Digests } from "./digests.ts";
import { requireMailbox, requireTimes, type SubscriptionInput } from "./subscriptions.ts";

export interface PublicSubscriptionOptions {
  readonly now: () => Date;
  /** The transport for requests to confirm; undefined if none is configured. */
  readonly mail: Transport<MailMessage> | undefined;
  /** Whether the settings allow it. */
  readonly allowed: boolean;
}

/** When messages are to come. */
export type PublicSubscriptionInput = Pick<SubscriptionInput, "address" | "weekdays" | "hour" | "timeZone">;

const hourMs = 60 * 60_000;

export class PublicSubscriptions {
  private readonly addresses: RateLimit;
  private readonly clients: RateLimit;
  private readonly all: RateLimit;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly library: Library,
    private readonly digests: Pick<Digests, "subscribe" | "askForConfirmation">,
    private readonly options: PublicSubscriptionOptions,
  ) {
    // An address is asked at most twice a day, whoever enters it, so that nobody turns this service into a sender of bulk mail.
    this.addresses = new RateLimit(2, dayMs, options.now);
    this.clients = new RateLimit(5, hourMs, options.now);
    this.all = new RateLimit(100, hourMs, options.now);
  }

  get isOffered(): boolean {
    return this.options.allowed && this.options.mail !== undefined;
  }

  /**
   * Asks an address to confirm. The result does not reveal whether it is already subscribed: the work is started, not awaited. Throws
   * `route_not_found` if this is not offered, `invalid_request`, `too_many_requests`.
   */
  request(input: PublicSubscriptionInput, client: string, onFailure: (error: unknown) => void): void {
    const { mail } = this.options;
    if (!this.isOffered || mail === undefined)
      throw new AppError("route_not_found", "This service does not offer subscriptions to everybody.");
    const address = requireMailbox(input.address);
    requireTimes(input);
    this.clients.require(client);
    this.all.require("");
    if (!this.addresses.take(limitedMailbox(address))) return;
    // One after the other: each checks what exists before it.
    this.sending = this.sending.then(() => this.ask({ ...input, address }, mail)).catch(onFailure);
  }

  /** Resolves when no mail is on its way. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private async ask(input: PublicSubscriptionInput, mail: Transport<MailMessage>): Promise<void> {
    await this.forgetUnconfirmed();
    // A confirmed subscription is not changed by whoever enters the address.
    const isSame = (one: Subscription) => isSameAddress("mail", one.address, input.address);
    const own = (await this.library.delivery.subscriptions()).filter(({ person }) => person === anybody);
    if (own.some((one) => isSame(one) && one.confirmed !== undefined)) return;
    const subscription = await this.digests.subscribe(anybody, { ...input, channel: "mail", kind: "trending", wantsEmpty: false }, false);
    await this.digests.askForConfirmation(subscription, mail);
  }

  /** Addresses that can no longer confirm. */
  private async forgetUnconfirmed(): Promise<void> {
    const since = new Date(this.options.now().getTime() - confirmationDays * dayMs).toISOString();
    for (const { id, person, confirmed, created } of await this.library.delivery.subscriptions())
      if (person === anybody && confirmed === undefined && created < since) await this.library.delivery.removeSubscription(id);
  }
}
