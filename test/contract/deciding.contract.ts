/** What a person decides about papers: uncertain pairs, merging them, splitting merged ones. */
import { expect } from "vitest";
import type { NewPaper } from "../../src/core/paper.ts";
import type { Behaviours } from "./library.contract.ts";

const record = (id: string, changes: Partial<NewPaper> = {}): NewPaper => ({
  ids: [id],
  title: "Kinds of kin and how to count them",
  abstract: "We count.",
  authors: [{ name: "Ada Example" }],
  published: "2020",
  categories: [],
  keywords: [],
  sources: ["one"],
  ...changes,
});

export const decidingBehaviours: Behaviours = {
  "I3: joins records without a common id by title, authors and year": async ({ library }) => {
    const [first] = await library.upsert([record("arXiv:2001.00001")]);
    const [second] = await library.upsert([record("DOI:10.1000/kin", { title: "KINDS OF KIN, and how to count them", sources: ["two"] })]);
    expect(second).toMatchObject({ outcome: "merged", label: first?.label });
    expect(await library.doubtfulPairs(10)).toEqual([]);
  },

  "I3: joins records whose titles divide words differently": async ({ library }) => {
    const [first] = await library.upsert([record("arXiv:2001.00001", { title: "Counting E-Permits in a data base" })]);
    const [second] = await library.upsert([
      record("DOI:10.1000/kin", { title: "Counting Epermits in a database: a study", sources: ["two"] }),
    ]);
    expect(second).toMatchObject({ outcome: "merged", label: first?.label });
  },

  "keeps wanted ids until a paper has them": async ({ library }) => {
    await library.upsert([record("arXiv:2001.00001")]);
    expect(await library.keepIds(["PMID:5", "arXiv:2001.00001", "DOI:10.1000/kin"])).toBe(2);
    expect(await library.keepIds(["PMID:5"])).toBe(0);
    expect(await library.wantedIds()).toEqual(["DOI:10.1000/kin", "PMID:5"]);
    await library.upsert([record("PMID:5", { title: "Another one" })]);
    expect(await library.wantedIds()).toEqual(["DOI:10.1000/kin"]);
  },

  "keeps what each record said, by its name": async ({ library }) => {
    const [stored] = await library.upsert([record("arXiv:2001.00001")]);
    const label = stored?.label ?? 0;
    expect(await library.contributions(label)).toEqual([{ key: "one arXiv:2001.00001", paper: record("arXiv:2001.00001") }]);
    await library.upsert([record("arXiv:2001.00001", { sources: ["a"], venue: "Conf" })]);
    expect((await library.contributions(label)).map(({ key, paper }) => [key, paper.venue])).toEqual([
      ["a arXiv:2001.00001", "Conf"],
      ["one arXiv:2001.00001", undefined],
    ]);
    expect(await library.contributions(999_999)).toEqual([]);
  },

  "keeps uncertain pairs apart, lists them, and merges them when told to": async ({ library }) => {
    await library.upsert([record("DOI:10.1000/a"), record("DOI:10.1000/b", { sources: ["two"] })]);
    const pairs = await library.doubtfulPairs(10);
    expect(pairs.map((pair) => pair.map(({ paper }) => paper.paperId))).toEqual([["DOI:10.1000/a", "DOI:10.1000/b"]]);
    expect(await library.merge("DOI:10.1000/b", "DOI:10.1000/a")).toBe("DOI:10.1000/a");
    expect(await library.countPapers()).toBe(1);
    const [a, b] = await library.resolve(["DOI:10.1000/a", "DOI:10.1000/b"]);
    expect(a).toBe(b);
    expect((await library.upsert([record("DOI:10.1000/b", { sources: ["two"] })]))[0]?.outcome).toBe("unchanged");
  },

  "splits papers joined by title, and keeps them apart": async ({ library }) => {
    const records = [record("arXiv:2001.00001"), record("DOI:10.1000/kin", { sources: ["two"] })];
    await library.upsert(records);
    expect((await library.split("DOI:10.1000/kin")).sort()).toEqual(["DOI:10.1000/kin", "arXiv:2001.00001"]);
    expect((await library.upsert(records)).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
    expect(await library.countPapers()).toBe(2);
  },

  "gives an id that two records claim to one of them when they are split": async ({ library }) => {
    const records = [
      record("x:1", { ids: ["x:1", "DOI:10.1000/same"] }),
      record("y:2", { ids: ["y:2", "DOI:10.1000/same"], sources: ["two"] }),
    ];
    await library.upsert(records);
    expect(await library.countPapers()).toBe(1);
    await library.split("x:1");
    await library.upsert(records);
    expect(await library.countPapers()).toBe(2);
    const [x, y, same] = await library.resolve(["x:1", "y:2", "DOI:10.1000/same"]);
    expect(x).not.toBe(y);
    expect(same).toBe(x);
  },

  "merging what was split undoes it": async ({ library }) => {
    const records = [record("arXiv:2001.00001"), record("DOI:10.1000/kin", { sources: ["two"] })];
    await library.upsert(records);
    await library.split("arXiv:2001.00001");
    await library.merge("arXiv:2001.00001", "DOI:10.1000/kin");
    await library.upsert(records);
    expect(await library.countPapers()).toBe(1);
  },

  "I11: refuses to merge or split papers that do not exist, or were never joined": async ({ library }) => {
    await library.upsert([record("DOI:10.1000/a")]);
    await expect(library.merge("DOI:10.1000/a", "DOI:10.1000/none")).rejects.toMatchObject({
      code: "paper_not_found",
      message: "There is no paper DOI:10.1000/none in the library.",
    });
    await expect(library.split("DOI:10.1000/none")).rejects.toMatchObject({ code: "paper_not_found" });
    await expect(library.split("DOI:10.1000/a")).rejects.toMatchObject({ code: "invalid_request" });
    expect(await library.countPapers()).toBe(1);
  },
};
