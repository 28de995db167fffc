/** Subscriptions, the outbox and private feed addresses, in Maps. */
import { randomBytes } from "node:crypto";
import type { Delivery, DeliveryState, DeliveryStore, PrivateFeed, Subscription } from "../../core/delivery.ts";
import { compareText } from "../../core/order.ts";

export class MemoryDeliveryStore implements DeliveryStore {
  private readonly subscribed = new Map<string, Subscription>();
  private readonly outbox = new Map<string, Delivery>();
  private readonly feeds = new Map<string, PrivateFeed>();
  private key = randomBytes(32).toString("hex");

  async subscriptions(): Promise<Subscription[]> {
    return structuredClone([...this.subscribed.values()]).sort((a, b) => compareText(a.person, b.person) || compareText(a.id, b.id));
  }

  async subscription(id: string): Promise<Subscription | undefined> {
    return structuredClone(this.subscribed.get(id));
  }

  async putSubscription(subscription: Subscription): Promise<void> {
    this.subscribed.set(subscription.id, structuredClone(subscription));
  }

  async removeSubscription(id: string): Promise<boolean> {
    return this.subscribed.delete(id);
  }

  async deliveries({ subscription, states }: { subscription?: string; states?: readonly DeliveryState[] } = {}): Promise<Delivery[]> {
    return [...this.outbox.values()]
      .filter((one) => (subscription ?? one.subscription) === one.subscription && states?.includes(one.state) !== false)
      .sort((a, b) => compareText(b.date, a.date) || compareText(a.subscription, b.subscription));
  }

  async delivery(subscription: string, date: string): Promise<Delivery | undefined> {
    return this.outbox.get(keyOf({ subscription, date }));
  }

  async addDelivery(delivery: Delivery): Promise<boolean> {
    if (this.outbox.has(keyOf(delivery))) return false;
    this.outbox.set(keyOf(delivery), { ...delivery });
    return true;
  }

  async advanceDelivery({ state, step }: Pick<Delivery, "state" | "step">, next: Delivery): Promise<boolean> {
    const before = this.outbox.get(keyOf(next));
    if (before === undefined || before.state !== state || before.step !== step) return false;
    this.outbox.set(keyOf(next), { ...next });
    return true;
  }

  async signingKey(): Promise<string> {
    return this.key;
  }

  async replaceSigningKey(): Promise<void> {
    this.key = randomBytes(32).toString("hex");
  }

  async privateFeeds(person: string): Promise<PrivateFeed[]> {
    return [...this.feeds.values()]
      .filter((feed) => feed.person === person)
      .sort((a, b) => compareText(a.created, b.created) || compareText(a.hash, b.hash));
  }

  async privateFeed(hash: string): Promise<PrivateFeed | undefined> {
    return this.feeds.get(hash);
  }

  async addPrivateFeed(feed: PrivateFeed): Promise<void> {
    this.feeds.set(feed.hash, { ...feed });
  }

  async removePrivateFeed(hash: string): Promise<boolean> {
    return this.feeds.delete(hash);
  }

  /** Also removes their subscriptions and messages. */
  removePerson(name: string): void {
    for (const [id, { person }] of this.subscribed) if (person === name) this.subscribed.delete(id);
    for (const [key, { person }] of this.outbox) if (person === name) this.outbox.delete(key);
    for (const [hash, { person }] of this.feeds) if (person === name) this.feeds.delete(hash);
  }
}

function keyOf({ subscription, date }: Pick<Delivery, "subscription" | "date">): string {
  return `${date} ${subscription}`;
}
