/** Related papers: GET /v1/papers/{id}/similar, POST /v1/similar, POST /v1/recommendations */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import { problemResponse } from "./problem.ts";
import { since } from "./routes-search.ts";
import {
  filterParameters,
  filtersModel,
  filtersOfParameters,
  fusionSchema,
  hitBody,
  hitModel,
  idParameter,
  jsonBody,
  limitParameter,
  limitSchema,
  modeSchema,
} from "./schemas.ts";

const hitsModel = z.object({ hits: z.array(hitModel), tookMs: z.number() }).openapi("Hits");

const recommendationModel = hitModel
  .extend({
    reason: z
      .object({
        nearest: z
          .array(
            z.object({
              paperId: z.string(),
              title: z.string(),
              cosine: z.number(),
            }),
          )
          .openapi({ description: "The examples it is nearest to, in meaning and words together, with their cosines." }),
        terms: z.array(z.string()).openapi({
          description: "Words that it shares with the examples, in descending weight.",
        }),
      })
      .openapi({ description: "The reason, derived from the components of the score." }),
  })
  .openapi("Recommendation");

const toPaper = createRoute({
  method: "get",
  path: "/v1/papers/{id}{.+}/similar",
  operationId: "similarToPaper",
  summary: "Papers like this one",
  request: {
    params: idParameter,
    query: z.object({
      ...filterParameters.shape,
      mode: modeSchema,
      fusion: fusionSchema,
      limit: limitParameter,
    }),
  },
  responses: {
    200: jsonBody(hitsModel, "Its kin, nearest first; never the paper itself"),
    default: problemResponse,
  },
});

const toText = createRoute({
  method: "post",
  path: "/v1/similar",
  operationId: "similarToText",
  summary: "Papers like a text",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          text: z.string().min(1).max(100_000).openapi({
            description: "A title, an abstract, a paragraph of a draft.",
          }),
          mode: modeSchema,
          fusion: fusionSchema,
          limit: limitSchema,
          filters: filtersModel.optional(),
        }),
        "The text",
        { text: "An abstract, a paragraph of a draft, or an idea.", limit: 5 },
      ),
    },
  },
  responses: {
    200: jsonBody(hitsModel, "Papers, nearest first"),
    default: problemResponse,
  },
});

const fromExamples = createRoute({
  method: "post",
  path: "/v1/recommendations",
  operationId: "recommend",
  summary: "Papers that fit a set of examples",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          positive: z
            .array(z.string())
            .max(200)
            .default([])
            .openapi({
              example: ["arXiv:1706.03762"],
              description: "Ids of papers to which related papers are wanted.",
            }),
          negative: z.array(z.string()).max(200).nullish().openapi({ description: "Ids of papers to stay away from." }),
          query: z.string().max(10_000).nullish().openapi({
            description: "What is wanted, in words; counts as one more example.",
          }),
          filters: filtersModel.optional(),
          limit: limitSchema,
        }),
        "The examples",
        { positive: ["arXiv:1706.03762"], negative: ["arXiv:2005.14165"], limit: 5 },
      ),
    },
  },
  responses: {
    200: jsonBody(
      z.object({ hits: z.array(recommendationModel), tookMs: z.number() }).openapi("Recommendations"),
      "Papers, best first, each with its reason",
    ),
    default: problemResponse,
  },
});

export function addSimilarRoutes(app: OpenAPIHono, engine: Engine): void {
  app.openapi(toPaper, async (c) => {
    const started = performance.now();
    const { mode, fusion, limit, ...filters } = c.req.valid("query");
    const hits = await engine.similarToPaper(
      c.req.valid("param").id,
      { mode, fusion, limit, filters: filtersOfParameters(filters) },
      c.req.raw.signal,
    );
    return c.json({ hits: hits.map(hitBody), tookMs: since(started) }, 200);
  });
  app.openapi(toText, async (c) => {
    const started = performance.now();
    const { text, mode, fusion, limit, filters } = c.req.valid("json");
    const hits = await engine.similarToText(text, { mode, fusion, limit, filters: filters ?? {} }, c.req.raw.signal);
    return c.json({ hits: hits.map(hitBody), tookMs: since(started) }, 200);
  });
  app.openapi(fromExamples, async (c) => {
    const started = performance.now();
    const { positive, negative, query, filters, limit } = c.req.valid("json");
    const hits = await engine.recommend(
      {
        positive,
        negative: negative ?? [],
        limit,
        filters: filters ?? {},
        ...(query == null ? {} : { query }),
      },
      c.req.raw.signal,
    );
    const body = hits.map((hit) => ({
      ...hitBody(hit),
      reason: {
        nearest: hit.reason.nearest.map((near) => ({ ...near })),
        terms: [...hit.reason.terms],
      },
    }));
    return c.json({ hits: body, tookMs: since(started) }, 200);
  });
}
