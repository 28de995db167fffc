/** The word index against counting everything afresh, through changes, merges and its file. */
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { termsOf } from "../../src/core/analysis.ts";
import { nameTermsOf } from "../../src/core/name-terms.ts";
import type { Paper } from "../../src/core/paper.ts";
import { inverseDocumentFrequency, termSaturation } from "../../src/core/ranking/bm25.ts";
import { compareScored } from "../../src/core/ranking/top.ts";
import { readLexicalFile, writeLexicalFile } from "../../src/storage/local/lexical-file.ts";
import { LexicalIndex } from "../../src/storage/local/lexical-index.ts";
import { atOnce, inSlices, Slices } from "../../src/storage/local/slices.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { anyText, holds } from "./settings.ts";

const words = ["alpha", "beta", "gamma", "delta", "naïve", "the", "漢字", "x1", "½", "ﷺ", `a${"𐌰".repeat(40)}`, `a${"𐌱".repeat(40)}`];
const phrase = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((chosen) => chosen.join(" ")),
  },
  { weight: 1, arbitrary: anyText },
);
const label = fc.integer({ min: 1, max: 12 });
const paper = fc.record({ title: phrase, abstract: phrase, author: phrase, venue: fc.constantFrom(undefined, "Journal of beta") });
type Text = {
  readonly title: string;
  readonly abstract: string;
  readonly author: string;
  readonly venue?: string | undefined;
};

const put = fc.record({ kind: fc.constant("put" as const), papers: fc.array(fc.tuple(label, paper), { maxLength: 6 }) });
const remove = fc.record({ kind: fc.constant("remove" as const), labels: fc.array(label, { maxLength: 4 }) });
const change = fc.oneof({ weight: 2, arbitrary: put }, { weight: 1, arbitrary: remove });
type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

const command = fc.oneof(
  { weight: 9, arbitrary: change },
  // Changes that arrive while segments are being merged.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("join" as const), meanwhile: fc.array(change, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("store" as const), meanwhile: fc.array(change, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("write" as const) }) },
);

/** Does something each time others have their turn. */
class BusySlices extends Slices {
  constructor(private readonly act: () => void) {
    super();
  }

  override async giveWay(): Promise<void> {
    this.act();
  }
}

/** So few that some segments wait to be merged, and term numbers are reused at once. */
const options = { joinedAtOnce: 3, numberRestMs: 0 };
const query = fc
  .array(fc.tuple(fc.constantFrom(...words.flatMap(termsOf), "venue:beta", "nowhere"), fc.constantFrom(0.5, 1, 2)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((terms) => ({ terms: new Map(terms) }));

function asPaper(own: number, { title, abstract, author, venue }: Text): Paper {
  return {
    paperId: `X:${own}`,
    ids: [`X:${own}`],
    title,
    abstract,
    authors: author === "" ? [] : [{ name: author }, { name: "beta" }],
    categories: [],
    // The same words again, in another order.
    keywords: author === "" ? [] : [author, "gamma ray"],
    ...(venue === undefined ? {} : { venue }),
    sources: ["invented"],
  };
}

/** A paper's terms, each as often as it counts. */
function countedTerms(own: Paper): string[] {
  return [...subjectTerms(own), ...nameTermsOf(own)];
}

function textsOf(one: Paper | undefined): string[] {
  return one === undefined ? [] : [one.title, one.abstract, ...one.authors.map(({ name }) => name), ...one.keywords];
}

/** The terms that make it long. */
function subjectTerms(own: Paper): string[] {
  return [own.title, own.title, ...textsOf(own)].flatMap(termsOf);
}

function naiveScore(papers: ReadonlyMap<number, Paper>, own: number, terms: ReadonlyMap<string, number>): number {
  const counted = new Map([...papers].map(([other, one]) => [other, countedTerms(one)]));
  const mine = counted.get(own) ?? [];
  const lengths = new Map([...papers].map(([other, one]) => [other, subjectTerms(one).length]));
  const average = [...lengths.values()].reduce((sum, length) => sum + length, 0) / lengths.size;
  let score = 0;
  for (const [term, weight] of terms) {
    const holding = [...counted.values()].filter((all) => all.includes(term)).length;
    const frequency = mine.filter((one) => one === term).length;
    if (frequency > 0)
      score +=
        weight * inverseDocumentFrequency(counted.size, holding) * termSaturation(frequency, lengths.get(own) ?? 0, Math.max(1, average));
  }
  return score;
}

function expectSameWords(index: LexicalIndex, papers: ReadonlyMap<number, Paper>, terms: ReadonlyMap<string, number>): void {
  expect(index.size).toBe(papers.size);
  const labels = [...papers.keys()].sort((a, b) => a - b);
  const scored = labels.map((own) => ({
    label: own,
    score: naiveScore(papers, own, terms),
  }));
  const matching = scored.filter(({ score }) => score > 0);
  const alone = index.scores({ terms }, labels);
  alone.forEach((score, at) => {
    expect(Math.abs(score - (scored[at]?.score ?? Number.NaN))).toBeLessThan(1e-9);
  });
  const matched = { terms };
  const { hits, total } = index.match(matched, { k: 4 });
  // The same numbers whether or not the query was matched just before.
  expect(index.scores(matched, labels)).toEqual(alone);
  expect(total).toBe(matching.length);
  expect(hits).toEqual([...hits].sort(compareScored));
  const best = [...matching].sort(compareScored).slice(0, 4);
  hits.forEach(({ label: own, score }, at) => {
    expect(Math.abs(score - (best[at]?.score ?? Number.NaN))).toBeLessThan(1e-9);
    expect(Math.abs(score - naiveScore(papers, own, terms))).toBeLessThan(1e-9);
  });
  const wanted = [...terms.keys()];
  expect([...index.holdingAll(wanted).labels()]).toEqual(
    labels.filter((own) =>
      wanted.every((term) => countedTerms(papers.get(own) ?? asPaper(0, { title: "", abstract: "", author: "" })).includes(term)),
    ),
  );
  expect([...index.holdingAll([]).labels()]).toEqual(labels);
  expect([...index.holdingAny(wanted).labels()]).toEqual(matching.map(({ label: own }) => own));
  const follow = (text: string) => ` ${termsOf(text).join(" ")} `.includes(` ${wanted.join(" ")} `);
  expect([...index.holdingPhrase(wanted).labels()]).toEqual(labels.filter((own) => textsOf(papers.get(own)).some(follow)));
  for (const own of labels) {
    expect(index.has(own)).toBe(true);
    const counts = new Map<string, number>();
    for (const term of countedTerms(papers.get(own) ?? asPaper(0, { title: "", abstract: "", author: "" })))
      counts.set(term, (counts.get(term) ?? 0) + 1);
    expect(new Map(index.termsIn(own))).toEqual(counts);
  }
}

it("I2, I8: the word index contains what its papers say, through changes, merges and its file", async () => {
  const folder = await makeTemporaryFolder();
  let file = 0;
  try {
    await holds(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 20 }), query, async (commands, { terms }) => {
        let index = new LexicalIndex(options);
        const papers = new Map<number, Paper>();
        const apply = (change: Change) => {
          if (change.kind === "remove") {
            for (const own of change.labels) {
              index.remove(own);
              papers.delete(own);
            }
            return;
          }
          const batch = change.papers.map(([own, text]) => ({ label: own, paper: asPaper(own, text) }));
          index.put(batch);
          for (const one of batch) papers.set(one.label, one.paper);
        };
        const applyEach = (changes: readonly Change[]) => {
          const left = [...changes];
          return new BusySlices(() => {
            const next = left.shift();
            if (next !== undefined) apply(next);
          });
        };
        for (const step of commands) {
          switch (step.kind) {
            case "join":
              await index.joinSegments(applyEach(step.meanwhile));
              break;
            case "store": {
              const before = new Map(papers);
              const stored = await inSlices(index.toStored(), applyEach(step.meanwhile));
              // Nothing is kept of removed papers.
              const held = new Set([...before.values()].flatMap((one) => countedTerms(one)));
              expect([...stored.terms].sort()).toEqual([...held].sort());
              index = LexicalIndex.fromStored(stored, options);
              papers.clear();
              for (const [own, one] of before) papers.set(own, one);
              break;
            }
            case "write": {
              const path = join(folder.path, `${file++}.bin`);
              await writeLexicalFile(path, atOnce(index.toStored()));
              index = LexicalIndex.fromStored(await readLexicalFile(path), options);
              break;
            }
            default:
              apply(step);
          }
          expectSameWords(index, papers, terms);
        }
      }),
      120,
    );
  } finally {
    await folder.remove();
  }
});
