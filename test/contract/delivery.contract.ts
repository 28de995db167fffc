/** Who is to be sent what, and the outcome. */
import { expect } from "vitest";
import type { Delivery, PrivateFeed, Subscription } from "../../src/core/delivery.ts";
import type { Behaviours } from "./library.contract.ts";

const subscription = (id: string, changes: Partial<Subscription> = {}): Subscription => ({
  id,
  person: "ada",
  channel: "mail",
  address: "ada@example.org",
  kind: "picks",
  weekdays: [1, 2, 5],
  hour: 7,
  timeZone: "Europe/Berlin",
  wantsEmpty: false,
  created: "2026-01-01T00:00:00.000Z",
  ...changes,
});

const delivery = (date: string, changes: Partial<Delivery> = {}): Delivery => ({
  subscription: "a",
  person: "ada",
  date,
  channel: "mail",
  state: "pending",
  attempts: 0,
  nextTry: `${date}T06:00:00.000Z`,
  messageId: `<${date}.a@example.org>`,
  created: `${date}T06:00:00.000Z`,
  changed: `${date}T06:00:00.000Z`,
  ...changes,
});

export const deliveryBehaviours: Behaviours = {
  "keeps subscriptions, and changes them in place": async ({ library: { delivery: store } }) => {
    await store.putSubscription(subscription("b"));
    await store.putSubscription(subscription("a", { person: "bob", wantsEmpty: true, kind: "trending" }));
    await store.putSubscription(subscription("b", { confirmed: "2026-01-02T00:00:00.000Z", weekdays: [7] }));
    expect(await store.subscriptions()).toEqual([
      subscription("b", { confirmed: "2026-01-02T00:00:00.000Z", weekdays: [7] }),
      subscription("a", { person: "bob", wantsEmpty: true, kind: "trending" }),
    ]);
    expect(await store.subscription("c")).toBeUndefined();
    expect([await store.removeSubscription("b"), await store.removeSubscription("b")]).toEqual([true, false]);
    expect(await store.subscription("b")).toBeUndefined();
  },

  "keeps one message for a subscription and a day, even when the subscription is gone": async ({ library: { delivery: store } }) => {
    await store.putSubscription(subscription("a"));
    expect(await store.addDelivery(delivery("2026-01-02"))).toBe(true);
    expect(await store.addDelivery(delivery("2026-01-02", { state: "sent" }))).toBe(false);
    expect(await store.addDelivery(delivery("2026-01-03"))).toBe(true);
    expect(await store.addDelivery(delivery("2026-01-03", { subscription: "b", state: "failed", lastError: "no" }))).toBe(true);
    await store.removeSubscription("a");
    expect((await store.deliveries()).map(({ date, subscription: id }) => `${date} ${id}`)).toEqual([
      "2026-01-03 a",
      "2026-01-03 b",
      "2026-01-02 a",
    ]);
    expect((await store.deliveries({ subscription: "a" })).map(({ date }) => date)).toEqual(["2026-01-03", "2026-01-02"]);
    expect(await store.deliveries({ states: ["failed", "sent"] })).toEqual([
      delivery("2026-01-03", { subscription: "b", state: "failed", lastError: "no" }),
    ]);
    expect(await store.delivery("a", "2026-01-02")).toEqual(delivery("2026-01-02"));
  },

  "lets only one of several processes that saw the same state proceed": async ({ library: { delivery: store } }) => {
    await store.addDelivery(delivery("2026-01-02"));
    const { nextTry: _, ...rest } = delivery("2026-01-02", { attempts: 1 });
    const connecting: Delivery = { ...rest, state: "sending", step: "connecting" };
    const took = await Promise.all([
      store.advanceDelivery({ state: "pending" }, connecting),
      store.advanceDelivery({ state: "pending" }, connecting),
    ]);
    expect(took).toEqual([true, false]);
    expect(await store.advanceDelivery({ state: "sending", step: "data" }, { ...rest, state: "sent" })).toBe(false);
    expect(await store.delivery("a", "2026-01-02")).toEqual(connecting);
    expect(await store.advanceDelivery({ state: "sending", step: "connecting" }, { ...connecting, step: "data" })).toBe(true);
    expect(await store.advanceDelivery({ state: "sending", step: "data" }, { ...rest, state: "sent" })).toBe(true);
    expect(await store.delivery("a", "2026-01-02")).toEqual({ ...rest, state: "sent" });
    expect(await store.advanceDelivery({ state: "pending" }, delivery("2026-01-09"))).toBe(false);
  },

  "signs with one key": async ({ library: { delivery: store } }) => {
    const key = await store.signingKey();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.signingKey()).toBe(key);
    await store.replaceSigningKey();
    const next = await store.signingKey();
    expect(next).toMatch(/^[0-9a-f]{64}$/);
    expect(next).not.toBe(key);
    expect(await store.signingKey()).toBe(next);
  },

  "I9: finds a private feed by its hash, until it is revoked, and forgets a person completely": async ({ library }) => {
    const { delivery: store, personal } = library;
    await personal.addPerson("ada");
    const feed = (hash: string, person: string, created: string): PrivateFeed => ({ hash, prefix: hash.slice(0, 2), person, created });
    const second = { ...feed("second", "ada", "2026-01-02T00:00:00.000Z"), interest: "i" };
    await store.addPrivateFeed(second);
    await store.addPrivateFeed(feed("first", "ada", "2026-01-01T00:00:00.000Z"));
    await store.addPrivateFeed(feed("other", "bob", "2026-01-01T00:00:00.000Z"));
    expect(await store.privateFeeds("ada")).toEqual([feed("first", "ada", "2026-01-01T00:00:00.000Z"), second]);
    expect([await store.privateFeed("second"), await store.privateFeed("none")]).toEqual([second, undefined]);
    expect([await store.removePrivateFeed("other"), await store.removePrivateFeed("other")]).toEqual([true, false]);
    expect([await store.privateFeeds("bob"), await store.privateFeed("other")]).toEqual([[], undefined]);
    await store.putSubscription(subscription("a"));
    await store.putSubscription(subscription("b", { person: "bob" }));
    await store.addDelivery(delivery("2026-01-02"));
    await personal.removePerson("ada");
    expect((await store.subscriptions()).map(({ person }) => person)).toEqual(["bob"]);
    expect([await store.deliveries(), await store.privateFeeds("ada")]).toEqual([[], []]);
  },
};
