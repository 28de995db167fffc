/** A library is killed while its derived tables are rebuilt: afterwards it is either unchanged or repaired. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect } from "vitest";
import type { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { embedAll, inventPapers, testSpec } from "../contract/invented-papers.ts";
import { inForms } from "../long-forms.ts";
import { LibraryFolder } from "../unit/storage/opened-library.ts";
import { tearPages } from "../unit/storage/torn-pages.ts";
import { killWhileAtIt } from "./killed.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  const library = await folder.openFilled(300);
  await library.addTopic({ slug: "kettles", name: "Kettles", description: "All of them" });
  await library.close();
  await tearPages(folder.path, ["paper_ids", "embeddings"], "leaf", (pages) => pages.slice(0, 1));
});
afterEach(() => folder.remove());

/** What is not derived from anything. */
function contents() {
  const db = new Database(join(folder.path, "library.sqlite"));
  try {
    const tables = ["papers", "contributions", "generations", "topics", "counter", "meta", "sqlite_sequence"];
    return tables.map((table) => db.prepare(`SELECT * FROM ${table} NOT INDEXED`).all());
  } finally {
    db.close();
  }
}

const stateOf = async (library: LocalLibrary) =>
  (await library.verify({ repair: false })).find(({ check }) => check === "derived tables")?.state;

/** Among those that `verify --repair` reports: the first two only look, and the last frees lost pages once all else is repaired. */
const steps = [2, 3, 4, 5, 6, 7] as const;
inForms(
  [3, steps.length],
  (times) => `I1: killed at a step, it is as it was or mended, and the next repair ends it (${times} steps)`,
  async (times) => {
    const before = contents();
    for (const step of steps.slice(-times)) {
      const { said, signal } = await killWhileAtIt("repair-child.mjs", [folder.path, String(step)]);
      expect(signal).toBe("SIGKILL");
      expect(contents(), said[0]).toEqual(before);
      const library = await folder.open({ create: false, maintain: false, searchable: false });
      expect(await stateOf(library), said[0]).toBe(said[0]?.startsWith("taking lost pages") === true ? "ok" : "damaged");
      await library.close();
    }
    const library = await folder.open({ create: false, mendDatabase: true });
    const generation = await library.openGeneration(testSpec);
    await library.verify({ repair: true });
    await embedAll(library, generation);
    await library.checkpoint();
    expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
    expect(await library.resolve(inventPapers(300).flatMap(({ ids }) => ids))).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
  },
);
