/** What people are called, and that nothing of one who was taken away is left to a namesake. */
import { Command } from "commander";
import { beforeEach, describe, expect, it } from "vitest";
import { personOption } from "../../../src/cli/people.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

let engine: Engine;

beforeEach(async () => {
  engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
  return () => engine.close();
});

describe("a person's name", () => {
  it("may have letters with marks, and is the same however it was typed", async () => {
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

describe("who was taken away while something came in", () => {
  it("leaves nothing to a namesake", async () => {
    await engine.library.upsert([inventPaper(1)]);
    await engine.embedBacklog();
    await engine.addPerson("bob", "write");
    await engine.addPerson("ada", "write");
    const ada = engine.person("ada");
    await ada.addInterest({ words: "kettles" });
    await engine.removePerson("ada");
    for (const late of [
      () => ada.giveFeedback("X:1", { kind: "note", note: "Mine." }),
      () => ada.addInterest({ words: "kettles" }),
      () => ada.judge({ query: "kettles", paperId: "X:1", relevant: true }),
      () => ada.addFeed(),
      () => engine.addComment("ada", "X:1", "Mine."),
    ])
      await expect(late()).rejects.toMatchObject({ code: "person_not_found" });
    await engine.addPerson("ada", "write");
    expect([await ada.feedback(), await ada.interests(), await ada.judgments(), await ada.feeds()]).toEqual([[], [], [], []]);
    expect(await engine.library.comments.comments(["X:1"])).toEqual([]);
  });
});
