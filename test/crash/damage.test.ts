/** Damaged files beside a library: it opens, answers as before, says what is wrong, and repairs it. */
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError, toAppError } from "../../src/core/errors.ts";
import type { Generation } from "../../src/core/generation.ts";
import type { Library } from "../../src/core/library.ts";
import { preparationVersion } from "../../src/core/prepare.ts";
import type { Finding } from "../../src/core/upkeep.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { inventPapers } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms, wantsAll } from "../long-forms.ts";
import { type Damage, damageFile, damages, replaceFile } from "./damaging.ts";

const embedder = new HashingEmbedder(32);
const questions = ["copper kettles", "a river through the meadow", "thunder"];

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let whole: string;
let otherLibrary: string;
let expected: Awaited<ReturnType<typeof answersOf>>;
let cases = 0;

async function build(path: string, first: number): Promise<void> {
  const library = await LocalLibrary.open({ folder: path, create: true, maintain: true });
  const generation = await library.openGeneration(specOf());
  await library.upsert(inventPapers(200, first));
  const entries = await library.backlog(generation, 0, 1000);
  const embeddings = entries.map(async ({ label, contentHash, text }) => ({ label, contentHash, ...(await embedder.embedDocument(text)) }));
  await library.putEmbeddings(generation, await Promise.all(embeddings));
  await library.checkpoint();
  await library.close();
}

function specOf() {
  return { model: embedder.model.id, dimensions: embedder.model.dimensions, preparation: preparationVersion };
}

/** Computed from the stored vectors and words themselves. */
async function answersOf(library: Library, find: "neighbours" | "exactNeighbours") {
  const generation = await library.openGeneration(specOf());
  return await Promise.all(
    questions.map(async (question) => ({
      nearest: await library[find](generation, await embedder.embedQuery(question), { k: 10 }),
      words: await library.matchTerms(
        {
          terms: new Map([
            ["copper", 1],
            ["river", 1],
            ["thunder", 1],
          ]),
        },
        { k: 20 },
      ),
    })),
  );
}

async function stateOf(library: Library, generation: Generation) {
  const labels = (await library.eachPaper(0, 1000)).map(({ label }) => label);
  return {
    vectors: await library.embeddings(generation, labels),
    change: await library.lastChange(),
    backlog: await library.backlogSize(generation),
  };
}

const faults = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== "ok").map(({ check, state }) => `${check}: ${state}`);

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  [whole, otherLibrary] = [join(folder.path, "whole"), join(folder.path, "other")];
  await build(whole, 0);
  await build(otherLibrary, 7000);
  const library = await LocalLibrary.open({ folder: whole, create: false, maintain: false });
  expected = await answersOf(library, "exactNeighbours");
  await library.close();
});
afterAll(() => folder.remove());

async function copyOf(path: string): Promise<string> {
  const copy = join(folder.path, `case-${cases++}`);
  await cp(path, copy, { recursive: true });
  return copy;
}

async function derivedFile(path: string, kind: string): Promise<string> {
  const names = await readdir(join(path, "generation-1"));
  return join(path, "generation-1", names.find((name) => name.startsWith(kind)) ?? kind);
}

async function expectSurvived(path: string): Promise<void> {
  const notices: string[] = [];
  const library = await LocalLibrary.open({ folder: path, create: false, maintain: true, onNotice: (notice) => notices.push(notice) });
  try {
    expect(await answersOf(library, "neighbours")).toEqual(expected);
    const generation = await library.openGeneration(specOf());
    const before = await stateOf(library, generation);
    expect(before.backlog).toBe(0);
    expect(faults(await library.verify({ repair: false }))).toEqual(["index files: damaged"]);
    expect(notices).toHaveLength(1);
    const { rebuilds } = await library.health();
    expect(rebuilds.map(({ index }) => index)).toEqual(["words", "vectors"]);
    expect(notices[0]).toContain(rebuilds[0]?.reason);
    expect(faults(await library.verify({ repair: true }))).toEqual(["index files: repaired"]);
    await library.checkpoint();
    expect(faults(await library.verify({ repair: false }))).toEqual([]);
    expect(await stateOf(library, generation)).toEqual(before);
    expect(await answersOf(library, "neighbours")).toEqual(expected);
  } finally {
    await library.close();
  }
  const again = await LocalLibrary.open({ folder: path, create: false, maintain: true, onNotice: (notice) => notices.push(notice) });
  expect(notices).toHaveLength(1);
  expect(await answersOf(again, "neighbours")).toEqual(expected);
  await again.close();
  await rm(path, { recursive: true });
}

type Json = number | string | { readonly [field: string]: Json };

/** The first field of an object. */
function changedValue(value: Json): Json {
  if (typeof value === "number") return value - 1;
  if (typeof value === "string") return `${value}x`;
  const [field, first] = Object.entries(value)[0] ?? ["field", 0];
  return { ...value, [field]: changedValue(first) };
}

describe("I2: a library whose index files went bad answers as before, names it and mends it", () => {
  const seeds: Record<Damage, readonly number[]> = {
    "flip a bit": [1, 2, 3, 4, 5, 6],
    "smear 512 bytes": [7, 8, 9],
    truncate: [10, 11, 12],
  };
  for (const kind of ["hnsw", "lexical", "manifest"]) {
    for (const damage of damages) {
      const places = (times: number) => `${kind}: ${damage}, at ${times} ${times === 1 ? "place" : "places"}`;
      inForms([1, seeds[damage].length], places, async (times) => {
        for (const seed of seeds[damage].slice(0, times)) {
          const path = await copyOf(whole);
          await damageFile(await derivedFile(path, kind), damage, seed);
          await expectSurvived(path);
        }
      });
    }
    it(`${kind}: that of another library`, async () => {
      const path = await copyOf(whole);
      await replaceFile(await derivedFile(path, kind), await derivedFile(otherLibrary, kind));
      await expectSurvived(path);
    });
  }

  it.skipIf(!wantsAll)("manifest: any of its values changed", async () => {
    const fields = Object.keys(JSON.parse(await readFile(await derivedFile(whole, "manifest"), "utf8")));
    expect(fields).toEqual(expect.arrayContaining(["library", "count", "lastChange", "dimensions", "hnsw", "lexical"]));
    for (const field of fields) {
      const path = await copyOf(whole);
      const file = await derivedFile(path, "manifest");
      const manifest = JSON.parse(await readFile(file, "utf8"));
      await writeFile(file, JSON.stringify({ ...manifest, [field]: changedValue(manifest[field]) }, null, 2));
      await expectSurvived(path);
    }
  });

  it("hnsw and lexical: deleted", async () => {
    for (const kind of ["hnsw", "lexical"]) {
      const path = await copyOf(whole);
      await replaceFile(await derivedFile(path, kind), undefined);
      await expectSurvived(path);
    }
  });

  it("manifest: deleted", async () => {
    const path = await copyOf(whole);
    await replaceFile(await derivedFile(path, "manifest"), undefined);
    await expectSurvived(path);
  });

  it("all of them: those of another library", async () => {
    const path = await copyOf(whole);
    await rm(join(path, "generation-1"), { recursive: true });
    await cp(join(otherLibrary, "generation-1"), join(path, "generation-1"), { recursive: true });
    await expectSurvived(path);
  });
});

describe("a damaged database", () => {
  /** Opens it, runs verify and requests everything. @returns what was thrown or found. */
  async function useAll(path: string): Promise<unknown> {
    let library: LocalLibrary | undefined;
    try {
      library = await LocalLibrary.open({ folder: path, create: false, maintain: false });
      const generation = await library.openGeneration(specOf());
      const findings = await library.verify({ repair: false });
      const database = findings.find(({ check, state }) => (check.startsWith("database") || check === "papers") && state === "damaged");
      // By then, the damage has been reported.
      if (database !== undefined) return new AppError("library_damaged", database.detail, { mend: database.detail });
      const labels = (await library.eachPaper(0, 1000)).map(({ label }) => label);
      await library.embeddings(generation, labels);
      await library.matching([{ yearFrom: 2000, venues: ["conf"], categories: ["cs.*"] }]);
      await library.newest(undefined, { limit: 1000, offset: 0 });
      await library.upsert(inventPapers(50, 100));
      await library.remove(inventPapers(50, 150).flatMap(({ ids }) => ids));
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await library?.close();
    }
  }

  it("says that it is damaged, and what to do, when it cannot be opened", async () => {
    for (const seed of [1, 2, 3]) {
      const path = await copyOf(whole);
      // The header of every database.
      const bytes = await readFile(join(path, "library.sqlite"));
      bytes.fill(seed, 0, 4096);
      await writeFile(join(path, "library.sqlite"), bytes);
      const opening = LocalLibrary.open({ folder: path, create: false, maintain: false });
      await expect(opening).rejects.toMatchObject({ name: "AppError", code: "library_damaged", mend: expect.stringContaining("backup") });
    }
  });

  it("is reported as a finding by verify, even where SQLite cannot check it", async () => {
    const path = await copyOf(whole);
    const file = join(path, "library.sqlite");
    const library = await LocalLibrary.open({ folder: path, create: false, maintain: false });
    // Read once: damage from here on is not met when the library is opened.
    const db = new Database(file, { readonly: true });
    const pages = db.prepare("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0").all() as { name: string; rootpage: number }[];
    db.close();
    const bytes = await readFile(file);
    for (const { name, rootpage } of pages)
      if (name !== "papers") bytes.fill(0xff, (rootpage - 1) * 4096 + (rootpage === 1 ? 100 : 0), rootpage * 4096);
    await writeFile(file, bytes);
    const findings = await library.verify({ repair: false });
    expect(findings).toEqual([{ check: "database", state: "damaged", detail: expect.stringContaining("Restore a backup") }]);
    await library.close();
    const opening = LocalLibrary.open({ folder: path, create: false, maintain: false });
    // Not with `verify`, which opens it too.
    await expect(opening).rejects.toMatchObject({
      code: "library_damaged",
      message: expect.stringContaining(file),
      mend: expect.stringMatching(/^Restore a backup/),
    });
  });

  const wherever = (times: number) => `never gives anything but that, wherever the damage is (${times} times)`;
  inForms([6, 30], wherever, async (times) => {
    let thrown = 0;
    for (let seed = 100; seed < 100 + times; seed++) {
      const path = await copyOf(whole);
      const damage = damages[seed % 3] ?? "truncate";
      for (let again = 0; again < 5; again++) await damageFile(join(path, "library.sqlite"), damage, seed * 10 + again);
      const error = await useAll(path);
      await rm(path, { recursive: true });
      if (error === undefined) continue;
      thrown++;
      expect(toAppError(error), `seed ${seed}: ${String(error)}`).toMatchObject({ code: "library_damaged", mend: expect.any(String) });
    }
    expect(thrown).toBeGreaterThan(times / 3);
  });
});
