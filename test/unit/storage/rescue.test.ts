/** What can be rescued from a library whose table of papers is torn. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Paper } from "../../../src/core/paper.ts";
import { exportedByConditions, PartialExport } from "../../../src/engine/export.ts";
import { inventPapers } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";
import { tearPages } from "./torn-pages.ts";

const count = 120;
/** Every index of the papers that contains labels. */
const indexes = ["papers_filters", "papers_names", "papers_change", "papers_main_title", "papers_listing", "papers_day", "papers_added"];

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  const library = await folder.open();
  await library.upsert(inventPapers(count));
  await library.remove(["X:50"]);
  await library.close();
});
afterEach(() => folder.remove());

const numberOf = ({ ids: [id = ""] }: Paper) => Number(id.slice("X:".length));

async function exported(request: { limit?: number; yearFrom?: number } = {}): Promise<{ papers: Paper[]; end: unknown }> {
  const library = await folder.open({ create: false, maintain: false, searchable: false });
  const papers: Paper[] = [];
  try {
    const { limit, ...filters } = request;
    for await (const paper of await exportedByConditions(library, { query: "", limit, filters })) papers.push(paper);
    return { papers, end: undefined };
  } catch (end) {
    return { papers, end };
  } finally {
    await library.close();
  }
}

/** The labels listed in a text: `3, 17–19`. */
function labelsIn(text: string): number[] {
  const list = /\(labels? ([^)]*)\)/.exec(text)?.[1] ?? "";
  return list.split(", ").flatMap((range) => {
    const [first = 0, last = first] = range.split("–").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

function expectRest({ papers, end }: Awaited<ReturnType<typeof exported>>): void {
  expect(end).toBeInstanceOf(PartialExport);
  const { code, message, mend } = end as PartialExport;
  // Some index could be read to its end.
  expect(message).not.toContain("There may be others");
  expect(code).toBe("library_damaged");
  const lost = labelsIn(message);
  expect(lost.length).toBeGreaterThan(0);
  expect(message).toContain(`This is not all: ${lost.length} stored papers (labels `);
  // A paper's label is one more than its number; the removed one does not count as lost.
  const ids = new Set(papers.map(({ ids: [id = ""] }) => id));
  expect([...ids, ...lost.map((label) => `X:${label - 1}`), "X:50"].sort()).toEqual(
    inventPapers(count)
      .flatMap((paper) => paper.ids)
      .sort(),
  );
  expect(papers).toHaveLength(count - 1 - lost.length);
  expect(mend).toContain(`X:${(lost[0] ?? 0) - 1}`);
}

it("all papers of a sound library are returned", async () => {
  expect(await exported()).toMatchObject({ papers: { length: count - 1 }, end: undefined });
});

it("papers after torn pages are rescued, and the others reported by label and id", async () => {
  await tearPages(folder.path, ["papers"], "leaf", (pages) => [1, 2, 7].map((at) => pages[at] ?? 0));
  expectRest(await exported());
});

it("the same holds if the indexes that list papers are torn too", async () => {
  await tearPages(folder.path, ["papers"], "leaf", (pages) => [0, pages.at(-1) ?? 0].map((at) => pages[at] ?? at));
  await tearPages(folder.path, ["papers_day", "papers_change", "papers_names"], "leaf");
  expectRest(await exported());
});

it("if only the indexes that list papers are torn, all are rescued", async () => {
  await tearPages(folder.path, indexes, "leaf");
  expect(await exported()).toMatchObject({ papers: { length: count - 1 }, end: undefined });
});

it("if nothing lists the papers on a torn page, the report says there may be others", async () => {
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(3, 4));
  await tearPages(folder.path, [...indexes, "sqlite_autoindex_papers_1"], "leaf");
  const { papers, end } = await exported();
  expect(papers.length).toBeGreaterThan(count / 2);
  expect(papers.length).toBeLessThan(count - 1);
  expect(end).toMatchObject({ message: expect.stringMatching(/^This is not all: Parts of the table.*There may be others/) });
});

it("papers that meet conditions are rescued up to the last, and those on torn pages reported", async () => {
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(3, 5));
  const { papers, end } = await exported({ yearFrom: 2005 });
  expect(end).toBeInstanceOf(PartialExport);
  // Three quarters of them, except the one that was removed.
  expect(papers.length + labelsIn((end as PartialExport).message).length).toBe(89);
});

it("the newest are exported though the list of the newest is torn, and so are some papers", async () => {
  const limit = 40;
  const { papers: all } = await exported();
  await tearPages(folder.path, ["papers_day"], "leaf");
  expect(await exported({ limit })).toEqual({ papers: all.slice(0, limit), end: undefined });
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(3, 4));
  const { papers, end } = await exported({ limit });
  const lost = labelsIn((end as PartialExport).message).map((label) => label - 1);
  expect(lost.length).toBeGreaterThan(0);
  expect(papers).toEqual(all.filter((paper) => !lost.includes(numberOf(paper))).slice(0, limit));
});

it("a record that differs from the stored one is reported in the same way", async () => {
  folder.sql("UPDATE papers SET record = replace(record, 'Paper 7 on', 'Papyrus') WHERE label = 8");
  const { papers, end } = await exported();
  expect(papers).toHaveLength(count - 2);
  expect(end).toMatchObject({
    message: expect.stringContaining("1 stored paper (label 8) cannot be read"),
    mend: expect.stringContaining("X:7"),
  });
});
