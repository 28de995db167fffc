/** Rows stored for people and damaged behind the library's back: refused when read, found and repaired by `verify`. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Delivery, Subscription } from "../../../src/core/delivery.ts";
import type { Interest } from "../../../src/core/interest.ts";
import type { Picks } from "../../../src/core/picks.ts";
import type { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { LibraryFolder } from "./opened-library.ts";

const interest: Interest = {
  id: "a",
  name: "Kettles",
  words: "copper kettles",
  positives: [],
  negatives: [],
  filters: {},
  excludedWords: [],
  weight: 1,
  created: "2026-01-01T00:00:00.000Z",
};
const picks: Picks = {
  date: "2026-01-02",
  since: "2026-01-01",
  made: "2026-01-02T06:00:00.000Z",
  model: "m",
  generation: 1,
  candidates: 0,
  picks: [],
  quiet: [],
};
const subscription: Subscription = {
  id: "s",
  person: "ada",
  channel: "mail",
  address: "ada@example.org",
  kind: "picks",
  weekdays: [1],
  hour: 7,
  timeZone: "UTC",
  wantsEmpty: false,
  created: "2026-01-01T00:00:00.000Z",
};
const delivery: Delivery = {
  subscription: "s",
  person: "ada",
  date: "2026-01-02",
  channel: "mail",
  state: "pending",
  attempts: 0,
  nextTry: "2026-01-02T06:00:00.000Z",
  messageId: "<2026-01-02.s@example.org>",
  created: "2026-01-02T06:00:00.000Z",
  changed: "2026-01-02T06:00:00.000Z",
};

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(() => folder.remove());

async function filled(): Promise<LocalLibrary> {
  const library = await folder.openFilled(5);
  await library.personal.putInterest("ada", interest);
  await library.personal.putInterest("ada", { ...interest, id: "b", name: "Rivers" });
  await library.personal.keepPicks("ada", picks);
  await library.delivery.putSubscription(subscription);
  await library.delivery.addDelivery(delivery);
  await library.delivery.advanceDelivery(delivery, { ...delivery, attempts: 1 });
  return library;
}

const people = async (library: LocalLibrary, repair = false) => (await library.verify({ repair })).find(({ check }) => check === "people");

type Case = readonly [what: string, sql: string, read: (library: LocalLibrary) => Promise<unknown>, mended: unknown];
const cases: readonly Case[] = [
  [
    "the interest a of ada",
    "UPDATE interests SET body = replace(body, 'copper', 'cupper') WHERE id = 'a'",
    (library) => library.personal.interests("ada"),
    [{ ...interest, id: "b", name: "Rivers" }],
  ],
  [
    "the picks of 2026-01-02 of ada",
    "UPDATE picks SET body = replace(body, '\"m\"', '\"n\"')",
    (library) => library.personal.pickHistory("ada"),
    [],
  ],
  [
    "the picks of 2026-01-02 of ada",
    "UPDATE picks SET body = substr(body, 1, 20)",
    (library) => library.personal.picks("ada", "2026-01-02"),
    undefined,
  ],
  ["the subscription s of ada", "UPDATE subscriptions SET address = 'adb@example.org'", (library) => library.delivery.subscriptions(), []],
  [
    "the outbox on 2026-01-02 for the subscription s",
    "UPDATE outbox SET attempts = 0",
    (library) => library.delivery.deliveries(),
    // Nobody knows whether it was sent: without its row it would be sent again.
    [expect.objectContaining({ date: "2026-01-02", state: "unknown", lastError: "its row in the outbox was damaged" })],
  ],
];

describe("data stored for people", () => {
  it("is returned as stored, even with a lone surrogate", async () => {
    const library = await filled();
    await library.delivery.putSubscription({ ...subscription, address: "a\ud800@example.org" });
    await library.delivery.advanceDelivery(delivery, { ...delivery, attempts: 2, lastError: "550 \udc00" });
    expect(await library.delivery.subscriptions()).toMatchObject([{ address: "a\ufffd@example.org" }]);
    expect(await library.delivery.deliveries()).toMatchObject([{ lastError: "550 \ufffd" }]);
    expect(await people(library)).toMatchObject({ state: "ok" });
  });

  it.each(cases)("(%s) is refused when altered, reported by verify, and repaired", async (what, sql, read, mended) => {
    const library = await filled();
    expect(await people(library)).toMatchObject({ state: "ok" });
    folder.sql(sql);
    await expect(read(library)).rejects.toMatchObject({
      code: "library_damaged",
      message: expect.stringContaining("its checksum"),
      mend: expect.stringContaining("verify --repair"),
    });
    expect(await people(library)).toEqual({ check: "people", state: "damaged", detail: `${what}: it does not match its checksum` });
    expect(await people(library, true)).toMatchObject({ state: "repaired" });
    expect(await people(library)).toMatchObject({ state: "ok" });
    expect(await read(library)).toEqual(mended);
  });

  it("is read as it is if it was stored before there were checksums", async () => {
    const library = await filled();
    for (const table of ["interests", "picks", "subscriptions", "outbox"]) folder.sql(`UPDATE ${table} SET checksum = NULL`);
    expect(await people(library)).toMatchObject({ state: "ok" });
    expect(await library.personal.interests("ada")).toHaveLength(2);
    expect(await library.delivery.deliveries()).toEqual([{ ...delivery, attempts: 1 }]);
    // A changed row gets one.
    await library.personal.putInterest("ada", { ...interest, words: "rivers" });
    folder.sql("UPDATE interests SET body = replace(body, 'rivers', 'livers') WHERE id = 'a'");
    expect(await people(library)).toMatchObject({ state: "damaged" });
  });
});
