/** What people asked to be sent, and what became of each day's message. */
import { lowerLatin } from "./text.ts";

export const deliveryChannels = ["mail", "webhook", "file"] as const;
export type DeliveryChannel = (typeof deliveryChannels)[number];

/**
 * Whether messages to both reach one place: no provider tells mailboxes apart by the case of A to Z, though a standard lets
 * it. Of letters beyond these none is taken for another, since an address that only looks alike is somebody else's.
 */
export function isSameAddress(channel: DeliveryChannel, a: string, b: string): boolean {
  return channel === "mail" ? lowerLatin(a) === lowerLatin(b) : a === b;
}

/** A person's picks, or what is trending for everybody. */
export const digestKinds = ["picks", "trending"] as const;
export type DigestKind = (typeof digestKinds)[number];

/** The `person` of public subscriptions, which nobody known here made: no person can be called so. They bring only what is trending. */
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
  /** Whether a day with nothing to say is told too. */
  readonly wantsEmpty: boolean;
  /** When it was asked for, ISO 8601 in UTC. */
  readonly created: string;
  /** When whoever reads the address agreed; nothing is sent before. */
  readonly confirmed?: string;
}

/**
 * `pending`, to be sent at `nextTry`; `sending`, a process is at it; `sent`, the other side has taken it; `empty`, there was
 * nothing to say; `failed`, given up; `unknown`, it may or may not have been taken, and only a person sends it again.
 */
export const deliveryStates = ["pending", "sending", "sent", "empty", "failed", "unknown"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** How far sending has come: until `data` nothing of the message has left, and trying again is safe. */
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

/** The address of a feed that is one person's, as it is kept: nothing of its secret part but the hash. */
export interface PrivateFeed {
  /** The first characters of the secret part, by which people know it. */
  readonly prefix: string;
  /** sha256 of the secret part, hexadecimal. */
  readonly hash: string;
  readonly person: string;
  /** The id of the interest whose picks it has; without one it has all picks. */
  readonly interest?: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

/** Kept in the library, so that no crash and no restart forgets or repeats anything. What resolves is durable (I1). */
export interface DeliveryStore {
  /** By person, then id. */
  subscriptions(): Promise<Subscription[]>;
  subscription(id: string): Promise<Subscription | undefined>;
  /** Adds it, or takes the place of the one with its id. */
  putSubscription(subscription: Subscription): Promise<void>;
  /** What was delivered stays on record. @returns false where there was none. */
  removeSubscription(id: string): Promise<boolean>;

  /** Latest day first, then by subscription; all of them, or those of a subscription, or those in some states. */
  deliveries(only?: { subscription?: string; states?: readonly DeliveryState[] }): Promise<Delivery[]>;
  delivery(subscription: string, date: string): Promise<Delivery | undefined>;
  /** @returns false where the subscription has one of this day already: nothing is changed then. */
  addDelivery(delivery: Delivery): Promise<boolean>;
  /**
   * Puts `next` in the place of the delivery of the same subscription and day, if that is still in the given state and step.
   * @returns false where it is not, and nothing was changed.
   */
  advanceDelivery(from: Pick<Delivery, "state" | "step">, next: Delivery): Promise<boolean>;

  /** What links and addresses are signed with: 64 hexadecimal digits, made once for a library. */
  signingKey(): Promise<string>;
  /** Makes another one: nothing that was signed before is valid any more. */
  replaceSigningKey(): Promise<void>;

  /** A person's, oldest first. */
  privateFeeds(person: string): Promise<PrivateFeed[]>;
  privateFeed(hash: string): Promise<PrivateFeed | undefined>;
  addPrivateFeed(feed: PrivateFeed): Promise<void>;
  /** Its address is worth nothing then. @returns false where there was none. */
  removePrivateFeed(hash: string): Promise<boolean>;
}
