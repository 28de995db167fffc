/** POST /v1/explain */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { candidateDepth } from "../core/ranking/fusion.ts";
import type { Engine } from "../engine/engine.ts";
import { fusions } from "../engine/search/rank.ts";
import { longestHalfLifeDays } from "../engine/search/search-request.ts";
import { matchedFields } from "../engine/search/why.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { since } from "./routes-search.ts";
import { filtersModel, fusionSchema, jsonBody, modeSchema, paperModel, recencyModel, rerankModel } from "./schemas.ts";

const standingModel = z.object({
  score: z.number().nullable(),
  rank: z.number().int().nullable().openapi({ description: "From 1, among the papers that meet the conditions." }),
  of: z.number().int(),
  candidate: z
    .boolean()
    .openapi({ description: `Whether it is among the first ${candidateDepth} of this arm, which are compared by both scores.` }),
  lastCandidate: z
    .number()
    .nullable()
    .openapi({ description: `The score of the last of those; null if there are fewer than ${candidateDepth}.` }),
});

const explanationModel = z
  .object({
    paper: paperModel,
    place: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Its rank among the hits, from 1; null if it is not among the first 1,000." }),
    score: z.number().openapi({ description: "The hit's score, or the score that it would have." }),
    reasons: z.array(z.string()).openapi({ description: "In plain words, the most important first." }),
    mode: z.enum(["hybrid", "semantic", "keyword", "newest"]),
    query: z.object({
      text: z.string().openapi({ description: "The query without its conditions." }),
      words: z.array(z.object({ text: z.string(), term: z.string().nullable() })).openapi({
        description:
          "Each word with the stem that is looked up; the stem is null for stop words and for initials of names, which are ignored.",
      }),
      id: z.string().nullable(),
    }),
    exact: z.enum(["id", "title", "author", "venue"]).nullable(),
    conditions: z.array(z.object({ from: z.enum(["query", "request"]), text: z.string(), met: z.boolean() })),
    lexical: standingModel
      .extend({
        best: z.number().openapi({ description: "The best score of the query, by which scores are normalised." }),
        length: z.number().openapi({ description: "The number of words in the paper; those in the title count three times." }),
        averageLength: z.number(),
        terms: z.array(
          z.object({
            term: z.string(),
            words: z.array(z.string()),
            fields: z.array(z.enum(matchedFields)),
            weight: z.number().openapi({ description: "How often it occurs in the query." }),
            frequency: z.number().openapi({ description: "How often it occurs in the paper; occurrences in the title count three times." }),
            papers: z.number().int().openapi({ description: "How many papers contain it." }),
            idf: z.number(),
            score: z.number().openapi({ description: "Its contribution; the sum is the arm's score." }),
          }),
        ),
      })
      .nullable(),
    semantic: standingModel
      .extend({
        embedded: z.boolean(),
        before: z.number().nullable().openapi({ description: "The cosine before pseudo-relevance feedback." }),
        best: z.number(),
        spread: z
          .number()
          .nullable()
          .openapi({ description: "`scaled.semantic` is 1 − (best − score) / spread; null if cosines are not scaled." }),
        feedback: z.array(z.string()).openapi({ description: "The papers that were used for pseudo-relevance feedback." }),
      })
      .nullable(),
    fused: z
      .object({
        fusion: z.enum(fusions).nullable(),
        alpha: z.number().nullable(),
        scaled: z.object({ semantic: z.number(), lexical: z.number() }).nullable(),
        score: z.number().openapi({
          description:
            "alpha · scaled.semantic + (1 − alpha) · scaled.lexical − lowered; with rank fusion the sum of 1 / (60 + rank) over the lists of candidates, − lowered.",
        }),
        rank: z.number().int().nullable(),
        of: z.number().int(),
        lowered: z.number(),
      })
      .nullable(),
    recency: recencyModel.nullable(),
    asOf: z.string().nullable(),
    minScore: z.number().nullable(),
    placeByScore: z.number().int().nullable(),
    rerank: z
      .object({
        score: rerankModel.shape.score.nullable(),
        before: rerankModel.shape.before.nullable(),
        reranked: z.number().int().openapi({ description: "How many of the first papers the reranker read within its time." }),
        window: z.number().int().openapi({ description: "How many it would read with enough time." }),
      })
      .nullable()
      .openapi({ description: "null if the reranker was not used; score and rank are null if it did not read the paper." }),
    copyOf: z.string().nullable().openapi({ description: "With `collapse`, the hit that represents it." }),
    tookMs: z.number(),
  })
  .openapi("Explanation");

const route = createRoute({
  method: "post",
  path: "/v1/explain",
  operationId: "explainSearch",
  summary: "Why a search finds a paper, or does not",
  description:
    "The whole computation for one query and one paper: how the query was parsed, which conditions the paper meets, what each word contributes, its ranks by meaning, by words and among the hits, and what it would have needed to be found.",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          query: z.string().max(10_000).openapi({ example: "how do transformers handle long documents" }),
          paperId: z.string().min(1).max(2_000).openapi({ example: "arXiv:1706.03762", description: "Any known id." }),
          mode: modeSchema,
          fusion: fusionSchema,
          filters: filtersModel.optional(),
          unseen: z.boolean().optional(),
          halfLifeDays: z.number().gt(0).max(longestHalfLifeDays).optional(),
          asOf: z.string().optional().openapi({ format: "date" }),
          minScore: z.number().optional(),
          diversity: z.number().min(0).max(1).optional(),
          collapse: z.boolean().optional(),
          rerank: z.boolean().optional(),
        }),
        "The query, as for /v1/search, and the paper",
        { query: "how do transformers handle long documents", paperId: "arXiv:1706.03762" },
      ),
    },
  },
  responses: {
    200: jsonBody(explanationModel, "The computation"),
    default: problemResponse,
  },
});

export function addExplainRoute(app: OpenAPIHono, engine: Engine): void {
  app.openapi(route, async (c) => {
    const started = performance.now();
    const { unseen, filters, ...question } = c.req.valid("json");
    const explanation = await engine.explain(
      { ...question, filters: filters ?? {}, unseenBy: unseen === true ? personOf(c) : undefined },
      c.req.raw.signal,
    );
    return c.json({ ...explanation, tookMs: since(started) }, 200);
  });
}
