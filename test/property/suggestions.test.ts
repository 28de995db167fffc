/** Suggestions from sorted segments, merged in slices, against examining every paper. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Paper } from "../../src/core/paper.ts";
import { suggestedNames } from "../../src/core/suggest.ts";
import { Slices } from "../../src/storage/local/slices.ts";
import { SuggestionIndex } from "../../src/storage/local/suggestion-index.ts";
import { suggestPapers } from "../../src/storage/memory/suggestion-memory.ts";
import { anyText, brokenText, holds } from "./settings.ts";

const kinds = [...suggestedNames, "titles"] as const;
const words = fc.constantFrom("a", "ab", "abc", "Á", "b", "ba", "Ab-b", "c", "C++", "…");
const phrase = fc.array(words, { maxLength: 5 }).map((chosen) => chosen.join(" "));
const name = fc.oneof({ weight: 5, arbitrary: phrase }, { weight: 1, arbitrary: anyText });
const typed = fc.oneof(
  { weight: 5, arbitrary: phrase },
  { weight: 1, arbitrary: brokenText },
  { weight: 1, arbitrary: fc.constant("ab ") },
);

const paper: fc.Arbitrary<Paper> = fc.record({
  paperId: fc.constantFrom("X:1", "X:2", "X:3"),
  title: name,
  authors: fc.array(
    name.map((one) => ({ name: one })),
    { maxLength: 4 },
  ),
  venue: fc.option(name, { nil: undefined }),
  categories: fc.array(words, { maxLength: 3 }),
  votes: fc.option(fc.nat(2), { nil: undefined }),
  published: fc.constantFrom(undefined, "2020", "2020-01", "2021-05-03"),
  ids: fc.constant([]),
  abstract: fc.constant(""),
  keywords: fc.constant([]),
  sources: fc.constantFrom(["one"], ["one", "two"]),
});

const step = fc.record({
  put: fc.array(fc.record({ label: fc.integer({ min: 1, max: 30 }), paper }), { maxLength: 12 }),
  remove: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
  typed: fc.array(typed, { minLength: 1, maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 6 }),
});

it("I8: suggestions equal those found by examining every paper, after any changes", () =>
  holds(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const index = new SuggestionIndex(new Slices(), new AbortController().signal);
      const papers = new Map<number, Paper>();
      for (const { put, remove, typed: beginnings, limit } of steps) {
        index.put(put);
        for (const { label, paper: one } of put) papers.set(label, one);
        for (const label of remove) {
          index.remove(label);
          papers.delete(label);
        }
        const stored = [...papers].map(([label, one]) => ({ label, paper: one, contentHash: "" }));
        // Papers that are equal in everything have no order among them.
        const alike = (labels: readonly number[]) => labels.map((label) => papers.get(label)?.paperId);
        for (const beginning of beginnings) {
          const [actual, { complete: _, ...wanted }] = [
            index.suggest(beginning, kinds, limit),
            suggestPapers(stored, beginning, kinds, limit),
          ];
          expect({ ...actual, titles: alike(actual.titles) }).toEqual({ ...wanted, titles: alike(wanted.titles) });
        }
      }
    }),
    400,
  ));

it("suggestions are the same while large parts are being merged, and when most of them are gone", async () => {
  const index = new SuggestionIndex(new Slices(), new AbortController().signal);
  index.startMerging();
  const papers = new Map<number, Paper>();
  const make = (label: number, round: number): Paper => ({
    paperId: `X:${label}`,
    title: `${round} Copper ${label % 97} kettle ${label % 13} of ${label}`,
    authors: [{ name: `Ada ${label % 501}` }, { name: `Bo ${label}` }],
    ids: [],
    abstract: "",
    keywords: [],
    categories: [`cs.${label % 7}`],
    sources: ["one"],
    published: String(2000 + (label % 20)),
  });
  const check = () => {
    const stored = [...papers].map(([label, paper]) => ({ label, paper, contentHash: "" }));
    for (const beginning of ["c", "copper 9", "kettle 12 of 7", "1 1", "bo 12", "ada", "7 kettle"]) {
      const { complete: _, ...wanted } = suggestPapers(stored, beginning, kinds, 8);
      expect(index.suggest(beginning, kinds, 8)).toEqual(wanted);
    }
  };
  for (let round = 0; round < 3; round++) {
    for (let first = 1; first <= 6_000; first += 500) {
      const page = Array.from({ length: 500 }, (_, at) => ({ label: first + at, paper: make(first + at, round) }));
      index.put(page);
      for (const { label, paper } of page) papers.set(label, paper);
      if (first % 2_000 === 1) await new Promise((resolve) => setImmediate(resolve));
    }
    check();
    await index.settled();
    check();
  }
  for (const label of [...papers.keys()].filter((one) => one % 50 !== 0)) {
    index.remove(label);
    papers.delete(label);
  }
  check();
  await index.settled();
  check();
});
