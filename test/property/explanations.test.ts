/** Explanations against search results, over a library of more papers than either arm examines. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NewPaper } from "../../src/core/paper.ts";
import type { Reranker } from "../../src/core/reranker.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Question } from "../../src/engine/search/search-request.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { inventPaper } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { holds } from "./settings.ts";

const papers = 700;

/** Some are copies of others, some have no date, some have few words. */
function invented(number: number): NewPaper {
  if (number % 11 === 3) return inventPaper(number, { title: inventPaper(number - 1).title, authors: inventPaper(number - 1).authors });
  if (number % 13 === 5) {
    const { published: _, ...undated } = inventPaper(number);
    return undated;
  }
  return inventPaper(number, number % 7 === 1 ? { abstract: "" } : {});
}

/** Scores every pair of texts, with many ties. */
const reranker: Reranker = {
  model: { id: "tests/lengths", kind: "reranker", weights: "onnx/model.onnx", labels: 1, maxTokens: 512 },
  score: async (query, documents) => documents.map((document) => ((document.length * 7 + query.length) % 11) - 5),
  ready: async () => undefined,
  close: async () => undefined,
};

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let engine: Engine;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  const library = await LocalLibrary.open({ folder: folder.path, create: true, maintain: true });
  engine = new Engine(library, new HashingEmbedder(), { reranker, rerankerBudgetMs: 500, now: () => new Date("2020-06-01T12:00:00Z") });
  await library.upsert(Array.from({ length: papers - 20 }, (_, at) => invented(at)));
  await engine.embedBacklog();
  // These are waiting for their embedding.
  await library.upsert(Array.from({ length: 20 }, (_, at) => invented(papers - 20 + at)));
});
afterAll(async () => {
  await engine.close();
  await folder.remove();
});

const word = fc.constantFrom("copper", "kettles", "violin", "the", "rivers", "ada", "zebra", "paper", "oysters", "look");
const condition = fc.constantFrom(
  "",
  "",
  "",
  "year:2005..2012",
  "-granite",
  "has:abstract",
  "author:ada OR has:code",
  "venue:conf",
  '"we look"',
);
const question: fc.Arbitrary<Question> = fc.record(
  {
    query: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), condition).map(([words, more]) => [...words, more].join(" ")),
      },
      { weight: 1, arbitrary: fc.nat(papers - 1).map((number) => invented(number).title) },
      { weight: 1, arbitrary: fc.nat(papers - 1).map((number) => `X:${number}`) },
    ),
    mode: fc.constantFrom("hybrid" as const, "hybrid" as const, "keyword" as const, "semantic" as const),
    fusion: fc.constantFrom("convex" as const, "convex" as const, "rrf" as const),
    filters: fc.constantFrom({}, {}, { yearTo: 2010 }, { categories: ["cs.A*"] }),
    halfLifeDays: fc.constantFrom(30, 700, 5_000),
    minScore: fc.constantFrom(0.05, 0.3),
    diversity: fc.constantFrom(0, 0.3, 1),
    collapse: fc.boolean(),
    rerank: fc.boolean(),
  },
  { requiredKeys: ["query"] },
);

describe("an explanation", () => {
  it("I8: has the score and the rank of each hit, and terms that sum up to its word score", () =>
    holds(
      fc.asyncProperty(question, fc.constantFrom(0, 3, 180, 420), async (asked, offset) => {
        const { hits, mode, reranked } = await engine.search({ ...asked, limit: 12, offset });
        for (const [at, hit] of hits.entries()) {
          const told = await engine.explain({ ...asked, paperId: hit.paper.paperId });
          expect([told.score, told.place, told.mode]).toEqual([hit.score, offset + at + 1, mode]);
          expect(told.conditions.every(({ met }) => met)).toBe(true);
          expect(told.placeByScore ?? undefined).toBe(hit.why?.placeByScore);
          expect(told.recency ?? undefined).toEqual(hit.why?.recency);
          const { score = null, before = null } = hit.why?.rerank ?? {};
          expect(told.rerank).toEqual(reranked === undefined ? null : { score, before, reranked, window: 50 });
          const isRanked = told.fused?.rank != null;
          if (isRanked && hit.scores.semantic !== undefined) expect(told.semantic?.score).toBe(hit.scores.semantic);
          if (isRanked && hit.why?.lexical.rank != null) expect(told.lexical?.rank).toBe(hit.why.lexical.rank);
          if (told.lexical !== null) {
            if (isRanked) expect(told.lexical.score).toBe(hit.scores.lexical);
            const sum = told.lexical.terms.reduce((total, { score }) => total + score, 0);
            expect(sum).toBeCloseTo(told.lexical.score, 12);
            const holding = told.lexical.terms.filter(({ frequency }) => frequency > 0).map(({ term }) => term);
            expect(hit.why?.terms.map(({ term }) => term)).toEqual(holding);
          }
          // The formula of src/README.md, written out once more.
          if (told.fused !== null && told.fused.scaled !== null && told.fused.alpha !== null) {
            const { alpha, scaled, lowered } = told.fused;
            expect(alpha * scaled.semantic + (1 - alpha) * scaled.lexical - lowered).toBeCloseTo(told.fused.score, 5);
          }
          if (told.fused !== null && told.exact === null && told.fused.score > 0)
            expect(told.fused.score * (told.recency?.factor ?? 1)).toBeCloseTo(told.score, 9);
        }
      }),
      60,
    ));

  it("says of every other paper what keeps it out", () =>
    holds(
      fc.asyncProperty(question, fc.nat(papers - 1), async (asked, number) => {
        const paperId = `X:${number}`;
        const told = await engine.explain({ ...asked, paperId });
        const found: string[] = [];
        for (let offset = 0; offset < 1_000; offset += 100) {
          const { hits } = await engine.search({ ...asked, limit: 100, offset });
          found.push(...hits.map((hit) => hit.paper.paperId));
          if (hits.length < 100) break;
        }
        const at = found.indexOf(told.paper.paperId);
        expect(told.place).toBe(at === -1 ? null : at + 1);
        if (told.place !== null) return;
        const isKept =
          told.conditions.some(({ met }) => !met) ||
          told.copyOf !== null ||
          told.score < (told.minScore ?? Number.NEGATIVE_INFINITY) ||
          (told.mode === "keyword" && told.lexical?.score === 0) ||
          (told.mode !== "keyword" && told.semantic?.embedded === false) ||
          found.length >= 1_000;
        expect([isKept, told]).toEqual([true, told]);
        expect(told.reasons.length).toBeGreaterThan(told.copyOf === null ? 1 : 0);
      }),
      60,
    ));
});
