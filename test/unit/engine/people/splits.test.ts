/** An interest that has divided in two: what is proposed, what accepting and declining do, and that nothing is lost. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import type { Person } from "../../../../src/engine/people/person.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

let now: Date;
let library: MemoryLibrary;
let engine: Engine;
let ada: Person;

const kettles = Array.from({ length: 12 }, (_, at) => `X:${at}`);
const violins = Array.from({ length: 12 }, (_, at) => `X:${100 + at}`);
const save = async (ids: readonly string[], interest: string) => {
  for (const paperId of ids) await ada.giveFeedback(paperId, { kind: "save", interest });
};
const savedFor = async (id: string) =>
  (await library.personal.feedback("ada")).filter(({ kind, interest }) => kind === "save" && interest === id).map(({ paperId }) => paperId);

beforeEach(async () => {
  now = new Date("2026-03-01T12:00:00Z");
  library = new MemoryLibrary(() => now);
  engine = new Engine(library, new HashingEmbedder(), { now: () => now });
  await engine.addPerson("ada", "write");
  ada = engine.person("ada");
  const papers = [
    ...Array.from({ length: 14 }, (_, at) =>
      inventPaper(at, { title: "Copper kettles", abstract: `Copper kettles boil water over fire number${at}.` }),
    ),
    ...Array.from({ length: 14 }, (_, at) =>
      inventPaper(100 + at, { title: "Granite violins", abstract: `Granite violins play slow music indoors number${at}.` }),
    ),
  ];
  // Similar titles and authors would make them one work.
  await library.upsert(papers.map((paper, at) => ({ ...paper, title: `${paper.title} ${at}` })));
  await engine.embedBacklog();
});
afterEach(() => engine.close());

describe("an interest", () => {
  it("with two kinds of papers gets a proposed split, showing what distinguishes the halves", async () => {
    const { id } = await ada.addInterest({ name: "Things", positives: kettles });
    expect(await ada.splitProposal(id)).toBeUndefined();
    await save(violins.slice(0, 8), id);
    const proposal = await ada.splitProposal("Things");
    expect(proposal?.halves.map(({ papers }) => papers.map(({ paperId }) => paperId).sort())).toEqual([
      [...kettles].sort(),
      violins.slice(0, 8).sort(),
    ]);
    expect(proposal?.halves[0].terms.join(" ")).toMatch(/kettle|copper|water|fire/i);
    expect(proposal?.halves[1].terms.join(" ")).toMatch(/violin|granite|music/i);
    expect((await ada.splitProposals()).map(({ token }) => token)).toEqual([proposal?.token]);
    expect(await engine.person("bob").splitProposals()).toEqual([]);
  });

  it("becomes two when the proposal is accepted, and all feedback stays", async () => {
    const { id } = await ada.addInterest({
      name: "Things",
      words: "granite violins",
      positives: [...kettles, "X:111"],
      negatives: ["X:113"],
      excludedWords: ["ladder"],
      filters: { yearFrom: 1990 },
    });
    await save([...violins.slice(0, 7), "X:3"], id);
    await ada.giveFeedback("X:13", { kind: "dismiss", interest: id });
    const before = (await library.personal.feedback("ada")).map(({ paperId, kind, at }) => `${paperId} ${kind} ${at}`);
    now = new Date("2026-03-02T12:00:00Z");
    const token = (await ada.splitProposal(id))?.token ?? "";
    const [first, second] = await ada.acceptSplit(id, token);
    // The words are about violins.
    expect(first).toMatchObject({ id, words: "granite violins", positives: ["X:111"], created: "2026-03-01T12:00:00.000Z" });
    expect(second).toMatchObject({ words: "", negatives: ["X:113"], excludedWords: ["ladder"], filters: { yearFrom: 1990 } });
    expect([...second.positives].sort()).toEqual([...kettles].sort());
    expect(first.name).toMatch(/^Things \(.+\)$/);
    expect(second.name).toMatch(/^Things \(.+\)$/);
    expect(await ada.interests()).toEqual([first, second]);
    expect((await savedFor(id)).sort()).toEqual(violins.slice(0, 7).sort());
    expect(await savedFor(second.id)).toEqual(["X:3"]);
    expect((await library.personal.feedback("ada")).find(({ kind }) => kind === "dismiss")).toMatchObject({ interest: second.id });
    const after = (await library.personal.feedback("ada")).map(({ paperId, kind, at }) => `${paperId} ${kind} ${at}`);
    expect(after.sort()).toEqual(before.sort());
    expect(await ada.splitProposals()).toEqual([]);
    await expect(ada.acceptSplit(id, token)).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("is not split in any other way than was shown", async () => {
    const { id } = await ada.addInterest({ name: "Things", positives: [...kettles, ...violins.slice(0, 8)] });
    const token = (await ada.splitProposal(id))?.token ?? "";
    await save(["X:110"], id);
    await expect(ada.acceptSplit(id, token)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await ada.interests()).toHaveLength(1);
    await expect(engine.person("bob").acceptSplit(id, token)).rejects.toMatchObject({ code: "interest_not_found" });
  });

  it("kept whole gets another proposal only after it has grown by half", async () => {
    const { id } = await ada.addInterest({ name: "Things", positives: [...kettles.slice(0, 6), ...violins.slice(0, 6)] });
    await ada.declineSplit(id);
    expect(await ada.splitProposal(id)).toBeUndefined();
    await ada.changeInterest(id, { name: "All things" });
    await save(kettles.slice(6, 11), id);
    expect(await ada.splitProposal(id)).toBeUndefined();
    await save(["X:11"], id);
    expect(await ada.splitProposal(id)).toBeDefined();
  });

  it("changed in two places at once keeps both changes", async () => {
    const { id } = await ada.addInterest({ name: "Things", positives: [...kettles.slice(0, 6), ...violins.slice(0, 6)] });
    await Promise.all([
      ada.changeInterest(id, { name: "All things", positives: kettles }),
      ada.changeInterest("Things", { words: "copper" }),
      ada.changeInterest(id, { weight: 2 }),
      ada.declineSplit(id),
    ]);
    const [kept] = await ada.interests();
    expect(kept).toMatchObject({ id, name: "All things", positives: kettles, words: "copper", weight: 2, keptWhole: expect.any(Number) });
  });

  it("removed while it is being changed or kept whole stays removed", async () => {
    for (const change of [(id: string) => ada.changeInterest(id, { positives: kettles }), (id: string) => ada.declineSplit(id)]) {
      const { id } = await ada.addInterest({ name: "Things", positives: violins });
      await Promise.allSettled([change(id), ada.removeInterest(id)]);
      expect(await ada.interests()).toEqual([]);
    }
  });

  it("with nothing but saves keeps its own papers in both halves", async () => {
    const { id } = await ada.addInterest({ name: "Things", positives: ["X:0"] });
    await save([...kettles.slice(1), ...violins], id);
    const [first, second] = await ada.acceptSplit(id, (await ada.splitProposal(id))?.token ?? "");
    for (const interest of [first, second]) {
      await ada.resetInterest(interest.id);
      expect((await ada.describeInterest(interest.id)).examples.positives).toBeGreaterThan(0);
    }
  });
});
