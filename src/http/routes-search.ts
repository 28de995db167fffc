/** GET /v1/search */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import { problemResponse } from "./problem.ts";
import { filterParameters, filtersOfParameters, fusionSchema, hitBody, hitModel, jsonBody, limitSchema, modeSchema } from "./schemas.ts";

const answerModel = z
  .object({
    hits: z.array(hitModel),
    total: z.number().int().openapi({
      description: "Keyword mode: papers that hold any of the words. Otherwise: papers that meet the conditions.",
    }),
    mode: z.enum(["hybrid", "semantic", "keyword", "newest"]),
    limit: z.number().int(),
    offset: z.number().int(),
    tookMs: z.number(),
  })
  .openapi("SearchAnswer");

const route = createRoute({
  method: "get",
  path: "/v1/search",
  summary: "Search in plain language",
  description:
    'Words, "exact phrases", -excluded words, and author:, title:, year:2019..2023, venue:, category:, source:, has:code (abstract, pdf), each perhaps behind a minus, with OR between them; no query is an error. A query that is a paper\'s id or title finds that paper first. Without words: the newest papers.',
  request: {
    query: filterParameters.extend({
      q: z.string().max(10_000).default("").openapi({ example: "how do transformers handle long documents" }),
      mode: modeSchema,
      fusion: fusionSchema,
      limit: limitSchema,
      offset: z.coerce.number().int().min(0).default(0),
    }),
  },
  responses: {
    200: jsonBody(answerModel, "The papers, best first"),
    default: problemResponse,
  },
});

export function addSearchRoute(app: OpenAPIHono, engine: Engine): void {
  app.openapi(route, async (c) => {
    const started = performance.now();
    const { q, mode, fusion, limit, offset, ...filters } = c.req.valid("query");
    const answer = await engine.search(
      {
        query: q,
        mode,
        fusion,
        limit,
        offset,
        filters: filtersOfParameters(filters),
      },
      c.req.raw.signal,
    );
    return c.json(
      {
        hits: answer.hits.map(hitBody),
        total: answer.total,
        mode: answer.mode,
        limit,
        offset,
        tookMs: since(started),
      },
      200,
    );
  });
}

/** Milliseconds with two decimals. */
export function since(started: number): number {
  return Math.round((performance.now() - started) * 100) / 100;
}
