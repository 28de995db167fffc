/** What sources call their records, what they delete, and removing what one record said. */
import { expect } from "vitest";
import { contributionKey } from "../../src/core/merge.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

const fetched = inventPaper(1, { ids: ["DOI:10.1/x"], sources: ["zotero-json"], keywords: ["tag"], venue: "" });
const imported = inventPaper(1, { ids: ["DOI:10.1/x", "arXiv:2401.00001"], sources: ["bibtex"], venue: "Journal" });
const itemOf = (item: string, paper: NewPaper) => ({ item, key: contributionKey(paper), id: paper.ids[0] ?? "" });

export const sourceItemBehaviours: Behaviours = {
  "remembers deletions of existing papers until the record reappears or is forgotten": async ({ library }) => {
    await library.upsert([fetched, inventPaper(2)]);
    await library.keepItems([itemOf("z:B", fetched), itemOf("z:A", inventPaper(2)), itemOf("z:C", inventPaper(3))]);
    expect(await library.markDeleted(["z:B", "z:A", "z:C", "z:unknown"])).toBe(2);
    expect(await library.markDeleted(["z:A"])).toBe(0);
    expect(await library.deletedItems()).toEqual([
      { ...itemOf("z:A", inventPaper(2)), deleted: expect.stringMatching(/^\d{4}-/) },
      { ...itemOf("z:B", fetched), deleted: expect.any(String) },
    ]);
    await library.keepItems([itemOf("z:A", inventPaper(2))]);
    await library.forgetItems(["z:B"]);
    expect(await library.deletedItems()).toEqual([]);
    expect(await library.countPapers()).toBe(2);
  },

  "ignores the deletion of one of two items that are one record": async ({ library }) => {
    await library.upsert([fetched]);
    await library.keepItems([itemOf("z:A", fetched), itemOf("z:B", fetched)]);
    await library.markDeleted(["z:A"]);
    expect(await library.deletedItems()).toEqual([]);
    await library.markDeleted(["z:B"]);
    expect((await library.deletedItems()).map(({ item }) => item)).toEqual(["z:A", "z:B"]);
  },

  "removes what one record said, and keeps what the others did": async ({ library }) => {
    await library.upsert([fetched, imported]);
    expect(await library.withdraw("arXiv:2401.00001", contributionKey(fetched))).toBe("withdrawn");
    const [stored] = await library.eachPaper(0, 10);
    expect(stored?.paper).toMatchObject({ paperId: "DOI:10.1/x", keywords: [], venue: "Journal", sources: ["bibtex"] });
    expect(await library.contributions(stored?.label ?? 0)).toMatchObject([
      { key: contributionKey(imported), paper: { keywords: [], venue: "Journal" } },
    ]);
    expect((await library.upsert([imported]))[0]?.outcome).toBe("unchanged");
  },

  "never removes the last record, nor one that does not exist": async ({ library }) => {
    await library.upsert([fetched]);
    expect(await library.withdraw("DOI:10.1/x", contributionKey(fetched))).toBe("only");
    expect(await library.withdraw("DOI:10.1/x", contributionKey(imported))).toBe("unknown");
    expect(await library.withdraw("DOI:10.1/none", contributionKey(fetched))).toBe("unknown");
    expect(await library.countPapers()).toBe(1);
  },
};
