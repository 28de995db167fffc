/** Torn pages of derived tables: `verify --repair` rebuilds them, and nothing that matters is lost. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../../src/core/upkeep.ts";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import { embedAll, inventPaper, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";
import { type PageKind, tearPages } from "./torn-pages.ts";

const count = 150;
let folder: LibraryFolder;
let expected: Awaited<ReturnType<typeof answersOf>>;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  const library = await folder.openFilled(count);
  await library.checkpoint();
  expected = await answersOf(library);
  await library.close();
});
afterEach(() => folder.remove());

const faults = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check}: ${state}`);

async function answersOf(library: LocalLibrary) {
  const generation = await library.openGeneration(testSpec);
  const labels = Array.from({ length: count }, (_, at) => at + 1);
  return {
    papers: await library.papers(labels),
    ids: await library.resolve(labels.map((label) => `X:${label - 1}`)),
    category: [...((await library.matching([{ categories: ["cs.AA"] }]))?.labels() ?? [])],
    source: (await library.matching([{ sources: ["invented"] }]))?.size,
    vectors: await library.embeddings(generation, labels),
    sentences: await library.sentenceEmbeddings(generation, labels),
    nearest: await library.neighbours(generation, (await library.embeddings(generation, [1]))[0] ?? new Float32Array(16), { k: 10 }),
  };
}

/** After any repair. @returns how many papers had to be embedded again. */
async function expectWhole(library: LocalLibrary): Promise<number> {
  expect(faults(await library.verify({ repair: false }))).toEqual([]);
  const generation = await library.openGeneration(testSpec);
  const lost = await library.backlogSize(generation);
  await embedAll(library, generation);
  expect(await answersOf(library)).toEqual(expected);
  await library.checkpoint();
  expect(faults(await library.verify({ repair: false }))).toEqual([]);
  return lost;
}

async function mended(options: { searchable?: boolean } = {}): Promise<LocalLibrary> {
  return await folder.open({ create: false, mendDatabase: true, ...options });
}

describe("a torn page of", () => {
  const tables = ["paper_ids", "paper_categories", "paper_sources", "faults", "leases"];
  it.each(tables)("%s is reported by `verify`, and repaired with `--repair`", async (table) => {
    await tearPages(folder.path, [table], "leaf", (pages) => pages.slice(0, 1));
    // A check alone finds what it can, and says what to do.
    const looking = await folder.open({ create: false, maintain: false });
    expect(faults(await looking.verify({ repair: false }))).toEqual(["derived tables: damaged"]);
    const [, derived] = await looking.verify({ repair: false });
    expect(derived?.detail).toMatch(new RegExp(`table ${table}\\b.*verify --repair`));
    await looking.close();
    const library = await folder.open({ create: false });
    expect(faults(await library.verify({ repair: true }))).toEqual(["derived tables: repaired"]);
    expect(await expectWhole(library)).toBe(0);
  });

  it.each<[string, PageKind]>([
    ["embeddings", "leaf"],
    ["embeddings", "internal"],
    ["sentence_embeddings", "leaf"],
  ])("%s (%s) affects nothing else in the library: what can be read is kept, and the rest embedded again", async (table, kind) => {
    if (table === "sentence_embeddings") folder.sql("UPDATE sentence_embeddings SET label = label");
    await tearPages(folder.path, [table], kind, (pages) => pages.slice(0, 1));
    const library = await mended();
    await library.verify({ repair: true });
    const lost = await expectWhole(library);
    expect(lost).toBeLessThanOrEqual(count);
    if (table === "embeddings" && kind === "leaf") expect([lost > 0, lost < count / 2]).toEqual([true, true]);
  });
});

it("a library that cannot be opened because of torn embeddings says that they can be rebuilt", async () => {
  await tearPages(folder.path, ["embeddings"], "leaf");
  const opening = LocalLibrary.open({ folder: folder.path, create: false, maintain: false });
  await expect(opening).rejects.toMatchObject({
    code: "library_damaged",
    message: expect.stringMatching(/A derived table in the database .* is damaged: table embeddings/),
    mend: expect.stringContaining("`paperkin verify --repair`"),
  });
  expect(await expectWhole(await mended())).toBe(count);
});

it("torn tables and torn indexes are repaired together", async () => {
  await tearPages(folder.path, ["paper_ids", "embeddings", "papers_change", "embeddings_change"], "leaf");
  expect(await expectWhole(await mended())).toBe(count);
});

it("nothing is rebuilt if its source is damaged too", async () => {
  await tearPages(folder.path, ["paper_ids"], "leaf");
  folder.sql("UPDATE papers SET record = replace(record, 'Paper 7 on', 'Papyrus') WHERE label = 8");
  const library = await folder.open({ create: false });
  const findings = await library.verify({ repair: true });
  expect(faults(findings)).toEqual(["derived tables: damaged"]);
  expect(findings[1]?.detail).toMatch(/Ids and categories cannot be rebuilt: The record of X:7 .*Restore a backup/);
  await library.close();
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(0, 1));
  const again = await folder.open({ create: false, maintain: false, searchable: false });
  expect(faults(await again.verify({ repair: true }))).toEqual(["database: damaged"]);
});

it("nothing is started if there is no space for it", async () => {
  await tearPages(folder.path, ["paper_ids"], "leaf");
  const library = await folder.open({ create: false });
  const room = vi.spyOn(fs, "statfsSync").mockReturnValue({ ...fs.statfsSync(folder.path), bavail: 1000, bsize: 1 });
  syncBuiltinESMExports();
  await expect(library.verify({ repair: true })).rejects.toMatchObject({
    code: "storage_full",
    message: expect.stringContaining(join(folder.path, "library.sqlite")),
  });
  room.mockRestore();
  syncBuiltinESMExports();
  expect(faults(await library.verify({ repair: true }))).toEqual(["derived tables: repaired"]);
  expect((await library.resolve(inventPaper(3).ids))[0]).toBe(4);
});
