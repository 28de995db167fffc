/** The rules by which several records become one paper. */
import { describe, expect, it } from "vitest";
import {
  contributionKey,
  fieldsByRecord,
  keepFormerIds,
  mergeContributions,
  mergeVersions,
  provenanceOf,
} from "../../../src/core/merge.ts";
import type { NewPaper, Paper } from "../../../src/core/paper.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

function record(source: string, changes: Partial<NewPaper> = {}): NewPaper {
  const { published: _, venue: __, ...bare } = inventPaper(1);
  return { ...bare, title: source, abstract: "", authors: [], categories: [], sources: [source], ...changes };
}

function merged(...papers: NewPaper[]): Paper {
  return mergeContributions(
    papers.map((paper) => ({ key: contributionKey(paper), paper })),
    undefined,
  );
}

describe("one paper from several records", () => {
  it("has the title and the authors of the highest version", () => {
    const paper = merged(
      record("a", { version: 1, title: "Old", authors: [{ name: "Old" }] }),
      record("b", { version: 2, title: "New", authors: [{ name: "New" }] }),
      record("c", { title: "Without version", updated: "2030" }),
    );
    expect(paper).toMatchObject({ title: "New", authors: [{ name: "New" }], version: 2 });
  });

  it("prefers the latest change among equal versions, then the record's name", () => {
    expect(merged(record("a", { updated: "2024-01" }), record("b", { updated: "2024-02" })).title).toBe("b");
    expect(merged(record("b"), record("a")).title).toBe("a");
    expect(merged(record("a"), record("b")).title).toBe("a");
  });

  it("takes from other records what the leading one lacks", () => {
    const paper = merged(
      record("a", { version: 2, venue: "" }),
      record("b", {
        authors: [{ name: "Ada" }],
        venue: "Conf",
        url: "https://example.org/",
        codeUrl: "https://example.org/code",
        language: "en",
        status: "retracted",
      }),
    );
    expect(paper).toMatchObject({
      title: "a",
      authors: [{ name: "Ada" }],
      venue: "Conf",
      codeUrl: "https://example.org/code",
      status: "retracted",
    });
  });

  it("has the longest abstract of the leading version, or any other rather than none", () => {
    const [short, long] = ["Short.", "A longer abstract."];
    expect(
      merged(
        record("a", { version: 2, abstract: short }),
        record("b", { version: 2, abstract: long }),
        record("c", { version: 1, abstract: `${long}${long}` }),
      ).abstract,
    ).toBe(long);
    expect(merged(record("a", { version: 2 }), record("b", { version: 1, abstract: short })).abstract).toBe(short);
  });

  it("has the most exact date of the earliest known year, the latest change, and the earliest listing", () => {
    const paper = merged(
      record("a", { published: "2024", updated: "2024-05", listed: "2024-06-02" }),
      record("b", { published: "2024-03-04", updated: "2024-07", listed: "2024-06-01" }),
      record("c", { published: "2024-03-02" }),
      record("d", { published: "2025-01-01" }),
    );
    expect(paper).toMatchObject({ published: "2024-03-02", updated: "2024-07", listed: "2024-06-01" });
    expect(merged(record("a", { published: "2023" }), record("b", { published: "2024-01-01" })).published).toBe("2023");
  });

  it("has the highest counts, and all categories, keywords, ids and sources", () => {
    const paper = merged(
      record("b", { ids: ["S2:x"], citations: 3, votes: 0, categories: ["cs.B", "cs.A"], keywords: ["k"] }),
      record("a", { ids: ["arXiv:1", "S2:x"], citations: 5, comments: 1, categories: ["cs.A", "cs.C"], keywords: ["l"] }),
    );
    expect(paper).toMatchObject({
      paperId: "arXiv:1",
      ids: ["arXiv:1", "S2:x"],
      citations: 5,
      votes: 0,
      comments: 1,
      sources: ["a", "b"],
      keywords: ["l", "k"],
    });
    expect([...paper.categories].sort()).toEqual(["cs.A", "cs.B", "cs.C"]);
  });

  it("keeps its id, and has it among its ids", () => {
    const contributions = [{ key: "a X:1", paper: record("a", { ids: ["X:1", "arXiv:1"] }) }];
    expect(mergeContributions(contributions, undefined)).toMatchObject({ paperId: "arXiv:1" });
    expect(mergeContributions(contributions, "S2:old")).toMatchObject({ paperId: "S2:old", ids: ["arXiv:1", "S2:old", "X:1"] });
  });

  it("contains no undefined values, so that it equals what is read back", () => {
    const paper = merged(record("a"));
    expect(Object.values(paper)).not.toContain(undefined);
    expect(JSON.parse(JSON.stringify(paper))).toStrictEqual(paper);
  });

  it("needs a record with an id", () => {
    expect(() => mergeContributions([], undefined)).toThrow(TypeError);
    expect(() => mergeContributions([{ key: "a", paper: record("a", { ids: [] }) }], undefined)).toThrow(TypeError);
  });
});

describe("names", () => {
  it("that no record brings are kept in one record, and others are unchanged", () => {
    const contributions = new Map([
      ["b", record("b", { ids: ["X:2"] })],
      ["a", record("a", { ids: ["X:1"] })],
    ]);
    keepFormerIds(contributions, ["X:2", "X:9"]);
    expect([contributions.get("a")?.ids, contributions.get("b")?.ids]).toEqual([["X:1", "X:9"], ["X:2"]]);
    const before = [...contributions.values()];
    keepFormerIds(contributions, ["X:9"]);
    expect([...contributions.values()]).toEqual(before);
  });
});

describe("the abstract of several", () => {
  const english = "We count kettles and lanterns in the kitchens of the town, and find that there are more of them than before.";
  const german =
    "Wir zählen die Kessel und die Laternen in den Küchen der Stadt und finden, dass es deutlich mehr davon gibt als in den Jahren zuvor.";
  it("is the longest English one, unless a record names another language", () => {
    expect(merged(record("a", { abstract: german }), record("b", { abstract: english })).abstract).toBe(english);
    expect(merged(record("a", { abstract: german, language: "de" }), record("b", { abstract: english })).abstract).toBe(german);
    expect(merged(record("a", { abstract: german }), record("b", { abstract: english, language: "en-GB" })).abstract).toBe(english);
  });

  it("is the longest of all if none is in the named language, or the text is too short to tell", () => {
    expect(merged(record("a", { abstract: english, language: "fr" }), record("b", { abstract: english.slice(0, 80) })).abstract).toBe(
      english,
    );
    expect(merged(record("a", { abstract: "Kurz und gut." }), record("b", { abstract: "Short." })).abstract).toBe("Kurz und gut.");
  });
});

describe("where values come from", () => {
  it("names all records that give the same value, and those that add to a list", () => {
    const papers = [
      record("a", { title: "Same", venue: "Conf", categories: ["x"] }),
      record("b", { title: "Same", abstract: "Long.", categories: ["y"], votes: 3 }),
    ];
    const contributions = papers.map((paper) => ({ key: contributionKey(paper), paper }));
    const provenance = provenanceOf(mergeContributions(contributions, undefined), contributions);
    const [a, b] = contributions.map(({ key }) => key);
    expect(provenance).toMatchObject({ title: [a, b], venue: [a], abstract: [b], categories: [a, b], votes: [b] });
    expect(provenance.authors).toBeUndefined();
    expect(fieldsByRecord(provenance).map(([key]) => key)).toEqual([a, b]);
    expect(fieldsByRecord(provenance)[1]?.[1]).toEqual(expect.arrayContaining(["abstract", "votes"]));
  });
});

describe("a record that comes again", () => {
  it("replaces its earlier content, unless it is older", () => {
    const cases: [Partial<NewPaper>, Partial<NewPaper>, boolean][] = [
      [{ version: 2 }, { version: 1 }, true],
      [{ version: 1 }, { version: 2 }, false],
      [{}, { version: 2 }, true],
      [{ version: 2 }, {}, true],
      [{ updated: "2024-02" }, { updated: "2024-01" }, true],
      [{ updated: "2024-01" }, { updated: "2024-02" }, false],
      [{ updated: "2024-01" }, {}, true],
      [{}, {}, true],
    ];
    for (const [next, last, wins] of cases) {
      const said = mergeVersions(record("a", { ...next, title: "Next" }), record("a", { ...last, title: "Last" }));
      expect(said.title).toBe(wins ? "Next" : "Last");
    }
  });
});
