/** What `verify` finds when something was changed behind the library's back, and what it repairs. */
import { readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../../src/core/upkeep.ts";
import { prepareGeneration } from "../../../src/engine/generations/prepare-generation.ts";
import { getPaper } from "../../../src/engine/papers.ts";
import { VectorIndex } from "../../../src/storage/local/vector-index.ts";
import { embedAll, inventPaper, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("verify", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(() => folder.remove());

  const faults = (findings: readonly Finding[]) =>
    findings.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check}: ${state}`);

  async function filled(): Promise<void> {
    const library = await folder.openFilled(30);
    await library.checkpoint();
    await library.close();
  }

  /** Finds the fault, repairs it, and finds nothing afterwards. */
  async function expectMended(check: string): Promise<void> {
    const library = await folder.open();
    expect(faults(await library.verify({ repair: false }))).toContain(`${check}: damaged`);
    expect(faults(await library.verify({ repair: true }))).toContain(`${check}: repaired`);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  }

  it("names each of its checks as it reaches it", async () => {
    await filled();
    const checks: string[] = [];
    const findings = await (await folder.open()).verify({
      repair: false,
      onProgress: (check) => checks.push(check),
    });
    expect(checks).toEqual(findings.map(({ check }) => check));
    expect(checks).toEqual([
      "database",
      "derived tables",
      "database indexes",
      "people",
      "papers",
      "ids",
      "generations",
      "embeddings",
      "index files",
      "word index",
      "vector index",
    ]);
  });

  it("repairs columns that do not follow from a paper's record", async () => {
    await filled();
    folder.sql("UPDATE papers SET year = 1066, title_key = 'nothing' WHERE label = 3");
    await expectMended("papers");
    const library = await folder.open();
    expect([...((await library.matching([{ yearTo: 1900 }]))?.labels() ?? [])]).toEqual([]);
  });

  it("finds a library sound while its first generation is still being filled", async () => {
    const library = await folder.open();
    await library.upsert(inventPapers(3));
    await library.fillGeneration(testSpec);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
    folder.sql("UPDATE generations SET state = 'retired'");
    expect(faults(await library.verify({ repair: false }))).toEqual(["generations: damaged"]);
  });

  it("I3: repairs ids that lead nowhere and papers not found by their id", async () => {
    await filled();
    folder.sql("UPDATE paper_ids SET label = 777 WHERE id = 'X:4'");
    await expectMended("ids");
    expect(await (await folder.open()).resolve(["X:4"])).toEqual([5]);
  });

  it("I4: removes an invalid embedding, and the paper can be embedded again", async () => {
    await filled();
    const broken = Buffer.from(inventVector(1).map((value) => value * 2).buffer);
    folder.sql("UPDATE embeddings SET vector = ? WHERE label = 6", broken);
    folder.sql("UPDATE embeddings SET vector = x'010203' WHERE label = 7");
    folder.sql("INSERT INTO embeddings SELECT generation, 999, content_hash, vector, change, checksum FROM embeddings WHERE label = 8");
    const library = await folder.open();
    const generation = await library.openGeneration(testSpec);
    // Nothing but unit vectors is ever an answer.
    expect((await library.neighbours(generation, inventVector(6), { k: 100 })).map(({ label }) => label)).not.toContain(6);
    expect(faults(await library.verify({ repair: false }))).toContain("embeddings: damaged");
    expect(faults(await library.verify({ repair: true }))).toContain("embeddings: repaired");
    expect((await library.backlog(generation, 0, 100)).map(({ label }) => label)).toEqual([6, 7]);
    await embedAll(library, generation);
    await library.checkpoint();
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
    expect((await library.neighbours(generation, inventVector(6), { k: 1 })).map(({ label }) => label)).toEqual([6]);
  });

  it("detects a vector that changed but kept its length, and no longer uses it", async () => {
    await filled();
    // Of unit length, but another paper's.
    folder.sql("UPDATE embeddings SET vector = (SELECT vector FROM embeddings WHERE label = 8) WHERE label = 6");
    folder.sql("UPDATE sentence_embeddings SET vectors = x'01' WHERE label = 7");
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([expect.stringContaining("1 stored vector is damaged")]);
    const generation = await library.openGeneration(testSpec);
    expect(await library.embeddings(generation, [6])).toEqual([undefined]);
    expect(await library.sentenceEmbeddings(generation, [7])).toEqual([undefined]);
    expect(faults(await library.verify({ repair: true }))).toContain("embeddings: repaired");
    await embedAll(library, generation);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("I2: shows no record that differs from the stored one, and lets its paper be removed", async () => {
    await filled();
    folder.sql("UPDATE papers SET record = replace(record, 'Ada', 'Eda') WHERE label = 6");
    const library = await folder.open();
    expect(faults(await library.verify({ repair: true }))).toEqual(["papers: damaged"]);
    await expect(library.requireReadable(6)).rejects.toMatchObject({ code: "library_damaged", mend: expect.stringContaining("backup") });
    await library.remove(["X:5"]);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("checks everything else in spite of a damaged record, and repairs it", async () => {
    await filled();
    folder.sql("UPDATE papers SET record = 'no json' WHERE label = 6");
    folder.sql("UPDATE embeddings SET vector = x'010203' WHERE label = 7");
    folder.sql("DELETE FROM paper_ids WHERE label IN (6, 9)");
    await rm(join(folder.path, "generation-1", "manifest.json"));
    const library = await folder.open();
    expect(faults(await library.verify({ repair: true }))).toEqual([
      "papers: damaged",
      "ids: repaired",
      "embeddings: repaired",
      "index files: repaired",
    ]);
    expect(await library.resolve(["X:8"])).toEqual([9]);
    expect((await library.verify({ repair: false })).map(({ check }) => check)).toContain("vector index");
    // If the words were read from a file written when the record was intact.
    expect(faults(await (await folder.open()).verify({ repair: false }))).toEqual(["papers: damaged"]);
    await library.remove(["X:5"]);
    expect(faults(await (await folder.open()).verify({ repair: false }))).toEqual([]);
  });

  it("still finds the other papers by their words if a record is damaged, says so, and lets `verify` name it", async () => {
    const library = await folder.open();
    await library.upsert(inventPapers(20));
    folder.sql("UPDATE papers SET record = replace(record, 'Ada', 'Eda') WHERE label = 6");
    const notices: string[] = [];
    // Nothing is embedded, so there are no files: the words are read from the records.
    const next = await folder.open({ onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([expect.stringContaining("1 stored record is damaged")]);
    expect((await next.holding([])).size).toBe(19);
    expect(faults(await next.verify({ repair: false }))).toEqual(["papers: damaged"]);
  });

  it("leaves a paper with a damaged record out of answers, and reports it once", async () => {
    await filled();
    folder.sql("UPDATE papers SET record = 'no json' WHERE label IN (6, 7)");
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    for (let again = 0; again < 2; again++)
      expect((await library.papers([5, 6, 8])).map((stored) => stored?.label)).toEqual([5, undefined, 8]);
    expect(notices).toEqual([expect.stringMatching(/left out of every answer: The record of X:5/)]);
    // A page of nothing but damaged ones is not the end.
    expect((await library.eachPaper(5, 2)).map(({ label }) => label)).toEqual([8, 9]);
    expect(await library.eachPaper(30, 2)).toEqual([]);
    await expect(getPaper(library, "X:5")).rejects.toMatchObject({ code: "library_damaged" });
    expect((await library.faults()).map(({ detail }) => detail)).toContainEqual(expect.stringContaining("X:5"));
  });

  it.each(["record = 'no json'", "checksum = checksum + 1"])(
    "has a damaged record restored when its source sends it again: %s",
    async (damage) => {
      await filled();
      folder.sql(`UPDATE papers SET ${damage} WHERE label = 6`);
      const library = await folder.open();
      // A file that contains it is imported as ever.
      const outcomes = (await library.upsert(inventPapers(30))).map(({ outcome, label }) => ({ outcome, label }));
      expect(outcomes.filter(({ outcome }) => outcome !== "unchanged")).toEqual([{ outcome: "changed", label: 6 }]);
      expect(faults(await library.verify({ repair: false }))).toEqual([]);
      expect((await library.papers([6]))[0]?.paper.paperId).toBe("X:5");
    },
  );

  it("does not consider it restored by another source, which lacks what the first one said", async () => {
    await filled();
    folder.sql("UPDATE papers SET record = 'no json' WHERE label = 6");
    const library = await folder.open();
    await expect(library.upsert([inventPaper(5, { sources: ["another"] })])).rejects.toMatchObject({ code: "library_damaged" });
  });

  it("moves to other parameters in spite of a damaged record", async () => {
    const library = await folder.openFilled(30);
    folder.sql("UPDATE papers SET record = 'no json' WHERE label = 6");
    const generation = await library.fillGeneration({ ...testSpec, graph: { M: 20, efConstruction: 100 } });
    await library.reuseEmbeddings(generation);
    expect(await prepareGeneration(library, generation)).toMatchObject({ embedded: 29, waiting: 0 });
  });

  it("follows what other processes write in spite of a damaged record", async () => {
    const [library, other] = [await folder.open(), await folder.open()];
    await other.upsert(inventPapers(3));
    folder.sql("UPDATE papers SET record = 'no json' WHERE label = 2");
    await library.refresh();
    expect([...(await library.holding([])).labels()]).toEqual([1, 3]);
    await other.upsert(inventPapers(1, 3));
    await library.refresh();
    expect([...(await library.holding([])).labels()]).toEqual([1, 3, 4]);
  });

  it("embeds the waiting papers in spite of one with a damaged record", async () => {
    await filled();
    folder.sql("UPDATE papers SET record = 'no json' WHERE label = 6");
    folder.sql("DELETE FROM embeddings WHERE label IN (5, 6, 7)");
    const library = await folder.open();
    const generation = await library.openGeneration(testSpec);
    const waiting = async (after: number, limit: number) => (await library.backlog(generation, after, limit)).map(({ label }) => label);
    expect([await waiting(0, 10), await waiting(5, 1), await waiting(7, 1)]).toEqual([[5, 7], [7], []]);
  });

  it("I4: accepts a new embedding for a paper whose vector was lost, in addition to the index written with it", async () => {
    await filled();
    folder.sql("DELETE FROM embeddings WHERE label = 6");
    const library = await folder.open();
    const generation = await library.openGeneration(testSpec);
    await embedAll(library, generation);
    await library.checkpoint();
    expect((await library.neighbours(generation, inventVector(6), { k: 1 })).map(({ label }) => label)).toEqual([6]);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("does not claim to have repaired that no generation is live", async () => {
    await filled();
    folder.sql("UPDATE generations SET state = 'retired'");
    for (const repair of [false, true, false])
      expect(faults(await (await folder.open()).verify({ repair }))).toContain("generations: damaged");
  });

  it("does not claim to have repaired an index that finds too little with its parameters, rebuilt or not", async () => {
    const library = await folder.open();
    const generation = await library.openGeneration({ ...testSpec, graph: { M: 4, efConstruction: 8 } });
    await library.upsert(inventPapers(60));
    await embedAll(library, generation);
    const nearest = VectorIndex.prototype.nearest;
    VectorIndex.prototype.nearest = () => [];
    try {
      expect(faults(await library.verify({ repair: true }))).toContain("vector index: damaged");
    } finally {
      VectorIndex.prototype.nearest = nearest;
    }
  });

  it("does not claim to have repaired a paper whose record cannot be read", async () => {
    await filled();
    for (const record of ["json_remove(record, '$.title')", "'no json'"]) {
      folder.sql(`UPDATE papers SET record = ${record} WHERE label = 3`);
      const library = await folder.open();
      for (const repair of [false, true]) {
        const papers = (await library.verify({ repair })).find(({ check }) => check === "papers");
        expect(papers?.state).toBe("damaged");
        expect(papers?.detail).toContain("paper 3");
      }
    }
    const library = await folder.open();
    await expect(library.requireReadable(3)).rejects.toMatchObject({ code: "library_damaged" });
    // Removing it is possible, and fixes everything.
    expect(await library.remove(["X:2"])).toEqual(["X:2"]);
    await library.upsert([inventPaper(2)]);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("does not claim to have repaired index files that another process holds", async () => {
    const keeper = await folder.openFilled(30);
    await keeper.checkpoint();
    const [name = ""] = (await readdir(join(folder.path, "generation-1"))).filter((file) => file.startsWith("hnsw"));
    await truncate(join(folder.path, "generation-1", name), 100);
    const other = await folder.open();
    const findings = await other.verify({ repair: true });
    expect(faults(findings)).toEqual(["index files: damaged"]);
    const detail = new RegExp(`Process ${process.pid}(?: \\(running since [\\d: -]+ UTC\\))? keeps them: stop it`);
    expect(findings.find(({ state }) => state === "damaged")?.detail).toMatch(detail);
    await keeper.close();
    expect(faults(await other.verify({ repair: true }))).toEqual(["index files: repaired"]);
    expect(faults(await other.verify({ repair: false }))).toEqual([]);
  });

  it("I2: reports a manifest missing beside its files, and rebuilds them", async () => {
    const first = await folder.openFilled(20);
    await first.checkpoint();
    await first.close();
    await rm(join(folder.path, "generation-1", "manifest.json"));
    const library = await folder.open();
    expect(faults(await library.verify({ repair: false }))).toEqual(["index files: damaged"]);
    expect(faults(await library.verify({ repair: true }))).toEqual(["index files: repaired"]);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("finds nothing wrong if no index files were made yet", async () => {
    const library = await folder.openFilled(20);
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
  });

  it("I2: reports that all index files were removed, at opening and by `verify`, and rebuilds them", async () => {
    await filled();
    await rm(join(folder.path, "generation-1"), { recursive: true });
    const notices: string[] = [];
    const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([expect.stringMatching(/rebuilt.*: the manifest of the files up to change \d+ is gone/)]);
    expect((await library.health()).rebuilds).not.toEqual([]);
    expect(faults(await library.verify({ repair: false }))).toEqual(["index files: damaged"]);
    expect(faults(await library.verify({ repair: true }))).toEqual(["index files: repaired"]);
    expect((await readdir(join(folder.path, "generation-1"))).length).toBe(3);
  });

  it.each(["manifest.json", "hnsw", "lexical"])(
    "rewrites index files removed underneath a process that has read them: %s",
    async (which) => {
      await filled();
      const notices: string[] = [];
      const library = await folder.open({ onNotice: (notice) => notices.push(notice) });
      const name = (await readdir(join(folder.path, "generation-1"))).find((one) => one.startsWith(which)) ?? "";
      await library.checkpoint();
      expect(notices).toEqual([]);
      await rm(join(folder.path, "generation-1", name));
      await library.checkpoint();
      expect(notices).toEqual([expect.stringContaining("The index files are written again")]);
      expect(faults(await library.verify({ repair: false }))).toEqual([]);
      expect((await readdir(join(folder.path, "generation-1"))).length).toBe(3);
    },
  );
});
