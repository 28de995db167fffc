/** Storing papers, finding them by id, title, filter and date, and removing them. */
import { expect } from "vitest";
import type { Filters } from "../../src/core/filters.ts";
import { selectLabels } from "../../src/core/label-set.ts";
import type { Library } from "../../src/core/library.ts";
import { paperSchema } from "../../src/core/paper.ts";
import { inventPaper, inventPapers } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

async function outcomesOf(library: Library, ...papers: Parameters<Library["upsert"]>[0]): Promise<string[]> {
  return (await library.upsert(papers)).map(({ outcome }) => outcome);
}

async function idsMatching(library: Library, ...conditions: Filters[]): Promise<string[]> {
  const labels = await library.matching(conditions);
  if (labels === undefined) throw new TypeError("these conditions leave nothing out");
  return (await library.papers([...labels.labels()])).map((stored) => stored?.paper.paperId ?? "");
}

export const paperBehaviours: Behaviours = {
  "reports a paper as new, then unchanged, then changed": async ({ library }) => {
    expect(await outcomesOf(library, inventPaper(1))).toEqual(["new"]);
    expect(await outcomesOf(library, inventPaper(1))).toEqual(["unchanged"]);
    expect(await outcomesOf(library, inventPaper(1, { title: "Another title" }))).toEqual(["changed"]);
    expect(await library.countPapers()).toBe(1);
  },

  "stores new metadata even if the text is the same": async ({ library }) => {
    await library.upsert([inventPaper(1)]);
    expect(await outcomesOf(library, inventPaper(1, { votes: 7, venue: "Elsewhere" }))).toEqual(["changed"]);
    const [stored] = await library.papers([1]);
    expect(stored?.paper).toMatchObject({ votes: 7, venue: "Elsewhere" });
  },

  "returns every field as it was given": async ({ library }) => {
    const paper = inventPaper(1, {
      ids: ["arXiv:2401.00001", "DOI:10.1234/x"],
      authors: [
        {
          name: "Ada Lovelace",
          family: "Lovelace",
          given: "Ada",
          orcid: "0000-0001",
        },
        { name: "An Institute" },
      ],
      title: "Quotes \" and ' and % and _ and 漢字 and 𝒳",
      published: "2024-01-02",
      updated: "2024-02-03",
      listed: "2024-03-04",
      keywords: ["one", "two words"],
      url: "https://example.org/",
      pdfUrl: "https://example.org/a.pdf",
      codeUrl: "https://example.org/code",
      language: "en",
      votes: 0,
      comments: 2,
      citations: 3,
      status: "withdrawn",
      version: 2,
    });
    const [result] = await library.upsert([paper]);
    const [stored] = await library.papers([result?.label ?? 0]);
    expect(stored?.paper).toEqual({ paperId: "arXiv:2401.00001", ...paper });
    expect(paperSchema.safeParse(stored?.paper).success).toBe(true);
  },

  "I3: finds a paper by any of its ids": async ({ library }) => {
    const [result] = await library.upsert([inventPaper(1, { ids: ["S2:a", "arXiv:2401.00001", "DOI:10.1/x"] })]);
    expect(result?.paperId).toBe("arXiv:2401.00001");
    const label = result?.label;
    expect(await library.resolve(["S2:a", "DOI:10.1/x", "arXiv:2401.00001", "S2:b"])).toEqual([label, label, label, undefined]);
  },

  "keeps the paperId of a paper when it learns a better one": async ({ library }) => {
    await library.upsert([inventPaper(1, { ids: ["S2:a"] })]);
    const [result] = await library.upsert([inventPaper(1, { ids: ["S2:a", "arXiv:2401.00001"] })]);
    expect(result).toMatchObject({ outcome: "merged", paperId: "S2:a" });
    expect(await library.resolve(["arXiv:2401.00001"])).toEqual([result?.label]);
  },

  "I3: keeps finding a paper by its paperId when its record no longer names it": async ({ library }) => {
    await library.upsert([inventPaper(1, { ids: ["X:own", "arXiv:2401.00001"] })]);
    const [result] = await library.upsert([inventPaper(1, { ids: ["X:own"], title: "Corrected" })]);
    expect(result?.paperId).toBe("arXiv:2401.00001");
    expect(await library.resolve(["arXiv:2401.00001", "X:own"])).toEqual([result?.label, result?.label]);
    const [stored] = await library.papers([result?.label ?? 0]);
    expect(stored?.paper.ids).toContain("arXiv:2401.00001");
  },

  "I11: stores nothing of a batch in which one paper has no id": async ({ library }) => {
    const batch = [inventPaper(1), inventPaper(2, { ids: [] })];
    await expect(library.upsert(batch)).rejects.toMatchObject({
      code: "invalid_paper",
    });
    expect(await library.countPapers()).toBe(0);
    expect(await library.resolve(["X:1"])).toEqual([undefined]);
  },

  "treats a paper repeated in one batch as one": async ({ library }) => {
    expect(await outcomesOf(library, inventPaper(1), inventPaper(1))).toEqual(["new", "unchanged"]);
    expect(await library.countPapers()).toBe(1);
  },

  "removes a paper by any of its ids, with all of them": async ({ library }) => {
    await library.upsert([inventPaper(1, { ids: ["S2:a", "DOI:10.1/x"] }), inventPaper(2)]);
    expect(await library.remove(["S2:a", "S2:a", "nothing"])).toEqual(["DOI:10.1/x"]);
    expect(await library.resolve(["S2:a", "DOI:10.1/x"])).toEqual([undefined, undefined]);
    expect(await library.papers([1])).toEqual([undefined]);
    expect(await library.countPapers()).toBe(1);
    expect((await library.holding(["ada"])).size).toBe(1);
  },

  "never reuses a label": async ({ library }) => {
    await library.upsert(inventPapers(3));
    await library.remove(["X:2", "X:1"]);
    const [again, next] = await library.upsert([inventPaper(2), inventPaper(9)]);
    expect([again?.label, next?.label]).toEqual([4, 5]);
    expect(again?.outcome).toBe("new");
  },

  "pages through every paper in the order of labels": async ({ library }) => {
    await library.upsert(inventPapers(7));
    await library.remove(["X:3"]);
    const seen: number[] = [];
    for (let after = 0; ; after = seen.at(-1) ?? 0) {
      const page = await library.eachPaper(after, 2);
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(2);
      seen.push(...page.map(({ label }) => label));
    }
    expect(seen).toEqual([1, 2, 3, 5, 6, 7]);
  },

  "rescues what exists, and lists all labels": async ({ library }) => {
    await library.upsert(inventPapers(5));
    await library.remove(["X:3"]);
    const { papers, unread } = await library.rescue([5, 4, 1, 77]);
    // For a label under which nothing was ever stored, a database cannot tell that it has lost nothing.
    expect([papers.map(({ label }) => label), unread.filter(({ label }) => label !== 77)]).toEqual([[5, 1], []]);
    expect(await library.knownLabels()).toEqual({ labels: [1, 2, 3, 5], isWhole: true });
  },

  "finds titles regardless of case, accents and punctuation, at most ten": async ({ library }) => {
    await library.upsert([inventPaper(1, { title: "Naïve Bayes: a re-view" }), inventPaper(2, { title: "Naïve Bayes" })]);
    expect(await library.findByTitle("NAIVE bayes — a re view!")).toEqual([1]);
    expect(await library.findByTitle("Bayes")).toEqual([]);
    expect(await library.findByTitle("?!")).toEqual([]);
    await library.upsert(Array.from({ length: 12 }, (_, at) => inventPaper(10 + at, { title: "The same" })));
    expect(await library.findByTitle("the same")).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  },

  "finds titles that may be those of one work, at most twenty": async ({ library }) => {
    const titles = [
      "Singing copper kettles at dawn",
      "Singing copper kettles at dawn: a survey",
      "Singing Copper-Kettles at Dawn",
      "Copper kettles",
    ];
    await library.upsert(titles.map((title, at) => inventPaper(at + 1, { title })));
    expect(await library.findByMainTitle("SINGING copper kettles at dawn. Second edition")).toEqual([1, 2, 3]);
    expect(await library.findByMainTitle("Copper")).toEqual([]);
    expect(await library.findByMainTitle("?!")).toEqual([]);
    await library.upsert(Array.from({ length: 22 }, (_, at) => inventPaper(10 + at, { title: "The same" })));
    expect(await library.findByMainTitle("the same")).toHaveLength(20);
  },

  "returns no set if there is no condition": async ({ library }) => {
    await library.upsert(inventPapers(2));
    expect(await library.matching([])).toBeUndefined();
    expect(await library.matching([{}, { venues: [] }])).toBeUndefined();
  },

  "applies all of several conditions": async ({ library }) => {
    await library.upsert([
      inventPaper(1, {
        published: "2020",
        venue: "NeurIPS 2020",
        categories: ["cs.CL"],
        codeUrl: "https://example.org/",
      }),
      inventPaper(2, {
        published: "2021-03",
        venue: "NeurIPS 2021",
        categories: ["cs.LG"],
      }),
      inventPaper(3, {
        published: "2022-05-06",
        venue: "ICML",
        categories: ["math.ST"],
        status: "retracted",
      }),
    ]);
    expect(await idsMatching(library, { yearFrom: 2021 })).toEqual(["X:2", "X:3"]);
    expect(await idsMatching(library, { yearFrom: 2020, yearTo: 2021 }, { categories: ["CS.*"] })).toEqual(["X:1", "X:2"]);
    expect(await idsMatching(library, { venues: ["neur"] }, { hasCode: false })).toEqual(["X:2"]);
    expect(await idsMatching(library, { from: "2021-03-15", to: "2022" })).toEqual(["X:2", "X:3"]);
    expect(await idsMatching(library, { withdrawn: false, from: "2021" })).toEqual(["X:2"]);
    expect(await idsMatching(library, { venues: ["nowhere"] })).toEqual([]);
  },

  "evaluates a filter again after a change": async ({ library }) => {
    const filters = { yearFrom: 2020, yearTo: 2020 };
    await library.upsert([inventPaper(1, { published: "2020" }), inventPaper(2, { published: "2019" })]);
    expect(await idsMatching(library, filters)).toEqual(["X:1"]);
    await library.upsert([inventPaper(2, { published: "2020" })]);
    expect(await idsMatching(library, filters)).toEqual(["X:1", "X:2"]);
    await library.remove(["X:1"]);
    expect(await idsMatching(library, filters)).toEqual(["X:2"]);
  },

  "I8: lists the newest of few and of most papers in the same order": async ({ library }) => {
    const days = ["2024-03-01", "2024-03", "2023", "2024-03-01", undefined];
    await library.upsert(inventPapers(60).map((paper, at) => ({ ...paper, published: days[at % days.length] })));
    const all = await library.newest(undefined, { limit: 60, offset: 0 });
    for (const every of [1, 2, 7, 30]) {
      const within = selectLabels(
        all.toSorted((a, b) => a - b),
        (label) => label % every === 0,
      );
      const wanted = all.filter((label) => within.has(label));
      for (const [limit, offset] of [
        [1, 0],
        [5, 3],
        [60, 0],
        [10, 59],
      ] as const)
        expect(await library.newest(within, { limit, offset })).toEqual(wanted.slice(offset, offset + limit));
    }
    expect(
      await library.newest(
        selectLabels([], () => true),
        { limit: 5, offset: 0 },
      ),
    ).toEqual([]);
  },

  "I8: lists the newest first, equal days by paperId, without date last": async ({ library }) => {
    const dated = (number: number, published: string | undefined) => {
      const { published: _, ...paper } = inventPaper(number);
      return published === undefined ? paper : { ...paper, published };
    };
    await library.upsert([
      dated(1, undefined),
      dated(2, "2020-01-01"),
      dated(9, "2021"),
      dated(4, "2021-01-01"),
      { ...dated(5, undefined), listed: "2022-02-02" },
    ]);
    const labels = await library.newest(undefined, { limit: 10, offset: 0 });
    const found = (await library.papers(labels)).map((stored) => stored?.paper.paperId);
    expect(found).toEqual(["X:5", "X:4", "X:9", "X:2", "X:1"]);
    expect(await library.newest(undefined, { limit: 2, offset: 1 })).toEqual(labels.slice(1, 3));
    expect(
      await library.newest(await library.matching([{ yearTo: 2021 }]), {
        limit: 2,
        offset: 1,
      }),
    ).toEqual(labels.slice(2, 4));
    expect(await library.newest(undefined, { limit: 5, offset: 5 })).toEqual([]);
  },
};
