/** The daily listing: GET /v1/daily */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { periodKinds } from "../core/period.ts";
import { dailySorts } from "../engine/daily-order.ts";
import type { Engine } from "../engine/engine.ts";
import { problemResponse } from "./problem.ts";
import { since } from "./routes-search.ts";
import { filterParameters, filtersOfParameters, jsonBody, limitParameter, offsetParameter, orNull, paperModel } from "./schemas.ts";

const periodModel = z
  .object({
    kind: z.enum(periodKinds),
    name: z.string().openapi({ example: "2025-03-24", description: "2025-03-24, 2025-W13 or 2025-03." }),
    first: z.string().openapi({ description: "Its first day." }),
    last: z.string().openapi({ description: "Its last day." }),
  })
  .openapi("Period");

const emergingModel = z
  .object({
    neighbours: z.number().int().openapi({ description: "The number of nearest papers that were examined." }),
    observed: z.number().int().openapi({ description: "How many of them are new." }),
    expected: z.number().openapi({ description: "How many would be, if new papers were spread evenly over the library." }),
    growth: z.number().openapi({ description: "log2((observed + 1) / (expected + 1))." }),
    surprise: z.number().openapi({ description: "−log2 of the probability of as many or more (binomial); papers are ranked by it." }),
    sentence: z.string(),
  })
  .openapi("Emerging");

const dailyPaperModel = z
  .object({
    paper: paperModel,
    listed: z.string().openapi({ description: "The day under which it is listed, or the month if only that is known." }),
    score: z.number().optional().openapi({
      description:
        "The value it is ranked by; absent by date, for withdrawn papers when sorted by `trending`, and for papers whose neighbourhood is not known.",
    }),
    emerging: emergingModel.optional(),
    here: z
      .object({ votes: z.number().int(), comments: z.number().int() })
      .openapi({ description: "Votes and comments of the people of this service, besides those at a source." }),
  })
  .openapi("DailyPaper");

const route = createRoute({
  method: "get",
  path: "/v1/daily",
  operationId: "listDailyPapers",
  summary: "The papers of a day, a week or a month",
  description:
    "Without a period, the latest day that has papers. If a period has no papers, the nearest earlier one that has some is shown, and `moved` is true. A paper belongs to the day it was listed, else published; if only its month is known, it belongs to that month and its weeks. `trending` sorts by votes with decay; `emerging` needs no votes: it finds new papers in areas where the library has grown faster than usual.",
  request: {
    query: z.object({
      ...filterParameters.shape,
      date: z.string().optional().openapi({ example: "2025-03-24" }),
      week: z.string().optional().openapi({ example: "2025-W13", description: "An ISO week." }),
      month: z.string().optional().openapi({ example: "2025-03" }),
      sort: z.enum(dailySorts).default("date"),
      limit: limitParameter,
      offset: offsetParameter,
    }),
  },
  responses: {
    200: jsonBody(
      z
        .object({
          asked: orNull(periodModel).openapi({ description: "null for the latest day." }),
          shown: orNull(periodModel).openapi({ description: "null if there are no papers up to the requested period." }),
          moved: z.boolean().openapi({ description: "Whether an earlier period is shown, because the requested one has no papers." }),
          previous: orNull(periodModel).openapi({ description: "The nearest earlier period that has papers." }),
          next: orNull(periodModel).openapi({ description: "The nearest later period that has papers." }),
          total: z.number().int().openapi({ description: "Papers of the period shown." }),
          voted: z.number().int().openapi({ description: "How many of them have votes." }),
          papers: z.array(dailyPaperModel),
          limit: z.number().int(),
          offset: z.number().int(),
          tookMs: z.number(),
        })
        .openapi("DailyAnswer"),
      "The papers of the period, and the periods before and after it",
    ),
    default: problemResponse,
  },
});

export function addDailyRoute(app: OpenAPIHono, engine: Engine): void {
  app.openapi(route, async (c) => {
    const started = performance.now();
    const { date, week, month, sort, limit, offset, ...filters } = c.req.valid("query");
    const answer = await engine.daily({ date, week, month, sort, limit, offset, filters: filtersOfParameters(filters) }, c.req.raw.signal);
    const { asked = null, shown = null, previous = null, next = null, total, voted } = answer;
    const moved = asked !== null && asked.name !== shown?.name;
    const papers = [...answer.papers];
    return c.json({ asked, shown, moved, previous, next, total, voted, papers, limit, offset, tookMs: since(started) }, 200);
  });
}
