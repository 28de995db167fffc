/** What a library keeps for each person. */
import { expect } from "vitest";
import type { Feedback, Interest } from "../../src/core/interest.ts";
import type { Picks } from "../../src/core/picks.ts";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const interest = (id: string, changes: Partial<Interest> = {}): Interest => ({
  id,
  name: id,
  words: "kettles",
  positives: [],
  negatives: [],
  filters: {},
  excludedWords: [],
  weight: 1,
  created: `2026-01-01T00:00:0${id.length}.000Z`,
  ...changes,
});

const said = (paperId: string, changes: Partial<Feedback> = {}): Feedback => ({
  paperId,
  kind: "save",
  at: "2026-01-02T00:00:00.000Z",
  ...changes,
});

const picks = (date: string, paperId: string): Picks => ({
  date,
  since: "2026-01-01",
  made: `${date}T06:00:00.000Z`,
  model: "m",
  generation: 1,
  candidates: 1,
  picks: [{ paperId, score: 1, reason: { nearest: [], terms: ["kettle"] } }],
  quiet: [],
});

export const personalBehaviours: Behaviours = {
  "keeps interests in the order in which they were made, and changes them in place": async ({ library: { personal } }) => {
    await personal.putInterest("ada", interest("bb"));
    await personal.putInterest("ada", interest("a"));
    await personal.putInterest("ada", interest("bb", { name: "Kettles" }));
    expect((await personal.interests("ada")).map(({ id, name }) => [id, name])).toEqual([
      ["a", "a"],
      ["bb", "Kettles"],
    ]);
    expect(await personal.removeInterest("ada", "a")).toBe(true);
    expect(await personal.removeInterest("ada", "a")).toBe(false);
    expect(await personal.interests("ada")).toHaveLength(1);
  },

  "adds no interest if this person already has the same one": async ({ library: { personal } }) => {
    const isSame = ({ words }: { words: string }) => words === "kettles";
    const first = interest("a", { words: "kettles" });
    await personal.putInterest("bob", interest("c", { words: "kettles" }), isSame);
    const both = await Promise.all([
      personal.putInterest("ada", first, isSame),
      personal.putInterest("ada", interest("b", { words: "kettles" }), isSame),
    ]);
    expect(both).toEqual([first, first]);
    expect(await personal.interests("ada")).toEqual([first]);
  },

  "changes an interest that is as it was read, and no other": async ({ library: { personal } }) => {
    const before = interest("a", { positives: ["x:1"] });
    const after = { ...before, name: "Kettles", words: "copper “kettles” \u{1fad6}" };
    await personal.putInterest("ada", before);
    await personal.putInterest("bob", before);
    expect(await personal.replaceInterest("ada", before, after)).toBe(true);
    expect(await personal.interests("ada")).toEqual([after]);
    // Changed since, belongs to nobody else, and never restored.
    expect(await personal.replaceInterest("ada", before, interest("a", { name: "Lost" }))).toBe(false);
    expect(await personal.replaceInterest("eve", before, after)).toBe(false);
    const [read] = await personal.interests("ada");
    expect(await personal.replaceInterest("ada", read ?? before, before)).toBe(true);
    await personal.removeInterest("ada", "a");
    expect(await personal.replaceInterest("ada", before, after)).toBe(false);
    expect([await personal.interests("ada"), await personal.interests("bob"), await personal.interests("eve")]).toEqual([[], [before], []]);
  },

  "divides an interest with its feedback, except what was undone or given again since": async ({ library: { personal } }) => {
    const before = interest("a", { positives: ["x:1", "x:2"] });
    await personal.putInterest("ada", before);
    await personal.putInterest("bob", before);
    const all = ["x:1", "x:2", "x:3", "x:4"].map((paperId) => said(paperId, { interest: "a" }));
    for (const one of all) for (const name of ["ada", "bob"]) await personal.putFeedback(name, one);
    await personal.removeFeedback("ada", "x:2", "save");
    const anew = said("x:3", { interest: "a", at: "2026-01-09T00:00:00.000Z" });
    await personal.putFeedback("ada", anew);
    const [first, second] = [interest("a", { name: "First", positives: ["x:1"] }), interest("bb", { positives: ["x:2"] })];
    const division = { before, first, second, moved: all.slice(0, 3) };
    expect(await personal.divideInterest("ada", division)).toBe(true);
    expect(await personal.interests("ada")).toEqual([first, second]);
    expect(await personal.feedback("ada")).toEqual([anew, said("x:1", { interest: "bb" }), said("x:4", { interest: "a" })]);
    // Once, and belongs to nobody else.
    expect(await personal.divideInterest("ada", { ...division, second: interest("ccc") })).toBe(false);
    expect(await personal.divideInterest("eve", division)).toBe(false);
    expect(await personal.interests("ada")).toEqual([first, second]);
    expect([await personal.interests("bob"), await personal.interests("eve")]).toEqual([[before], []]);
    expect(await personal.feedback("bob")).toEqual(all);
  },

  "forgets the feedback for an interest, and restores nothing undone meanwhile": async ({ library: { personal } }) => {
    const at = (day: number) => ({ at: `2026-01-0${day}T00:00:00.000Z` });
    for (const name of ["ada", "bob"]) {
      await personal.putFeedback(name, said("x:1", { interest: "a", ...at(9) }));
      await personal.putFeedback(name, said("x:1", { kind: "note", note: "Read this.", interest: "a", ...at(8) }));
      await personal.putFeedback(name, said("x:2", { kind: "dismiss", interest: "a", ...at(7) }));
      await personal.putFeedback(name, said("x:3", { kind: "dismiss", interest: "a", ...at(6) }));
      await personal.putFeedback(name, said("x:3", { kind: "seen", ...at(5) }));
      await personal.putFeedback(name, said("x:4", { kind: "dismiss", interest: "bb", ...at(4) }));
      await personal.putFeedback(name, said("x:5", { kind: "dismiss", ...at(3) }));
    }
    const before = await personal.feedback("bob");
    // Both at once, in either order.
    await Promise.all([personal.forgetInterest("ada", "a"), personal.removeFeedback("ada", "x:1", "save")]);
    expect(await personal.feedback("ada")).toEqual([
      said("x:1", { kind: "note", note: "Read this.", ...at(8) }),
      said("x:2", { kind: "seen", ...at(7) }),
      said("x:3", { kind: "seen", ...at(5) }),
      said("x:4", { kind: "dismiss", interest: "bb", ...at(4) }),
      said("x:5", { kind: "dismiss", ...at(3) }),
    ]);
    expect(await personal.feedback("bob")).toEqual(before);
  },

  "keeps the latest feedback of each kind, and undoes it": async ({ library: { personal } }) => {
    await personal.putFeedback("ada", said("x:1"));
    await personal.putFeedback("ada", said("x:1", { kind: "note", note: "Read this.", at: "2026-01-03T00:00:00.000Z" }));
    await personal.putFeedback("ada", said("x:1", { interest: "a" }));
    expect(await personal.feedback("ada")).toEqual([
      said("x:1", { kind: "note", note: "Read this.", at: "2026-01-03T00:00:00.000Z" }),
      said("x:1", { interest: "a" }),
    ]);
    expect(await personal.removeFeedback("ada", "x:1", "save")).toBe(true);
    expect(await personal.removeFeedback("ada", "x:1", "save")).toBe(false);
    expect(await personal.feedback("ada")).toHaveLength(1);
  },

  "reads the feedback on the requested papers, and on no others": async ({ library: { personal } }) => {
    const at = (day: number) => ({ at: `2026-01-0${day}T00:00:00.000Z` });
    await personal.putFeedback("ada", said("x:1", at(1)));
    await personal.putFeedback("ada", said("x:1", { kind: "note", note: "Read this.", ...at(3) }));
    await personal.putFeedback("ada", said('odd:"[1]', { interest: "a", ...at(2) }));
    await personal.putFeedback("ada", said("x:3", at(4)));
    await personal.putFeedback("bob", said("x:1", at(5)));
    expect(await personal.feedbackOn("ada", ['odd:"[1]', "x:1", "x:1", "x:2"])).toEqual([
      said("x:1", { kind: "note", note: "Read this.", ...at(3) }),
      said('odd:"[1]', { interest: "a", ...at(2) }),
      said("x:1", at(1)),
    ]);
    expect(await personal.feedbackOn("ada", [])).toEqual([]);
    expect([await personal.countFeedback("ada", "save"), await personal.countFeedback("ada", "note")]).toEqual([3, 1]);
    expect(await personal.countFeedback("eve", "note")).toBe(0);
    expect(await personal.feedbackOn("eve", ["x:1"])).toEqual([]);
  },

  "keeps the latest judgment of a paper for a query, and undoes it": async ({ library: { personal } }) => {
    const judged = (query: string, paperId: string, relevant: boolean, day: number) => ({
      query,
      paperId,
      relevant,
      at: `2026-01-0${day}`,
    });
    await personal.putJudgment("ada", judged("kettles", "x:1", true, 1));
    await personal.putJudgment("ada", judged("ladders", "x:1", false, 2));
    await personal.putJudgment("ada", judged("kettles", "x:2", true, 2));
    await personal.putJudgment("ada", judged("kettles", "x:1", false, 3));
    await personal.putJudgment("bob", judged("kettles", "x:1", true, 4));
    expect(await personal.judgments("ada")).toEqual([
      judged("kettles", "x:1", false, 3),
      judged("kettles", "x:2", true, 2),
      judged("ladders", "x:1", false, 2),
    ]);
    expect((await personal.judgments("ada", "kettles")).map(({ paperId }) => paperId)).toEqual(["x:1", "x:2"]);
    expect(await personal.judgments("ada", "KETTLES")).toEqual([]);
    expect([await personal.countJudgments("ada"), await personal.countJudgments("bob"), await personal.countJudgments("cy")]).toEqual([
      3, 1, 0,
    ]);
    expect(await personal.removeJudgment("ada", "kettles", "x:1")).toBe(true);
    expect(await personal.removeJudgment("ada", "kettles", "x:1")).toBe(false);
    expect(await personal.judgments("ada", "kettles")).toEqual([judged("kettles", "x:2", true, 2)]);
    expect(await personal.judgments("bob")).toHaveLength(1);
  },

  "keeps the first picks of a date for ever": async ({ library: { personal } }) => {
    expect(await personal.picks("ada", "2026-01-02")).toBeUndefined();
    expect(await personal.keepPicks("ada", picks("2026-01-02", "x:1"))).toEqual(picks("2026-01-02", "x:1"));
    expect(await personal.keepPicks("ada", picks("2026-01-02", "x:2"))).toEqual(picks("2026-01-02", "x:1"));
    await personal.keepPicks("ada", picks("2026-01-03", "x:3"));
    expect((await personal.pickHistory("ada")).map(({ date }) => date)).toEqual(["2026-01-03", "2026-01-02"]);
  },

  "adds to picks that are as they were read, and to no others": async ({ library: { personal } }) => {
    const [before, after] = [picks("2026-01-02", "x:1"), picks("2026-01-02", "x:2")];
    for (const name of ["ada", "bob"]) await personal.keepPicks(name, before);
    expect(await personal.replacePicks("ada", before, after)).toBe(true);
    expect(await personal.replacePicks("ada", before, picks("2026-01-02", "x:3"))).toBe(false);
    expect(await personal.replacePicks("ada", picks("2026-01-03", "x:1"), after)).toBe(false);
    expect([await personal.pickHistory("ada"), await personal.pickHistory("bob")]).toEqual([[after], [before]]);
  },

  "I9: shows nothing of one person to another, and forgets a person completely": async ({ library: { personal } }) => {
    for (const name of ["ada", "bob"]) {
      const key = { prefix: name, hash: name, person: name, scope: "write", created: "2026-01-01" } as const;
      expect(await personal.addPerson(name, key)).toBe(true);
      await personal.putInterest(name, interest("a", { words: name }));
      await personal.putFeedback(name, said(`${name}:1`));
      await personal.keepPicks(name, picks("2026-01-02", `${name}:1`));
      await personal.putJudgment(name, { query: "kettles", paperId: `${name}:1`, relevant: true, at: "2026-01-02" });
    }
    expect(await personal.addPerson("ada")).toBe(false);
    expect(await personal.removePerson("bob")).toBe(true);
    expect(await personal.removePerson("bob")).toBe(false);
    expect(await personal.people()).toEqual(["ada"]);
    expect((await personal.keys()).map(({ person }) => person)).toEqual(["ada"]);
    expect([await personal.interests("bob"), await personal.feedback("bob"), await personal.pickHistory("bob")]).toEqual([[], [], []]);
    expect((await personal.interests("ada")).map(({ words }) => words)).toEqual(["ada"]);
    expect((await personal.feedback("ada")).map(({ paperId }) => paperId)).toEqual(["ada:1"]);
    expect(await personal.judgments("bob")).toEqual([]);
    expect((await personal.judgments("ada")).map(({ paperId }) => paperId)).toEqual(["ada:1"]);
    expect((await personal.picks("ada", "2026-01-02"))?.picks[0]?.paperId).toBe("ada:1");
  },

  "I9: leaves no late writes to the next person with the name, and leaves the owner everything": async ({ library }) => {
    const { personal, comments, delivery } = library;
    for (const name of ["ada", "me"]) {
      await personal.putInterest(name, interest("a"));
      await personal.keepPicks(name, picks("2026-01-02", "x:1"));
      await comments.addComment({ id: name, paperId: "x:1", person: name, text: "Late.", created: "2026-01-01" });
      await delivery.addPrivateFeed({ prefix: name, hash: name, person: name, created: "2026-01-01" });
      expect(await personal.addPerson(name)).toBe(true);
    }
    const left = async (name: string) => [
      await personal.interests(name),
      await personal.pickHistory(name),
      (await comments.comments(["x:1"])).filter(({ person }) => person === name),
      await delivery.privateFeeds(name),
    ];
    expect((await left("ada")).map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect((await left("me")).map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    await personal.putInterest("ada", interest("a"));
    await personal.addPerson("ada");
    expect(await personal.interests("ada")).toHaveLength(1);
  },

  "counts everybody's votes and saves for the requested papers, without names": async ({ library: { personal } }) => {
    await personal.putFeedback("ada", said("x:1", { kind: "vote" }));
    await personal.putFeedback("bob", said("x:1", { at: "2026-01-03T00:00:00.000Z" }));
    await personal.putFeedback("bob", said("x:2", { kind: "dismiss" }));
    await personal.putFeedback("abe", said("x:3", { kind: "vote" }));
    expect(await personal.popularity([])).toEqual([]);
    expect(await personal.popularity(["x:1", "x:1", "x:2", 'odd:"[1]'])).toEqual([
      { giver: 1, paperId: "x:1", kind: "vote", at: "2026-01-02T00:00:00.000Z" },
      { giver: 2, paperId: "x:1", kind: "save", at: "2026-01-03T00:00:00.000Z" },
    ]);
  },

  "finds keys by their hash, and revokes them by their beginning": async ({ library: { personal } }) => {
    await personal.addPerson("ada", { prefix: "pk_1", hash: "aa", person: "ada", scope: "read", created: "2026-01-01" });
    await personal.addPerson("ada", { prefix: "pk_2", hash: "bb", person: "ada", scope: "admin", created: "2026-01-02" });
    expect(await personal.removeKeys("pk_1")).toBe(1);
    expect(await personal.removeKeys("pk_1")).toBe(0);
    expect(await personal.keys()).toEqual([{ prefix: "pk_2", hash: "bb", person: "ada", scope: "admin", created: "2026-01-02" }]);
  },

  "knows when papers came in": async ({ library }) => {
    const before = new Date(Date.now() - 1_000).toISOString();
    const [first] = await library.upsert([inventPaper(1)]);
    await library.upsert([{ ...inventPaper(1), title: "Changed since" }]);
    const after = new Date(Date.now() + 1_000).toISOString();
    const always = "0000-01-01";
    expect(await library.addedBetween(before, after, always)).toEqual([first?.label]);
    expect(await library.addedBetween(after, "9999", always)).toEqual([]);
    expect(await library.addedBetween("0000", before, always)).toEqual([]);
  },

  "distinguishes new papers from old ones that came in as late": async ({ library }) => {
    const dates = [undefined, "2025", "2026-01", "2026-02-01", "2026-02-15"];
    const results = await library.upsert(dates.map((published, at) => inventPaper(at, { published })));
    const news = async (oldest: string) =>
      (await library.addedBetween("0000", "9999", oldest)).map((label) => label - (results[0]?.label ?? 0));
    expect(await news("2025-12-31")).toEqual([0, 1, 2, 3, 4]);
    expect(await news("2026-01-31")).toEqual([0, 2, 3, 4]);
    expect(await news("2026-02-02")).toEqual([0, 4]);
  },

  "weighs terms by how rare they are, and compares papers with words": async ({ library }) => {
    const papers = [
      { ...inventPaper(1), title: "Kettles", abstract: "Kettles sing of lanterns." },
      { ...inventPaper(2), title: "Ladders", abstract: "Ladders lean on lanterns." },
    ];
    const labels = (await library.upsert(papers)).map(({ label }) => label);
    const [kettles, ladders] = await library.termVectors([...labels, 999_999]);
    if (kettles === undefined || ladders === undefined) throw new TypeError("there are two papers");
    for (const { weights } of [kettles, ladders]) expect(weights.reduce((sum, weight) => sum + weight ** 2, 0)).toBeCloseTo(1, 5);
    const texts = await library.termTexts([...kettles.terms]);
    const weightOf = (text: string) => kettles.weights[texts.indexOf(text)] ?? 0;
    expect(weightOf("kettl")).toBeGreaterThan(weightOf("lantern"));
    expect(weightOf("lantern")).toBeGreaterThan(0);
    const words = await library.termVectorOf(
      new Map([
        ["kettl", 2],
        ["unheard", 1],
      ]),
    );
    expect(await library.termTexts([...words.terms])).toEqual(["kettl"]);
    expect((await library.termVectors([999_999]))[0]?.terms).toHaveLength(0);
  },

  "samples papers from everywhere": async ({ library }) => {
    const labels = (await library.upsert(Array.from({ length: 30 }, (_, at) => inventPaper(at + 1)))).map(({ label }) => label);
    const sample = await library.sampleLabels(10);
    expect(sample).toHaveLength(10);
    expect(sample).toEqual(await library.sampleLabels(10));
    expect(Math.max(...sample)).toBeGreaterThan(labels[20] ?? 0);
    expect((await library.sampleLabels(100)).length).toBe(30);
  },
};
