/** Any sequence of commands leaves a library in a folder with the same answers as one in memory. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { Filters } from "../../src/core/filters.ts";
import type { Generation, GenerationEntry, GenerationSpec } from "../../src/core/generation.ts";
import type { Library } from "../../src/core/library.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import type { Scored } from "../../src/core/retrieval.ts";
import { suggestedNames } from "../../src/core/suggest.ts";
import { quantize } from "../../src/core/vectors.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { MemoryLibrary } from "../../src/storage/memory/memory-library.ts";
import { inventVector } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { holds } from "./settings.ts";

const spec = { model: "paperkin/invented", dimensions: 8, preparation: 1 };
const allIds = ["arXiv:2401.00001", "arXiv:2401.00002", "DOI:10.1/a", "DOI:10.1/b", "S2:a", "S2:b", "X:1", "X:2", "X:3", "X:4"];
const words = ["copper", "kettle", "river", "the", "violin", "Ångström", "graph-based", "2024"];
const questions = [["copper"], ["river", "violin"], ["copper", "kettl", "river", "angstrom", "2024"]];
const beginnings = ["c", "copper k", "k copper", "the ", "cs", "graph based"];
const filters: readonly Filters[] = [
  { yearFrom: 2021 },
  { from: "2021-02", to: "2022" },
  { categories: ["cs.*"], withdrawn: false },
  { venues: ["conf"], authors: ["ada"] },
  { sources: ["one"], hasCode: true },
  { title: ["river"] },
];

const phrase = fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((chosen) => chosen.join(" "));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const date = fc.constantFrom("2020", "2021", "2021-02", "2021-02-03", "2022-11");

const paper: fc.Arbitrary<NewPaper> = fc
  .record({
    ids: fc.uniqueArray(fc.constantFrom(...allIds), {
      minLength: 1,
      maxLength: 3,
    }),
    title: phrase,
    abstract: phrase,
    authors: fc.array(
      phrase.filter((name) => name !== "").map((name) => ({ name })),
      { maxLength: 2 },
    ),
    categories: fc.uniqueArray(fc.constantFrom("cs.AA", "cs.BB", "math.CC"), {
      maxLength: 2,
    }),
    keywords: fc.constant([]),
    sources: fc.constantFrom("one", "two").map((source) => [source]),
    published: maybe(date),
    updated: maybe(date),
    listed: maybe(date),
    venue: maybe(fc.constantFrom("Conf A", "Journal of Conf", "B")),
    codeUrl: maybe(fc.constant("https://example.org/")),
    status: maybe(fc.constantFrom("withdrawn" as const, "retracted" as const)),
    version: maybe(fc.integer({ min: 1, max: 3 })),
    citations: maybe(fc.nat(3)),
  })
  .map((made) => JSON.parse(JSON.stringify(made)));

type Command =
  | {
      readonly kind: "upsert";
      readonly papers: readonly NewPaper[];
      readonly elsewhere: boolean;
    }
  | {
      readonly kind: "remove";
      readonly ids: readonly string[];
      readonly elsewhere: boolean;
    }
  | {
      readonly kind: "embed";
      readonly count: number;
      readonly elsewhere: boolean;
    }
  | { readonly kind: "embed something stale" }
  | { readonly kind: "fill"; readonly model: number; readonly count: number; readonly elsewhere: boolean }
  | { readonly kind: "make live" | "drop"; readonly at: number; readonly elsewhere: boolean }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "reopen" };

const elsewhere = fc.boolean();
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("upsert" as const),
      papers: fc.array(paper, { minLength: 1, maxLength: 4 }),
      elsewhere,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      ids: fc.array(fc.constantFrom(...allIds), { maxLength: 3 }),
      elsewhere,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("embed" as const),
      count: fc.integer({ min: 1, max: 5 }),
      elsewhere,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ kind: "embed something stale" as const }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("fill" as const), model: fc.nat(2), count: fc.nat(4), elsewhere }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("make live" as const, "drop" as const), at: fc.nat(3), elsewhere }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "checkpoint" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "reopen" as const }) },
);

async function embed(library: Library, generation: Generation, count: number): Promise<void> {
  const entries = await library.backlog(generation, 0, count);
  await library.putEmbeddings(
    generation,
    entries.map(({ label, contentHash }) => {
      const vector = inventVector(label + Number.parseInt(contentHash.slice(0, 6), 16), spec.dimensions);
      return {
        label,
        contentHash,
        vector,
        sentences: label % 2 === 0 ? quantize(vector) : undefined,
      };
    }),
  );
}

/** The live model with another graph, and another model. */
const specs = [{ ...spec, graph: { M: 8, efConstruction: 50 } }, spec, { ...spec, model: "paperkin/other" }];

/** The code of what it throws, otherwise what it returns. */
async function outcomeOf<T>(work: Promise<T>): Promise<T | string> {
  return await work.catch((error: unknown) => (error instanceof AppError ? error.code : Promise.reject(error)));
}

/** A command's result, for comparing. */
async function run(library: Library, generation: Generation, step: Command): Promise<unknown> {
  switch (step.kind) {
    case "fill": {
      const filling = await outcomeOf(library.fillGeneration(specs[step.model] ?? spec));
      if (typeof filling === "string") return filling;
      const reused = await library.reuseEmbeddings(filling);
      await embed(library, filling, step.count);
      return { filling, reused };
    }
    case "make live":
    case "drop": {
      const entry = (await library.generations())[step.at];
      if (entry === undefined) return undefined;
      return await outcomeOf(step.kind === "drop" ? library.dropGeneration(entry.generation) : library.makeLive(entry.generation));
    }
    case "upsert":
      return await library.upsert(step.papers);
    case "remove":
      return await library.remove(step.ids);
    case "embed":
      return await embed(library, generation, step.count);
    case "embed something stale": {
      const [entry] = await library.backlog(generation, 0, 1);
      const label = entry?.label ?? 1;
      return await library.putEmbeddings(generation, [
        {
          label,
          contentHash: "stale",
          vector: inventVector(1, 8),
          sentences: undefined,
        },
      ]);
    }
    case "checkpoint":
      return await library.checkpoint();
    case "reopen":
      return undefined;
  }
}

function expectSameScores(actual: readonly Scored[], wanted: readonly Scored[]): void {
  expect(actual.map(({ label }) => label)).toEqual(wanted.map(({ label }) => label));
  actual.forEach(({ score }, at) => {
    expect(Math.abs(score - (wanted[at]?.score ?? Number.NaN))).toBeLessThan(1e-9);
  });
}

async function expectSameAnswers(actual: Library, wanted: Library): Promise<void> {
  const generation = await wanted.openGeneration(await liveSpecOf(wanted));
  expect(await actual.liveGeneration()).toEqual(generation);
  // Each library uses its own clock for when a generation was started.
  const begun = (entry: GenerationEntry) => ({ ...entry, ...(entry.begun === undefined ? {} : { begun: "" }) });
  expect((await actual.generations()).map(begun)).toEqual((await wanted.generations()).map(begun));
  const papers = await wanted.eachPaper(0, 1000);
  expect(await actual.eachPaper(0, 1000)).toEqual(papers);
  expect(await actual.resolve(allIds)).toEqual(await wanted.resolve(allIds));
  expect(await actual.lastChange()).toBe(await wanted.lastChange());
  const page = { limit: 100, offset: 0 };
  expect(await actual.newest(undefined, page)).toEqual(await wanted.newest(undefined, page));
  expect(await actual.backlog(generation, 0, 100)).toEqual(await wanted.backlog(generation, 0, 100));
  const labels = papers.map(({ label }) => label);
  expect(await actual.embeddings(generation, labels)).toEqual(await wanted.embeddings(generation, labels));
  expect(await actual.sentenceEmbeddings(generation, labels)).toEqual(await wanted.sentenceEmbeddings(generation, labels));
  for (const terms of questions) {
    const query = { terms: new Map(terms.map((term, at) => [term, 1 + at])) };
    const [own, theirs] = [await actual.matchTerms(query, { k: 5 }), await wanted.matchTerms(query, { k: 5 })];
    expect(own.total).toBe(theirs.total);
    expectSameScores(own.hits, theirs.hits);
    const [scores, wantedScores] = [await actual.termScores(query, labels), await wanted.termScores(query, labels)];
    scores.forEach((score, at) => {
      expect(Math.abs(score - (wantedScores[at] ?? Number.NaN))).toBeLessThan(1e-9);
    });
    expect([...(await actual.holding(terms)).labels()]).toEqual([...(await wanted.holding(terms)).labels()]);
  }
  const telling = await actual.tellingTerms(labels.slice(0, 3), 10);
  expect(telling.map(({ term }) => term).sort()).toEqual(
    (await wanted.tellingTerms(labels.slice(0, 3), 10)).map(({ term }) => term).sort(),
  );
  for (const typed of beginnings) {
    await actual.warmUp();
    expect(await actual.suggest(typed, [...suggestedNames, "titles"], 3)).toEqual(
      await wanted.suggest(typed, [...suggestedNames, "titles"], 3),
    );
  }
  const question = inventVector(5, spec.dimensions);
  for (const filter of [undefined, ...filters]) {
    const [within, wantedWithin] = filter === undefined ? [] : [await actual.matching([filter]), await wanted.matching([filter])];
    expect([...(within?.labels() ?? [])]).toEqual([...(wantedWithin?.labels() ?? [])]);
    const conditions = filter === undefined ? [] : [filter];
    const dates = await wanted.listingDates(conditions);
    expect(await actual.listingDates(conditions)).toEqual(dates);
    const listed = dates.slice(0, 2).map((one) => one.date);
    expect(await actual.listedOn(listed, conditions)).toEqual(await wanted.listedOn(listed, conditions));
    const nearest = await wanted.exactNeighbours(generation, question, {
      k: 4,
      within: wantedWithin,
    });
    expectSameScores(await actual.exactNeighbours(generation, question, { k: 4, within }), nearest);
    expectSameScores(await actual.neighbours(generation, question, { k: 4, within }), nearest);
  }
}

async function liveSpecOf(library: Library): Promise<GenerationSpec> {
  return (await library.liveGeneration()) ?? spec;
}

async function compare(commands: readonly Command[], maintain: boolean): Promise<void> {
  const folder = await makeTemporaryFolder();
  const open = (keeps: boolean) => LocalLibrary.open({ folder: folder.path, create: true, maintain: keeps });
  let [local, other] = [await open(maintain), await open(false)];
  const memory = new MemoryLibrary();
  try {
    await local.openGeneration(spec);
    await memory.openGeneration(spec);
    for (const step of commands) {
      const generation = await memory.openGeneration(await liveSpecOf(memory));
      const wanted = await run(memory, generation, step);
      const writer = "elsewhere" in step && step.elsewhere ? other : local;
      expect(await run(writer, generation, step)).toEqual(wanted);
      await local.refresh();
      if (step.kind === "reopen") {
        await local.close();
        local = await open(maintain);
      }
      await expectSameAnswers(local, memory);
    }
    await other.refresh();
    await expectSameAnswers(other, memory);
    expect((await local.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
  } finally {
    await local.close();
    await other.close();
    await folder.remove();
  }
}

it("I1, I3, I7, I8: a library in a folder answers like one in memory after any commands", async () => {
  await holds(fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 14 }), fc.boolean(), compare), 40);
});
