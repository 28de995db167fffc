import { describe, expect, it } from "vitest";
import type { Paper } from "../../../src/core/paper.ts";
import { LexicalIndex } from "../../../src/storage/local/lexical-index.ts";

/** Endless different words, none of them like an English one. */
function* inventWords(): Generator<string> {
  for (let at = 0; ; at++) yield `zq${String(at).replace(/\d/g, (digit) => "bcdfghjklm".charAt(Number(digit)))}x`;
}

function paperOf(title: string): Paper {
  return { paperId: "X:1", ids: ["X:1"], title, abstract: "", authors: [], categories: [], keywords: [], sources: ["invented"] };
}

describe("term numbers", () => {
  it("are reused once their terms are gone, so that endless changes need no more of them", () => {
    const index = new LexicalIndex({ numberRestMs: 0 });
    const words = inventWords();
    const nextTitle = () => Array.from({ length: 10 }, () => words.next().value).join(" ");
    for (let round = 0; round < 50; round++) index.put([{ label: 1, paper: paperOf(nextTitle()) }]);
    expect(index.termVector(1).terms).toHaveLength(10);
    // Those of the paper, and those of the paper it replaced.
    expect(Math.max(...index.termVector(1).terms)).toBeLessThan(20);
  });

  it("stay with their terms while somebody may still hold them", () => {
    const index = new LexicalIndex();
    index.put([{ label: 1, paper: paperOf("copper") }]);
    const [copper] = index.termVector(1).terms;
    index.remove(1);
    index.put([{ label: 2, paper: paperOf("bronze") }]);
    expect(index.termVector(2).terms).not.toContain(copper);
    index.put([{ label: 3, paper: paperOf("copper") }]);
    expect([...index.termVector(3).terms]).toEqual([copper]);
  });

  it("are not given to another term within the papers that bring their terms back", () => {
    const index = new LexicalIndex({ numberRestMs: 0 });
    index.put([{ label: 1, paper: paperOf("copper") }]);
    index.remove(1);
    index.put([
      { label: 2, paper: paperOf("copper") },
      { label: 3, paper: paperOf("bronze") },
    ]);
    expect(index.termsIn(2)).toEqual([["copper", expect.any(Number)]]);
    expect(index.holdingAll(["copper"]).has(3)).toBe(false);
  });
});

it("of terms that went and came back match similar words once, those of removed terms do not", () => {
  const index = new LexicalIndex({ numberRestMs: 0 });
  index.put([
    { label: 1, paper: paperOf("copper") },
    { label: 2, paper: paperOf("halibut") },
  ]);
  index.remove(1);
  index.remove(2);
  // Others take both numbers.
  index.put([{ label: 4, paper: paperOf("bronze zinc") }]);
  index.put([{ label: 5, paper: paperOf("copper") }]);
  expect(index.nearTerms("coper", 1)).toEqual([{ term: "copper", distance: 1, papers: 1 }]);
  expect(index.nearTerms("halbut", 1)).toEqual([]);
  expect(index.nearTerms("bronx", 1).map(({ term }) => term)).toEqual(["bronz"]);
});
