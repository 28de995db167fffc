/**
 * The shipped model on the shipped labelled set. The floors are the measured values (`paperkin eval src/starter`), less
 * 0.01 for processors that round differently: a change that falls below them has made answers worse.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../../src/app.ts";
import { projectRoot } from "../../src/compiled.ts";
import { readConfig } from "../../src/config.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { type CollectionFiles, chooseSets, findCollection, readQuerySet } from "../../src/engine/evaluation/collection.ts";
import { configurationOfMode } from "../../src/engine/evaluation/configurations.ts";
import type { EvalDocuments } from "../../src/engine/evaluation/documents.ts";
import { loadCollection, measureModes, runSet } from "../../src/engine/evaluation/evaluate.ts";
import { type EvalMode, evalModes } from "../../src/engine/evaluation/measures.ts";

const floors: Record<string, Record<EvalMode, number>> = {
  main: { keyword: 0.437, semantic: 0.67, hybrid: 0.615, rrf: 0.555 },
  related: { keyword: 0.721, semantic: 0.823, hybrid: 0.845, rrf: 0.807 },
};

let folder: string;
let engine: Engine;
let collection: CollectionFiles;
let documents: EvalDocuments;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "paperkin-relevance-"));
  // The environment is deliberately left out: the floors belong to the shipped model.
  engine = await openEngine({ ...readConfig({}, {}), data: folder }, { create: true, maintain: true });
  collection = await findCollection(join(projectRoot, "src/starter"));
  documents = await loadCollection(engine, collection.corpus);
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(Object.entries(floors))("the starter set, %s", (name, floor) => {
  it("is answered no worse than measured in any mode", async () => {
    const [files] = chooseSets(collection, [name]);
    if (files === undefined) throw new Error(`there is no set ${name}`);
    const runs = await runSet(engine, documents, await readQuerySet(files), evalModes.map(configurationOfMode));
    const { modes } = measureModes(runs, evalModes);
    expect(modes.map(({ mode }) => mode)).toEqual([...evalModes]);
    for (const { mode, "nDCG@10": measured } of modes) expect(measured, `nDCG@10 of ${mode}`).toBeGreaterThanOrEqual(floor[mode]);
  });
});
