/** Subscriptions, and what became of each day's message. */
import { lowerLatin } from "./text.ts";

export const deliveryChannels = ["mail", "webhook", "file"] as const;
export type DeliveryChannel = (typeof deliveryChannels)[number];

/**
 * Whether messages to both addresses reach the same mailbox. No provider distinguishes mailboxes by the case of A to Z, though the
 * standard allows it. Other letters are never folded: an address that only looks alike belongs to somebody else.
 */
export function isSameAddress(channel: DeliveryChannel, a: string, b: string): boolean {
  return channel === "mail" ? lowerLatin(a) === lowerLatin(b) : a === b;
}

/**
 * What limits on messages count as one mailbox. Many providers deliver `ada+anything@` and `a.d.a@` where `ada@` goes, so that a stranger
 * could ask one person without end. Other mailboxes that it mistakes for the same only share a limit.
 */
export function limitedMailbox(address: string): string {
  const at = address.lastIndexOf("@");
  const [name = ""] = address.slice(0, at).split("+");
  return `${name.replaceAll(".", "")}@${address.slice(at + 1).replace(/\.$/, "")}`.toLowerCase();
}

/** A person's picks, or what is trending for everybody. */
export const digestKinds = ["picks", "trending"] as const;
export type DigestKind = (typeof digestKinds)[number];

/** The `person` of public subscriptions, which nobody can be called. They bring only what is trending. */
export const anybody = "*";

export interface Subscription {
  /** Opaque; the same for the same person, channel, address and kind, so that subscribing again sends nothing twice. */
  readonly id: string;
  readonly person: string;
  readonly channel: DeliveryChannel;
  /** A mailbox, a web address, or a folder. */
  readonly address: string;
  readonly kind: DigestKind;
  /** ISO 8601: 1 is Monday, 7 is Sunday; ascending, at least one. */
  readonly weekdays: readonly number[];
  /** 0 … 23, on the clock of the time zone. */
  readonly hour: number;
  /** Of the IANA database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** Whether a message is also sent on a day with nothing to say. */
  readonly wantsEmpty: boolean;
  /** When it was asked for, ISO 8601 in UTC. */
  readonly created: string;
  /** When the reader of the address agreed; nothing is sent before that. */
  readonly confirmed?: string;
}

/**
 * `pending`: to be sent at `nextTry`. `sending`: a process is sending it. `sent`: the other side has accepted it. `empty`: there was
 * nothing to say. `failed`: given up. `unknown`: it may or may not have been accepted, and only a person sends it again.
 */
export const deliveryStates = ["pending", "sending", "sent", "empty", "failed", "unknown"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** How far sending has got. Until `data` nothing of the message has left, and trying again is safe. */
export type DeliveryStep = "connecting" | "data";

/** One subscription's message of one day. */
export interface Delivery {
  readonly subscription: string;
  readonly person: string;
  /** `YYYY-MM-DD`, in the subscription's time zone. */
  readonly date: string;
  readonly channel: DeliveryChannel;
  readonly state: DeliveryState;
  /** While `sending`. */
  readonly step?: DeliveryStep;
  readonly attempts: number;
  /** ISO 8601 in UTC; while `pending`. */
  readonly nextTry?: string;
  readonly lastError?: string;
  /** The same in every attempt: `<date.subscription@host>`. */
  readonly messageId: string;
  /** When it fell due, and when its state last changed, ISO 8601 in UTC. */
  readonly created: string;
  readonly changed: string;
}

/** The address of a private feed as it is stored: of its secret part only the hash. */
export interface PrivateFeed {
  /** The first characters of the secret part, by which people know it. */
  readonly prefix: string;
  /** sha256 of the secret part, hexadecimal. */
  readonly hash: string;
  readonly person: string;
  /** The id of the interest whose picks it contains; all picks if undefined. */
  readonly interest?: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

/** Stored in the library, so that no crash or restart forgets or repeats anything. A resolved promise means that it is durable (I1). */
export interface DeliveryStore {
  /** By person, then id. */
  subscriptions(): Promise<Subscription[]>;
  subscription(id: string): Promise<Subscription | undefined>;
  /** Adds it, or replaces the one with the same id. */
  putSubscription(subscription: Subscription): Promise<void>;
  /** The records of delivered messages stay. @returns false if there was none. */
  removeSubscription(id: string): Promise<boolean>;

  /** Latest day first, then by subscription; all of them, or those of a subscription, or those in some states. */
  deliveries(only?: { subscription?: string; states?: readonly DeliveryState[] }): Promise<Delivery[]>;
  delivery(subscription: string, date: string): Promise<Delivery | undefined>;
  /** @returns false, having changed nothing, if the subscription already has one for this day. */
  addDelivery(delivery: Delivery): Promise<boolean>;
  /**
   * Replaces the delivery of the same subscription and day with `next`, if it is still in the given state and step. @returns false,
   * having changed nothing, if it is not.
   */
  advanceDelivery(from: Pick<Delivery, "state" | "step">, next: Delivery): Promise<boolean>;

  /** The key with which links and addresses are signed: 64 hexadecimal digits, generated once per library. */
  signingKey(): Promise<string>;
  /** Generates a new key: nothing that was signed before is valid any longer. */
  replaceSigningKey(): Promise<void>;

  /** A person's, oldest first. */
  privateFeeds(person: string): Promise<PrivateFeed[]>;
  privateFeed(hash: string): Promise<PrivateFeed | undefined>;
  addPrivateFeed(feed: PrivateFeed): Promise<void>;
  /** Makes its address invalid. @returns false if there was none. */
  removePrivateFeed(hash: string): Promise<boolean>;
}
