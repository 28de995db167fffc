/** GET /v1/suggest */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import { mostSuggestions } from "../engine/search/suggest.ts";
import { problemResponse } from "./problem.ts";
import { since } from "./routes-search.ts";
import { jsonBody, wholeNumber } from "./schemas.ts";

const pageOf = { text: z.string(), href: z.string().openapi({ description: "The page that shows it." }) };
const conditionModel = z
  .object({
    text: z.string(),
    papers: z.number().int(),
    query: z.string().openapi({ description: "The whole query, with this condition in place of what was typed." }),
  })
  .openapi("SuggestedCondition");
const conditionList = z.array(conditionModel);

const answerModel = z
  .object({
    titles: z.array(z.object({ ...pageOf, paperId: z.string(), date: z.string().optional() })),
    authors: conditionList,
    topics: z.array(z.object({ ...pageOf, slug: z.string() })),
    venues: conditionList,
    categories: conditionList,
    sources: conditionList,
    complete: z.boolean().openapi({ description: "False shortly after the server has started, while it has not read every paper." }),
    tookMs: z.number(),
  })
  .openapi("Suggestions");

const route = createRoute({
  method: "get",
  path: "/v1/suggest",
  operationId: "suggest",
  summary: "Suggestions while a query is typed",
  description:
    "Completions of the end of a query: titles that begin with it, then those with a word that does, then those that contain each word; authors by any of their names, topics, venues and categories. After author:, venue:, category:, source: or title: only values of that field. Case, accents and punctuation do not matter.",
  request: {
    query: z.object({
      q: z.string().max(10_000).default("").openapi({ example: "attention is" }),
      limit: wholeNumber(1, mostSuggestions).default(5).openapi({ description: "Suggestions of each kind.", default: 5 }),
    }),
  },
  responses: {
    200: jsonBody(answerModel, "The best of each kind first"),
    default: problemResponse,
  },
});

export function addSuggestRoute(app: OpenAPIHono, engine: Engine): void {
  app.openapi(route, async (c) => {
    const started = performance.now();
    const { q, limit } = c.req.valid("query");
    const { titles, authors, topics, venues, categories, sources, complete } = await engine.suggest(q, limit);
    return c.json(
      {
        titles: [...titles],
        authors: [...authors],
        topics: [...topics],
        venues: [...venues],
        categories: [...categories],
        sources: [...sources],
        complete,
        tookMs: since(started),
      },
      200,
    );
  });
}
