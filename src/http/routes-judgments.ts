/** One person's judgments of the relevance of papers to queries: /v1/judgments */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { longestJudgedQuery } from "../core/judgment.ts";
import type { Engine } from "../engine/engine.ts";
import type { Person } from "../engine/people/person.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { jsonBody, paperModel } from "./schemas.ts";

const querySchema = z.string().min(1).max(longestJudgedQuery);
const paperIdSchema = z.string().min(1).max(2_000).openapi({ example: "arXiv:1706.03762", description: "Any id of the paper." });
const judgmentModel = z.object({ query: z.string(), paperId: z.string(), relevant: z.boolean(), at: z.string() }).openapi("Judgment");

const listJudgments = createRoute({
  method: "get",
  path: "/v1/judgments",
  operationId: "listJudgments",
  summary: "Your judgments",
  request: { query: z.object({ query: querySchema.optional().openapi({ description: "Only of this query." }) }) },
  responses: {
    200: jsonBody(z.object({ judgments: z.array(judgmentModel.extend({ paper: paperModel })) }), "Latest first"),
    default: problemResponse,
  },
});
const addJudgment = createRoute({
  method: "post",
  path: "/v1/judgments",
  operationId: "addJudgment",
  summary: "Say whether a paper is relevant for a query",
  description:
    "Replaces your earlier judgment. `paperkin judgments export` makes a collection of the judgments that `paperkin eval` reads.",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({ query: querySchema, paperId: paperIdSchema, relevant: z.boolean() }).openapi("JudgmentInput"),
        "The query as it was asked, the paper, and whether it is relevant",
        { query: "attention in networks", paperId: "arXiv:1706.03762", relevant: true },
      ),
    },
  },
  responses: { 201: jsonBody(judgmentModel, "What was said"), default: problemResponse },
});
const removeJudgment = createRoute({
  method: "delete",
  path: "/v1/judgments",
  operationId: "removeJudgment",
  summary: "Take it back",
  request: { query: z.object({ query: querySchema.openapi({ example: "attention in networks" }), paperId: paperIdSchema }) },
  responses: { 200: jsonBody(z.object({ removed: z.boolean() }), "Whether there was something"), default: problemResponse },
});

export function addJudgmentRoutes(app: OpenAPIHono, engine: Engine): void {
  const person = (c: Context): Person => engine.person(personOf(c));
  app.openapi(listJudgments, async (c) => {
    const all = await person(c).judgments(c.req.valid("query").query);
    return c.json({ judgments: all.map(({ judgment, paper }) => ({ ...judgment, paper })) }, 200);
  });
  app.openapi(addJudgment, async (c) => c.json(await person(c).judge(c.req.valid("json")), 201));
  app.openapi(removeJudgment, async (c) => {
    const { query, paperId } = c.req.valid("query");
    return c.json({ removed: await person(c).takeBackJudgment(query, paperId) }, 200);
  });
}
