/** Names of people, and that a removed person leaves nothing to a namesake. */
import { Command } from "commander";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { personOption } from "../../../../src/cli/people.ts";
import type { SourceRecord } from "../../../../src/core/source.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { confirmSubscription } from "../../../../src/engine/digests/subscriptions.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

let engine: Engine;

beforeEach(async () => {
  engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
  return () => engine.close();
});

describe("a person's name", () => {
  it("may contain accented letters, and is the same however it was typed", async () => {
    const names = ["Zoë", "Nguyễn", "เสรี", "कृष्णा", "ශ්\u200dරීමාලි", "علی\u200cرضا", "김철수", "o.k-_1"];
    for (const name of names) await engine.addPerson(name.normalize("NFD"), "write");
    expect((await engine.people()).map(({ name }) => name).sort()).toEqual(names.map((name) => name.normalize("NFC")).sort());
    const { person } = new Command()
      .addOption(personOption())
      .parse(["--person", "Nguyễn".normalize("NFD")], { from: "user" })
      .opts();
    await engine.requirePerson(person);
    for (const name of ["", "a b", "\u0301a", "a\u200db", "-a", "a/b", "a\u202eb", "*", "ก".repeat(65)])
      await expect(engine.addPerson(name, "write")).rejects.toMatchObject({ code: "invalid_request" });
  });
});

it("a person removed while a key is being added has no key left, or still exists with it", async () => {
  await engine.addPerson("ada", "write");
  await Promise.all([engine.addPerson("ada", "admin"), engine.removePerson("ada")]);
  const people = (await engine.people()).map(({ name }) => name);
  for (const { person } of await engine.library.personal.keys()) expect(people).toContain(person);
});

describe("a person removed while something arrives", () => {
  it.each([
    ["one of several", ["bob"]],
    ["the only one", []],
  ])("leaves nothing to a namesake: %s", async (_, others) => {
    await engine.library.upsert([inventPaper(1)]);
    await engine.embedBacklog();
    for (const name of [...others, "ada"]) await engine.addPerson(name, "write");
    const ada = engine.person("ada");
    const interest = await ada.addInterest({ name: "All", filters: { yearFrom: 2000 } });
    const wanted = { channel: "mail", kind: "trending", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false } as const;
    const subscribe = (address: string) => engine.digests.subscribe("ada", { ...wanted, address }, false);
    const subscription = await subscribe("ada@example.org");
    await engine.removePerson("ada");
    for (const late of [
      () => ada.giveFeedback("X:1", { kind: "note", note: "Mine." }),
      () => ada.addInterest({ words: "kettles" }),
      () => ada.judge({ query: "kettles", paperId: "X:1", relevant: true }),
      () => ada.addFeed(),
      () => engine.addComment("ada", "X:1", "Mine."),
      () => ada.followFile({ file: "a.bib", records: readX1(), bringIn: false }),
      () => engine.signIns.beginWithKey("ada", "pk_0123456789", "a browser"),
      () => engine.signIns.setMailbox("ada", "ada@example.org"),
      () => subscribe("late@example.org"),
    ])
      await expect(late()).rejects.toMatchObject({ code: "person_not_found" });
    // What was read about a person earlier, and is stored now.
    vi.spyOn(engine.library.personal, "interests").mockResolvedValueOnce([interest]);
    await expect(ada.picks(ada.today())).rejects.toMatchObject({ code: "person_not_found" });
    vi.spyOn(engine.library.delivery, "subscription").mockResolvedValueOnce(subscription);
    await expect(confirmSubscription(engine.library, subscription.id, new Date())).rejects.toMatchObject({ code: "person_not_found" });
    await expect(ada.changeInterest(interest.id, { name: "Mine" })).rejects.toMatchObject({ code: "interest_not_found" });
    await engine.addPerson("ada", "write");
    expect(await engine.library.personal.pickHistory("ada")).toEqual([]);
    expect([await engine.library.delivery.subscriptions(), await engine.library.signIns.sessions("ada")]).toEqual([[], []]);
    expect([await ada.feedback(), await ada.interests(), await ada.judgments(), await ada.feeds()]).toEqual([[], [], [], []]);
    expect(await engine.library.comments.comments(["X:1"])).toEqual([]);
  });
});

async function* readX1(): AsyncIterable<SourceRecord> {
  yield { kind: "id", id: "X:1", place: { file: "a.bib", line: 1 } };
}
