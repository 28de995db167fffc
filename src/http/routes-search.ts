/** GET /v1/search */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Facets } from "../core/facets.ts";
import type { Engine } from "../engine/engine.ts";
import { longestWindow } from "../engine/search/rank.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { flag, hitBody, hitModel, jsonBody, limitParameter, offsetParameter, questionOfParameters, questionParameters } from "./schemas.ts";

const facetModel = z.array(z.object({ value: z.string(), papers: z.number().int() }));
const facetsModel = z.object({ years: facetModel, venues: facetModel, categories: facetModel, sources: facetModel }).openapi("Facets");
/** The most values of each facet. */
const facetLimit = 20;

const answerModel = z
  .object({
    hits: z.array(hitModel),
    total: z.number().int().openapi({
      description:
        "Keyword mode: papers that hold any of the words. Otherwise: papers that meet the conditions. With `minScore`: ranked papers that reach it.",
    }),
    mode: z.enum(["hybrid", "semantic", "keyword", "newest"]),
    missingId: z.string().optional().openapi({
      description: "The query is this id, which no paper here has; the hits are what its words found.",
      example: "arXiv:1706.03762",
    }),
    suggestion: z.string().optional().openapi({
      description:
        "The query with its rare words corrected to the spelling of papers. A suggestion only: the answer is for the original query.",
    }),
    facets: facetsModel.optional().openapi({ description: "The most frequent values among the papers that `total` counts." }),
    reranked: z.number().int().optional().openapi({
      description: "How many of the first papers the reranker read within its time; absent if it was not used.",
    }),
    withoutMeaning: z.string().optional().openapi({
      description: "Present if the model failed: a hybrid search was answered by keywords only (`mode` is `keyword`).",
    }),
    asOf: z.string().optional().openapi({ description: "With `halfLifeDays`: the day from which ages were counted." }),
    limit: z.number().int(),
    offset: z.number().int(),
    tookMs: z.number(),
  })
  .openapi("SearchAnswer");

const route = createRoute({
  method: "get",
  path: "/v1/search",
  operationId: "search",
  summary: "Search in plain language",
  description:
    "Words, \"exact phrases\", -excluded words, and author:, title:, year:2019..2023, venue:, category:, source:, has:code (abstract, pdf), each perhaps behind a minus, with OR between them; no query is an error. A query that is a paper's id or title finds that paper first, one that is an author's name the papers of that author, newest first, one that is a venue and a year what was published there then. Without words: the newest papers.",
  request: {
    query: questionParameters.extend({
      facets: flag.openapi({ description: "Counts the papers by year, venue, category and source." }),
      limit: limitParameter,
      offset: offsetParameter.openapi({
        description: `Papers to skip; with \`limit\` it reaches to paper ${longestWindow} at most.`,
        maximum: longestWindow - 1,
      }),
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
    const { limit, offset, facets, ...parameters } = c.req.valid("query");
    const answer = await engine.search(
      {
        ...questionOfParameters(parameters, personOf(c)),
        limit,
        offset,
        correct: true,
        wordsIfNeeded: true,
        facets: facets === true ? facetLimit : undefined,
      },
      c.req.raw.signal,
    );
    return c.json(
      {
        hits: answer.hits.map(hitBody),
        total: answer.total,
        mode: answer.mode,
        ...(answer.suggestion === undefined ? {} : { suggestion: answer.suggestion }),
        ...(answer.missingId === undefined ? {} : { missingId: answer.missingId }),
        ...(answer.facets === undefined ? {} : { facets: facetsBody(answer.facets) }),
        ...(answer.reranked === undefined ? {} : { reranked: answer.reranked }),
        ...(answer.withoutMeaning === undefined ? {} : { withoutMeaning: answer.withoutMeaning }),
        ...(answer.asOf === undefined ? {} : { asOf: answer.asOf }),
        limit,
        offset,
        tookMs: since(started),
      },
      200,
    );
  });
}

/** Copies the arrays, since the schema requires mutable ones. */
function facetsBody({ years, venues, categories, sources }: Facets): z.input<typeof facetsModel> {
  return { years: [...years], venues: [...venues], categories: [...categories], sources: [...sources] };
}

/** Elapsed milliseconds with two decimals. */
export function since(started: number): number {
  return Math.round((performance.now() - started) * 100) / 100;
}
