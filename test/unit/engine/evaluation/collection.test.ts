import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import {
  asksForRelated,
  chooseSets,
  countedSet,
  findCollection,
  notesOfJudgments,
  parseJudgments,
  type QuerySet,
  readQuerySet,
  thinQueries,
} from "../../../../src/engine/evaluation/collection.ts";
import { makeTemporaryFolder } from "../../../contract/temporary-folder.ts";

const header = "query-id\tcorpus-id\tscore\n";

describe("parseJudgments", () => {
  it("reads grades by query and document, with or without a header", () => {
    const lines = "q1\td1\t2\nq1\td2\t0\nq2\td1\t1\n";
    for (const text of [lines, header + lines, (header + lines).replaceAll("\n", "\r\n")]) {
      const judgments = parseJudgments(text, "qrels.tsv");
      expect([...judgments.keys()]).toEqual(["q1", "q2"]);
      expect([...(judgments.get("q1") ?? [])]).toEqual([
        ["d1", 2],
        ["d2", 0],
      ]);
    }
  });

  it("accepts a repeated judgment once, and none that contradicts another", () => {
    expect(parseJudgments("q1\td1\t2\nq1\td1\t2\n", "qrels.tsv").get("q1")).toEqual(new Map([["d1", 2]]));
    expect(() => parseJudgments("q1\td1\t2\nq2\td1\t0\nq1\td1\t0\n", "qrels.tsv")).toThrowError(/qrels.tsv, line 3 contradicts/);
  });

  it("keeps ids that look like numbers as they are", () => {
    expect([...parseJudgments("0704.0001\t007\t1", "qrels.tsv")][0]?.[0]).toBe("0704.0001");
    expect(parseJudgments("0704.0001\t007\t1", "qrels.tsv").get("0704.0001")?.has("007")).toBe(true);
  });

  it("reads TREC's four columns unless a header says otherwise", () => {
    const judgments = parseJudgments("1 0 CACM-3 2\r\n1 0 CACM-4 0\n2\tQ0\tdoc\t-1\n", "qrels.txt");
    expect([...judgments].map(([query, own]) => [query, [...own]])).toEqual([
      [
        "1",
        [
          ["CACM-3", 2],
          ["CACM-4", 0],
        ],
      ],
      ["2", [["doc", -1]]],
    ]);
    expect(() => parseJudgments("1 0 CACM-3 2\n1 0 CACM-4\n", "qrels.txt")).toThrowError(/qrels.txt, line 2/);
  });

  it.each(["q1\td1", "q1\td1\t", "q1\td1\tmuch", "q1 d1 1", "q1\t0\td1\t1"])("names file and line of “%s”", (line) => {
    const thrown = thrownBy(() => parseJudgments(`${header}${line}\n`, "qrels.tsv"));
    expect(thrown.code).toBe("file_unreadable");
    expect(thrown.message).toContain("qrels.tsv, line 2");
  });
});

describe("chooseSets", () => {
  const set = (name: string) => ({ name, queries: "queries.jsonl", judgments: "qrels.tsv" });
  const collection = {
    name: "cacm",
    corpus: "corpus.jsonl",
    sets: ["cacm", "cacm_related", "cacm/test"].map(set),
  };

  it("returns all sets when none is named", () => {
    expect(chooseSets(collection, []).map(({ name }) => name)).toEqual(["cacm", "cacm_related", "cacm/test"]);
  });

  it.each([
    ["main", "cacm"],
    ["cacm", "cacm"],
    ["related", "cacm_related"],
    ["cacm_related", "cacm_related"],
    ["test", "cacm/test"],
  ])("understands %s as %s", (wanted, name) => {
    expect(chooseSets(collection, [wanted])).toEqual([set(name)]);
  });

  it("lists the existing sets when one is unknown", () => {
    const thrown = thrownBy(() => chooseSets(collection, ["dev"]));
    expect(thrown.code).toBe("invalid_request");
    expect(thrown.explanation).toContain("cacm_related");
  });
});

describe("thinQueries", () => {
  const queries = Array.from({ length: 809 }, (_, at) => at);

  it("keeps every n-th query so that about as many as wanted remain", () => {
    expect(thinQueries(queries, 270)).toHaveLength(270);
    expect(thinQueries(queries, 270).slice(0, 3)).toEqual([0, 3, 6]);
  });

  it("keeps all when there are no more than wanted, or when nothing is wanted", () => {
    expect(thinQueries(queries, 809)).toHaveLength(809);
    expect(thinQueries(queries, undefined)).toHaveLength(809);
  });
});

describe("asksForRelated", () => {
  const setOf = (name: string, ...ids: string[]): QuerySet => ({
    name,
    notes: [],
    queries: ids.map((id) => ({ id, text: "", judgments: new Map() })),
  });
  const holds = (id: string) => ["1", "2"].includes(id);

  it("is true for a set of that name whose queries are documents", () => {
    expect(asksForRelated(setOf("cacm_related", "1", "2"), holds)).toBe(true);
  });

  it("is false when a query is not a document, or the set has another name", () => {
    expect(asksForRelated(setOf("cacm_related", "1", "3"), holds)).toBe(false);
    expect(asksForRelated(setOf("cacm", "1", "2"), holds)).toBe(false);
  });
});

describe("countedSet", () => {
  const judged = (id: string, ...relevant: string[]) => ({ id, text: "", judgments: new Map(relevant.map((document) => [document, 1])) });
  const holds = () => true;

  it("counts no paper as its own relative, and skips queries to which nothing else is relevant", () => {
    const set = countedSet(
      { name: "cacm_related", notes: ["before"], queries: [judged("1", "1", "2"), judged("2", "2"), judged("3", "1")] },
      holds,
    );
    expect(set.queries).toEqual([judged("1", "2"), judged("3", "1")]);
    expect(set.notes).toEqual(["before", "1 queries of cacm_related are left out: nothing but the paper itself is relevant to them."]);
  });

  it("refuses a set of which nothing is left, and leaves text queries unchanged", () => {
    expect(thrownBy(() => countedSet({ name: "cacm_related", notes: [], queries: [judged("1", "1")] }, holds)).code).toBe(
      "file_unreadable",
    );
    const words = { name: "cacm", notes: [], queries: [judged("1", "1")] };
    expect(countedSet(words, holds)).toBe(words);
  });
});

describe("readQuerySet", () => {
  it("reads files that begin with a byte order mark", async () => {
    const { path: folder, remove } = await makeTemporaryFolder();
    const [queries, judgments] = [join(folder, "queries.jsonl"), join(folder, "qrels.tsv")];
    await writeFile(queries, '\ufeff{"_id": "q1", "text": "copper"}\n');
    for (const text of [header, ""]) {
      await writeFile(judgments, `\ufeff${text}q1\td1\t1\n`);
      expect((await readQuerySet({ name: "set", queries, judgments })).queries).toEqual([judged("q1", "copper", "d1")]);
    }
    await remove();
  });

  const judged = (id: string, text: string, document: string) => ({ id, text, judgments: new Map([[document, 1]]) });
});

function thrownBy(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the judgments of a collection", () => {
  it("are in one file for each query set", async () => {
    const folder = await makeTemporaryFolder();
    try {
      for (const name of ["corpus.jsonl", "queries.jsonl", "qrels.tsv"]) await writeFile(join(folder.path, name), "");
      expect((await findCollection(folder.path)).sets).toHaveLength(1);
      await writeFile(join(folder.path, "qrels.txt"), "");
      await expect(findCollection(folder.path)).rejects.toThrowError(/qrels\.tsv and .*qrels\.txt are judgments of the same query set/);
    } finally {
      await folder.remove();
    }
  });

  it("are reported if they name documents that do not exist", () => {
    const judgments = new Map([
      ["d1", 2],
      ["d2", 1],
      ["d3", 0],
    ]);
    const set: QuerySet = { name: "small", queries: [{ id: "q1", text: "copper", judgments }], notes: [] };
    expect(notesOfJudgments(set, () => true)).toEqual([]);
    expect(notesOfJudgments(set, (id) => id === "d1")).toEqual([
      expect.stringMatching(/^The judgments of small mark 1 documents.*: d2\.$/),
    ]);
  });
});
