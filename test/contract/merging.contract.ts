/** Several records of one paper: in whatever order they come, one paper results. */
import { expect } from "vitest";
import type { Library } from "../../src/core/library.ts";
import type { NewPaper, Paper } from "../../src/core/paper.ts";
import { embedAll, inventPaper, testSpec } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const records: readonly NewPaper[] = [
  inventPaper(1, {
    ids: ["arXiv:2401.00001"],
    sources: ["arxiv"],
    version: 2,
    updated: "2024-05-01",
    published: "2024",
    abstract: "Short.",
    venue: "",
  }),
  inventPaper(2, {
    ids: ["DOI:10.1/x"],
    sources: ["openalex"],
    citations: 4,
    published: "2024-01",
    abstract: "A much longer abstract.",
  }),
  inventPaper(3, {
    ids: ["S2:a", "DOI:10.1/x", "arXiv:2401.00001"],
    sources: ["semantic-scholar"],
    citations: 9,
    published: "2024",
  }),
];

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]));
}

async function onlyPaper(library: Library): Promise<Paper> {
  const page = await library.eachPaper(0, 10);
  const [stored] = page;
  expect(page).toHaveLength(1);
  if (stored === undefined) throw new TypeError("there is no paper");
  return stored.paper;
}

/** The first id that came names the paper: everything else is the same in any order. */
function apartFromName(paper: Paper): Omit<Paper, "paperId"> {
  const { paperId: _, ...rest } = paper;
  return rest;
}

export const mergingBehaviours: Behaviours = {
  "I3: joins two papers when a record names both, under the older one": async ({ library }) => {
    const [first, second, both] = await library.upsert(records);
    expect([first?.outcome, second?.outcome, both?.outcome]).toEqual(["new", "new", "merged"]);
    expect(both?.label).toBe(first?.label);
    expect(await library.resolve(["arXiv:2401.00001", "DOI:10.1/x", "S2:a"])).toEqual([1, 1, 1]);
    expect(await library.papers([2])).toEqual([undefined]);
    const paper = await onlyPaper(library);
    expect(paper).toMatchObject({
      paperId: "arXiv:2401.00001",
      ids: ["arXiv:2401.00001", "DOI:10.1/x", "S2:a"],
      citations: 9,
      published: "2024-01",
      sources: ["arxiv", "openalex", "semantic-scholar"],
      version: 2,
      abstract: "Short.",
    });
  },

  "does not depend on the order of records": async ({ library }) => {
    const papers: Omit<Paper, "paperId">[] = [];
    for (const order of permutations(records)) {
      for (const record of order) await library.upsert([record]);
      const paper = await onlyPaper(library);
      papers.push(apartFromName(paper));
      await library.remove([paper.paperId]);
    }
    expect(papers).toHaveLength(6);
    for (const paper of papers) expect(paper).toEqual(papers[0]);
  },

  "changes nothing when all records come again": async ({ library }) => {
    await library.upsert(records);
    const before = await onlyPaper(library);
    const again = await library.upsert([...records].reverse());
    expect(again.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(await onlyPaper(library)).toEqual(before);
  },

  "keeps ids and an abstract that only one of two records with one key has, in either order": async ({ library }) => {
    const article = inventPaper(1, { ids: ["arXiv:2401.00001", "DOI:10.1/x"], abstract: "Of kettles." });
    const preprint = inventPaper(1, { ids: ["arXiv:2401.00001", "DOI:10.2/y"], abstract: "" });
    for (const order of [
      [article, preprint],
      [preprint, article],
    ]) {
      await library.upsert(order);
      const paper = await onlyPaper(library);
      expect(paper).toMatchObject({ ids: ["arXiv:2401.00001", "DOI:10.1/x", "DOI:10.2/y"], abstract: "Of kettles." });
      expect(await library.upsert(order)).toMatchObject([{ outcome: "unchanged" }, { outcome: "unchanged" }]);
      await library.remove([paper.paperId]);
    }
  },

  "ignores an older version of a record, whenever it comes": async ({ library }) => {
    const older = inventPaper(1, { version: 1, title: "Older" });
    const newer = inventPaper(1, { version: 2, title: "Newer" });
    await library.upsert([newer]);
    expect(await library.upsert([older])).toMatchObject([{ outcome: "unchanged" }]);
    expect((await onlyPaper(library)).title).toBe("Newer");
    await library.remove(["X:1"]);
    await library.upsert([older]);
    expect(await library.upsert([newer])).toMatchObject([{ outcome: "changed" }]);
    expect((await onlyPaper(library)).title).toBe("Newer");
  },

  "remembers what each source said, so that a correction can replace it": async ({ library }) => {
    await library.upsert([
      inventPaper(1, { sources: ["one"], citations: 100 }),
      inventPaper(1, { sources: ["two"], citations: 5 }),
      inventPaper(1, { sources: ["one"], citations: 3 }),
    ]);
    expect((await onlyPaper(library)).citations).toBe(5);
  },

  "I3: treats duplicates in one batch as one record, and changes nothing when they come again": async ({ library }) => {
    const doubles = [
      inventPaper(1, { ids: ["DOI:10.1/x", "PMID:7"], published: "2015", abstract: "" }),
      inventPaper(2),
      inventPaper(1, { ids: ["DOI:10.1/x", "X:scopus"], published: "2014", abstract: "The later one." }),
    ];
    expect((await library.upsert(doubles)).map(({ outcome }) => outcome)).toEqual(["new", "new", "merged"]);
    const said = async () => (await library.papers([1]))[0]?.paper;
    const paper = await said();
    expect(paper).toMatchObject({ ids: ["DOI:10.1/x", "PMID:7", "X:scopus"], published: "2014", abstract: "The later one." });
    expect((await library.upsert(doubles)).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "unchanged"]);
    const corrected = doubles.map((record) => ({ ...record, title: `${record.title}, corrected` }));
    expect((await library.upsert(corrected)).map(({ outcome }) => outcome)).toEqual(["changed", "changed", "merged"]);
    expect((await said())?.title).toBe(`${paper?.title}, corrected`);
  },

  "I3: still finds a paper by the id of one merged into it, even if no record has that id any more": async ({ library }) => {
    await library.upsert([
      inventPaper(1, { ids: ["X:own"] }),
      inventPaper(2, { ids: ["S2:a", "DOI:10.1/x"], version: 1 }),
      inventPaper(2, { ids: ["S2:a"], version: 2 }),
      inventPaper(3, { ids: ["X:own", "S2:a"], sources: ["other"] }),
    ]);
    expect((await onlyPaper(library)).ids).toEqual(["DOI:10.1/x", "S2:a", "X:own"]);
    expect(await library.resolve(["DOI:10.1/x", "S2:a", "X:own"])).toEqual([1, 1, 1]);
  },

  "drops the embedding of a paper merged into another": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    await library.upsert(records.slice(0, 2));
    await embedAll(library, generation);
    await library.upsert(records.slice(2));
    const [own, others] = await library.embeddings(generation, [1, 2]);
    expect(own).toBeDefined();
    expect(others).toBeUndefined();
    const found = await library.neighbours(generation, own ?? new Float32Array(), { k: 5 });
    expect(found.map(({ label }) => label)).toEqual([1]);
  },
};
