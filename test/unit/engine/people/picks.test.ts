/** Picks over a small library: which papers, for which interest, why, and never twice. */
import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import type { NewPaper } from "../../../../src/core/paper.ts";
import type { Pick } from "../../../../src/core/picks.ts";
import { Preference } from "../../../../src/core/ranking/preference.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { MissingModel, undescribed } from "../../../../src/embedding/missing-model.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import type { Person } from "../../../../src/engine/people/person.ts";
import { describeChoice, describePick, listedNames } from "../../../../src/engine/recommend/reason-text.ts";
import { tellingWords } from "../../../../src/engine/recommend/reasons.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";

let now: Date;
let library: MemoryLibrary;
let engine: Engine;
let ada: Person;

const subjects = {
  kettles: "copper kettles sing when water boils in the kitchen",
  lanterns: "paper lanterns glow along the river at night",
  ladders: "wooden ladders lean against the wall of an orchard",
  noise: "ledgers invoices taxes and the price of wool",
} as const;

function invent(subject: keyof typeof subjects, number: number, changes: Partial<NewPaper> = {}): NewPaper {
  const words = subjects[subject].split(" ");
  const turned = [...words.slice(number % words.length), ...words.slice(0, number % words.length)].join(" ");
  return {
    ids: [`${subject}:${number}`],
    title: `${subject} number ${number} ${turned.split(" ").slice(0, 3).join(" ")}`,
    abstract: `We say that ${turned}. Case ${number} of ${subject}.`,
    authors: [],
    published: "2026-03-01",
    categories: [],
    keywords: [],
    sources: ["invented"],
    ...changes,
  };
}

async function bring(...papers: NewPaper[]): Promise<void> {
  await library.upsert(papers);
  await engine.embedBacklog({});
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const idsOf = async (date: string, options = {}) => (await ada.picks(date, options)).picks.picks.map(({ paperId }) => paperId);

beforeEach(async () => {
  now = new Date("2026-03-02T08:00:00Z");
  library = new MemoryLibrary(() => now);
  engine = new Engine(library, new HashingEmbedder(), { now: () => now });
  await engine.addPerson("ada", "write");
  ada = engine.person("ada");
  await bring(...range(0, 60).map((at) => invent("noise", at, { published: "2020" })));
  now = new Date("2026-03-03T08:00:00Z");
});

describe("picks", () => {
  it("require an interest, and a day that has begun", async () => {
    await expect(ada.picks("2026-03-03")).rejects.toMatchObject({ code: "no_interests", mend: expect.any(String) });
    await ada.addInterest({ words: subjects.kettles });
    for (const date of ["2026-13-01", "yesterday", "2026-03-09"])
      await expect(ada.picks(date)).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("are new papers that fit an interest, each assigned to the best-fitting one", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    await bring(...range(0, 3).flatMap((at) => [invent("kettles", at), invent("lanterns", at), invent("noise", 100 + at)]));
    const { picks, papers } = await ada.picks("2026-03-03");
    const found = picks.picks.map(({ paperId, interest }) => [paperId.split(":")[0], interest?.name]);
    expect(found.filter(([subject]) => subject === "kettles")).toEqual(Array(3).fill(["kettles", "Kettles"]));
    expect(found.filter(([subject]) => subject === "lanterns")).toEqual(Array(3).fill(["lanterns", "Lanterns"]));
    expect(found.filter(([subject]) => subject === "noise")).toEqual([]);
    expect(papers.get("kettles:1")?.title).toContain("kettles");
  });

  it("belong to one interest when the same one is created twice at the same moment", async () => {
    const both = await Promise.all([ada.addInterest({ words: subjects.kettles }), ada.addInterest({ words: subjects.kettles })]);
    expect(both[1]).toEqual(both[0]);
    expect(await ada.interests()).toEqual([both[0]]);
  });

  it("are made once for a date, and never change after that", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    const first = await ada.picks("2026-03-03");
    await bring(invent("kettles", 1));
    expect((await ada.picks("2026-03-03")).picks).toEqual(first.picks);
    expect(await ada.waitingInterests()).toEqual([]);
    now = new Date("2026-03-03T09:00:00Z");
    await ada.addInterest({ name: "Late", words: "wooden ladders" });
    expect((await ada.waitingInterests()).map(({ name }) => name)).toEqual(["Late"]);
    now = new Date("2026-03-04T08:00:00Z");
    expect(await idsOf("2026-03-04")).toEqual(["kettles:1"]);
    expect((await ada.picks("2026-03-03")).picks).toEqual(first.picks);
  });

  it("for interests added later in the day are appended to the others on request, once", async () => {
    const old = { published: "2020" };
    await bring(...range(0, 2).map((at) => invent("lanterns", at, old)));
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(...range(0, 2).map((at) => invent("kettles", at)));
    const { picks } = await ada.picks("2026-03-03");
    expect((await ada.extendPicks()).picks).toEqual(picks);
    now = new Date("2026-03-03T09:00:00Z");
    const { id } = await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    const quiet = await ada.addInterest({ name: "Roofs", words: "ladders of the roof" });
    const both = await Promise.all([ada.extendPicks(), ada.extendPicks()]);
    const extended = (await ada.picks("2026-03-03")).picks;
    expect(both.map((one) => one.picks)).toEqual([extended, extended]);
    expect(extended).toMatchObject({
      ...picks,
      picks: expect.anything(),
      quiet: [...picks.quiet, { id: quiet.id }],
      extended: now.toISOString(),
    });
    expect(extended.picks.slice(0, picks.picks.length)).toEqual(picks.picks);
    const behind = extended.picks.slice(picks.picks.length);
    expect(behind.map(({ paperId, interest }) => [paperId, interest?.id]).sort()).toEqual([
      ["lanterns:0", id],
      ["lanterns:1", id],
    ]);
    expect(describeChoice(extended, (day) => day)).toContain("added later that day");
    expect(await ada.waitingInterests()).toEqual([]);
    await bring(invent("lanterns", 2));
    expect((await ada.extendPicks()).picks).toEqual(extended);
    now = new Date("2026-03-03T20:00:00Z");
    await ada.addInterest({ name: "By a clock that was ahead", words: "wooden ladders of the orchard" });
    now = new Date("2026-03-03T10:00:00Z");
    const more = (await ada.extendPicks()).picks;
    expect(more.extended).toBe(now.toISOString());
    now = new Date("2026-03-03T11:00:00Z");
    expect((await ada.extendPicks()).picks).toEqual(more);
    now = new Date("2026-03-04T08:00:00Z");
    expect(await idsOf("2026-03-04")).toEqual(["lanterns:2"]);
  });

  it("are empty on a day without anything good, and say for which interests", async () => {
    const { id } = await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(invent("kettles", 0));
    await ada.picks("2026-03-03");
    now = new Date("2026-03-04T08:00:00Z");
    await bring(...range(200, 204).map((at) => invent("noise", at)));
    const { picks } = await ada.picks("2026-03-04");
    expect(picks).toMatchObject({ picks: [], candidates: 4, quiet: [{ id, name: "Kettles" }] });
  });

  it("exclude papers waiting for their embedding, and are fixed once these have it, or a message was sent", async () => {
    const { id } = await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await library.upsert([...range(100, 400).map((at) => invent("noise", at)), invent("kettles", 0)]);
    const early = (await ada.picks("2026-03-03")).picks;
    expect(early.picks.filter(({ paperId }) => paperId.startsWith("noise"))).toEqual([]);
    expect(early.early).toBe(true);
    expect(describeChoice(early, (day) => day)).toContain("waiting to be embedded");
    await engine.embedBacklog({});
    const { picks } = await ada.picks("2026-03-03");
    expect(picks).toMatchObject({ picks: [{ paperId: "kettles:0", interest: { id } }] });
    expect(picks.early).toBeUndefined();
    expect(await library.personal.picks("ada", "2026-03-03")).toEqual(picks);
    // A past day waits for nothing.
    now = new Date("2026-03-05T08:00:00Z");
    await library.upsert(range(400, 440).map((at) => invent("noise", at)));
    await ada.picks("2026-03-05");
    expect(await library.personal.picks("ada", "2026-03-05")).toBeUndefined();
    now = new Date("2026-03-06T08:00:00Z");
    expect((await ada.picks("2026-03-05")).picks.early).toBeUndefined();
    expect(await library.personal.picks("ada", "2026-03-05")).toBeDefined();
  });

  it("do not wait for embeddings if yesterday's papers have none: nobody embeds this library, and its feed continues", async () => {
    const unembedded = new MemoryLibrary(() => now);
    const other = new Engine(unembedded, new HashingEmbedder(), { now: () => now });
    const me = other.person("me");
    await unembedded.upsert([invent("noise", 200)]);
    await me.addInterest({ name: "Kettles", words: subjects.kettles });
    await expect(me.picks("2026-03-03")).rejects.toMatchObject({ code: "no_interests", mend: /also embeds papers that are already there/ });
    await other.embedBacklog({});
    await unembedded.upsert(range(0, 60).map((at) => invent("noise", at)));
    await unembedded.upsert([invent("kettles", 0)]);
    const feed = await me.addFeed();
    // They arrived a moment ago.
    expect((await me.picks("2026-03-03")).picks).toMatchObject({ early: true, picks: [{ paperId: "kettles:0" }] });
    expect((await me.catchUp({ from: "2026-03-02", to: "2026-03-03", limit: 10 })).picks).toMatchObject({ early: true });
    expect((await other.privateFeed(feed.token)).entries).toEqual([]);
    now = new Date("2026-03-04T09:00:00Z");
    await unembedded.upsert([invent("kettles", 1)]);
    expect((await other.privateFeed(feed.token)).entries.map(({ paper }) => paper.paperId).sort()).toEqual(["kettles:0", "kettles:1"]);
    const { picks } = await me.picks("2026-03-04");
    expect(picks.early).toBeUndefined();
    expect((await me.catchUp({ from: "2026-03-04", to: "2026-03-04", limit: 10 })).picks).not.toHaveProperty("early");
    await other.close();
  });

  it("says that the model is missing where nothing could be embedded for want of it, so that messages wait", async () => {
    const fault = new AppError("model_not_found", "The model is gone.");
    const open = async () => await Promise.reject(fault);
    const missing = new MissingModel({ description: undescribed("invented/model"), truncation: undefined, concurrency: 1, fault, open });
    const other = new Engine(new MemoryLibrary(), missing);
    const me = other.person("me");
    await me.addInterest({ name: "kettles", words: "copper kettles" });
    await expect(me.picks("2026-03-03")).rejects.toBe(fault);
    await other.close();
  });

  it("wait for today's embeddings even if a few of yesterday's never came", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await library.upsert(range(100, 105).map((at) => invent("noise", at)));
    now = new Date("2026-03-04T09:00:00Z");
    await library.upsert(range(0, 3).map((at) => invent("kettles", at)));
    expect((await ada.picks("2026-03-04")).picks.early).toBe(true);
  });

  it("include feedback and papers dated by a clock that ran ahead, and leave out nothing picked for a future day", async () => {
    now = new Date("2027-01-05T08:00:00Z");
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(...range(0, 3).map((at) => invent("kettles", at)));
    expect(await idsOf("2027-01-05")).toHaveLength(3);
    await ada.giveFeedback("kettles:2", { kind: "dismiss" });
    now = new Date("2026-03-04T08:00:00Z");
    expect((await idsOf("2026-03-04")).sort()).toEqual(["kettles:0", "kettles:1"]);
    await expect(ada.picks("2027-01-05")).rejects.toMatchObject({ code: "invalid_request", message: /in the future/ });
  });

  it("exist even if words describe the whole library, and each paper goes to the narrower interest", async () => {
    await library.remove(range(0, 60).map((at) => `noise:${at}`));
    await bring(...range(0, 60).map((at) => invent("kettles", at, { published: "2020" })));
    const broad = await ada.addInterest({ name: "Kettles", words: "copper kettles" });
    const narrow = await ada.addInterest({ name: "Whistles", words: "a tin whistle calls" });
    now = new Date("2026-03-04T08:00:00Z");
    const whistles = range(300, 302).map((at) =>
      invent("kettles", at, { title: "A tin whistle calls", abstract: `A tin whistle calls: copper kettles ${at}.` }),
    );
    await bring(...range(200, 220).map((at) => invent("kettles", at)), ...whistles);
    const { picks } = (await ada.picks("2026-03-04")).picks;
    expect(picks).toHaveLength(10);
    for (const { paperId, interest } of picks)
      expect(interest?.id).toBe(whistles.some(({ ids }) => ids.includes(paperId)) ? narrow.id : broad.id);
  });

  it("do not include the library's only paper if it shares nothing with the words", async () => {
    await library.remove(range(0, 60).map((at) => `noise:${at}`));
    await bring(invent("kettles", 0));
    await ada.addInterest({ words: subjects.noise });
    expect(await idsOf("2026-03-03")).toEqual([]);
  });

  it("for today stay open while a first interest that found nothing good enough is being corrected", async () => {
    await bring(...range(0, 3).map((at) => invent("kettles", at)));
    const { id } = await ada.addInterest({ words: "ladders of the roof" });
    const { picks } = await ada.picks("2026-03-03");
    expect(picks).toMatchObject({ picks: [], quiet: [{ id }] });
    expect(describeChoice(picks, (day) => day)).toBe("papers: none of the 63 in the library is near enough to your interests.");
    await ada.changeInterest(id, { words: subjects.kettles });
    expect(await idsOf("2026-03-03")).toHaveLength(3);
    await ada.changeInterest(id, { words: "ladders of the roof" });
    expect(await idsOf("2026-03-03")).toHaveLength(3);
  });

  it("for each interest start from the whole library, once, whatever is new for others", async () => {
    const old = { published: "2020" };
    await bring(...range(0, 3).flatMap((at) => [invent("ladders", at, old), invent("lanterns", at, old)]));
    await bring(invent("kettles", 0), invent("kettles", 1, old));
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await ada.addInterest({ name: "Ladders", words: subjects.ladders });
    const first = (await ada.picks("2026-03-03")).picks;
    expect(first.picks.map(({ paperId }) => paperId).sort()).toEqual(["kettles:0", "kettles:1", "ladders:0", "ladders:1", "ladders:2"]);
    for (const pick of first.picks) expect(describePick(pick).includes("not new")).toBe(pick.paperId !== "kettles:0");
    expect(first.picks.map(({ paperId }) => paperId).filter((id) => id.startsWith("kettles"))).toEqual(["kettles:0", "kettles:1"]);
    expect(describeChoice(first, (day) => day)).toContain("the new ones and, for a new interest, those that the library already had");
    now = new Date("2026-03-03T09:00:00Z");
    await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    now = new Date("2026-03-04T08:00:00Z");
    await bring(invent("ladders", 3, old), invent("kettles", 2, old));
    const second = (await ada.picks("2026-03-04")).picks;
    expect(second.picks.map(({ paperId }) => paperId).sort()).toEqual(["lanterns:0", "lanterns:1", "lanterns:2"]);
    expect(second.since).toBe("");
    now = new Date("2026-03-05T08:00:00Z");
    await bring(invent("lanterns", 3, old));
    expect(await idsOf("2026-03-05")).toEqual([]);
  });

  it("for a day without anything new stay open beside an interest for which the library has nothing", async () => {
    await bring(invent("kettles", 0));
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await ada.addInterest({ name: "Ladders", words: "ladders of the roof" });
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    now = new Date("2026-03-04T08:00:00Z");
    expect((await ada.picks("2026-03-04")).picks).toMatchObject({ picks: [], candidates: 0 });
    await bring(invent("kettles", 1));
    expect(await idsOf("2026-03-04")).toEqual(["kettles:1"]);
  });

  it("name a few of the interests without picks, and say how many more there are", () => {
    expect(listedNames(["A", "B"])).toBe("“A”, “B”");
    expect(listedNames(range(0, 100).map(String))).toBe("“0”, “1”, “2”, “3”, “4” and 95 others");
  });

  it("name words as reasons, and no numbers or single letters if there are words", async () => {
    const { id } = await ada.addInterest({ name: "Kettles", words: `${subjects.kettles} 2 n 1999` });
    await bring(invent("kettles", 0, { abstract: `We say that ${subjects.kettles}. O(n^2), 2 of them in 1999.` }));
    const [pick] = (await ada.picks("2026-03-03")).picks.picks;
    const { terms } = await ada.describeInterest(id);
    for (const words of [pick?.reason.terms ?? [], terms]) {
      expect(words).toContain("kettles");
      expect(words.filter((word) => /^(?:.|\d+)$/.test(word))).toEqual([]);
    }
    expect(tellingWords(["2", "n"])).toEqual(["2", "n"]);
  });

  it("give nearness in meaning if there is no other reason", () => {
    const interest = { id: "a", name: "Kettles" };
    const told = (reason: Partial<Pick["reason"]>, exploration?: boolean) =>
      describePick({
        paperId: "x:1",
        score: 1,
        interest,
        reason: { nearest: [], terms: [], newSince: "2026-03-01", ...reason },
        ...(exploration ? { exploration } : {}),
      });
    expect(told({ conditions: "from the year 2000", byMeaning: true })).toContain("in meaning than most papers; meets its conditions");
    expect(told({})).toBe("fits “Kettles”; nearer to its words in meaning than most papers");
    expect(told({ terms: ["tea"], newSince: undefined })).toBe(
      "fits “Kettles”; shares tea; not new: from the whole library, to begin with",
    );
    expect(told({ terms: ["tea"], newSince: undefined }, true)).toBe(
      "to see what else there is; shares tea; not new: from the whole library",
    );
    for (const other of [
      told({ terms: ["kettle"] }),
      told({ conditions: "Kettles" }),
      told({ nearest: [{ paperId: "x:2", title: "T", cosine: 1 }] }),
      told({}, true),
      told({ byMeaning: true }, true),
    ])
      expect(other).not.toContain("in meaning");
  });

  it("start from the whole library even beside an interest that accepts whatever meets its conditions", async () => {
    await bring(...range(0, 3).map((at) => invent("kettles", at, { published: "2020" })));
    await bring(...range(300, 302).map((at) => invent("noise", at, { categories: ["cs.CV"] })));
    const open = await ada.addInterest({ name: "All of vision", filters: { categories: ["cs.CV"] } });
    const kettles = await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    const { picks, quiet } = (await ada.picks("2026-03-03")).picks;
    expect(picks.map(({ interest }) => interest?.id).sort()).toEqual([...Array(2).fill(open.id), ...Array(3).fill(kettles.id)].sort());
    expect(quiet).toEqual([]);
  });

  it("catch up over days without picks, and leave out what was picked, saved, seen or dismissed", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    await ada.picks("2026-03-03");
    for (const [at, day] of ["04", "05", "06"].entries()) {
      now = new Date(`2026-03-${day}T08:00:00Z`);
      await bring(invent("kettles", 1 + 2 * at), invent("kettles", 2 + 2 * at));
    }
    await ada.giveFeedback("kettles:1", { kind: "seen" });
    await ada.giveFeedback("kettles:2", { kind: "save" });
    now = new Date("2026-03-06T09:00:00Z");
    expect((await idsOf("2026-03-06")).sort()).toEqual(["kettles:3", "kettles:4", "kettles:5", "kettles:6"]);
  });

  it("made afterwards for a past day leave the following days' papers to those days", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    now = new Date("2026-03-05T08:00:00Z");
    await bring(invent("kettles", 1));
    now = new Date("2026-03-06T08:00:00Z");
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    expect(await idsOf("2026-03-06")).toEqual(["kettles:1"]);
  });

  it("for several days are ranked together: each interest gets the best of all days, in proportion to its share", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    const { id } = await ada.addInterest({ name: "Ladders", words: subjects.ladders });
    for (const [at, day] of ["03", "04", "05"].entries()) {
      now = new Date(`2026-03-${day}T08:00:00Z`);
      await bring(...range(2 * at, 2 * at + 2).map((number) => invent("kettles", number)), invent("lanterns", at));
    }
    now = new Date("2026-03-05T09:00:00Z");
    const { picks, papers } = await ada.catchUp({ from: "2026-03-03", to: "2026-03-05", limit: 6 });
    expect(picks).toMatchObject({ from: "2026-03-03", to: "2026-03-05", quiet: [{ id, name: "Ladders" }] });
    const of = (name: string) => picks.picks.filter(({ interest }) => interest?.name === name);
    expect([of("Kettles").length, of("Lanterns").length]).toEqual([3, 3]);
    for (const name of ["Kettles", "Lanterns"])
      expect(of(name).map(({ score }) => score)).toEqual([...of(name).map(({ score }) => score)].sort((a, b) => b - a));
    const all: { score: number; interest?: { name: string } | undefined }[] = [];
    for (const day of ["03", "04", "05"]) all.push(...(await ada.picks(`2026-03-${day}`)).picks.picks);
    const kettles = all.filter(({ interest }) => interest?.name === "Kettles").map(({ score }) => score);
    expect(of("Kettles").map(({ score }) => score)).toEqual(kettles.sort((a, b) => b - a).slice(0, 3));
    expect(papers.size).toBe(6);
    expect(await ada.catchUp({ from: "2026-03-03", to: "2026-03-05", limit: 6 })).toMatchObject({ picks });
    await expect(ada.catchUp({ from: "2026-03-05", to: "2026-03-03", limit: 6 })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("2026-03-05 is later than 2026-03-03"),
    });
    for (const [from, to] of [
      ["2026-01-01", "2026-03-05"],
      ["soon", "2026-03-05"],
      ["2026-03-03", "2026-03-09"],
    ] as const)
      await expect(ada.catchUp({ from, to, limit: 6 })).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("for several days count merged papers once, and leave out what was dismissed or seen since", async () => {
    await ada.addInterest({ words: subjects.kettles });
    for (const [at, day] of ["03", "04", "05"].entries()) {
      now = new Date(`2026-03-${day}T08:00:00Z`);
      await bring(invent("kettles", 2 * at), invent("kettles", 2 * at + 1));
      await ada.picks(`2026-03-${day}`);
    }
    const days = { from: "2026-03-03", to: "2026-03-05" };
    const caughtUp = async (limit: number) => (await ada.catchUp({ ...days, limit })).picks.picks.map(({ paperId }) => paperId);
    expect(await caughtUp(10)).toHaveLength(6);
    await library.merge("kettles:0", "kettles:4");
    expect(await caughtUp(5)).toHaveLength(5);
    expect((await ada.catchUp({ ...days, limit: 5 })).papers.size).toBe(5);
    await ada.giveFeedback("kettles:1", { kind: "dismiss" });
    await ada.giveFeedback("kettles:2", { kind: "seen" });
    await ada.giveFeedback("kettles:3", { kind: "save" });
    expect((await caughtUp(10)).sort()).toEqual(["kettles:0", "kettles:3", "kettles:5"]);
    await ada.takeBackFeedback("kettles:1", "dismiss");
    expect(await caughtUp(10)).toContain("kettles:1");
    // The picks of a day stay what they were.
    expect((await idsOf("2026-03-04")).sort()).toEqual(["kettles:2", "kettles:3"]);
    // An interest no longer followed has nothing to catch up on.
    const [{ id = "" } = {}] = await ada.interests();
    await ada.addInterest({ words: subjects.lanterns });
    await ada.removeInterest(id);
    expect(await caughtUp(10)).toEqual([]);
    expect((await idsOf("2026-03-04")).sort()).toEqual(["kettles:2", "kettles:3"]);
  });

  it("for a day made after those of a later day repeat none of these", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0), invent("kettles", 1));
    now = new Date("2026-03-04T01:00:00Z");
    expect((await idsOf("2026-03-04")).sort()).toEqual(["kettles:0", "kettles:1"]);
    // For a time zone where it is still the previous evening.
    expect(await idsOf("2026-03-03")).toEqual([]);
  });

  it("include only one record of a work, on one day, for one interest", async () => {
    const authors = [{ name: "Ada Lovelace" }, { name: "Charles Babbage" }];
    const record = (id: string, title: string, changes: Partial<NewPaper> = {}): NewPaper => ({
      ...invent("kettles", 0),
      ids: [id],
      title,
      authors,
      ...changes,
    });
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await ada.addInterest({ name: "Singing", words: "copper kettles sing" });
    // Two ids of one scheme: only a person can join them.
    await bring(
      record("DOI:10.5555/a", "Why copper kettles sing in kitchens"),
      record("DOI:10.5555/b", "Why copper kettles sing in kitchens: a study of water"),
      record("DOI:10.5555/c", "Why copper kettles sing in kitchens", { authors: [{ name: "Emmy Noether" }] }),
    );
    const first = await idsOf("2026-03-03");
    expect(first.filter((id) => id !== "DOI:10.5555/c")).toHaveLength(1);
    expect(first).toContain("DOI:10.5555/c");
    now = new Date("2026-03-04T08:00:00Z");
    await bring(record("DOI:10.5555/d", "Why copper kettles sing in kitchens. Extended"), invent("kettles", 7));
    expect(await idsOf("2026-03-04", { exploration: true })).toEqual(["kettles:7"]);
  });

  it("for a past day ignore everything that came later", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    now = new Date("2026-03-05T08:00:00Z");
    await bring(invent("kettles", 1));
    await ada.giveFeedback("kettles:0", { kind: "dismiss" });
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    expect(await idsOf("2026-03-05")).toEqual(["kettles:1"]);
  });

  it("come from the whole library for a new person if nothing is new", async () => {
    await bring(...range(0, 4).map((at) => invent("ladders", at, { published: "1999" })));
    now = new Date("2026-05-01T08:00:00Z");
    await ada.addInterest({ positives: ["ladders:0"] });
    const { picks } = await ada.picks("2026-05-01");
    expect(picks.since).toBe("");
    const best = picks.picks.toSorted((a, b) => b.score - a.score).slice(0, 3);
    expect(best.map(({ paperId }) => paperId).sort()).toEqual(["ladders:1", "ladders:2", "ladders:3"]);
    expect(picks.picks[0]?.reason.newSince).toBeUndefined();
  });

  it("come from the whole library until there were some, even if a few new papers fit nothing", async () => {
    await bring(...range(0, 4).map((at) => invent("ladders", at, { published: "1999" })));
    now = new Date("2026-05-01T08:00:00Z");
    const { published: _, ...undated } = invent("noise", 300);
    await bring(undated);
    await ada.addInterest({ words: subjects.kettles });
    expect(await idsOf("2026-05-01")).toEqual([]);
    now = new Date("2026-05-02T08:00:00Z");
    await ada.addInterest({ positives: ["ladders:0"] });
    const first = await idsOf("2026-05-02");
    expect(first).toEqual(expect.arrayContaining(["ladders:1", "ladders:2", "ladders:3"]));
    now = new Date("2026-05-03T08:00:00Z");
    await bring(invent("ladders", 4, { published: "1999" }));
    expect(await idsOf("2026-05-03")).toEqual([]);
  });

  it("for today stay open while there is nothing to choose from, unless a message has said so", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    now = new Date("2026-03-04T08:00:00Z");
    expect((await ada.picks("2026-03-04")).picks).toMatchObject({ picks: [], candidates: 0 });
    await bring(invent("kettles", 1));
    expect(await idsOf("2026-03-04")).toEqual(["kettles:1"]);
    now = new Date("2026-03-05T08:00:00Z");
    await library.personal.addPerson("ada");
    const sent = { send: async () => ({ outcome: "accepted" }) as const };
    const notes = {
      channel: "file",
      address: "/notes",
      kind: "picks",
      weekdays: [4],
      hour: 7,
      timeZone: "UTC",
      wantsEmpty: true,
    } as const;
    await engine.digests.subscribe("ada", notes, true);
    expect(await engine.digests.deliverTo("ada", "2026-03-05", false, { transports: { file: sent } })).toMatchObject([{ state: "sent" }]);
    await bring(invent("kettles", 2));
    expect(await idsOf("2026-03-05")).toEqual([]);
    now = new Date("2026-03-06T08:00:00Z");
    expect(await idsOf("2026-03-06")).toEqual(["kettles:2"]);
  });

  it("for today stay open while a message about them is only previewed", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0));
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    now = new Date("2026-03-04T08:00:00Z");
    const subject = async () => (await engine.digests.preview("ada", "picks", "2026-03-04")).subject;
    expect(await subject()).toMatch(/nothing new/);
    await library.upsert([invent("kettles", 1)]);
    expect(await subject()).not.toMatch(/nothing new/);
    expect(await library.personal.picks("ada", "2026-03-04")).toBeUndefined();
    await engine.embedBacklog({});
    expect(await idsOf("2026-03-04")).toEqual(["kettles:1"]);
  });

  it("for conditions alone are whatever meets them, newest first, and the interest's own topic is unchanged", async () => {
    await bring(
      ...range(0, 4).map((at) => invent("ladders", at, { published: `2026-02-1${at}`, categories: ["craft"] })),
      ...range(0, 2).map((at) => invent("lanterns", at, { categories: ["craft"] })),
      invent("kettles", 0),
    );
    await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    const { id } = await ada.addInterest({ filters: { categories: ["craft"] } });
    const { picks } = await ada.picks("2026-03-03");
    const of = (name: string) => picks.picks.filter(({ interest }) => interest?.name === name);
    expect(of("category: craft").map(({ paperId }) => paperId)).toEqual(["ladders:3", "ladders:2", "ladders:1", "ladders:0"]);
    expect(of("category: craft")[0]?.reason).toMatchObject({ nearest: [], terms: [], conditions: "category: craft" });
    expect(new Set(of("Lanterns").map(({ paperId }) => paperId))).toEqual(new Set(["lanterns:0", "lanterns:1"]));
    expect((await ada.describeInterest(id)).nearest.map(({ paper }) => paper.paperId).slice(0, 2)).toEqual(["lanterns:0", "lanterns:1"]);
  });

  it("for exclusions alone are everything else; saving one orders the rest, and leaves nothing out", async () => {
    await bring(invent("lanterns", 0));
    const { id } = await ada.addInterest({ negatives: ["lanterns:0"], excludedWords: ["orchard"] });
    await bring(...range(1, 3).flatMap((at) => [invent("kettles", at), invent("lanterns", at), invent("ladders", at)]));
    expect((await idsOf("2026-03-03")).sort()).toEqual(["kettles:1", "kettles:2"]);
    await ada.giveFeedback("kettles:1", { kind: "save", interest: id });
    now = new Date("2026-03-04T08:00:00Z");
    await bring(...range(3, 5).flatMap((at) => [invent("noise", 100 + at), invent("kettles", at), invent("lanterns", at)]));
    const next = await idsOf("2026-03-04");
    expect([...next].sort()).toEqual(["kettles:3", "kettles:4", "noise:103", "noise:104"]);
    expect(next.slice(0, 2).sort()).toEqual(["kettles:3", "kettles:4"]);
  });

  it("require a positive example, and are empty once every example has left the library", async () => {
    await expect(ada.addInterest({ name: "Nothing" })).rejects.toMatchObject({ code: "invalid_request", mend: expect.any(String) });
    await bring(invent("kettles", 0));
    await ada.addInterest({ positives: ["kettles:0"] });
    await library.remove(["kettles:0"]);
    await bring(...range(0, 3).map((at) => invent("lanterns", at)));
    expect((await ada.picks("2026-03-03")).picks.picks).toEqual([]);
  });

  it("for a day before the library had papers are empty", async () => {
    await bring(...range(0, 4).map((at) => invent("ladders", at, { published: "1999" })));
    await ada.addInterest({ positives: ["ladders:0"] });
    expect((await ada.picks("2026-02-20")).picks).toMatchObject({ picks: [], candidates: 0 });
    // Nor are they recorded, one for each day somebody thinks of: each later day would have to read them all.
    for (const date of ["0001-01-01", "1999-12-31", "2026-03-01"]) await ada.picks(date);
    expect(await library.personal.pickHistory("ada")).toEqual([]);
    expect((await idsOf("2026-03-03")).length).toBeGreaterThan(0);
  });

  it("for the current local day include all feedback so far, even if the next day has begun in UTC", async () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/Los_Angeles";
    try {
      now = new Date("2026-03-04T03:00:00Z");
      await ada.addInterest({ words: subjects.kettles });
      await bring(invent("kettles", 0), invent("kettles", 1));
      await ada.giveFeedback("kettles:0", { kind: "dismiss" });
      now = new Date("2026-03-04T04:00:00Z");
      expect(ada.today()).toBe("2026-03-03");
      expect(await idsOf(ada.today())).toEqual(["kettles:1"]);
      process.env.TZ = "Pacific/Kiritimati";
      now = new Date("2026-03-04T10:30:00Z");
      await bring(invent("kettles", 2));
      expect(ada.today()).toBe("2026-03-05");
      expect(await idsOf(ada.today())).toEqual(["kettles:2"]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("meet the filters of their interest, and contain none of its excluded words", async () => {
    const { id } = await ada.addInterest({ words: subjects.kettles, filters: { categories: ["cs.AA"] }, excludedWords: ["submarine"] });
    await bring(
      invent("kettles", 0, { categories: ["cs.AA"] }),
      invent("kettles", 1, { categories: ["cs.BB"] }),
      invent("kettles", 2, { categories: ["cs.AA"], abstract: `${subjects.kettles} in a submarine` }),
    );
    expect(await idsOf("2026-03-03")).toEqual(["kettles:0"]);
    expect((await ada.describeInterest(id)).nearest.map(({ paper }) => paper.paperId)).toEqual(["kettles:0"]);
  });

  it("share the places by weight", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles, weight: 3 });
    await ada.addInterest({ name: "Lanterns", words: subjects.lanterns });
    await bring(...range(0, 10).flatMap((at) => [invent("kettles", at), invent("lanterns", at)]));
    const { picks } = await ada.picks("2026-03-03", { limit: 8 });
    expect(picks.picks.filter(({ interest }) => interest?.name === "Kettles")).toHaveLength(6);
  });

  it("include one from outside all interests if requested, marked as such", async () => {
    await ada.addInterest({ words: subjects.kettles });
    await bring(invent("kettles", 0), invent("lanterns", 0));
    const { picks } = await ada.picks("2026-03-03", { exploration: true });
    expect(picks.picks.map(({ paperId, exploration }) => [paperId, exploration])).toEqual([
      ["kettles:0", undefined],
      ["lanterns:0", true],
    ]);
  });

  it("get one from outside appended when it is requested later, once a day", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(invent("kettles", 0), invent("lanterns", 0), invent("lanterns", 1));
    const { picks } = await ada.picks("2026-03-03");
    expect(await ada.mayExplore()).toBe(true);
    now = new Date("2026-03-03T09:00:00Z");
    await ada.addInterest({ name: "Ladders", words: subjects.ladders });
    // Even if another tab requests those for the interest alone.
    const [, { picks: extended }] = await Promise.all([ada.extendPicks(), ada.extendPicks({ exploration: true })]);
    expect(extended.picks.slice(0, picks.picks.length)).toEqual(picks.picks);
    // Never a paper that a current interest would have had.
    const [outside, ...more] = extended.picks.slice(picks.picks.length);
    expect([outside?.paperId.split(":")[0], outside?.exploration, more]).toEqual(["lanterns", true, []]);
    // Feedback on it trains no interest.
    expect(outside).not.toHaveProperty("interest");
    expect(await ada.mayExplore()).toBe(false);
    expect((await ada.extendPicks({ exploration: true })).picks).toEqual(extended);
    expect((await ada.picks("2026-03-03")).picks).toEqual(extended);
    // On another day it is another paper; if nothing is new, one from the whole library.
    now = new Date("2026-03-04T08:00:00Z");
    await bring(invent("kettles", 1));
    await ada.picks("2026-03-04");
    const ids = (await ada.extendPicks({ exploration: true })).picks.picks.map(({ paperId }) => paperId);
    expect(ids).toHaveLength(2);
    expect(extended.picks.map(({ paperId }) => paperId)).not.toContain(ids[1]);
  });

  it("give reasons that made up the score: without the named cause the score is lower", async () => {
    await bring(...range(0, 4).map((at) => invent("ladders", at, { published: "1999" })));
    const { id } = await ada.addInterest({ positives: ["ladders:0", "ladders:1", "noise:1"] });
    await bring(invent("ladders", 10));
    const [pick] = (await ada.picks("2026-03-03")).picks.picks;
    const [cause] = pick?.reason.nearest ?? [];
    expect(pick).toMatchObject({ paperId: "ladders:10", interest: { id } });
    expect(cause?.paperId).toMatch(/^ladders:[01]$/);
    expect(pick?.reason.terms.length).toBeGreaterThan(0);
    await engine.addPerson("bob", "write");
    const bob = engine.person("bob");
    await bob.addInterest({ positives: ["ladders:0", "ladders:1", "noise:1"].filter((paperId) => paperId !== cause?.paperId) });
    const [without] = (await bob.picks("2026-03-03")).picks.picks.filter(({ paperId }) => paperId === "ladders:10");
    expect(without?.score ?? 0).toBeLessThan(pick?.score ?? 0);
  });

  it("never include an example, and learn from what is saved, however many examples an interest has", async () => {
    await bring(...range(0, 260).map((at) => invent("kettles", at)));
    const positives = range(0, 260).map((at) => `kettles:${at}`);
    await ada.addInterest({ name: "Kettles", positives, negatives: ["noise:0"] });
    expect(await idsOf("2026-03-03")).toEqual([]);
    expect(
      (await ada.describeInterest("Kettles")).nearest.map(({ paper }) => paper.paperId).filter((id) => id.startsWith("kettles")),
    ).toEqual([]);
    await bring(invent("lanterns", 0));
    await ada.giveFeedback("lanterns:0", { kind: "save", interest: "Kettles" });
    await ada.giveFeedback("noise:1", { kind: "dismiss", interest: "Kettles" });
    expect((await ada.describeInterest("Kettles")).examples).toEqual({ positives: 261, negatives: 2 });
  });

  it("name no distant example: matching the words is another reason", async () => {
    await bring(...range(0, 2).map((at) => invent("ladders", at, { published: "1999" })));
    await ada.addInterest({ words: subjects.kettles, positives: ["ladders:0"] });
    await bring(invent("kettles", 0), invent("ladders", 10));
    const { picks } = (await ada.picks("2026-03-03")).picks;
    const nearTo = new Map(picks.map(({ paperId, reason }) => [paperId, reason.nearest.map((near) => near.paperId)]));
    expect(nearTo.get("kettles:0")).toEqual([]);
    expect(nearTo.get("ladders:10")).toEqual(["ladders:0"]);
  });

  it("name first the example that is nearest in meaning and terms combined", async () => {
    const item = (cosine: number, terms: readonly number[]) => ({
      vector: Float32Array.from([cosine, Math.sqrt(1 - cosine * cosine), 0]),
      terms: { terms: Uint32Array.from(terms), weights: new Float32Array(terms.length).fill(1 / Math.sqrt(terms.length)) },
    });
    // One is slightly nearer in meaning; the other has the words.
    const [meant, said, pick] = [item(0.999, [1, 2]), item(0.998, [3, 4]), item(1, [3, 4])];
    const ordinary = range(0, 40).map((at) => item(Math.cos(at), [3, 5 + at]));
    const preference = new Preference([meant, said], [], ordinary);
    expect(preference.likeness(pick, said)).toBeGreaterThan(preference.likeness(pick, meant));
    const without = (example: typeof said) =>
      new Preference(
        [meant, said].filter((one) => one !== example),
        [],
        ordinary,
      ).fit(pick).score;
    expect(without(said)).toBeLessThan(preference.fit(pick).score);
  });

  it("learn from what is saved and dismissed for an interest, until that is undone", async () => {
    await ada.addInterest({ name: "Both", words: `${subjects.kettles} ${subjects.lanterns}` });
    await bring(...range(0, 6).flatMap((at) => [invent("kettles", at), invent("lanterns", at)]));
    for (const at of range(0, 5)) {
      await ada.giveFeedback(`lanterns:${at}`, { kind: "dismiss", interest: "Both" });
      await ada.giveFeedback(`kettles:${at}`, { kind: "save", interest: "Both" });
    }
    const fits = async () => new Map((await ada.describeInterest("Both")).nearest.map(({ paper, score }) => [paper.paperId, score]));
    const learnt = await fits();
    expect(learnt.get("kettles:5") ?? 0).toBeGreaterThan(learnt.get("lanterns:5") ?? Number.NEGATIVE_INFINITY);
    expect((await ada.describeInterest("Both")).examples).toEqual({ positives: 5, negatives: 5 });
    await ada.resetInterest("Both");
    expect((await ada.describeInterest("Both")).examples).toEqual({ positives: 0, negatives: 0 });
  });

  it("learn from the latest feedback on a paper that was both saved and dismissed", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(invent("kettles", 0));
    const say = async (kind: "save" | "dismiss", interest?: string) => {
      now = new Date(now.getTime() + 1000);
      await ada.giveFeedback("kettles:0", { kind, interest });
      return (await ada.describeInterest("Kettles")).examples;
    };
    expect(await say("save", "Kettles")).toEqual({ positives: 1, negatives: 0 });
    expect(await say("dismiss")).toEqual({ positives: 0, negatives: 1 });
    expect(await say("save", "Kettles")).toEqual({ positives: 1, negatives: 0 });
    await ada.takeBackFeedback("kettles:0", "save");
    expect((await ada.describeInterest("Kettles")).examples).toEqual({ positives: 0, negatives: 1 });
  });

  it("can be reset, which forgets what they learnt but nothing saved, noted, voted or dismissed", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(...range(0, 3).map((at) => invent("kettles", at)));
    for (const kind of ["save", "vote"] as const) await ada.giveFeedback("kettles:0", { kind, interest: "Kettles" });
    await ada.giveFeedback("kettles:0", { kind: "note", note: "Mine.", interest: "Kettles" });
    await ada.giveFeedback("kettles:1", { kind: "dismiss", interest: "Kettles" });
    await ada.resetInterest("Kettles");
    const said = (await ada.feedback()).map(({ feedback: { paperId, kind, note, interest } }) => [paperId, kind, note ?? interest]);
    expect(said.sort()).toEqual([
      ["kettles:0", "note", "Mine."],
      ["kettles:0", "save", undefined],
      ["kettles:0", "vote", undefined],
      ["kettles:1", "seen", undefined],
    ]);
    expect(await idsOf("2026-03-03")).toEqual(["kettles:2"]);
  });

  it("restore nothing that is undone during the reset", async () => {
    await ada.addInterest({ name: "Kettles", words: subjects.kettles });
    await bring(...range(0, 3).map((at) => invent("kettles", at)));
    for (const at of range(0, 3)) await ada.giveFeedback(`kettles:${at}`, { kind: "save", interest: "Kettles" });
    await Promise.all([ada.resetInterest("Kettles"), ...range(0, 3).map((at) => ada.takeBackFeedback(`kettles:${at}`, "save"))]);
    expect(await ada.feedback()).toEqual([]);
  });
});

describe("recommendations", () => {
  it("are the same in whatever order many examples are given, each once", async () => {
    const kinds = ["kettles", "lanterns", "ladders"] as const;
    await bring(...kinds.flatMap((subject) => range(0, 30).map((at) => invent(subject, at))));
    const positive = kinds.flatMap((subject) => range(0, 15).map((at) => `${subject}:${at}`));
    const answer = async (ids: readonly string[]) =>
      (await engine.recommend({ positive: ids, negative: ["kettles:20"] })).map(({ paper, score, reason }) => [
        paper.paperId,
        score,
        reason,
      ]);
    const first = await answer(positive);
    expect(first).toHaveLength(10);
    expect(await answer(positive.toReversed())).toEqual(first);
    expect(await answer([...positive, ...positive])).toEqual(first);
  });
});

describe("an interest", () => {
  it("created twice is one, whatever it has learnt meanwhile; any difference makes another", async () => {
    await engine.addTopic("Brewing", "kettles and what boils in them");
    await bring(invent("kettles", 0), invent("kettles", 1));
    const wanted = { words: subjects.kettles, positives: ["kettles:0"], filters: { yearFrom: 2020 } };
    const { id } = await ada.addInterest(wanted);
    await ada.giveFeedback("kettles:1", { kind: "save", interest: id });
    now = new Date("2026-03-03T09:00:00Z");
    expect((await ada.addInterest(wanted)).id).toBe(id);
    const others = [
      { ...wanted, name: "Mine" },
      { ...wanted, weight: 2 },
      { ...wanted, filters: { yearFrom: 2021 } },
      { topic: "brewing" },
    ];
    for (const other of [...others, ...others]) expect((await ada.addInterest(other)).id).not.toBe(id);
    expect(await ada.interests()).toHaveLength(5);
    await ada.removeInterest(id);
    expect((await ada.addInterest(wanted)).id).not.toBe(id);
  });

  it("follows a topic, takes its name from its words or its paper, and can be changed in part", async () => {
    await engine.addTopic("Brewing", "kettles and what boils in them");
    await bring(invent("kettles", 0));
    expect(await ada.addInterest({ topic: "brewing" })).toMatchObject({
      name: "Brewing",
      topic: "brewing",
      words: "kettles and what boils in them",
    });
    expect((await ada.addInterest({ positives: ["kettles:0"] })).name).toContain("kettles number 0");
    const { id } = await ada.addInterest({ words: subjects.lanterns, name: "Light" });
    expect(await ada.changeInterest("light", { weight: 2 })).toMatchObject({ id, words: subjects.lanterns, weight: 2 });
    expect((await ada.removeInterest(id)).name).toBe("Light");
    await expect(ada.interest(id)).rejects.toMatchObject({ code: "interest_not_found" });
  });

  it("I11: that is empty, has unknown papers, or exceeds the limits changes nothing", async () => {
    const tooMuch = { filters: { authors: range(0, 100).map((at) => `${at}${"a".repeat(1_000)}`) } };
    for (const input of [
      {},
      { words: "  " },
      { words: "... 🐙" },
      { positives: ["nowhere:1"] },
      { words: "x", weight: 99 },
      { topic: "unknown" },
      tooMuch,
    ])
      await expect(ada.addInterest(input)).rejects.toMatchObject({ code: expect.stringMatching(/invalid_request|not_found/) });
    expect(await ada.interests()).toEqual([]);
  });
});
